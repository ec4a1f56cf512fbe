#include "broker/delivery/asking.h"

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "broker/directory/citizen.h"
#include "broker/intake/acting.h"
#include "broker/intake/case_number.h"
#include "broker/state/retry_hints.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {


// Who may read which part of a request (docs/protocol.md, Asking). A contact reaches only who works on the case.
bool may_read(v1::FetchPart part, const std::vector<v1::Role>& roles, bool at_desk) {
  for (const auto role : roles) {
    switch (role) {
      case v1::ROLE_GRID_WORKER:
      case v1::ROLE_CADRE:
        return true;
      case v1::ROLE_DESK:
        if (at_desk || part != v1::FETCH_PART_CONTACT) return true;
        break;
      case v1::ROLE_UNIT_SUPERVISOR:
      case v1::ROLE_STREET_SUPERVISOR:
        if (part != v1::FETCH_PART_CONTACT) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

// What they themselves said, with the request or by a step, and what was said to them: how it was solved, or why it is not
// accepted. What staff write for a citizen on the telephone is stamped with the role of who wrote it, and is staff's.
bool may_citizen_read(v1::FetchPart part) { return part == v1::FETCH_PART_TEXT || part == v1::FETCH_PART_ACTION_WORDS; }
bool is_for_the_citizen(const v1::ActionStamped& step) {
  return step.actor().role() == v1::ROLE_CITIZEN || step.kind() == v1::ACTION_KIND_RESOLVE ||
         step.kind() == v1::ACTION_KIND_NOT_ACCEPT;
}

}  // namespace

Result<Asking::Asker> Asking::asker_of(const Session& session, const std::string& person) const {
  if (!context_.version) return fail(v1::ERROR_CODE_NO_CONFIGURATION);
  const auto* principal = context_.version->principals.find(session.principal);
  if (principal == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  if (person.empty() || person == session.principal) return Asker{session.principal, {}};
  if (person == directory::citizen_code) {
    if (!principal->speaks_for_citizens()) return fail(v1::ERROR_CODE_MAY_NOT_ACT_FOR, "citizens are brought by a gateway");
    return Asker{session.principal, session.principal, true};
  }
  if (!principal->acts_for(person)) return fail(v1::ERROR_CODE_MAY_NOT_ACT_FOR);
  if (context_.version->principals.find(person) == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL, "person");
  return Asker{person, session.principal};
}

std::vector<v1::Role> Asking::roles_of(const Asker& asker, const broker::CellPlace& place) const {
  if (asker.citizen) return {v1::ROLE_CITIZEN};
  return context_.version->principals.roles_in(*context_.version->principals.find(asker.person), place);
}

void Asking::query(Session& session, const v1::Query& query) {
  const auto refused = [&](const Error& error) { refuse_query(session.peer, query.tag(), error); };
  auto asker = asker_of(session, query.person());
  if (!asker) return refused(asker.error());
  if (!query.case_number().empty() && !query.cell().empty())
    return refused(Error{v1::ERROR_CODE_FIELD_INVALID, "name a case or a cell, not both"});
  if (asker->citizen && query.case_number().empty())
    return refused(Error{v1::ERROR_CODE_NOT_ALLOWED, "a citizen asks for the case whose number they hold"});
  if (auto fits = check_list(query); !fits) return refused(fits.error());
  if (query.every_cell()) return ask_every_cell(session, query, *asker);
  if (!query.cell().empty()) {
    const auto* place = context_.version->principals.cell(query.cell());
    if (place == nullptr) return refused(Error{v1::ERROR_CODE_CELL_UNKNOWN, query.cell()});
    return ask_owner(session.peer, query.tag(), *context_.cells.find(place->stream), {}, *asker, query);
  }
  if (query.case_number().empty()) {
    auto own = own_cell(asker->person);
    if (!own) return refused(own.error());
    return ask_owner(session.peer, query.tag(), *context_.cells.find(*own), {}, *asker, query);
  }
  auto number = intake::canonical_case_number(query.case_number());
  if (!number) return refused(number.error());
  const StreamId stream = context_.cells.cell_of(context_.key(broker::key_number, *number));
  if (stream != partition_stream) {
    CellState* cell = context_.cells.find(stream);
    if (cell == nullptr) return refused(Error{v1::ERROR_CODE_CASE_UNKNOWN, "no directory tells its cell"});  // read-only
    return ask_owner(session.peer, query.tag(), *cell, *number, *asker, query);
  }
  look_for_ended(session, query, *number, *asker);
}

// Of somebody who works in one cell; who works in several is told which.
Result<StreamId> Asking::own_cell(const std::string& person) const {
  constexpr std::size_t named_max = 40;
  const auto& principals = context_.version->principals;
  const auto* principal = principals.find(person);
  std::vector<const broker::CellPlace*> cells;
  if (principal->holds(v1::ROLE_DESK)) return desk_stream;
  for (const auto& place : principals.cells())
    if (!principals.roles_in(*principal, place).empty()) cells.push_back(&place);
  if (cells.size() == 1) return cells.front()->stream;
  std::string names = cells.empty() ? "no cell is yours" : "name one of";
  for (std::size_t i = 0; i < std::min(cells.size(), named_max); ++i) names += " " + cells[i]->code;
  return fail(v1::ERROR_CODE_FIELD_INVALID, std::move(names));
}

void Asking::ask_owner(PeerId who, std::uint64_t tag, CellState& cell, const std::string& number, const Asker& asker,
                       const v1::Query& query) {
  const auto& principals = context_.version->principals;
  const auto* person = principals.find(asker.person);
  const auto* place = principals.cell(cell.stream);
  HUYING_CHECK(place != nullptr);
  const auto roles = roles_of(asker, *place);
  if (roles.empty() && !principals.reads_whole_street(*person))
    return refuse_query(who, tag, Error{v1::ERROR_CODE_NOT_YOUR_CELL, query.cell()});  // where a case is, is not told
  if (context_.options.read_only)
    return refuse_query(who, tag, Error{v1::ERROR_CODE_READ_ONLY, "no host answers for an open case; what ended is shown"});
  if (!cell.unread.empty()) return refuse_query(who, tag, Error{v1::ERROR_CODE_ARCHIVED, cell.unread});
  if (!can_be_asked(cell) || asked_.size() >= asked_max)
    return refuse_query(who, tag, Error{v1::ERROR_CODE_NO_OWNER, place->code});
  Session* session = context_.sessions.find(who);
  if (session == nullptr) return;
  if (session->questions >= limits::questions_a_session_max)
    return refuse_query(who, tag, Error{v1::ERROR_CODE_BUSY, "questions of this session wait for their answers"});
  ++session->questions;
  auto& ask = send_ask(who, tag, cell, asker, roles, 0);
  ask.set_case_number(number);
  if (!number.empty()) return ask.set_limit(1);
  ask.set_offset(query.offset());
  ask.set_limit(list_limit(query));
  ask.set_order(query.order());
  if (query.has_after()) *ask.mutable_after() = query.after();
}

v1::Ask& Asking::send_ask(PeerId who, std::uint64_t tag, const CellState& cell, const Asker& asker,
                          const std::vector<v1::Role>& roles, std::uint64_t list) {
  const std::uint64_t id = next_query_++;
  asked_[id] = {who, tag, cell.stream, cell.owner, context_.now.steady + answer_within, list};
  auto& ask = context_.out.single<v1::Ask>(cell.owner, v1::BrokerFrame::kAskFieldNumber);
  ask.set_query_id(id);
  ask.set_stream(cell.stream.value);
  ask.mutable_asker()->set_principal(asker.person);
  ask.mutable_asker()->set_via(asker.via);
  if (!roles.empty()) ask.mutable_asker()->set_role(roles.front());
  for (const auto role : roles) ask.add_roles(role);
  return ask;
}

void Asking::look_for_ended(Session& session, const v1::Query& query, const std::string& number, const Asker& asker) {
  const PeerId who = session.peer;
  const std::uint64_t tag = query.tag();
  context_.lookups.push_back({context_.key(broker::key_ended, number), [=, this](std::optional<Position> found) {
    if (!found) return refuse_query(who, tag, Error{v1::ERROR_CODE_CASE_UNKNOWN, {}});
    const auto unread = [=, this](const Error& error) { refuse_query(who, tag, error); };
    read_at(*found, unread, [=, this](const journal::Record& record) { answer_ended(who, tag, number, asker, record); });
  }});
}

// What may be done with it is the case table's word, so its cell is asked; it is shown without where nobody can be.
void Asking::answer_ended(PeerId who, std::uint64_t tag, const std::string& number, const Asker& asker,
                          const journal::Record& record) {
  const auto& principals = context_.version->principals;
  const auto* person = principals.find(asker.person);
  const auto* place = principals.cell(record.stream);
  const auto roles = place == nullptr || person == nullptr ? std::vector<v1::Role>{} : roles_of(asker, *place);
  if (place == nullptr || person == nullptr || (roles.empty() && !principals.reads_whole_street(*person)))
    return refuse_query(who, tag, Error{v1::ERROR_CODE_NOT_YOUR_CELL, {}});
  v1::Commit commit;
  HUYING_CHECK(commit.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
  Ended ended{number, place->code, intake::whole_of_ended(commit, number), record.sequence.value};
  if (ended.whole.empty()) return refuse_query(who, tag, Error{v1::ERROR_CODE_CASE_ENDED, "its host left no ending"});
  const CellState* cell = context_.cells.find(record.stream);
  Session* session = context_.sessions.find(who);
  // A citizen is told nothing of it; and their questions, which anybody may ask, wait for no host.
  const bool ask_cell = !roles.empty() && !asker.citizen && !context_.options.read_only && cell != nullptr && can_be_asked(*cell) &&
                        asked_.size() < asked_max && session != nullptr && session->questions < limits::questions_a_session_max;
  if (!ask_cell) return show_ended(who, tag, ended);
  ++session->questions;
  auto& ask = send_ask(who, tag, *cell, asker, roles, 0);
  ask.set_case_number(number);
  ask.set_prior(ended.whole);
  asked_[ask.query_id()].ended = std::move(ended);
}

void Asking::show_ended(PeerId who, std::uint64_t tag, const Ended& ended) {
  if (context_.sessions.find(who) == nullptr) return;
  auto& reply = context_.out.single<v1::QueryReply>(who, v1::BrokerFrame::kQueryReplyFieldNumber);
  reply.set_tag(tag);
  reply.set_cell(ended.cell);
  reply.set_sequence(ended.sequence);
  reply.set_total(1);
  HUYING_CHECK(reply.add_cases()->mutable_whole()->ParseFromString(ended.whole));
}

void Asking::unanswered(const Asked& asked, const Error& error) {
  const auto reopened = [&] { return context_.cells.cell_of(context_.key(broker::key_number, asked.ended->number)) != partition_stream; };
  if (asked.ended && !reopened()) return show_ended(asked.who, asked.tag, *asked.ended);
  refuse_query(asked.who, asked.tag, error);
}

// The commit it rests on came before it on the same connection, so it is on this round's batch at the latest; the
// outbox holds the reply until that is durable.
void Asking::answer(Session& host, v1::Answer& answer) {
  const auto at = asked_.find(answer.query_id());
  if (at == asked_.end() || at->second.host != host.peer) return;
  const Asked asked = std::move(at->second);
  asked_.erase(at);
  const CellState* cell = context_.cells.find(asked.stream);
  const bool stands = cell != nullptr && cell->owner == host.peer && answer.commit_number() <= cell->last_commit &&
                      answer.epoch().grant() == cell->grant;
  if (asked.list != 0) return answered_list(asked, stands && answer.error() == 0 ? &answer : nullptr);
  answered(asked.who);
  if (answer.error() != 0) return unanswered(asked, Error{answer.error(), {}});
  if (answer.ByteSizeLong() > answer_bytes_max)
    return unanswered(asked, Error{v1::ERROR_CODE_FRAME_TOO_LARGE, "the host's answer"});
  if (!stands) return unanswered(asked, Error{v1::ERROR_CODE_NO_OWNER, {}});
  auto& reply = context_.out.single<v1::QueryReply>(asked.who, v1::BrokerFrame::kQueryReplyFieldNumber);
  reply.set_tag(asked.tag);
  reply.set_cell(cell->place.cell);
  reply.set_sequence(answer.sequence());
  reply.mutable_cases()->Swap(answer.mutable_cases());
  reply.set_total(answer.total());
  reply.set_more(answer.more());
  reply.set_parked_at(answer.parked_at());
  context_.said_bytes += reply.ByteSizeLong();
}

void Asking::answered(PeerId who) {
  Session* session = context_.sessions.find(who);
  if (session != nullptr && session->questions > 0) --session->questions;
}

void Asking::fetch(Session& session, const v1::Fetch& fetch) {
  const PeerId who = session.peer;
  const auto refused = [&](const Error& error) { refuse_fetch(who, fetch.tag(), error); };
  auto asker = asker_of(session, fetch.person());
  if (!asker) return refused(asker.error());
  auto number = intake::canonical_case_number(fetch.case_number());
  if (!number) return refused(number.error());
  if (fetch.part() == v1::FETCH_PART_ACTION_WORDS) {
    const auto* place = context_.version->principals.cell(fetch.cell());
    if (place == nullptr) return refused(Error{v1::ERROR_CODE_CELL_UNKNOWN, fetch.cell()});
    broker::ReadRequest read;
    read.kind = broker::ReadRequest::Kind::cell;
    read.stream = place->stream;
    read.sequence = Sequence(std::max<std::uint64_t>(fetch.sequence(), 1));
    auto seen = std::make_shared<bool>(false);
    read.sink = [=, this, asker = *asker](const journal::Record& record) {
      *seen = true;
      answer_fetch(who, fetch, asker, record);
      return journal::Sink::enough;
    };
    read.done = [=, this](const Result<Position>& done) {
      if (!done) return refuse_fetch(who, fetch.tag(), done.error());
      if (!*seen) refuse_fetch(who, fetch.tag(), Error{v1::ERROR_CODE_CASE_UNKNOWN, {}});
    };
    context_.reads_first.push_back(std::move(read));
    return;
  }
  context_.lookups.push_back({context_.key(broker::key_number, *number), [=, this, asker = *asker](std::optional<Position> found) {
    if (!found) return refuse_fetch(who, fetch.tag(), Error{v1::ERROR_CODE_CASE_UNKNOWN, {}});
    const auto unread = [=, this](const Error& error) { refuse_fetch(who, fetch.tag(), error); };
    read_at(*found, unread, [=, this](const journal::Record& record) { answer_fetch(who, fetch, asker, record); });
  }});
}

void Asking::answer_fetch(PeerId who, const v1::Fetch& fetch, const Asker& asker, const journal::Record& record) {
  const auto& principals = context_.version->principals;
  const auto* person = principals.find(asker.person);
  const auto number = intake::canonical_case_number(fetch.case_number());
  StreamId stream = context_.cells.cell_of(context_.key(broker::key_number, *number));
  if (stream == partition_stream) stream = record.stream;  // ended: where it began
  const auto* place = principals.cell(stream);
  const bool may = person != nullptr && place != nullptr &&
                   (asker.citizen ? may_citizen_read(fetch.part())
                                  : may_read(fetch.part(), principals.roles_in(*person, *place), stream == desk_stream));
  if (!may)
    return refuse_fetch(who, fetch.tag(), Error{v1::ERROR_CODE_NOT_ALLOWED, {}});
  v1::FetchReply reply;
  reply.set_tag(fetch.tag());
  const auto parse = [&](google::protobuf::MessageLite& into) {
    return into.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size()));
  };
  if (fetch.part() == v1::FETCH_PART_ACTION_WORDS) {
    v1::ActionRecord action;
    if (record.kind != v1::RECORD_KIND_ACTION || record.sequence.value != fetch.sequence() || !parse(action) ||
        action.stamped().case_number() != *number)
      return refuse_fetch(who, fetch.tag(), Error{v1::ERROR_CODE_CASE_UNKNOWN, "no action of it there"});
    if (asker.citizen && !is_for_the_citizen(action.stamped()))
      return refuse_fetch(who, fetch.tag(), Error{v1::ERROR_CODE_NOT_ALLOWED, {}});
    *reply.mutable_text() = action.private_part().words();
    *reply.mutable_attachments() = action.private_part().attachments();
  } else {
    v1::RequestRecord held;
    HUYING_CHECK(record.kind == v1::RECORD_KIND_REQUEST && parse(held));
    const auto& request = held.private_part().request();
    switch (fetch.part()) {
      case v1::FETCH_PART_TEXT:
        *reply.mutable_text() = request.text();
        *reply.mutable_attachments() = request.attachments();
        break;
      case v1::FETCH_PART_CONTACT:
        *reply.mutable_contact() = request.contact();
        break;
      case v1::FETCH_PART_LOCATION:
        *reply.mutable_location() = request.location();
        break;
      default:
        return refuse_fetch(who, fetch.tag(), Error{v1::ERROR_CODE_FIELD_INVALID, "part"});
    }
  }
  context_.out.single<v1::FetchReply>(who, v1::BrokerFrame::kFetchReplyFieldNumber) = std::move(reply);
}

void Asking::tick() {
  std::vector<std::uint64_t> late;
  for (const auto& [id, asked] : asked_)
    if (context_.now.steady >= asked.until) late.push_back(id);
  std::sort(late.begin(), late.end());  // answered in the order asked, not in that of a table in memory
  for (const auto id : late) {
    const Asked asked = std::move(asked_[id]);
    asked_.erase(id);
    if (asked.list != 0) {
      answered_list(asked, nullptr);
      continue;
    }
    answered(asked.who);
    unanswered(asked, Error{v1::ERROR_CODE_NO_OWNER, "no answer in time"});
  }
}

void Asking::end_session(PeerId peer) {
  for (auto& [id, asked] : asked_)
    if (asked.host == peer) asked.until = context_.now.steady;
}

void Asking::read_at(Position position, std::function<void(const Error&)> unread,
                     std::function<void(const journal::Record&)> use) {
  broker::ReadRequest read;
  read.kind = broker::ReadRequest::Kind::at;
  read.position = position;
  read.sink = [use = std::move(use)](const journal::Record& record) {
    use(record);
    return journal::Sink::enough;
  };
  read.done = [unread = std::move(unread)](const Result<Position>& done) {
    if (!done) unread(done.error());
  };
  context_.reads_first.push_back(std::move(read));
}

void Asking::refuse_query(PeerId who, std::uint64_t tag, const Error& error) {
  if (context_.sessions.find(who) == nullptr) return;
  auto& reply = context_.out.single<v1::QueryReply>(who, v1::BrokerFrame::kQueryReplyFieldNumber);
  reply.set_tag(tag);
  reply.set_error(error.code);
  reply.set_detail(error.detail);
  reply.set_retry_after_ms(broker::retry_after_ms(error.code));
}

void Asking::refuse_fetch(PeerId who, std::uint64_t tag, const Error& error) {
  auto& reply = context_.out.single<v1::FetchReply>(who, v1::BrokerFrame::kFetchReplyFieldNumber);
  reply.set_tag(tag);
  reply.set_error(error.code);
  reply.set_detail(error.detail);
}

}  // namespace huying::delivery
