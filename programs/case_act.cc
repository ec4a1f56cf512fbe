// huying case act: a person's step, answered twice; and report, which publishes a request of the person's own.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/random.h"
#include "client/actor.h"
#include "client/publisher.h"
#include "programs/case_command.h"
#include "programs/connection.h"
#include "programs/json_lines.h"
#include "programs/time_text.h"
#include "programs/words.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct ActOptions {
  ConnectOptions connect;
  std::string verb, number, action_id, person, to_cell, reason, words, verdict, asks, until;
  std::vector<std::string> milestones;
  std::vector<std::string> targets;
  std::uint64_t expected_revision = 0;
  std::uint32_t satisfaction = 0;
  bool for_citizen = false;
  // report
  std::optional<double> latitude, longitude;
  std::string datum, address, cell, category, street;
  bool on_behalf_of_citizen = false;
  std::string solved_on_spot;
};

std::string random_id() { return fmt::format("{:016x}{:016x}", random_nonce(), random_nonce()); }

v1::Action action_of(const ActOptions& options) {
  v1::Action action;
  action.set_action_id(options.action_id.empty() ? random_id() : options.action_id);
  action.set_case_number(options.number);
  action.set_kind(action_of_verb(options.verb));
  action.set_person(options.person);
  action.set_expected_revision(options.expected_revision);
  action.set_to_cell(options.to_cell);
  action.set_reason_code(options.reason);
  if (!options.words.empty()) action.mutable_words()->set_plain(options.words);
  if (options.verdict == "passed") action.set_verdict(v1::VERDICT_PASSED);
  if (options.verdict == "failed") action.set_verdict(v1::VERDICT_FAILED);
  action.set_satisfaction(options.satisfaction);
  for (const auto& target : options.targets) action.add_targets(target);
  action.set_for_citizen(options.for_citizen);
  if (options.asks == "extension") action.set_asks(v1::ASK_KIND_EXTENSION);
  if (options.asks == "shelving") action.set_asks(v1::ASK_KIND_SHELVING);
  if (options.asks == "plan") action.set_asks(v1::ASK_KIND_PLAN);
  if (!options.until.empty()) action.set_until_ms(to_ms(*instant_in(options.until)));
  for (const auto& milestone : options.milestones) action.add_milestones_ms(to_ms(*instant_in(milestone)));
  return action;
}

// What it was refused for, in which state the case is, and what may be done instead.
void print_refusal(const v1::ActionReply& reply) {
  const auto error = reply.error() != 0 ? reply.error() : reply.outcome().error();
  const auto words = words_of(error);
  fmt::print("没有办成：{}\nNot done: {}\n", words.zh, sentence(Error{error, reply.detail()}));
  if (reply.outcome().state() != v1::CASE_STATE_UNSPECIFIED) {
    const auto state = word_of(reply.outcome().state());
    fmt::print("案件现在：{}\nThe case is: {}\n", state.zh, state.en);
  }
  fmt::print("{}", allowed_text(reply.outcome().allowed()));
}

void print_decided(const v1::ActionReply& reply) {
  const auto state = word_of(reply.outcome().state());
  if (reply.outcome().forwarded())
    return fmt::print("已转交 {} 的网格办理\nSent on to the cell that has the case: {}\n", reply.case_number(), reply.cell());
  fmt::print("已记下：{} {}\nDecided: {} is {}, revision {}\n", reply.case_number(), state.zh, reply.case_number(), state.en,
             reply.outcome().revision());
  for (const auto& event : reply.events()) fmt::print("  {} {}\n", word_of(event.kind()).zh, word_of(event.kind()).en);
}

bool needs_verdict(v1::ActionKind kind) {
  return kind == v1::ACTION_KIND_VERIFY || kind == v1::ACTION_KIND_CALL_BACK || kind == v1::ACTION_KIND_DECIDE_EXTENSION;
}

ExitCode act(const ActOptions& options) {
  const bool lacks_verdict = needs_verdict(action_of_verb(options.verb)) && options.verdict.empty();
  if (options.number.empty() || lacks_verdict) {
    const auto what = options.number.empty() ? "the case number" : "--verdict passed, or failed";
    print_error(Error{v1::ERROR_CODE_USAGE, fmt::format("case act {} needs {}", options.verb, what)});
    return ExitCode::usage;
  }
  Connection connection(options.connect, roles_to_try(options.connect, roles_of_people()));
  client::Actor actor(connection);
  connection.attach(actor);
  actor.act(action_of(options), [&](const v1::ActionReply& reply) {
    const bool refused = reply.error() != 0 || reply.outcome().error() != 0;
    if (options.connect.json)
      fmt::print("{}\n", message_line(reply));
    else if (reply.stage() == v1::ActionReply::RECEIVED)
      fmt::print("中心已收到 {}\nReceived: on disk\n", reply.case_number());
    else if (refused)
      print_refusal(reply);
    else
      print_decided(reply);
    std::fflush(stdout);
    if (reply.stage() != v1::ActionReply::RECEIVED) connection.finish(refused ? ExitCode::refused : ExitCode::done);
  });
  return connection.run();
}

v1::Request report_of(const ActOptions& options) {
  v1::Request request;
  request.set_source_id(options.action_id.empty() ? random_id() : options.action_id);
  request.set_category(options.category);
  request.set_street(options.street);
  if (!options.words.empty()) request.mutable_text()->set_plain(options.words);
  auto& location = *request.mutable_location();
  location.set_cell(options.cell);
  location.set_address(options.address);
  if (options.latitude && options.longitude) {
    location.mutable_point()->set_latitude(*options.latitude);
    location.mutable_point()->set_longitude(*options.longitude);
    if (options.datum == "wgs84") location.mutable_point()->set_datum(v1::DATUM_WGS84);
    if (options.datum == "gcj02") location.mutable_point()->set_datum(v1::DATUM_GCJ02);
    if (options.datum == "bd09") location.mutable_point()->set_datum(v1::DATUM_BD09);
  }
  auto& report = *request.mutable_report();
  report.set_reporter(options.person);
  report.set_on_behalf_of_citizen(options.on_behalf_of_citizen);
  if (!options.solved_on_spot.empty()) report.mutable_solved_on_spot()->mutable_words()->set_plain(options.solved_on_spot);
  return request;
}

ExitCode report(const ActOptions& options) {
  Connection connection(options.connect, roles_to_try(options.connect, roles_of_people()));
  const auto request = report_of(options);
  client::Publisher publisher(connection, [&](std::uint64_t line, const v1::PublishAck& ack) {
    const Error error{ack.error(), ack.detail()};
    if (options.connect.json)
      fmt::print("{}\n", ack.error() == 0 ? ack_line(line, request.source_id(), ack)
                                         : refusal_line(line, request.source_id(), error, ack.case_number(), ack.retry_after_ms()));
    else if (ack.error() != 0)
      print_error(error);
    else
      fmt::print("收到了。编号 {}，{} {}\nReceived: {} in cell {} by rule {}{}\n", ack.case_number(), word_of(ack.rule()).zh,
                 ack.cell(), ack.case_number(), ack.cell(), rule_name(ack.rule()), ack.known() ? ", known before" : "");
    connection.finish(exit_code_of(error));
  });
  connection.attach(publisher);
  if (request.ByteSizeLong() > limits::record_bytes_max) {
    print_error(Error{v1::ERROR_CODE_FIELD_TOO_LONG, "words"});
    return ExitCode::usage;
  }
  publisher.publish(1, request);
  return connection.run();
}

std::string not_a_time(const std::string& text) {
  if (instant_in(text)) return {};
  return "不是时间 not a time with its offset, such as 2026-12-01T18:00:00+08:00: " + text;
}

void add_step_options(CLI::App& app, ActOptions& options) {
  app.add_option("--action-id", options.action_id,
                 "Your own id of this step (of the request, for report): the same id gives the same answer; default: random");
  app.add_option("--for", options.person,
                 "Act as this person (a gateway's right); citizen: as the citizen whose case it is");
  app.add_option("--to", options.to_cell, "assign, transfer: the cell. return: the better cell, where known");
  app.add_option("--reason", options.reason, "Reason code, for the figures");
  app.add_option("--words", options.words, "What you say: the reason, or what was done. The citizen sees public words");
  app.add_option("--asks", options.asks, "extend: extension (default), shelving or plan")
      ->check(CLI::IsMember({"extension", "shelving", "plan"}));
  app.add_option("--until", options.until,
                 "extend, plan: the new due time. shelve: the review date. decide-extension: another than asked for")
      ->check(not_a_time);
  app.add_option("--milestone", options.milestones, "Of a plan: a time by which a part is done, with its offset; may be given again, at most 12")
      ->expected(1, 12)
      ->check(not_a_time);
  app.add_option("--verdict", options.verdict, "verify, call-back, decide-extension: passed or failed")
      ->check(CLI::IsMember({"passed", "failed"}));
  app.add_option("--satisfaction", options.satisfaction, "call-back: 1 not satisfied, 2 rather, 3 satisfied; 0 not said")
      ->check(whole_number(0, 3));
  app.add_option("--target", options.targets, "whistle: departments. remind, supervise: persons")->expected(1, 16);
  app.add_option("--revision", options.expected_revision, "Refuse unless the case still has this revision")
      ->check(whole_number());
  app.add_flag("--for-citizen", options.for_citizen, "Done on a citizen's behalf, told at a door");
}

void add_report_options(CLI::App& app, ActOptions& options) {
  const auto group = "Options of report";
  auto* latitude = app.add_option("--lat", options.latitude, "Latitude in degrees")->group(group)->check(number_between(-90, 90));
  auto* longitude = app.add_option("--lon", options.longitude, "Longitude in degrees")->group(group)->check(number_between(-180, 180));
  latitude->needs(longitude);
  longitude->needs(latitude);
  app.add_option("--datum", options.datum, "wgs84, gcj02 or bd09: never guessed")
      ->group(group)
      ->check(CLI::IsMember({"wgs84", "gcj02", "bd09"}));
  app.add_option("--address", options.address, "The place in words")->group(group);
  app.add_option("--cell", options.cell, "Code of the cell")->group(group);
  app.add_option("--category", options.category, "Code of a category; default general")->group(group);
  app.add_option("--street", options.street, "Code of the street; default: yours")->group(group);
  app.add_flag("--on-behalf-of-citizen", options.on_behalf_of_citizen, "替群众反映: told at a door")->group(group);
  app.add_option("--solved-on-spot", options.solved_on_spot, "当场办好: what was done; recorded and resolved in one step")
      ->group(group);
}

}  // namespace

void add_case_act(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<ActOptions>();
  auto* app = group.add_subcommand("act", "A step on a case, answered twice: received (on disk), then decided; or report, "
                                          "which files what you found or were told. A refusal says what may be done.");
  add_connect_options(*app, options->connect, "");
  app->add_option("VERB", options->verb, "report, " + verbs_in_a_row())
      ->required()
      ->check([](const std::string& verb) {
        const bool known = verb == "report" || action_of_verb(verb) != v1::ACTION_KIND_UNSPECIFIED;
        return known ? std::string() : "no step is named " + verb;
      });
  app->add_option("N", options->number, "Case number; not with report");
  add_step_options(*app, *options);
  add_report_options(*app, *options);
  app->footer(footer_with_exit_codes(
      "Examples:\n"
      "  huying case act accept WY-261123-0042-7 --as shiqiao-01.worker --endpoint …\n"
      "  huying case act resolve WY-261123-0042-7 --words '路灯已修好' --as shiqiao-01.worker --endpoint …\n"
      "  huying case act assign WY-261123-0043-4 --to shiqiao-02 --as desk-1 --endpoint …\n"
      "  huying case act extend WY-261123-0042-7 --until 2026-12-10T18:00:00+08:00 --reason parts-ordered "
      "--as shiqiao-01.worker --endpoint …\n"
      "  huying case act report --address 石桥村东门小广场 --words '井盖松动' --as shiqiao-01.worker --endpoint …\n"));
  app->callback([options, &chosen] {
    chosen = [options] { return options->verb == "report" ? report(*options) : act(*options); };
  });
}

}  // namespace huying::programs
