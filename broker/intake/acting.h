// A person's step comes in: who may act in which cell, seen before, is the case open, then onto the batch of the round.
//
// Answered twice: Received (on disk) here, Decided when the commit that decides it lands (delivery/hosting.h calls
// `decided`). The same (person, action_id) is answered the same whatever is retried (I2). Pure, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/intake/publishing.h"

namespace huying::intake {

class Acting {
 public:
  Acting(Context& context, CauseSink& sink) : context_(context), sink_(sink) {}

  void receive(Session& session, v1::Act& act);
  void file_pending();  // after look-ups and the reads that answer them
  void retry();         // at the begin of a round: steps that came while their case ended, or they were decided
  bool anything_pending() const { return !pending_.empty(); }

  // The commit that decides an action is on the batch.
  void decided(const Digest128& action, const v1::Commit& commit, const CellState& cell);
  // The broker set the action's cause aside.
  void set_aside(const Digest128& action, const CellState& cell);

 private:
  struct Pending {
    PeerId peer;
    std::uint64_t tag = 0;
    std::string person, via;  // of a citizen's step both are the gateway
    bool by_citizen = false;
    v1::Action action;
    std::string number;   // canonical case number
    Digest128 key, content;
    std::optional<Position> recorded, decided, request, ended;
    bool recorded_known = false, prior_known = false, retry = false, done = false;
    v1::ActionRecord held;       // what the same key holds
    StreamId held_stream, ended_stream;
    std::string prior;           // CaseWhole of an ended case
    int reads_under_way = 0;
  };
  struct Waiting {
    std::vector<std::pair<PeerId, std::uint64_t>> who;  // peer, tag
  };

  Result<void> admit(Session& session, const v1::Act& act, Pending& pending);
  Result<void> admit_person(const Session& session, const v1::Action& action, Pending& pending) const;
  Result<void> admit_citizen(const Session& session, const v1::Action& action, Pending& pending) const;
  std::vector<v1::Role> roles_of(const Pending& pending, const broker::CellPlace& place) const;
  void look_up(Pending& pending);
  void advance(Pending& pending);
  void answer_again(Pending& pending);
  void file(Pending& pending);
  void wait_for_decision(const Pending& pending);
  void read(Pending& pending, Position position, std::function<void(const journal::Record&)> use);
  void refuse(PeerId peer, std::uint64_t tag, const Error& error, std::string_view number = {});
  void settle(PeerId peer);

  Context& context_;
  CauseSink& sink_;
  std::deque<std::unique_ptr<Pending>> pending_;
  absl::flat_hash_map<Digest128, Digest128> contents_of_round_;  // key → content of actions filed in this round
  absl::flat_hash_map<Digest128, Waiting> waiting_;              // for Decided
  absl::flat_hash_set<Digest128> decided_in_round_;              // on the batch: no look-up finds them yet
  std::string scratch_, stamped_bytes_, record_bytes_;
};

// Fills a Decided answer from the commit that decided it.
void fill_decided(v1::ActionReply& reply, const v1::Commit& commit, std::string_view case_number, std::string_view cell);
// The CaseWhole in the event of a commit that ended this case; empty when it did not.
std::string whole_of_ended(const v1::Commit& commit, std::string_view case_number);

}  // namespace huying::intake
