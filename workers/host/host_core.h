// What a host decides: a function of (state, frame, now) that returns frames to send. Owns no socket, file, clock,
// thread or random source; the shell (host.h) and the simulator drive it. One thread.
//
// It holds a Cell for each lease, folds what the journal says, decides causes strictly in sequence and clocks when
// they are due, and has no effect on the world except Commit. After any refusal it drops the cell's state and waits to
// be granted again.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "huying/v1/session.pb.h"

namespace huying::host {

struct HostOptions {
  std::string program;            // for Hello
  std::uint32_t capacity = 0;     // cells at most; 0: any
  std::uint64_t checkpoint_after_records = 512;  // folded since the last one of the cell
  std::uint32_t catch_up_a_second = limits::catch_up_a_second;  // firings of what was due before it could fire
  Milliseconds catch_up_settles = limits::catch_up_settles;
};

class HostCore {
 public:
  explicit HostCore(HostOptions options);
  ~HostCore();

  // A session began or was lost. `steady` is the host's own steady clock, only differences count.
  void connected(SteadyInstant steady);
  void disconnected();
  // Before the session is ended on purpose: what saves the next owners a fold.
  void leave(std::vector<v1::ClientFrame>& out);

  // One frame of the broker. Frames to send are appended to `out`.
  void receive(const v1::BrokerFrame& frame, SteadyInstant steady, std::vector<v1::ClientFrame>& out);

  // To be called at or after next_wake(); fires what is due, renews the promise.
  void wake(SteadyInstant steady, std::vector<v1::ClientFrame>& out);
  SteadyInstant next_wake() const;

  // Empties `frames` after they were sent and keeps their memory for the next ones. Calling it is not a duty.
  void sent(std::vector<v1::ClientFrame>& frames);

  // For tests and the administrator.
  std::size_t cells() const;
  std::size_t open_cases() const;
  // The cell's state in our own canonical encoding (I9); nullopt when it is not held.
  std::optional<std::string> state_of(std::uint32_t stream) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace huying::host
