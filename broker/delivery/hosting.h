// Hosts: what they are handed, and what they commit. A commit consumes its cause and appends its events and sends in one
// item, or nothing; a known number gets its first answer again, a gap or a stale epoch is refused. Pure, one thread.
#pragma once
#include <deque>
#include <utility>
#include <functional>
#include <string>
#include <vector>

#include "broker/delivery/checkpoints.h"
#include "broker/delivery/clock_watch.h"
#include "broker/delivery/commit_view.h"
#include "broker/delivery/leasing.h"
#include "broker/delivery/staffing.h"
#include "broker/delivery/subscribing.h"
#include "broker/delivery/suspicion.h"
#include "broker/intake/acting.h"
#include "huying/v1/session.pb.h"
#include "proto/frame.h"

namespace huying::delivery {

class Hosting final : public intake::CauseSink, private Suspicion::Sink {
 public:
  Hosting(Context& context, Subscribing& subscribing)
      : context_(context), subscribing_(subscribing), coverage_(context, subscribing),
        suspicion_(context, coverage_, *this), folds_(context, coverage_),
        leasing_(context, coverage_, suspicion_, folds_),
        staffing_(context, coverage_), clock_watch_(context, coverage_), checkpoints_(context, subscribing.history()) {}
  void set_intake(intake::Publishing& publishing, intake::Acting& acting) {
    acting_ = &acting;
    suspicion_.set_intake(publishing, acting);
  }

  // Causes on the batch of the round.
  void request_appended(CellState& cell, Sequence sequence, std::string_view filed) override;
  void action_appended(CellState& cell, Sequence sequence, const Digest128& action, std::string_view stamped,
                       std::string_view prior) override;
  void configuration_changed(CellState& cell, std::uint64_t version);

  void commits(Session& session, std::string_view body);  // of a Commits frame
  // Without room on the disk commits wait here, unanswered; with room again they are looked at in the order they came.
  void resume_commits();
  // Commits that came from somebody who has no session (any more): each is refused by epoch.
  void commits_of_stranger(PeerId peer, std::string_view body);
  void credit(Session& session, const v1::Credit& credit);
  void trouble(Session& session, const v1::Trouble& trouble);
  void folded(Session& session, const v1::Folded& folded);
  void try_clock(Session& session, const v1::TryClock& asked);
  void tick();
  // What owners still lack and may be sent now is asked of the journal.
  void request_reads();
  Leasing& leasing() { return leasing_; }
  Suspicion& suspicion() { return suspicion_; }
  FoldTrials& folds() { return folds_; }
  // After the replay. `before`: the last term that was claimed until then.
  void start(Term before);
  void start_read_only() { recall_poison(); }
  Checkpoints& checkpoints() { return checkpoints_; }
  // A directory is in force.
  void configured();

  void encode(Encoder& out) const { suspicion_.encode(out); }  // of a snapshot (core_snapshot.cc)
  bool decode(Decoder& in) { return suspicion_.decode(in); }

  // Replay.
  void replayed_cause(const journal::Record& record);
  void replayed_commit(const journal::Record& record, const v1::Commit& commit);
  void replayed_suspect(const journal::Record& record, const v1::Suspect& suspect);
  void replayed_set_aside(const journal::Record& record, const v1::SetAside& set_aside);
  void replayed_coverage(const v1::Coverage& coverage) { coverage_.replayed(coverage); }

 private:
  void cause_appended(CellState& cell, Sequence sequence, v1::RecordKind kind, const Digest128* action,
                      std::string_view payload, std::string_view prior);
  void record_appended(CellState& cell, Sequence sequence, v1::RecordKind kind, std::string_view payload) override;
  void message_appended(CellState& cell, Sequence sequence, std::string_view payload) override;
  bool hand_over(CellState& cell, Session& session, std::uint64_t sequence, v1::RecordKind kind, Instant recorded_at,
                 std::string_view payload, std::string_view prior);
  journal::Sink hand_over_record(CellState& cell, PeerId owner, const journal::Record& record);
  CellState* held_by(const Session& session, std::uint32_t stream, const v1::Epoch& epoch);
  void is_folded(CellState& cell);
  void recall_poison();
  void lag(CellState& cell);
  void was_read(CellState& cell, const Result<Position>& done);
  void announce_unread();
  std::optional<Cause> consume_replayed(CellState& cell, std::uint64_t cause);
  Sequence begin_lease(CellState& cell, const broker::ReadRequest::NewestCheckpoint& newest);

  void look_at_commits(Session& session);
  Result<void> check(const CellState& cell, std::size_t bytes) const;
  Result<void> check_sends(const CellState& cell) const;
  bool lets_be_decided_again(const CellState& cell, const v1::ActionStamped& step) const;
  Digest128 action_key_of(const v1::ActionStamped& step) const {
    return context_.key(broker::key_action, step.actor().principal(), step.action_id());
  }
  void accept(Session& session, CellState& cell, std::string_view bytes);
  const v1::Commit& whole_commit(std::string_view bytes);
  void apply(v1::CaseEffect::Kind kind, std::string_view case_number, std::uint32_t to_stream, CellState& cell);
  void append_sends(CellState& cell, Sequence commit);
  void refuse(PeerId peer, CellState* cell, const Error& error);

  Context& context_;
  Subscribing& subscribing_;
  CoverageLog coverage_;
  Suspicion suspicion_;
  FoldTrials folds_;
  Leasing leasing_;
  Staffing staffing_;
  ClockWatch clock_watch_;
  Checkpoints checkpoints_;
  intake::Acting* acting_ = nullptr;
  std::vector<CellState*> lagging_;
  CommitsView frame_;   // reused
  CommitView commit_;   // reused; the commit that is being looked at
  std::string scratch_;
  std::deque<std::pair<PeerId, std::string>> held_;  // Commits frames that wait for room on the disk
  std::size_t held_bytes_ = 0;
};

}  // namespace huying::delivery
