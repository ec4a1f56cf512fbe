// I10 The first due time is never erased. Every later generation of a stage's clock, and every whole that a case is carried
// in, names the due time that was given first; a due time changes only in a new generation. A rung of the ladder is a
// promise of its own: each generation of it has a first due time of its own.
#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

class FirstDueTime final : public Checker {
 public:
  FirstDueTime(const Ledger& ledger, std::vector<Violation>& found) : Checker("I10", ledger, found) {}

  void event(const SeenEvent& seen) override {
    const auto& number = seen.event.case_number();
    for (const auto& clock : seen.event.clocks_set()) {
      if (clock.generation() != seen.before.clock(clock.kind()).generation + 1)
        broken(fmt::format("{} is set behind generation {}", text_of(number, clock.kind(), clock.generation()),
                           seen.before.clock(clock.kind()).generation),
               {number});
      const auto [at, fresh] = first_.try_emplace(name_of(number, clock.kind(), clock.generation()),
                                                  clock.first_due_at_ms());
      if (!fresh && at->second != clock.first_due_at_ms())
        broken(fmt::format("{} was first due at {} and says {}", text_of(number, clock.kind(), clock.generation()),
                           at->second, clock.first_due_at_ms()),
               {number});
      if (fresh && clock.first_due_at_ms() != clock.due_at_ms())
        broken(fmt::format("{} is due at {} and was first due at {}", text_of(number, clock.kind(), clock.generation()),
                           clock.due_at_ms(), clock.first_due_at_ms()),
               {number});
    }
    for (const auto& clock : seen.event.whole().clocks()) look_at_carried(number, clock, seen);
  }

 private:
  static std::uint64_t name_of(const std::string& number, v1::ClockKind kind, std::uint32_t generation) {
    return key_of(number, kind, is_of_the_ladder(kind) ? generation : 0);
  }

  void look_at_carried(const std::string& number, const v1::ClockState& clock, const SeenEvent& seen) {
    const auto at = first_.find(name_of(number, clock.kind(), clock.generation()));
    if (at == first_.end() || at->second == clock.first_due_at_ms()) return;
    broken(fmt::format("{} was first due at {} and is carried in {} as {}",
                       text_of(number, clock.kind(), clock.generation()), at->second,
                       v1::EventKind_Name(seen.event.kind()).substr(11), clock.first_due_at_ms()),
           {number});
  }

  absl::flat_hash_map<std::uint64_t, std::int64_t> first_;  // by name
};

}  // namespace

std::unique_ptr<Checker> check_i10(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<FirstDueTime>(ledger, found);
}

}  // namespace huying::sim
