// Who keeps the street's register: at each month's end, and when she is told to, she asks for the open list of every cell
// and of the desk, page by page, and hands it to the witness. By the production conversation (client/actor.h), in the
// session of the street's supervisor, whose process dies with it; what was not answered is asked again. One thread.
#pragma once
#include <deque>
#include <map>
#include <memory>

#include "client/actor.h"
#include "tests/sim/checkers/checker.h"
#include "tests/sim/nodes/session_node.h"

namespace huying::sim {

class Clerk {
 public:
  explicit Clerk(const Surroundings& around) : around_(around) {}

  void begin(SessionNode& session);  // a new life of the program
  void look(std::int64_t now_ms);    // of the street's time; does not go back
  void count();                      // now
  bool done() const { return to_ask_.empty() && asked_.empty(); }

 private:
  void ask_for_all(std::int64_t month_ended_ms);  // 0: no month's end
  void ask_some();
  void ask_page(std::uint32_t stream);
  void answered(std::uint32_t stream, const v1::QueryReply& reply);
  void ask_again(std::uint32_t stream);

  const Surroundings around_;
  SessionNode* session_ = nullptr;
  std::unique_ptr<client::Actor> actor_;
  std::int64_t month_ends_ms_ = 0;
  std::deque<std::uint32_t> to_ask_;
  std::map<std::uint32_t, ListSeen> asked_;  // by stream: the pages so far
};

}  // namespace huying::sim
