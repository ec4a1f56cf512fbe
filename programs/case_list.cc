// huying case list: the open cases of a cell by their numbers, or, with --open, the zero register: what hurts most first, of
// one cell or of every cell that the asker may read.
#include <fmt/format.h>

#include <absl/container/flat_hash_set.h>

#include <algorithm>

#include "client/actor.h"
#include "programs/case_command.h"
#include "programs/connection.h"
#include "programs/json_lines.h"
#include "programs/register_lines.h"
#include "programs/words.h"
#include "proto/errors.h"
#include "proto/worst_first.h"

namespace huying::programs {
namespace {

constexpr std::uint32_t page_max = 200;

std::string list_line(const v1::CaseView& view, const CivilZone& zone, Instant now) {
  const auto& whole = view.whole();
  const auto state = word_of(whole.state());
  std::string text = fmt::format("{}{}{}", padded(whole.case_number(), 20), padded(whole.cell(), 18),
                                 padded(fmt::format("{} {}", state.zh, state.en), 30));
  if (const auto* clock = pressing_clock(whole)) {
    const auto due = instant(clock->due_at_ms());
    text += fmt::format("{} {}  {}", word_of(clock->kind()).zh, due_text(zone, due, now), left_text(due, now));
  }
  return text;
}

class Listing {
 public:
  explicit Listing(const ListOptions& options)
      : options_(options), connection_(options.connect, roles_to_try(options.connect, roles_of_people())),
        actor_(connection_) {}

  ExitCode run() {
    connection_.attach(actor_);
    v1::Query query;
    query.set_cell(options_.cell);
    query.set_person(options_.person);
    if (options_.open) query.set_order(v1::CASE_ORDER_WORST_FIRST);
    query.set_every_cell(options_.open && options_.cell.empty());
    ask(std::move(query));
    return connection_.run();
  }

 private:
  void ask(v1::Query query) {
    query.set_limit(std::min(options_.limit - shown_, page_max));
    actor_.query(query, [this, query](const v1::QueryReply& reply) { take(query, reply); });
  }

  void take(v1::Query query, const v1::QueryReply& reply) {
    if (reply.error() != 0) {
      print_error(Error{reply.error(), reply.detail()});
      return connection_.finish(exit_code_of(Error{reply.error(), {}}));
    }
    if (options_.open)
      print_page(reply, !query.has_after());
    else
      print_cell(reply);
    note(reply);
    const bool goes_on = options_.open && reply.more() && reply.cases_size() > 0 && shown_ < options_.limit;
    if (!goes_on) return finish();
    *query.mutable_after() = to_message(rank_of(reply.cases().rbegin()->whole()));
    ask(std::move(query));
  }

  // A cell that did not answer for one page is missing from the list, though it may have for the next.
  void note(const v1::QueryReply& reply) {
    const auto add = [](const auto& from, auto& into) {
      for (const auto& cell : from)
        if (std::find(into.begin(), into.end(), cell) == into.end()) *into.Add() = cell;
    };
    add(reply.unanswered(), *notes_.mutable_unanswered());
    add(reply.parked_cells(), *notes_.mutable_parked_cells());
  }

  void finish() {
    fmt::print(stderr, "{}", register_notes(notes_));
    connection_.finish(notes_.unanswered().empty() ? ExitCode::done : ExitCode::failed);
  }

  void print_page(const v1::QueryReply& reply, bool is_first) {
    const auto zone = zone_of(connection_.welcome());
    const auto now = instant(connection_.now_ms());
    if (is_first && !options_.connect.json) {
      print_parked(reply);
      fmt::print("{}", register_head(reply.total(), std::min<std::uint64_t>(reply.total(), options_.limit)));
    }
    for (const auto& view : reply.cases()) {
      // What happened between two pages may move a case behind its place: it is shown once.
      if (!known_.insert(view.whole().case_number()).second) continue;
      ++shown_;
      if (options_.connect.json)
        fmt::print("{}\n", message_line(view));
      else
        fmt::print("{}", register_text(view.whole(), zone, now));
    }
  }

  void print_cell(const v1::QueryReply& reply) {
    if (options_.connect.json) {
      for (const auto& view : reply.cases()) fmt::print("{}\n", message_line(view));
      return;
    }
    const auto zone = zone_of(connection_.welcome());
    const auto now = instant(connection_.now_ms());
    print_parked(reply);
    for (const auto& view : reply.cases()) fmt::print("{}\n", list_line(view, zone, now));
    if (reply.cases().empty()) fmt::print("现在没有未结案件\nNo open cases now\n");
    const auto left = reply.total() - static_cast<std::uint32_t>(reply.cases_size());
    if (left > 0) fmt::print("还有 {0} 件 · {0} more: --limit\n", left);
  }

  static void print_parked(const v1::QueryReply& reply) { fmt::print("{}", parked_cell_text(reply.parked_at())); }

  const ListOptions options_;
  Connection connection_;
  client::Actor actor_;
  std::uint32_t shown_ = 0;
  v1::QueryReply notes_;  // of all pages
  absl::flat_hash_set<std::string> known_;
};

}  // namespace

ExitCode list_cases(const ListOptions& options) {
  if (!options.open && options.limit > page_max) {
    print_error(Error{v1::ERROR_CODE_USAGE, fmt::format("--limit is at most {} without --open", page_max)});
    return ExitCode::usage;
  }
  return Listing(options).run();
}

}  // namespace huying::programs
