#include "broker/state/sessions.h"

namespace huying::broker {

Session* Sessions::find(PeerId peer) {
  const auto at = sessions_.find(peer);
  return at == sessions_.end() ? nullptr : at->second.get();
}

Session& Sessions::open(PeerId peer) {
  auto& slot = sessions_[peer];
  slot = std::make_unique<Session>();
  slot->peer = peer;
  return *slot;
}

void Sessions::close(PeerId peer) { sessions_.erase(peer); }

}  // namespace huying::broker
