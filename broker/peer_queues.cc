#include "broker/peer_queues.h"

#include "base/limits.h"

namespace huying::broker {

bool PeerQueues::send(PeerId peer, std::string&& bytes, Keep keep) {
  const auto at = waiting_.find(peer);
  if (at == waiting_.end()) {
    const Sent sent = try_send_(peer, bytes);
    if (sent != Sent::full) return sent == Sent::yes;
  }
  if (keep == Keep::no) return true;
  Waiting& waiting = at == waiting_.end() ? waiting_[peer] : at->second;
  if (waiting.bytes + bytes.size() > limits::peer_backlog_bytes_max) {
    forget(peer);
    return false;
  }
  waiting.bytes += bytes.size();
  bytes_ += bytes.size();
  waiting.frames.push_back(std::move(bytes));
  return true;
}

std::vector<PeerId> PeerQueues::flush() {
  std::vector<PeerId> gone, done;
  for (auto& [peer, waiting] : waiting_) {
    while (!waiting.frames.empty()) {
      const Sent sent = try_send_(peer, waiting.frames.front());
      if (sent == Sent::gone) gone.push_back(peer);
      if (sent != Sent::yes) break;
      waiting.bytes -= waiting.frames.front().size();
      bytes_ -= waiting.frames.front().size();
      waiting.frames.pop_front();
    }
    if (waiting.frames.empty()) done.push_back(peer);
  }
  for (const PeerId peer : done) forget(peer);
  for (const PeerId peer : gone) forget(peer);
  return gone;
}

void PeerQueues::forget(PeerId peer) {
  const auto at = waiting_.find(peer);
  if (at == waiting_.end()) return;
  bytes_ -= at->second.bytes;
  waiting_.erase(at);
}

}  // namespace huying::broker
