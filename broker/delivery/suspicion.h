// Poison: a cause that ends its host, or the whole process, each time it is decided. After an unclean end the first
// undecided cause of a cell is suspected: it is handed over alone, after a durable Suspect record. The third unclean end
// sets it aside (SetAside), the cell goes on without it, and the desk has a case of it, with a clock (docs/protocol.md).
//
// The same holds for a clock that ends its host each time it fires. Nobody can know which it was, so in a cell whose lease
// ended uncleanly the host names each clock that is due (TryClock) and fires it alone, after its Suspect record. The third
// unclean end sets it aside: it does not fire, and the cell parks its case.
//
// The first time all suspects of a host are tried at once, each alone in its cell; from the second on one after another,
// so that one bad cause does not take the innocent with it that happened to be handed over in the same moment.
//
// Costs what it touches: cells with a suspect stand in a queue. Pure, one thread.
#pragma once
#include <deque>
#include <string>
#include <string_view>

#include "broker/delivery/coverage_log.h"
#include "broker/intake/publishing.h"
#include "broker/state/context.h"

namespace huying::intake {
class Acting;
}

namespace huying::delivery {

using broker::CellState;
using broker::Context;

// What comes next for a suspected cause or clock. `times`: it was tried under suspicion so often. `is_free`: its host tries no
// other.
enum class SuspectStep : std::uint8_t { wait, try_alone, set_aside };
SuspectStep next_step(std::uint32_t times, bool may_be_set_aside, bool is_free);

class Suspicion {
 public:
  // Who hands over what is put on the batch.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void record_appended(CellState& cell, Sequence sequence, v1::RecordKind kind, std::string_view payload) = 0;
    virtual void message_appended(CellState& cell, Sequence sequence, std::string_view payload) = 0;
  };
  Suspicion(Context& context, CoverageLog& coverage, Sink& sink)
      : context_(context), coverage_(coverage), sink_(sink) {}
  void set_intake(intake::Publishing& publishing, intake::Acting& acting) {
    publishing_ = &publishing;
    acting_ = &acting;
  }

  // A lease ended uncleanly with the first undecided cause handed over.
  void suspect(CellState& cell);
  // It is decided, or nobody was harmed by it.
  void clear(CellState& cell);
  // The cell is being granted: `lease_suspect` is the cause that its host must not decide yet, or 0; `lease_tries_clocks`.
  void granted(CellState& cell);
  // Its host is about to fire it.
  void try_clock(CellState& cell, const v1::ClockName& name);
  // A commit of this lease that consumes nothing was taken. It is that of the clock which is on trial in the lease, or which was
  // set aside: it fired, or its case is parked.
  void clock_is_over(CellState& cell, EpochId of);
  // The case left the cell, or its host did, harmed by nothing: what was tried before is not suspected any more.
  static void case_is_gone(CellState& cell, std::string_view case_number);
  static void left_cleanly(CellState& cell);
  // It is folded: its suspect may be tried.
  void folded() { may_advance_ = !waiting_.empty(); }
  // Writes Suspect and SetAside records where it is their turn.
  void advance();
  bool may_advance() const { return may_advance_; }

  // Replay, and what a start finds.
  void replayed(CellState& cell, const v1::Suspect& suspect);
  void replayed_stop(bool cleanly) { stopped_cleanly_ = cleanly; }
  void encode(Encoder& out) const { out.number(stopped_cleanly_); }  // of a snapshot (core_snapshot.cc)
  bool decode(Decoder& in) { return stopped_cleanly_ = in.number<bool>(), in.ok(); }
  // After the replay: of every cell what its records say.
  void recall();
  void start();
  bool starts_after_unclean_stop() const { return !stopped_cleanly_; }
  // The broker stops. Says so on the record when nothing is suspected.
  void stop();

 private:
  struct Entry {
    CellState* cell;
    std::uint32_t grant;
    bool is_clock = false;
    bool may_be_set_aside = true;
  };
  struct Bad {  // a cause to be set aside, as it stands in the journal
    Entry entry;
    std::uint64_t cause;
    v1::RecordKind kind;
    Instant recorded_at;
    std::string payload;
  };

  bool holds(const Entry& entry) const;
  bool is_free(const Entry& entry) const;
  void write_suspect(const Entry& entry);
  void set_clock_aside(const Entry& entry);
  void append(CellState& cell, v1::RecordKind kind, const std::string& bytes);
  void read(const Entry& entry);
  void set_aside(Bad& bad);
  bool to_desk(Bad& bad, v1::SetAsideDetail& detail);
  bool message_to_desk(const v1::CellMessage& message, v1::SetAsideDetail& detail);
  void send_to_desk(const v1::CellMessage& message);
  bool request_to_desk(v1::RequestFiled& filed, const v1::SetAsideDetail& detail);
  bool step_to_desk(const v1::ActionStamped& stamped, v1::SetAsideDetail& detail);

  Context& context_;
  CoverageLog& coverage_;
  Sink& sink_;
  intake::Publishing* publishing_ = nullptr;
  intake::Acting* acting_ = nullptr;
  std::deque<Entry> waiting_;
  std::deque<Bad> bad_;
  std::size_t suspected_ = 0;  // cells
  bool may_advance_ = false;
  bool stopped_cleanly_ = true;  // the journal's last word of it; a claim takes it back
};

}  // namespace huying::delivery
