// A part of Asking: one list of the open cases of every cell that the asker may read. Each cell's owner is asked for its
// worst; the reply leaves when all have answered, or those that did not are named.
#include <fmt/format.h>

#include <utility>

#include "broker/delivery/asking.h"
#include "broker/state/retry_hints.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

constexpr std::size_t rank_bytes_max = 128;  // it is sent on to every cell

}  // namespace

Result<void> Asking::check_list(const v1::Query& query) {
  const auto invalid = [](std::string what) { return fail(v1::ERROR_CODE_FIELD_INVALID, std::move(what)); };
  if (!v1::CaseOrder_IsValid(query.order())) return invalid("order");
  const bool worst_first = query.order() == v1::CASE_ORDER_WORST_FIRST;
  if (query.has_after() && !worst_first) return invalid("after: of a list that is worst first");
  if (query.after().ByteSizeLong() > rank_bytes_max || !v1::Rung_IsValid(query.after().waits_for()))
    return invalid("after: what a case of the reply before had");
  if (worst_first && query.offset() != 0) return invalid("offset: a list that is worst first goes on by `after`");
  if (!query.every_cell()) return {};
  if (!worst_first) return invalid("every_cell: of a list that is worst first");
  if (!query.cell().empty() || !query.case_number().empty()) return invalid("name a case, a cell, or every cell");
  return {};
}

void Asking::ask_every_cell(Session& session, const v1::Query& query, const Asker& asker) {
  const auto refused = [&](std::uint32_t error, std::string detail) {
    refuse_query(session.peer, query.tag(), Error{error, std::move(detail)});
  };
  if (context_.options.read_only)
    return refused(v1::ERROR_CODE_READ_ONLY, "no host answers for an open case; what ended is shown");
  const auto& principals = context_.version->principals;
  const auto* person = principals.find(asker.person);
  const bool reads_all = principals.reads_whole_street(*person);
  std::vector<std::pair<CellState*, std::vector<v1::Role>>> cells;
  for (const auto& place : principals.cells()) {
    auto roles = principals.roles_in(*person, place);
    CellState* cell = context_.cells.find(place.stream);
    if (cell != nullptr && (reads_all || !roles.empty())) cells.emplace_back(cell, std::move(roles));
  }
  if (cells.empty()) return refused(v1::ERROR_CODE_NOT_YOUR_CELL, "no cell is yours");
  if (cells.size() > limits::cells_asked_max)
    return refused(v1::ERROR_CODE_TOO_MANY_ITEMS,
                   fmt::format("{} cells; at most {} are asked at once: name one", cells.size(), limits::cells_asked_max));
  if (session.questions >= limits::questions_a_session_max || lists_.size() >= limits::lists_under_way_max ||
      asked_.size() + cells.size() > asked_max)
    return refused(v1::ERROR_CODE_BUSY, "other lists of every cell wait for their answers");

  ++session.questions;
  const auto id = next_list_++;
  auto& list = lists_.try_emplace(id, List{session.peer, query.tag(), 0, CaseRegister(list_limit(query))}).first->second;
  for (const auto& [cell, roles] : cells) {
    if (!can_be_asked(*cell)) {
      list.cases.unanswered(cell->place.cell);
      continue;
    }
    ++list.waits_for;
    auto& ask = send_ask(session.peer, query.tag(), *cell, asker, roles, id);
    ask.set_limit(list_limit(query));
    ask.set_order(query.order());
    if (query.has_after()) *ask.mutable_after() = query.after();
  }
  if (list.waits_for == 0) end_list(id);
}

void Asking::answered_list(const Asked& asked, v1::Answer* answer) {
  const auto at = lists_.find(asked.list);
  if (at == lists_.end()) return;
  List& list = at->second;
  const CellState* cell = context_.cells.find(asked.stream);
  const std::string name = cell == nullptr ? std::string() : cell->place.cell;
  if (answer != nullptr)
    list.cases.take(name, *answer);
  else
    list.cases.unanswered(name);
  if (--list.waits_for == 0) end_list(asked.list);
}

void Asking::end_list(std::uint64_t id) {
  auto at = lists_.find(id);
  List list = std::move(at->second);
  lists_.erase(at);
  answered(list.who);
  if (context_.sessions.find(list.who) == nullptr) return;
  if (!list.cases.anybody_answered())
    return refuse_query(list.who, list.tag, Error{v1::ERROR_CODE_NO_OWNER, "of any of the cells"});
  auto& reply = context_.out.single<v1::QueryReply>(list.who, v1::BrokerFrame::kQueryReplyFieldNumber);
  reply.set_tag(list.tag);
  std::move(list.cases).fill(reply, answer_bytes_max / 2);
  context_.said_bytes += reply.ByteSizeLong();
}

}  // namespace huying::delivery
