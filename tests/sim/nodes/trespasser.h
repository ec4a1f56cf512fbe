// Somebody who tries what they may not: acts in a cell that is not theirs or for somebody they may not act for, asks,
// reads and subscribes beyond their cells, commits without being a host. Each attempt must be refused; what comes of one
// that is not, I12 sees. By the production conversation (client/actor.h).
#pragma once
#include <memory>
#include <vector>

#include "client/actor.h"
#include "tests/sim/nodes/client_node.h"

namespace huying::sim {

class Trespasser final : public ClientNode {
 public:
  // A gateway that may act for one worker, and that worker; which of them it is decides what it tries.
  Trespasser(const Surroundings& around, std::string principal, v1::Role role);

  void learn(const std::string& case_number) { known_ = case_number; }  // of the newest case
  void try_over(Span span, std::uint32_t how_often);

 private:
  void begin() override;
  void try_something();
  void act_for(const std::string& person);
  void ask_for(const std::string& person, const std::string& cell);
  void read(const std::string& person, v1::FetchPart part);
  void subscribe_beyond();
  void commit_something();
  std::string another_cell();

  Chance chance_;
  std::unique_ptr<client::Actor> actor_;
  std::string known_;
  std::uint64_t last_id_ = 0;
};

}  // namespace huying::sim
