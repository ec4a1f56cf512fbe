// huying case: show, as the owner of the cell answers it; list and --explain are in files of their own.
#include "programs/case_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/check.h"
#include "client/actor.h"
#include "programs/connection.h"
#include "programs/json_lines.h"
#include "programs/words.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct ShowOptions {
  ConnectOptions connect;
  std::string number, person, language;
  bool explain = false;
};

std::string clock_line(const v1::ClockState& clock, const CivilZone& zone, Instant now) {
  const auto due = instant(clock.due_at_ms());
  const auto kind = word_of(clock.kind());
  const bool runs = clock.outcome() == v1::CLOCK_OUTCOME_UNSPECIFIED;
  const auto outcome = word_of(clock.outcome());
  std::string text = fmt::format("  {}{}  ", padded(fmt::format("{} {}", kind.zh, kind.en), 26), due_text(zone, due, now));
  text += runs ? fmt::format("{} · {}", left_text(due, now), left_text_english(due, now))
               : fmt::format("{} {}", outcome.zh, outcome.en);
  if (clock.first_due_at_ms() != clock.due_at_ms())
    text += fmt::format("  原定 {}，一直保留 first due, kept", due_text(zone, instant(clock.first_due_at_ms()), now));
  if (clock.provisional()) text += "  暂定：次年放假通知未发布 provisional: next year's holidays are not published";
  return text + "\n";
}

// Why the desk has it: nobody could decide the request, or the step that the case is about.
std::string set_aside_text(const v1::SetAsideDetail& matter) {
  std::string zh = "此件", en = "it";
  if (!matter.case_number().empty()) {
    zh = fmt::format("案件 {} 的一个步骤", matter.case_number());
    en = fmt::format("a step of case {}", matter.case_number());
  }
  return fmt::format("网格 {} 多次未能裁定{}，已搁置并转指挥中心\n", matter.cell(), zh) +
         fmt::format("Set aside in cell {}: {} could not be decided, {}\n", matter.cell(), en, matter.reason());
}

// What is asked for, paused or planned.
std::string agreements_text(const v1::CaseWhole& whole, const CivilZone& zone, Instant now) {
  std::string text;
  const auto when = [&](std::int64_t at_ms) { return due_text(zone, instant(at_ms), now); };
  if (whole.has_ask())
    text += fmt::format("待批 asked for: {} {} 至 until {}，须由 to be decided by {} {}\n", word_of(whole.ask().kind()).zh,
                        word_of(whole.ask().kind()).en, when(whole.ask().until_ms()), word_of(whole.ask().rung()).zh,
                        word_of(whole.ask().rung()).en);
  for (const auto& pause : whole.pauses()) {
    text += pause.to_ms() != 0 ? fmt::format("暂停 paused {} – {}", when(pause.from_ms()), when(pause.to_ms()))
                               : fmt::format("挂账自 shelved since {}，{} 起计入积压 backlog from then on",
                                             when(pause.from_ms()), when(pause.backlog_at_ms()));
    text += pause.reason_code().empty() ? "\n" : fmt::format("  {}\n", pause.reason_code());
  }
  if (whole.under_plan()) {
    text += "按方案办理，每月反馈 under an approved plan, fed back each month";
    for (const auto milestone : whole.milestones_ms()) text += fmt::format("  · {}", when(milestone));
    text += "\n";
  }
  if (whole.complex()) text += "复杂事项，一个月内办结 complex: one month\n";
  if (whole.is_final()) text += "指挥中心终局派遣，不得再转 assigned for good: the street alone may move it\n";
  return text;
}

// Why nothing of it fires, and where it goes back to.
std::string parked_text(const v1::CaseWhole& whole) {
  const auto from = word_of(whole.parked_from());
  return fmt::format("一个计时每次触发都使主机中断，本案暂停办理；放行（replay）后回到「{}」\n", from.zh) +
         fmt::format("A clock of it ended its host each time it fired: only the ladder's clocks run; "
                     "replay takes it back to: {}\n",
                     from.en);
}

void print_reply(const v1::QueryReply& reply, const ShowOptions& options, const Connection& connection) {
  if (options.connect.json) {
    for (const auto& view : reply.cases()) fmt::print("{}\n", message_line(view));
    return;
  }
  const auto zone = zone_of(connection.welcome());
  const auto now = instant(connection.now_ms());
  fmt::print("{}", parked_cell_text(reply.parked_at()));
  for (const auto& view : reply.cases()) fmt::print("{}", case_text(view, zone, now));
}

ExitCode show_case(const ShowOptions& options) {
  Connection connection(options.connect, roles_to_try(options.connect, roles_of_people()));
  client::Actor actor(connection);
  connection.attach(actor);
  v1::Query query;
  query.set_case_number(options.number);
  query.set_person(options.person);
  actor.query(query, [&](const v1::QueryReply& reply) {
    if (reply.error() != 0)
      print_error(Error{reply.error(), reply.detail()});
    else
      print_reply(reply, options, connection);
    connection.finish(exit_code_of(Error{reply.error(), {}}));
  });
  return connection.run();
}

void add_list(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<ListOptions>();
  auto* list = group.add_subcommand("list", "Open cases of a cell, by their numbers; with --open the zero register.");
  add_connect_options(*list, options->connect, "");
  list->add_flag("--open", options->open,
                 "What hurts most first, of --cell or of every cell that you may read: an escalation that nobody answered, "
                 "then what is overdue longest, then what is due soonest, what is shelved last");
  list->add_option("--cell", options->cell, "Code of the cell; default: the person's own");
  list->add_option("--for", options->person, "Ask as this person (a gateway's right)");
  list->add_option("--limit", options->limit, "Cases at most; more than 200 with --open")
      ->capture_default_str()
      ->check(whole_number(1, 1'000'000));
  list->footer(footer_with_exit_codes("Examples:\n"
                                      "  huying case list --cell shiqiao-01 --as shiqiao-01.worker --endpoint …\n"
                                      "  huying case list --open --as street.supervisor-1 --endpoint …\n"));
  list->callback([options, &chosen] { chosen = [options] { return list_cases(*options); }; });
}

void add_show(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<ShowOptions>();
  auto* show = group.add_subcommand("show", "One case: state, holder, clocks with their first due times, what you may do; "
                                            "with --explain why it is where it is.");
  add_connect_options(*show, options->connect, "");
  show->add_option("N", options->number, "Case number, as on the receipt")->required();
  show->add_option("--for", options->person, "Ask as this person (a gateway's right)");
  auto* explain = show->add_flag("--explain", options->explain,
                                 "Its story in sentences, newest first, from its events in the cells that you may read");
  show->add_option("--language", options->language, "Of the story: zh, en or both")
      ->needs(explain)
      ->check(CLI::IsMember({"zh", "en", "both"}));
  show->footer(footer_with_exit_codes("Examples:\n"
                                      "  huying case show WY-261123-0042-7 --as shiqiao-01.worker --endpoint …\n"
                                      "  huying case show WY-261123-0042-7 --explain --language zh --as … --endpoint …\n"));
  show->callback([options, &chosen] {
    chosen = [options] {
      if (!options->explain) return show_case(*options);
      return explain_case({options->connect, options->number, options->person, options->language});
    };
  });
}

}  // namespace

std::vector<v1::Role> roles_of_people() {
  return {v1::ROLE_GRID_WORKER, v1::ROLE_CADRE, v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_STREET_SUPERVISOR, v1::ROLE_DESK,
          v1::ROLE_DISTRICT_SUPERVISOR, v1::ROLE_GATEWAY, v1::ROLE_PUBLISHER, v1::ROLE_ADMINISTRATOR, v1::ROLE_OBSERVER};
}

CivilZone zone_of(const v1::Welcome& welcome) {
  if (auto zone = CivilZone::named(welcome.time_zone()); zone) return *zone;
  auto utc = CivilZone::named("Etc/UTC");
  HUYING_CHECK(utc.has_value(), "tzdata without Etc/UTC");
  return *utc;
}

std::string parked_cell_text(std::uint64_t parked_at) {
  if (parked_at == 0) return {};
  return fmt::format("此网格已停止裁定：第 {0} 条记录起无法读入，以下是此前的情况\n"
                     "The cell is parked: its records cannot be folded from {0} on, this is the state before\n",
                     parked_at);
}

std::string allowed_text(const google::protobuf::RepeatedField<int>& allowed) {
  std::string zh, en;
  for (const int kind : allowed) {
    const auto action = static_cast<v1::ActionKind>(kind);
    zh += fmt::format("{}{}", zh.empty() ? "" : "、", word_of(action).zh);
    en += fmt::format("{}{}", en.empty() ? "" : ", ", verb_of(action));
  }
  if (zh.empty()) return {};
  return fmt::format("可以：{}\nYou can: {}\n", zh, en);
}

std::string case_text(const v1::CaseView& view, const CivilZone& zone, Instant now) {
  const auto& whole = view.whole();
  const auto state = word_of(whole.state());
  std::string text = fmt::format("{}  {} {}\n", whole.case_number(), state.zh, state.en);
  text += fmt::format("网格 cell {}   类别 category {}   规则 rule {} {}\n", whole.cell(), whole.filed().category(),
                      word_of(whole.filed().rule()).zh, word_of(whole.filed().rule()).en);
  if (whole.filed().has_set_aside()) text += set_aside_text(whole.filed().set_aside());
  if (whole.state() == v1::CASE_STATE_PARKED) text += parked_text(whole);
  if (whole.has_holder())
    text += fmt::format("在办 holder {} {} {} {}\n", word_of(whole.holder().role()).zh, word_of(whole.holder().role()).en,
                        whole.holder().place(), whole.holder().person());
  if (whole.rung() > v1::RUNG_CELL)
    text += fmt::format("已升级到 escalated to {} {}{}\n", word_of(whole.rung()).zh, word_of(whole.rung()).en,
                        whole.escalation_answered() ? "，已应答 answered" : "");
  if (whole.has_answerer() && !whole.escalation_answered())
    text += fmt::format("等谁应答 to be answered by {} {} {}\n", word_of(whole.answerer().role()).zh,
                        whole.answerer().place(), whole.answerer().person());
  text += fmt::format("收到 received {}   第 {} 次变更 revision {}   转办 hops {}   返工 rework {}\n",
                      due_text(zone, instant(whole.received_at_ms()), now), whole.revision(), whole.revision(), whole.hops(),
                      whole.rework());
  if (whole.extensions() != 0) text += fmt::format("延期 {} 次 extensions {}\n", whole.extensions(), whole.extensions());
  text += agreements_text(whole, zone, now);
  for (const auto& clock : whole.clocks()) text += clock_line(clock, zone, now);
  return text + allowed_text(view.allowed());
}

void add_case(CLI::App& root, Chosen& chosen) {
  auto* group = root.add_subcommand("case", "Cases: list and show them, and act on them.");
  group->require_subcommand(1);

  add_list(*group, chosen);
  add_show(*group, chosen);
  add_case_act(*group, chosen);
}

}  // namespace huying::programs
