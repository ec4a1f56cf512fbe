#include "broker/delivery/subscribing.h"

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "broker/delivery/reading_rights.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

// No name can be this: it holds a byte that codes do not. A session has one unnamed subscription; a second replaces it.
std::string unnamed_key(PeerId peer) { return fmt::format("\x01{}", peer.value); }

}  // namespace

// ---- Beginning -------------------------------------------------------------------------------------------------

void Subscribing::subscribe(Session& session, const v1::Subscribe& request) {
  const auto refused = [&](const Error& error, Milliseconds retry_after = {}) {
    refuse(session.peer, request.name(), error, retry_after);
  };
  auto asked = admit(session, request);
  if (!asked) return refused(asked.error());
  const bool durable = !request.name().empty();
  std::string key = durable ? request.name() : unnamed_key(session.peer);
  Subscription* s = by_key(key);
  if (s != nullptr && s->principal != session.principal) return refused(Error{v1::ERROR_CODE_NAME_TAKEN, {}});
  if (s == nullptr) {
    if (auto room = has_room_for_one(session, request); !room) return refused(room.error(), limits::retry_sessions);
  }
  if (s == nullptr || s->peer != session.peer) {
    const auto of_session = by_peer_.find(session.peer);
    if (of_session != by_peer_.end() && of_session->second.size() >= limits::subscriptions_a_session_max)
      return refused(Error{v1::ERROR_CODE_TOO_MANY_SUBSCRIPTIONS,
                           fmt::format("of a session: at most {}", limits::subscriptions_a_session_max)});
  }
  const auto beginning = beginning_of(request, s, asked->basis);
  if (!beginning) return refused(beginning.error());
  if (durable && context_.options.read_only && beginning->begin != v1::Subscribed::RESUMED)
    return refused(Error{v1::ERROR_CODE_READ_ONLY, "a name's new cursor cannot be kept: subscribe without a name"});

  if (s == nullptr) {
    s = &add(std::move(key), session, durable);
  } else if (s->is_connected()) {
    if (s->peer != session.peer) refuse(s->peer, s->wire_name(), Error{v1::ERROR_CODE_SUBSCRIPTION_TAKEN_OVER, s->key});
    disconnect(*s);
  }
  s->interest = std::move(asked->interest);
  s->person = std::move(asked->person);
  s->case_number = std::move(asked->case_number);
  s->basis = asked->basis;
  s->window = Window(request.credit().messages(), request.credit().bytes());
  connect(*s, session.peer);
  begin(*s, *beginning);
  auto& answer = context_.out.single<v1::Subscribed>(session.peer, v1::BrokerFrame::kSubscribedFieldNumber);
  answer.set_name(s->wire_name());
  answer.set_generation(s->next.generation);
  answer.set_next_consumer_sequence(s->next.consumer_sequence + 1);
  answer.set_begin(beginning->begin);
}

void Subscribing::begin(Subscription& s, const Beginning& beginning) {
  const std::uint64_t before = s.acknowledged.generation;
  s.acknowledged = beginning.cursor;
  s.is_beyond = false;
  s.progress_said = 0;
  if (beginning.begin != v1::Subscribed::RESUMED) {
    s.acknowledged.generation = new_generation(before);
    cursor_changed(s);
    cursor_begun_ = cursor_begun_ || s.durable;
  }
  s.next = s.acknowledged;
  if (beginning.time)
    position_from_time(s, *beginning.time);
  else if (beginning.at_request)
    position_from_request(s);
  else
    wait_for_turn(s);
}

void Subscribing::position_from_time(Subscription& s, Instant from) {
  s.reading = true;  // nothing is sent until the position is known
  broker::ReadRequest read;
  read.kind = broker::ReadRequest::Kind::from_time;
  read.time = from;
  read.sink = [](const journal::Record&) { return journal::Sink::enough; };
  read.done = [this, id = s.id](const Result<Position>& found) {
    Subscription* one = by_id(id);
    if (one == nullptr) return;
    one->reading = false;
    if (!found) return end(*one, found.error());
    one->acknowledged.position = one->next.position = *found;
    wait_for_turn(*one);
  };
  context_.reads.push_back(std::move(read));
}

// Nothing of a case lies before its request.
void Subscribing::position_from_request(Subscription& s) {
  s.reading = true;  // nothing is sent until the position is known
  context_.lookups.push_back({context_.key(broker::key_number, s.case_number),
                              [this, id = s.id, connection = s.connection](std::optional<Position> found) {
    Subscription* one = by_id(id);
    if (one == nullptr || one->connection != connection) return;
    one->reading = false;
    if (!found) return end(*one, Error{v1::ERROR_CODE_CASE_UNKNOWN, {}});
    one->acknowledged.position = one->next.position = *found;
    wait_for_turn(*one);
  }});
}

Subscription& Subscribing::add(std::string key, const Session& session, bool durable) {
  auto owned = std::make_unique<Subscription>();
  Subscription& s = *owned;
  s.id = next_id_++;
  s.key = std::move(key);
  s.durable = durable;
  s.principal = session.principal;
  if (durable) {
    ++names_of_[s.principal];
    lost_.erase(key_digest(context_.digest_key, s.key));
  }
  by_key_[s.key] = &s;
  by_id_[s.id] = std::move(owned);
  return s;
}

void Subscribing::connect(Subscription& s, PeerId peer) {
  s.peer = peer;
  by_peer_[peer].push_back(&s);
  audience_.add(s);
  progress_due_.push_back({context_.now.steady + limits::cursor_save_interval, s.id, ++s.connection});
}

// ---- Ending ----------------------------------------------------------------------------------------------------

void Subscribing::disconnect(Subscription& s) {
  audience_.remove(s);
  const auto of_peer = by_peer_.find(s.peer);
  HUYING_CHECK(of_peer != by_peer_.end());
  std::erase(of_peer->second, &s);
  if (of_peer->second.empty()) by_peer_.erase(of_peer);
  s.peer = PeerId{};
  s.at_head = false;
  s.fell_behind_at.reset();
  s.sent.clear();
  s.next = s.acknowledged;
}

void Subscribing::end_session(PeerId peer) {
  const auto of_peer = by_peer_.find(peer);
  if (of_peer == by_peer_.end()) return;
  const auto ended = of_peer->second;
  for (Subscription* s : ended) {
    disconnect(*s);
    if (!s->durable) remove(*s);
  }
}

void Subscribing::remove(Subscription& s) {
  if (s.durable) {
    const auto names = names_of_.find(s.principal);
    if (--names->second == 0) names_of_.erase(names);
  }
  by_key_.erase(s.key);
  by_id_.erase(s.id);
}

void Subscribing::forget(Subscription& s) {
  if (s.is_connected()) disconnect(s);
  if (s.durable) {
    forgotten_.push_back(s.key);
    cursor_begun_ = true;  // on disk before it is said
  }
  remove(s);
}

void Subscribing::end(Subscription& s, const Error& error) {
  if (s.is_connected()) {
    refuse(s.peer, s.wire_name(), error);
    disconnect(s);
  }
  if (!s.durable) remove(s);
}

void Subscribing::unsubscribe(Session& session, const v1::Unsubscribe& request) {
  Subscription* s = find(session.peer, request.name());
  if (s == nullptr && request.forget() && !request.name().empty()) s = by_key(request.name());
  if (s == nullptr) return refuse(session.peer, request.name(), Error{v1::ERROR_CODE_SUBSCRIPTION_UNKNOWN, {}});
  if (s->principal != session.principal) return refuse(session.peer, request.name(), Error{v1::ERROR_CODE_NAME_TAKEN, {}});
  if (context_.options.read_only && request.forget() && s->durable)
    return refuse(session.peer, request.name(), Error{v1::ERROR_CODE_READ_ONLY, "a name is not forgotten"});
  if (s->is_connected() && s->peer != session.peer)
    refuse(s->peer, s->wire_name(), Error{v1::ERROR_CODE_SUBSCRIPTION_TAKEN_OVER, s->key});
  auto& answer = context_.out.single<v1::Unsubscribed>(session.peer, v1::BrokerFrame::kUnsubscribedFieldNumber);
  answer.set_name(s->wire_name());
  answer.set_forgotten(request.forget());
  if (request.forget() || !s->durable) return forget(*s);
  disconnect(*s);
}

void Subscribing::configured() {
  audience_.forget_cells();
  // Rights apply when an event is sent: who lost them is told, and reads no more.
  std::vector<std::uint64_t> connected;
  for (const auto& [id, s] : by_id_)
    if (s->is_connected()) connected.push_back(id);
  std::sort(connected.begin(), connected.end());
  const auto& principals = context_.version->principals;
  for (const auto id : connected) {
    Subscription& s = *by_id(id);
    const auto* own = principals.find(s.principal);
    const auto* reader = s.person.empty() ? own : principals.find(s.person);
    if (own == nullptr || reader == nullptr)
      end(s, Error{v1::ERROR_CODE_UNKNOWN_PRINCIPAL, {}});
    else if (!s.person.empty() && !own->acts_for(s.person))
      end(s, Error{v1::ERROR_CODE_MAY_NOT_ACT_FOR, {}});
    else if (auto may = may_read(principals, *reader, s.interest); !may)
      end(s, may.error());
  }
}

void Subscribing::refuse(PeerId peer, std::string_view name, const Error& error, Milliseconds retry_after) {
  auto& refusal = context_.out.single<v1::Refusal>(peer, v1::BrokerFrame::kRefusalFieldNumber);
  refusal.set_error(error.code);
  refusal.set_detail(error.detail);
  if (name.size() <= limits::code_bytes_max) refusal.set_name(std::string(name));
  refusal.set_retry_after_ms(static_cast<std::uint32_t>(retry_after.count()));
}

// ---- Looking up ------------------------------------------------------------------------------------------------

Subscription* Subscribing::by_id(std::uint64_t id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : at->second.get();
}

Subscription* Subscribing::by_key(std::string_view key) const {
  const auto at = by_key_.find(absl::string_view(key.data(), key.size()));
  return at == by_key_.end() ? nullptr : at->second;
}

Subscription* Subscribing::find(PeerId peer, std::string_view name) const {
  Subscription* s = by_key(name.empty() ? unnamed_key(peer) : std::string(name));
  return s != nullptr && s->peer == peer ? s : nullptr;
}

}  // namespace huying::delivery
