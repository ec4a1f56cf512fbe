#include "broker/state/sessions.h"

namespace huying::broker {

Session* Sessions::find(PeerId peer) {
  const auto at = sessions_.find(peer);
  return at == sessions_.end() ? nullptr : at->second.get();
}

Session& Sessions::open(PeerId peer, std::string principal) {
  close(peer);
  ++of_principal_[principal];
  auto& slot = sessions_[peer];
  slot = std::make_unique<Session>();
  slot->peer = peer;
  slot->principal = std::move(principal);
  return *slot;
}

void Sessions::close(PeerId peer) {
  const auto at = sessions_.find(peer);
  if (at == sessions_.end()) return;
  const auto count = of_principal_.find(at->second->principal);
  if (--count->second == 0) of_principal_.erase(count);
  sessions_.erase(at);
}

std::size_t Sessions::of_principal(const std::string& principal) const {
  const auto count = of_principal_.find(principal);
  return count == of_principal_.end() ? 0 : count->second;
}

}  // namespace huying::broker
