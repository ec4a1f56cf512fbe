// huying deadline: when is it due? Asks the reckoning that hosts' clocks rest on, without a broker.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "base/limits.h"
#include "broker/directory/calendar_file.h"
#include "broker/directory/policy_file.h"
#include "broker/directory/text_file.h"
#include "programs/answer_lines.h"
#include "programs/connection.h"
#include "programs/deadline_lines.h"
#include "programs/options.h"
#include "programs/program.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

constexpr std::size_t file_bytes_max = 4 * limits::MiB;
constexpr const char* shipped_name = "state-council";

struct DeadlineOptions {
  std::string policy, category = "general", urgency = "normal", unit, day_end, first_day = "not_counted", from;
  std::string calendar = shipped_name, zone = "Asia/Shanghai", input;
  std::vector<std::string> pauses;
  std::uint32_t within = 0;
  bool explain = false;
};

ExitCode failed(const Error& error) {
  print_error(error);
  return ExitCode::failed;
}

Result<std::string> text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(v1::ERROR_CODE_FILE_UNREADABLE, path);
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return fail(v1::ERROR_CODE_FILE_UNREADABLE, path);
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max) return fail(v1::ERROR_CODE_FILE_TOO_LARGE, path);
  return text;
}

// What findings say goes to stderr; the answer is whether none is an error.
bool told(directory::Findings& findings) {
  bool is_good = true;
  for (const auto& finding : findings.take()) {
    fmt::print(stderr, "{}\n", directory::to_string(finding));
    is_good = is_good && !finding.is_error();
  }
  return is_good;
}

std::optional<clocks::Calendar> open_calendar(const std::string& name) {
  if (name == "weekdays") return clocks::Calendar::weekdays();
  const auto text =
      name == shipped_name ? Result<std::string>(std::string(directory::shipped_calendar())) : text_of_file(name);
  if (!text) return print_error(text.error()), std::nullopt;
  v1::Calendar message;
  directory::Findings findings;
  directory::read_text_file(name, *text, v1::ERROR_CODE_CALENDAR_SYNTAX, message, findings);
  if (!told(findings)) return std::nullopt;
  auto calendar = clocks::Calendar::make(message);
  if (!calendar)
    return print_error({calendar.error().code, fmt::format("{}: {}", name, calendar.error().detail)}), std::nullopt;
  return std::move(*calendar);
}

std::optional<clocks::RuleBook> open_policy(const std::string& name) {
  Result<std::string> text = std::string();
  if (name == "13710-natural")
    text = std::string(directory::shipped_policy());
  else if (name == "13710-working")
    text = std::string(directory::shipped_working_policy());
  else
    text = text_of_file(name);
  if (!text) return print_error(text.error()), std::nullopt;
  v1::Policy policy;
  directory::Findings findings;
  directory::read_policy(*text, policy, findings);
  if (!told(findings)) return std::nullopt;
  auto book = clocks::RuleBook::make(policy);
  if (!book) return print_error(book.error()), std::nullopt;
  return std::move(*book);
}

ExitCode usage(std::string_view what) {
  fmt::print(stderr, "huying deadline: {}\n", what);
  return ExitCode::usage;
}

ExitCode answer_one(const DeadlineOptions& options, const DeadlineAnswers& answers) {
  DeadlineQuestion question;
  const auto from = instant_or_local_in(options.from, answers.zone());
  if (!from) return usage("起点不是时间 --from is not a time, such as 2026-02-13T15:00:00+08:00 or 2026-02-13T15:00");
  question.from = *from;
  for (const auto& text : options.pauses) {
    const auto pause = pause_in(text, answers.zone());
    if (!pause) return usage("暂停不是起止时间 --pause is not FROM/TO, each a time, TO not before FROM");
    question.pauses.push_back(*pause);
  }
  question.category = options.category;
  question.urgency = options.urgency == "urgent" ? v1::URGENCY_URGENT : v1::URGENCY_NORMAL;
  if (!answers.has_policy()) {
    question.span.set_count(options.within);
    question.span.set_unit(*span_unit_named(options.unit));
    question.span.set_day_end(*day_end_named(options.day_end));
    question.span.set_first_day(*first_day_named(options.first_day));
  }
  std::string out;
  if (auto answered = answers.answer(question, "null", out); !answered) return failed(answered.error());
  fmt::print("{}", out);
  return ExitCode::done;
}

ExitCode run(const DeadlineOptions& options) {
  const auto zone = CivilZone::named(options.zone);
  if (!zone) return usage(fmt::format("没有这个时区 no such time zone: {}", options.zone));
  auto calendar = open_calendar(options.calendar);
  if (!calendar) return ExitCode::refused;
  std::optional<clocks::RuleBook> policy;
  if (!options.policy.empty() && !(policy = open_policy(options.policy))) return ExitCode::refused;
  const DeadlineAnswers answers(std::move(*calendar), *zone, std::move(policy), options.explain);
  if (options.input.empty()) return answer_one(options, answers);
  return answer_lines(options.input, [&](std::string_view line, std::uint64_t number, std::string& out) {
    return answers.answer_line(line, number, out);
  });
}

}  // namespace

void add_deadline(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<DeadlineOptions>();
  auto* app = root.add_subcommand(
      "deadline", "When is it due? By a policy or a span, in natural or working time, without a broker.");
  auto* policy = app->add_option("--policy", options->policy, "13710-natural, 13710-working, or a policy.txtpb");
  app->add_option("--category", options->category, "Of the case, under a policy")->needs(policy)->capture_default_str();
  app->add_option("--urgency", options->urgency, "normal or urgent, under a policy")
      ->needs(policy)
      ->check(CLI::IsMember({"normal", "urgent"}))
      ->capture_default_str();
  auto* within =
      app->add_option("--within", options->within, "How many units")->check(CLI::Range(1u, 1000u))->excludes(policy);
  auto* unit =
      app->add_option("--unit", options->unit, "working_hour, working_day, natural_day, natural_month or minute")
          ->check(CLI::IsMember({"working_hour", "working_day", "natural_day", "natural_month", "minute"}));
  auto* day_end = app->add_option("--day-end", options->day_end, "same_time, midnight or close_of_business")
                      ->check(CLI::IsMember({"same_time", "midnight", "close_of_business"}));
  app->add_option("--first-day", options->first_day, "counted or not_counted")
      ->check(CLI::IsMember({"counted", "not_counted"}))
      ->needs(within)
      ->capture_default_str();
  within->needs(unit)->needs(day_end);
  unit->needs(within);
  day_end->needs(within);
  auto* from = app->add_option("--from", options->from, "The start: a time with its offset, or local");
  app->add_option("--pause", options->pauses, "FROM/TO, not counted; may be given again")->needs(from);
  app->add_option("--calendar", options->calendar, "A calendar's file; weekdays: Monday to Friday without holidays")
      ->capture_default_str();
  app->add_option("--time-zone", options->zone, "Of days and local times")->capture_default_str();
  app->add_flag("--explain", options->explain, "With the reckoning of each step");
  auto* input =
      app->add_option("--input", options->input,
                      "A file of JSON lines "
                      "{\"id\"?,\"from\",\"within\",\"unit\",\"day_end\",\"first_day\"?,\"pauses\"?}, under a policy\n"
                      "{\"id\"?,\"from\",\"category\"?,\"urgency\"?,\"pauses\"?}; - is standard input");
  input->excludes(from)->excludes(within);
  app->footer(
      "One JSON line an answer: id, due, provisional; under a policy arrange, feed_back, solve instead of due.\n"
      "provisional: a year's notice is still to come that may change it. docs/deadlines.md tells what is counted.\n"
      "A line that cannot be read is answered by an error line, and the exit code is 1; the others are answered "
      "still.\n"
      "  huying deadline --within 1 --unit working_day --day-end same_time --from 2026-02-14T10:00 --explain\n"
      "  huying deadline --policy 13710-natural --category road --from 2026-11-23T09:00:00+08:00");
  app->callback([options, &chosen, policy, within, from, input] {
    if (policy->count() + within->count() + input->count() == 0)
      throw CLI::RequiredError("one of --policy, --within, --input");
    if (from->count() + input->count() == 0) throw CLI::RequiredError("--from");
    chosen = [options] { return run(*options); };
  });
}

}  // namespace huying::programs
