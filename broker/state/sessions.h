// Who is connected. A session begins with Hello on a peer and ends by Goodbye, silence, or a newer one that fences it.
// Owned by the core, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "broker/state/principals.h"
#include "broker/state/effects.h"
#include "huying/v1/common.pb.h"

namespace huying::broker {

struct CellState;

struct Session {
  PeerId peer;
  std::string principal;
  v1::Role role{};
  std::uint64_t nonce = 0;
  std::string program;
  SteadyInstant last_heard, last_sent;
  std::uint32_t unanswered = 0;  // requests and actions; bounded by limits::publish_window
  std::uint32_t questions = 0;   // unanswered; bounded by limits::questions_a_session_max

  // Of a host.
  bool is_host() const { return role == v1::ROLE_HOST; }
  std::uint32_t capacity = 0;            // cells at most; 0: any
  std::vector<CellState*> held;          // the cells it holds
  SteadyInstant promise_until;           // with grace; silence past it ends its leases
  bool may_hold = false;                 // has promised, and kept it so far
  SteadyInstant eligible_since;          // of may_hold
  SteadyInstant last_decided;            // when a commit of its was taken
  SteadyInstant last_credit;             // when it had worked off deliveries
  SteadyInstant last_consumed;           // when it consumed a cause
  SteadyInstant decided_through;         // when that one had been handed over, at the latest
  CellState* on_trial = nullptr;         // whose suspected cause or clock is tried alone of all (suspicion.h)
  std::size_t folds_on_trial = 0, fold_width = 0;  // under way; how many there may be (fold_trials.h)
  std::int64_t credit_messages = 0, credit_bytes = 0;

  // An upload of a directory under way.
  std::uint64_t upload_tag = 0;
  std::uint32_t upload_next = 0, upload_parts = 0;
  std::string upload;
};

class Sessions {
 public:
  Session* find(PeerId peer);
  Session& open(PeerId peer, std::string principal);
  void close(PeerId peer);
  std::size_t size() const { return sessions_.size(); }
  std::size_t of_principal(const std::string& principal) const;
  // Visits every session; it must not be closed by the visitor, which may collect.
  template <class Visit>
  void each(Visit visit) {
    for (auto& [peer, session] : sessions_) visit(*session);
  }

 private:
  absl::flat_hash_map<PeerId, std::unique_ptr<Session>> sessions_;
  absl::flat_hash_map<std::string, std::size_t> of_principal_;
};

}  // namespace huying::broker
