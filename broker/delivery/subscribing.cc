#include "broker/delivery/subscribing.h"

#include "base/check.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/text.h"
#include "proto/errors.h"
#include "proto/frame.h"

namespace huying::delivery {
namespace {

void encode(const Cursor& cursor, std::string& out) {
  Encoder encoder(out);
  encoder.number(cursor.generation);
  encoder.number(cursor.consumer_sequence);
  encoder.number(cursor.position.value);
  encoder.number(cursor.events_done);
}

Cursor decode_cursor(Decoder& in) {
  Cursor cursor;
  cursor.generation = in.number<std::uint64_t>();
  cursor.consumer_sequence = in.number<std::uint64_t>();
  cursor.position = Position(in.number<std::uint64_t>());
  cursor.events_done = in.number<std::uint32_t>();
  return cursor;
}

}  // namespace

// ---- Beginning and ending --------------------------------------------------------------------------------------

Result<void> Subscribing::permitted(const Session& session, const v1::Subscribe& request,
                                    std::vector<SubjectPattern>& patterns) const {
  if (!context_.version) return fail(v1::ERROR_CODE_NO_CONFIGURATION);
  const auto& principals = context_.version->principals;
  const auto* principal = principals.find(session.principal);
  if (principal == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  if (!request.person().empty() && request.person() != session.principal) {
    if (!principal->acts_for(request.person())) return fail(v1::ERROR_CODE_MAY_NOT_ACT_FOR);
    principal = principals.find(request.person());
    if (principal == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL, "person");
  }
  if (request.subjects().empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, "subjects");
  if (static_cast<std::size_t>(request.subjects_size()) > limits::subjects_max) return fail(v1::ERROR_CODE_TOO_MANY_ITEMS, "subjects");
  for (const auto& text : request.subjects()) {
    auto pattern = SubjectPattern::parse(text);
    if (!pattern) return tl::unexpected(pattern.error());
    patterns.push_back(std::move(*pattern));
  }
  // Deny by default: who does not read the whole street may read no cell that is not theirs.
  if (principals.reads_whole_street(*principal)) return {};
  if (!principal->person) return fail(v1::ERROR_CODE_SUBJECT_NOT_ALLOWED, "a publisher reads no events");
  for (const auto& place : principals.cells()) {
    if (!principals.roles_in(*principal, place).empty()) continue;
    const CellState* cell = const_cast<Context&>(context_).cells.find(place.stream);
    if (cell != nullptr && !mask_of(patterns, cell->place).empty())
      return fail(v1::ERROR_CODE_SUBJECT_NOT_ALLOWED, "the subjects reach cell " + place.code);
  }
  return {};
}

void Subscribing::subscribe(Session& session, const v1::Subscribe& request) {
  const auto refused = [&](const Error& error) { context_.out.refuse(session.peer, error, 0, false); };
  std::vector<SubjectPattern> patterns;
  if (auto allowed = permitted(session, request, patterns); !allowed) return refused(allowed.error());
  const bool durable = !request.name().empty();
  if (durable && !is_code(request.name(), limits::code_bytes_max)) return refused(Error{v1::ERROR_CODE_FIELD_INVALID, "name"});
  const std::string name = durable ? request.name() : fmt::format("_{}.{}", session.peer.value, next_id_);
  Subscription* s = nullptr;
  const auto held = by_name_.find(name);
  const bool fresh = held == by_name_.end();
  if (fresh) {
    if (all_.size() >= limits::subscriptions_max) return refused(Error{v1::ERROR_CODE_TOO_MANY_SUBSCRIPTIONS, {}});
    all_.push_back(std::make_unique<Subscription>());
    s = all_.back().get();
    s->id = next_id_++;
    s->name = name;
    s->durable = durable;
    s->principal = session.principal;
    by_name_[name] = s;
  } else {
    s = held->second;
    if (s->principal != session.principal) return refused(Error{v1::ERROR_CODE_NAME_TAKEN, {}});
    if (s->peer != PeerId{} && s->peer != session.peer)
      context_.out.refuse(s->peer, Error{v1::ERROR_CODE_SUBSCRIPTION_TAKEN_OVER, name}, 0, false);
  }
  if (request.from_case() == v1::Subscribe::kToken) {
    Subscription probe;
    if (auto position = position_from_token(probe, request.token()); !position) {
      if (fresh) remove(*s);
      return refused(position.error());
    }
  }
  s->peer = session.peer;
  s->patterns = std::move(patterns);
  s->credit_messages = request.credit().messages();
  s->credit_bytes = static_cast<std::int64_t>(request.credit().bytes());
  begin(*s, request, fresh);
  matches_stale_ = true;
  auto& answer = context_.out.single<v1::Subscribed>(session.peer, v1::BrokerFrame::kSubscribedFieldNumber);
  answer.set_name(durable ? name : "");
  answer.set_generation(s->next.generation);
  answer.set_next_consumer_sequence(s->next.consumer_sequence + 1);
}

void Subscribing::begin(Subscription& s, const v1::Subscribe& request, bool fresh) {
  s.sent.clear();
  s.at_head = false;
  s.fell_behind_at.reset();
  s.progress_said = 0;
  const std::uint64_t generation = s.acknowledged.generation + (fresh ? 0 : 1);
  const auto from = [&](Position position) {
    s.acknowledged = Cursor{generation, 0, position, 0};
    s.changed = true;
  };
  switch (request.from_case()) {
    case v1::Subscribe::kStart:
      from(Position{});
      break;
    case v1::Subscribe::kToken: {
      [[maybe_unused]] auto positioned = position_from_token(s, request.token());
      s.acknowledged.generation = generation;
      s.acknowledged.consumer_sequence = 0;
      s.changed = true;
      break;
    }
    case v1::Subscribe::kTimeMs:
      from(head_);
      position_from_time(s, instant(request.time_ms()));
      break;
    case v1::Subscribe::kHead:
      from(head_);
      break;
    default:  // cursor
      if (fresh) from(head_);
      break;
  }
  s.next = s.acknowledged;
  cursor_begun_ = cursor_begun_ || (s.durable && s.changed);
}

void Subscribing::position_from_time(Subscription& s, Instant from) {
  s.reading = true;  // nothing is sent until the position is known
  broker::ReadRequest read;
  read.kind = broker::ReadRequest::Kind::from_time;
  read.time = from;
  const std::uint64_t id = s.id;
  read.sink = [](const journal::Record&) { return journal::Sink::enough; };
  read.done = [this, id](Result<Position> found) {
    for (auto& one : all_) {
      if (one->id != id) continue;
      one->reading = false;
      if (found) one->acknowledged.position = one->next.position = *found;
    }
  };
  context_.reads.push_back(std::move(read));
}

// A token is the cursor and a keyed digest over it, so that a damaged or foreign one is known.
std::string Subscribing::token_of(const Cursor& cursor) const {
  std::string out;
  encode(cursor, out);
  return out + context_.key('t', out).bytes();
}

Result<void> Subscribing::position_from_token(Subscription& s, std::string_view token) {
  constexpr std::size_t digest_bytes = 16;
  if (token.size() <= digest_bytes) return fail(v1::ERROR_CODE_TOKEN_INVALID);
  const auto body = token.substr(0, token.size() - digest_bytes);
  if (context_.key('t', body).bytes() != token.substr(body.size())) return fail(v1::ERROR_CODE_TOKEN_INVALID);
  Decoder in(body);
  s.acknowledged = decode_cursor(in);
  if (!in.at_end()) return fail(v1::ERROR_CODE_TOKEN_INVALID);
  return {};
}

void Subscribing::end_session(PeerId peer) {
  std::vector<Subscription*> gone;
  for (auto& s : all_) {
    if (s->peer != peer) continue;
    s->peer = PeerId{};
    s->at_head = false;
    s->sent.clear();
    s->next = s->acknowledged;
    matches_stale_ = true;
    if (!s->durable) gone.push_back(s.get());
  }
  for (Subscription* s : gone) remove(*s);
}

void Subscribing::remove(Subscription& s) {
  matches_.clear();  // holds pointers
  matches_stale_ = true;
  by_name_.erase(s.name);
  std::erase_if(all_, [&](const auto& one) { return one.get() == &s; });
}

Subscribing::Subscription* Subscribing::find(PeerId peer, const std::string& name) {
  if (!name.empty()) {
    const auto at = by_name_.find(name);
    return at != by_name_.end() && at->second->peer == peer ? at->second : nullptr;
  }
  for (auto& s : all_)
    if (s->peer == peer && !s->durable) return s.get();
  return nullptr;
}

void Subscribing::acknowledge(Session& session, const v1::AcknowledgeEvents& acknowledgement) {
  Subscription* s = find(session.peer, acknowledgement.name());
  if (s == nullptr) return context_.out.refuse(session.peer, Error{v1::ERROR_CODE_SUBSCRIPTION_UNKNOWN, acknowledgement.name()}, 0, false);
  while (!s->sent.empty() && s->sent.front().consumer_sequence <= acknowledgement.consumer_sequence()) {
    const Sent& sent = s->sent.front();
    if (sent.position == Position{}) break;  // of the round under way: it cannot have been seen
    s->acknowledged.consumer_sequence = sent.consumer_sequence;
    s->acknowledged.position = sent.position;
    s->acknowledged.events_done = sent.events_done;
    s->changed = true;
    s->sent.pop_front();
  }
}

void Subscribing::credit(Session& session, const v1::Credit& credit) {
  Subscription* s = find(session.peer, credit.name());
  if (s == nullptr) return;
  constexpr std::int64_t messages_max = 1 << 20, bytes_max = 64 * limits::MiB;
  s->credit_messages = std::min(s->credit_messages + credit.messages(), messages_max);
  s->credit_bytes = std::min(s->credit_bytes + static_cast<std::int64_t>(std::min<std::uint64_t>(credit.bytes(), bytes_max)), bytes_max);
}

// ---- Cursors ---------------------------------------------------------------------------------------------------

void Subscribing::load(std::string_view name, std::string_view state) {
  Decoder in(state);
  const std::string principal(in.bytes());
  const Cursor cursor = decode_cursor(in);
  if (!in.at_end() || by_name_.contains(std::string(name))) return;  // losing a cursor costs repeats (I11)
  all_.push_back(std::make_unique<Subscription>());
  Subscription& s = *all_.back();
  s.id = next_id_++;
  s.name = name;
  s.durable = true;
  s.principal = principal;
  s.acknowledged = s.next = cursor;
  by_name_[s.name] = &s;
}

std::vector<std::pair<std::string, std::string>> Subscribing::take_changed_cursors() {
  cursor_begun_ = false;
  std::vector<std::pair<std::string, std::string>> out;
  for (auto& s : all_) {
    if (!s->durable || !s->changed || s->reading) continue;
    s->changed = false;
    std::string state;
    Encoder(state).bytes(s->principal);
    encode(s->acknowledged, state);
    out.emplace_back(s->name, std::move(state));
  }
  return out;
}

void Subscribing::status(v1::StatusReply& reply) const {
  for (const auto& s : all_) {
    auto& one = *reply.add_subscriptions();
    one.set_name(s->name);
    one.set_principal(s->principal);
    one.set_connected(s->peer != PeerId{});
    one.set_acknowledged(s->acknowledged.consumer_sequence);
    one.set_sent(s->next.consumer_sequence);
  }
}

}  // namespace huying::delivery
