#include "broker/intake/acting.h"

#include <bit>

#include "base/check.h"
#include "base/limits.h"
#include "broker/intake/content.h"
#include "broker/state/retry_hints.h"
#include "proto/errors.h"

namespace huying::intake {
namespace {

std::size_t reply_bytes(const v1::Commit& commit) {
  std::size_t bytes = 128;
  for (const auto& event : commit.events()) bytes += event.event().size() + 16;
  return bytes;
}

}  // namespace

void fill_decided(v1::ActionReply& reply, const v1::Commit& commit, std::string_view case_number,
                  std::string_view cell) {
  reply.set_stage(v1::ActionReply::DECIDED);
  reply.set_case_number(std::string(case_number));
  reply.set_cell(std::string(cell));
  *reply.mutable_outcome() = commit.outcome();
  reply.set_error(commit.outcome().error());
  *reply.mutable_events() = commit.events();
}

std::string whole_of_ended(const v1::Commit& commit, std::string_view case_number) {
  for (const auto& committed : commit.events()) {
    v1::CaseEvent event;
    if (event.ParseFromString(committed.event()) && event.has_whole() && event.case_number() == case_number)
      return event.whole().SerializeAsString();
  }
  return {};
}

void Acting::receive(Session& session, v1::Act& act) {
  if (session.unanswered >= limits::publish_window)
    return refuse(session.peer, act.tag(), Error{v1::ERROR_CODE_WINDOW_EXCEEDED, {}});
  auto pending = std::make_unique<Pending>();
  if (auto admitted = admit(session, act, *pending); !admitted) return refuse(session.peer, act.tag(), admitted.error());
  pending->peer = session.peer;
  pending->tag = act.tag();
  pending->content = action_content(act.action(), scratch_);
  pending->key = context_.key(broker::key_action, pending->person, act.action().action_id());
  pending->action.Swap(act.mutable_action());
  ++session.unanswered;
  pending_.push_back(std::move(pending));
  look_up(*pending_.back());
}

void Acting::look_up(Pending& pending) {
  const auto ask = [&](Digest128 key, std::optional<Position>& into) {
    context_.lookups.push_back({key, [&into](std::optional<Position> found) { into = found; }});
  };
  ask(pending.key, pending.recorded);
  ask(context_.decided_key(pending.key), pending.decided);
  ask(context_.key(broker::key_number, pending.number), pending.request);
  ask(context_.key(broker::key_ended, pending.number), pending.ended);
}

void Acting::file_pending() {
  for (auto& pending : pending_)
    if (!pending->done && pending->reads_under_way == 0) advance(*pending);
  while (!pending_.empty() && pending_.front()->done) pending_.pop_front();
  if (pending_.empty()) contents_of_round_.clear();
}

void Acting::retry() {
  for (auto& pending : pending_) {
    if (!pending->retry && !decided_in_round_.contains(pending->key)) continue;
    pending->retry = false;
    look_up(*pending);
  }
  decided_in_round_.clear();
}

void Acting::advance(Pending& pending) {
  if (pending.recorded) return answer_again(pending);
  if (const auto same = contents_of_round_.find(pending.key); same != contents_of_round_.end()) {
    pending.done = true;
    if (!(same->second == pending.content)) {
      refuse(pending.peer, pending.tag, Error{v1::ERROR_CODE_ACTION_DIFFERS, {}}, pending.number);
      settle(pending.peer);
    } else {
      auto& reply = context_.out.action_reply(pending.peer, 64);
      reply.set_tag(pending.tag);
      reply.set_stage(v1::ActionReply::RECEIVED);
      reply.set_case_number(pending.number);
      wait_for_decision(pending);
    }
    return;
  }
  const bool open = context_.cells.cell_of(context_.key(broker::key_number, pending.number)) != partition_stream;
  if (!open && !pending.ended) {
    pending.retry = pending.request.has_value();  // it is ending in this very round: ask again when that has landed
    if (pending.retry) return;
    pending.done = true;
    refuse(pending.peer, pending.tag, Error{v1::ERROR_CODE_CASE_UNKNOWN, {}}, pending.number);
    settle(pending.peer);
    return;
  }
  if (!open && pending.prior_known && pending.prior.empty()) {  // a host said that it ended, and left no ending
    pending.done = true;
    refuse(pending.peer, pending.tag, Error{v1::ERROR_CODE_CASE_ENDED, {}}, pending.number);
    return settle(pending.peer);
  }
  if (!open && !pending.prior_known) {
    read(pending, *pending.ended, [&pending](const journal::Record& record) {
      v1::Commit commit;
      HUYING_CHECK(commit.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
      pending.prior = whole_of_ended(commit, pending.number);
      pending.ended_stream = record.stream;
      pending.prior_known = true;
    });
    return;
  }
  file(pending);
}

void Acting::answer_again(Pending& pending) {
  if (!pending.recorded_known) {
    pending.recorded_known = true;
    read(pending, *pending.recorded, [&pending](const journal::Record& record) {
      HUYING_CHECK(pending.held.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
      pending.held_stream = record.stream;
    });
    return;
  }
  if (!pending.decided && decided_in_round_.contains(pending.key)) {
    pending.retry = true;  // who waits was told when the commit came: ask again when it has landed
    return;
  }
  Digest128 content;
  HUYING_CHECK(pending.held.private_part().content_digest().size() == sizeof content);
  std::memcpy(&content, pending.held.private_part().content_digest().data(), sizeof content);
  const std::string& number = pending.held.stamped().case_number();
  pending.done = true;
  if (!(content == pending.content)) {
    refuse(pending.peer, pending.tag, Error{v1::ERROR_CODE_ACTION_DIFFERS, "case " + number}, number);
    return settle(pending.peer);
  }
  auto& reply = context_.out.action_reply(pending.peer, 64);
  reply.set_tag(pending.tag);
  reply.set_stage(v1::ActionReply::RECEIVED);
  reply.set_case_number(number);
  if (!pending.decided) {
    wait_for_decision(pending);
    const CellState* cell = context_.cells.find(pending.held_stream);
    if (cell != nullptr && context_.set_aside_steps.contains(pending.key)) set_aside(pending.key, *cell);
    return;
  }
  pending.done = false;
  const Position position = *pending.decided;
  pending.decided.reset();
  read(pending, position, [this, &pending](const journal::Record& record) {
    v1::Commit commit;
    HUYING_CHECK(commit.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
    auto& again = context_.out.action_reply(pending.peer, reply_bytes(commit));
    again.set_tag(pending.tag);
    const CellState* cell = context_.cells.find(record.stream);
    fill_decided(again, commit, pending.held.stamped().case_number(), cell ? cell->place.cell : "");
    pending.done = true;
    settle(pending.peer);
  });
}

void Acting::file(Pending& pending) {
  pending.done = true;
  const auto& principals = context_.version->principals;
  StreamId stream = context_.cells.cell_of(context_.key(broker::key_number, pending.number));
  if (stream == partition_stream)
    stream = pending.ended_stream;
  else
    pending.prior.clear();  // reopened meanwhile: its cell knows it
  CellState* cell = context_.cells.find(stream);
  const broker::CellPlace* place = principals.cell(stream);
  HUYING_CHECK(cell != nullptr && place != nullptr, "a case in stream {}", stream.value);
  const auto roles = roles_of(pending, *place);
  const auto refused = [&](std::uint32_t code, std::string detail) {
    refuse(pending.peer, pending.tag, Error{code, std::move(detail)}, pending.number);
    settle(pending.peer);
  };
  if (roles.empty()) return refused(v1::ERROR_CODE_NOT_YOUR_CELL, {});  // where the case is, is not told
  const auto& action = pending.action;
  // Its ending is what the step is told of: of two reopenings the second would be told of the wrong one.
  if (!pending.prior.empty() && context_.reopenings.waits(pending.number))
    return refused(v1::ERROR_CODE_BUSY, "the case is being reopened");
  const broker::CellPlace* target = nullptr;
  if (!action.to_cell().empty()) {
    target = principals.cell(action.to_cell());
    if (target == nullptr) return refused(v1::ERROR_CODE_CELL_UNKNOWN, action.to_cell());
    if (target->retired) return refused(v1::ERROR_CODE_TARGET_INVALID, action.to_cell());
  }

  v1::ActionRecord record;
  auto& stamped = *record.mutable_stamped();
  stamped.set_action_id(action.action_id());
  stamped.set_case_number(pending.number);
  stamped.set_kind(action.kind());
  stamped.mutable_actor()->set_principal(pending.person);
  stamped.mutable_actor()->set_role(roles.front());
  stamped.mutable_actor()->set_via(pending.via);
  stamped.mutable_actor()->set_for_citizen(action.for_citizen());
  for (const auto role : roles) stamped.add_roles(role);
  stamped.set_directory_version(context_.version->number);
  stamped.set_expected_revision(action.expected_revision());
  stamped.set_to_cell(action.to_cell());
  if (target != nullptr) stamped.set_to_stream(target->stream.value);
  stamped.set_reason_code(action.reason_code());
  stamped.set_has_words(!action.words().plain().empty() || !action.words().sealed().empty());
  stamped.set_attachments(static_cast<std::uint32_t>(action.attachments_size()));
  stamped.set_verdict(action.verdict());
  stamped.set_satisfaction(action.satisfaction());
  stamped.set_until_ms(action.until_ms());
  *stamped.mutable_targets() = action.targets();
  stamped.set_cause_sequence(action.cause_sequence());
  stamped.set_asks(action.asks());
  *stamped.mutable_milestones_ms() = action.milestones_ms();
  record.mutable_private_part()->set_content_digest(&pending.content, sizeof pending.content);
  if (action.has_words()) *record.mutable_private_part()->mutable_words() = action.words();
  *record.mutable_private_part()->mutable_attachments() = action.attachments();
  record.set_prior(pending.prior);
  stamped.SerializeToString(&stamped_bytes_);
  record.SerializeToString(&record_bytes_);

  context_.append.begin_item();
  const Sequence sequence = context_.append.add(stream, v1::RECORD_KIND_ACTION, {}, record_bytes_);
  context_.append.add_key(pending.key, journal::KeyRule::unique);
  contents_of_round_[pending.key] = pending.content;
  if (!pending.prior.empty() && action.kind() == v1::ACTION_KIND_REOPEN)
    context_.reopenings.begin(pending.key, pending.number);
  wait_for_decision(pending);
  auto& reply = context_.out.action_reply(pending.peer, 64);
  reply.set_tag(pending.tag);
  reply.set_stage(v1::ActionReply::RECEIVED);
  reply.set_case_number(pending.number);
  reply.set_cell(cell->place.cell);
  sink_.action_appended(*cell, sequence, pending.key, stamped_bytes_, pending.prior);
}

// Who asked and left is forgotten: the same step, asked for again and again by sessions that end, leaves nothing behind.
void Acting::wait_for_decision(const Pending& pending) {
  constexpr std::size_t few = 16;
  auto& who = waiting_[pending.key].who;
  if (who.size() >= few && std::has_single_bit(who.size()))
    std::erase_if(who, [&](const auto& one) { return context_.sessions.find(one.first) == nullptr; });
  who.emplace_back(pending.peer, pending.tag);
}

void Acting::decided(const Digest128& action, const v1::Commit& commit, const CellState& cell) {
  decided_in_round_.insert(action);
  context_.reopenings.end(action);
  const auto at = waiting_.find(action);
  if (at == waiting_.end()) return;
  std::string number;
  for (const auto& committed : commit.events()) {
    v1::CaseEvent event;
    if (event.ParseFromString(committed.event())) number = event.case_number();
    break;
  }
  for (const auto& [peer, tag] : at->second.who) {
    if (context_.sessions.find(peer) == nullptr) continue;
    auto& reply = context_.out.action_reply(peer, reply_bytes(commit));
    reply.set_tag(tag);
    fill_decided(reply, commit, number, cell.place.cell);
    settle(peer);
  }
  waiting_.erase(at);
}

void Acting::set_aside(const Digest128& action, const CellState& cell) {
  context_.reopenings.end(action);
  const auto at = waiting_.find(action);
  if (at == waiting_.end()) return;
  for (const auto& [peer, tag] : at->second.who) {
    if (context_.sessions.find(peer) == nullptr) continue;
    auto& reply = context_.out.action_reply(peer, 64);
    reply.set_tag(tag);
    reply.set_stage(v1::ActionReply::DECIDED);
    reply.set_error(v1::ERROR_CODE_SET_ASIDE);
    reply.set_cell(cell.place.cell);
    settle(peer);
  }
  waiting_.erase(at);
}

void Acting::read(Pending& pending, Position position, std::function<void(const journal::Record&)> use) {
  ++pending.reads_under_way;
  broker::ReadRequest request;
  request.kind = broker::ReadRequest::Kind::at;
  request.position = position;
  request.sink = [use = std::move(use)](const journal::Record& record) {
    use(record);
    return journal::Sink::enough;
  };
  request.done = [this, &pending](const Result<Position>& done) {
    --pending.reads_under_way;
    if (done) return;
    HUYING_CHECK(done.error().code == v1::ERROR_CODE_ARCHIVED, "a record that was found cannot be read: {}",
                 done.error().detail);
    refuse(pending.peer, pending.tag, done.error(), pending.number);
    settle(pending.peer);
    pending.done = true;
  };
  context_.reads_first.push_back(std::move(request));
}

void Acting::refuse(PeerId peer, std::uint64_t tag, const Error& error, std::string_view number) {
  auto& reply = context_.out.action_reply(peer, 64 + error.detail.size());
  reply.set_tag(tag);
  reply.set_stage(v1::ActionReply::REFUSED);
  reply.set_error(error.code);
  reply.set_detail(error.detail);
  reply.set_case_number(std::string(number));
  reply.set_retry_after_ms(broker::retry_after_ms(error.code));
}

void Acting::settle(PeerId peer) {
  if (Session* session = context_.sessions.find(peer); session != nullptr && session->unanswered > 0) --session->unanswered;
}

}  // namespace huying::intake
