// A made-up history of cases, event by event, from a seed: most are solved in time and closed; of those that are open some are late,
// some have climbed, some are shelved. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gateway/ledger/names.h"
#include "huying/v1/event.pb.h"
#include "huying/v1/session.pb.h"

namespace huying::bench {

class LedgerHistory {
 public:
  LedgerHistory(std::uint32_t cells, Instant now) : cells_(cells), now_(now) {}

  std::vector<ledger::Name> names() const;
  // Appends a whole life. `filed`: when it came; `open`: it is not ended.
  void live(std::uint32_t serial, Instant filed, bool open, std::vector<v1::EventDelivery>& out);

  static std::string cell_of(std::uint32_t cell);
  static std::string unit_of(std::uint32_t cell);

 private:
  struct Case {
    std::string number;
    std::uint32_t cell = 0;
    std::uint64_t revision = 0;
    Instant at;
    std::vector<v1::EventDelivery>* out = nullptr;
  };
  v1::CaseEvent event(Case& one, v1::EventKind kind, v1::CaseState state);
  void add(const Case& one, const v1::CaseEvent& event);
  void begin(Case& one);
  void work_and_close(Case& one);
  void leave_open(Case& one);
  std::uint32_t one_of(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  const std::uint32_t cells_;
  const Instant now_;
  std::mt19937 random_{20261123};
  std::map<std::uint32_t, std::uint64_t> sequences_;
};

}  // namespace huying::bench
