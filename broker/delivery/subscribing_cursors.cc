// A third of Subscribing: what clients say while a subscription stands, and its cursor.
#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/limits.h"
#include "broker/delivery/subscribing.h"
#include "proto/errors.h"

namespace huying::delivery {

// ---- Acknowledgements and credit -------------------------------------------------------------------------------

void Subscribing::acknowledge(Session& session, const v1::AcknowledgeEvents& acknowledgement) {
  Subscription* s = find(session.peer, acknowledgement.name());
  if (s == nullptr)
    return refuse(session.peer, acknowledgement.name(), Error{v1::ERROR_CODE_SUBSCRIPTION_UNKNOWN, {}});
  if (acknowledgement.generation() != 0 && acknowledgement.generation() != s->acknowledged.generation) return;
  while (!s->sent.empty() && s->sent.front().consumer_sequence <= acknowledgement.consumer_sequence()) {
    const SentEvents& sent = s->sent.front();
    if (sent.position == Position{}) break;  // of the round under way: it cannot have been seen
    s->window.acknowledged(sent.consumer_sequence - s->acknowledged.consumer_sequence, sent.bytes);
    s->acknowledged.consumer_sequence = sent.consumer_sequence;
    s->acknowledged.position = sent.position;
    s->acknowledged.events_done = sent.events_done;
    s->sent.pop_front();
    cursor_changed(*s);
  }
  wait_for_turn(*s);
}

void Subscribing::credit(Session& session, const v1::Credit& credit) {
  Subscription* s = find(session.peer, credit.name());
  if (s == nullptr) return;
  s->window.add(credit.messages(), credit.bytes());
  wait_for_turn(*s);
}

// ---- Cursors ---------------------------------------------------------------------------------------------------

void Subscribing::load(std::string_view name, std::string_view state) {
  if (state.empty() || by_key(name) != nullptr) return;
  const auto saved = decode_saved_cursor(state);
  if (!saved) return load_lost(key_digest(context_.digest_key, name));
  Session owner;
  owner.principal = saved->principal;
  Subscription& s = add(std::string(name), owner, true);
  s.acknowledged = s.next = s.saved = saved->cursor;
  s.basis = saved->basis;
  s.is_beyond = !history_.has(saved->mark, saved->cursor.position, head_);
  last_generation_ = std::max(last_generation_, saved->cursor.generation);
}

void Subscribing::cursor_changed(Subscription& s) {
  if (!s.durable || s.changed) return;
  s.changed = true;
  changed_.push_back(s.id);
}

std::vector<std::pair<std::string, std::string>> Subscribing::take_changed_cursors() {
  cursor_begun_ = false;
  std::vector<std::pair<std::string, std::string>> out;
  for (auto& name : forgotten_) out.emplace_back(std::move(name), std::string());
  forgotten_.clear();
  std::vector<std::uint64_t> left;
  for (const auto id : changed_) {
    Subscription* s = by_id(id);
    if (s == nullptr) continue;
    if (s->reading) {  // its position is not known yet
      left.push_back(id);
      continue;
    }
    s->changed = false;
    s->saved = s->acknowledged;
    out.emplace_back(s->key, delivery::encode(SavedCursor{s->principal, s->acknowledged, s->basis, history_.mark()}));
  }
  changed_.swap(left);
  return out;
}

void Subscribing::status(v1::StatusReply& reply) const {
  constexpr std::size_t listed_max = 2'000;
  std::vector<const Subscription*> listed;
  for (const auto& [id, s] : by_id_) listed.push_back(s.get());
  std::sort(listed.begin(), listed.end(), [](const Subscription* one, const Subscription* other) {
    return std::tuple(std::string_view(one->principal), one->wire_name(), one->id) <
           std::tuple(std::string_view(other->principal), other->wire_name(), other->id);
  });
  reply.set_subscriptions_total(static_cast<std::uint32_t>(listed.size()));
  if (listed.size() > listed_max) listed.resize(listed_max);
  for (const Subscription* s : listed) {
    auto& one = *reply.add_subscriptions();
    one.set_name(s->wire_name());
    one.set_principal(s->principal);
    one.set_connected(s->is_connected());
    one.set_acknowledged(s->acknowledged.consumer_sequence);
    one.set_sent(s->next.consumer_sequence);
    one.set_at_head(s->at_head);
  }
}

}  // namespace huying::delivery
