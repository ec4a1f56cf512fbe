// What an outsider sees of the journal: its records, read by the production reader and parsed once for all checkers, and
// what their events say of the cases. The ledger folds events and nothing else, by rules of its own: it shares no code
// with the case table that it judges.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "huying/v1/record.pb.h"

namespace huying::sim {

struct SeenRecord {
  StreamId stream;
  Sequence sequence;
  v1::RecordKind kind{};
  EpochId epoch;
  std::int64_t recorded_at_ms = 0;
  // Parsed, by kind; the others are empty.
  v1::RequestRecord request;
  v1::ActionRecord action;
  v1::CellMessage message;
  v1::Commit commit;
  v1::Coverage coverage;
  v1::Suspect suspect;
  v1::SetAside set_aside;
  std::vector<v1::CaseEvent> events;  // of the commit, in order
};

struct LedgerClock {
  std::uint32_t generation = 0;  // 0: never set
  std::int64_t first_due_at_ms = 0, due_at_ms = 0;
  bool running = false, fired = false;
};

struct LedgerCase {
  std::string number;
  std::uint32_t stream = 0;   // where its last event stands
  v1::CaseState state{};      // unspecified: no event yet
  std::uint64_t revision = 0;
  v1::Holder holder;
  std::array<LedgerClock, v1::ClockKind_ARRAYSIZE> clocks{};
  v1::Rung rung{};            // that was asked last
  std::uint32_t ladder_generation = 0;
  bool asked = false;         // somebody of the ladder must answer and has not
  std::uint64_t history = 0;  // chain over its events, as CaseWhole.history_digest says it is
  std::int64_t requested_at_ms = 0;

  const LedgerClock& clock(v1::ClockKind kind) const { return clocks[static_cast<std::size_t>(kind)]; }
  bool ended() const;
  bool any_clock_runs() const;
};

struct SeenEvent {
  const SeenRecord& record;
  std::uint32_t index = 0;
  const v1::CommittedEvent& committed;
  const v1::CaseEvent& event;
  const LedgerCase& before;              // state unspecified: the first event of the case
  const LedgerCase& after;
  const v1::ActionStamped* action = nullptr;  // when the commit decides one
};

using Ledger = std::map<std::string, LedgerCase>;

bool ends_the_case(v1::CaseState state);
bool is_of_the_ladder(v1::ClockKind kind);
// Folds one event into its case; `bytes` as they stand in the commit.
void fold(LedgerCase& into, const v1::CaseEvent& event, const std::string& bytes, std::uint32_t stream);
// A name of several parts as one number, so that a year of names is a few dozen megabytes and not a few hundred. Two
// names with one number are as likely as two digests that are the same.
std::uint64_t key_of(std::string_view name, std::string_view more);
std::uint64_t key_of(std::string_view name, std::uint64_t first, std::uint64_t second = 0);
// "case SI-261123-0001-9, CLOCK_KIND_ARRANGE generation 1"
std::string text_of(const std::string& number, v1::ClockKind kind, std::uint32_t generation);

}  // namespace huying::sim
