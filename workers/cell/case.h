// One open case as its cell remembers it, compact: a host keeps a million of them (aim: 500 bytes each with three
// clocks, map and wake-up entry included). Owned by its CellState; one thread.
#pragma once
#include <absl/container/inlined_vector.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "huying/v1/event.pb.h"
#include "workers/cell/names.h"

namespace huying::cell {

// A case number in place, padded with zeros. Longer ones than the contract allows do not fit.
class CaseNumber {
 public:
  CaseNumber() = default;
  explicit CaseNumber(std::string_view text) { std::memcpy(text_.data(), text.data(), std::min(text.size(), text_.size())); }
  static bool fits(std::string_view text) {
    return !text.empty() && text.size() <= limits::case_number_bytes_max && text.find('\0') == text.npos;
  }
  std::string_view text() const { return {text_.data(), strnlen(text_.data(), text_.size())}; }
  friend auto operator<=>(const CaseNumber&, const CaseNumber&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const CaseNumber& number) {
    return H::combine_contiguous(std::move(h), number.text_.data(), number.text_.size());
  }

 private:
  std::array<char, limits::case_number_bytes_max> text_{};
};

// A deadline of a case. One of each kind at most; a new one of the same kind is the next generation.
struct Clock {
  std::int64_t first_due_at_ms = 0;  // never erased (I10)
  std::int64_t due_at_ms = 0;
  std::int64_t lateness_ms = 0;
  std::int64_t started_at_ms = 0;  // what its span was reckoned from
  std::int64_t remind_at_ms = 0;   // 0: nobody is reminded
  std::uint64_t policy_version = 0;
  std::uint32_t generation = 0;
  std::uint8_t kind = 0;     // v1::ClockKind
  std::uint8_t outcome = 0;  // v1::ClockOutcome; unspecified: running
  std::uint8_t span_of = 0;  // v1::SpanOf
  bool reminded : 1 = false, provisional : 1 = false;

  v1::ClockKind clock_kind() const { return static_cast<v1::ClockKind>(kind); }
  bool running() const { return outcome == v1::CLOCK_OUTCOME_UNSPECIFIED; }
  bool fired() const { return outcome == v1::CLOCK_OUTCOME_FIRED; }
  bool paused() const { return outcome == v1::CLOCK_OUTCOME_PAUSED; }
  bool reminds() const { return running() && !reminded && remind_at_ms != 0; }
};

// What few cases have.
struct CaseExtras {
  struct Ask {
    std::int64_t until_ms = 0;
    std::vector<std::int64_t> milestones_ms;
    std::string reason_code;
    Names::Id asked_by = 0;
    std::uint32_t times = 0;
    std::uint8_t kind = 0;  // v1::AskKind
    std::uint8_t rung = 0;  // v1::Rung that must decide
  };
  struct Pause {
    std::int64_t from_ms = 0, to_ms = 0;  // to 0: it lasts
    std::int64_t backlog_at_ms = 0;
    std::string reason_code;
  };
  // Who was asked last to answer an escalation, or answered it.
  struct Answerer {
    Names::Id place = 0, person = 0;
    std::uint8_t role = 0;  // v1::Role
    std::uint8_t rung = 0;  // v1::Rung
  };
  std::optional<Ask> ask;
  std::optional<Answerer> answerer;
  std::vector<Pause> pauses;
  std::vector<std::int64_t> milestones_ms;
  bool under_plan = false;
  bool empty() const { return !ask && !answerer && pauses.empty() && !under_plan; }
};

struct Case {
  CaseNumber number;
  std::string filed;  // FiledDetail, serialized: dispatch's sentence and the reporter are read seldom
  absl::InlinedVector<Clock, 3> clocks;  // by kind
  std::unique_ptr<CaseExtras> extras;
  std::uint64_t revision = 0;
  std::uint64_t history_digest = 0;
  std::int64_t received_at_ms = 0;
  std::int64_t first_dispatched_at_ms = 0;
  std::int64_t updated_at_ms = 0;
  std::int64_t arrived_at_ms = 0;  // record time of what brought it to its cell
  std::int64_t queued_at_ms = no_entry;  // its earliest entry in the wake-up queue; derived, never encoded
  Names::Id holder_place = 0, holder_person = 0;
  std::uint32_t ladder_generation = 0;
  std::uint32_t hops = 0, returns = 0, rework = 0, extensions = 0;
  std::uint8_t state = 0;         // v1::CaseState
  std::uint8_t holder_role = 0;   // v1::Role
  std::uint8_t holder_rung = 0;   // v1::Rung
  std::uint8_t rung = 0;          // v1::Rung: highest that was asked
  std::uint8_t held_clock = 0;    // v1::ClockKind that was set aside; the next commit parks the case
  std::uint8_t parked_from = 0;   // v1::CaseState, of a parked case
  bool is_complex = false, hard = false, escalation_answered = false, on_the_spot = false, is_final = false;

  static constexpr std::int64_t no_entry = std::numeric_limits<std::int64_t>::max();

  v1::CaseState case_state() const { return static_cast<v1::CaseState>(state); }
  v1::Rung highest_rung() const { return static_cast<v1::Rung>(rung); }

  const Clock* clock(v1::ClockKind kind) const;
  Clock& clock_or_new(v1::ClockKind kind);
  // Runs, and is not held: of a parked case only the ladder's clocks fire.
  bool can_fire(const Clock& clock) const;
  // The clock that can fire and is due first: by due instant, then kind. nullptr when there is none.
  const Clock* next_running() const;
  // When a clock of it is due or somebody is to be reminded of one next; no_entry: never.
  std::int64_t wakes_at_ms() const;
  // The first of its clocks that can fire and is due later than that; no_entry: none.
  std::int64_t due_after_ms(std::int64_t at_ms) const;
  // The clock to remind of: none is due yet, and this is the first whose reminder is. nullptr: none.
  const Clock* to_remind_of(std::int64_t now_ms) const;

  const CaseExtras::Ask* ask() const { return extras && extras->ask ? &*extras->ask : nullptr; }
  bool under_plan() const { return extras && extras->under_plan; }
  CaseExtras& extras_or_new() {
    if (!extras) extras = std::make_unique<CaseExtras>();
    return *extras;
  }
  bool ladder_clock_running() const;
  // Somebody was asked, has not answered, and is under a clock.
  bool escalation_open() const { return ladder_clock_running() && !escalation_answered; }
};

void write_ask(const CaseExtras::Ask& ask, const Names& names, v1::AskDetail& out);
CaseExtras::Ask read_ask(const v1::AskDetail& in, Names& names);
CaseExtras::Answerer read_answerer(const v1::Holder& in, Names& names);
void write_pause(const CaseExtras::Pause& pause, v1::PauseState& out);
CaseExtras::Pause read_pause(const v1::PauseState& in);

// The case as the contract tells it. `cell` is where it is; `whole` is overwritten.
void write_whole(const Case& from, const std::string& cell, const Names& names, v1::CaseWhole& whole);
// All but the detail filed, which the caller has at hand.
void write_whole_but_filed(const Case& from, const std::string& cell, const Names& names, v1::CaseWhole& whole);
void read_whole(const v1::CaseWhole& whole, Names& names, Case& into);

// Our own canonical encoding (I9).
void encode(const Case& from, const Names& names, Encoder& out);
bool decode(Decoder& in, Names& names, Case& into);

}  // namespace huying::cell
