// huying subscribe: events as they are committed, as lines, as JSON, or as the board of escalations.
#include <fmt/format.h>
#include <sodium.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <asio/steady_timer.hpp>
#include <optional>

#include "base/civil_time.h"
#include "client/coalesce.h"
#include "client/subscriber.h"
#include "programs/board.h"
#include "programs/connection.h"
#include "programs/forget_name.h"
#include "programs/json_lines.h"
#include "programs/program.h"
#include "programs/subscription_words.h"
#include "programs/time_text.h"
#include "programs/words.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct SubscribeOptions {
  ConnectOptions connect;
  std::vector<std::string> subjects;
  std::string name, from, person;
  std::uint64_t count = 0;
  bool forget = false;
};

std::vector<v1::Role> roles_of(const ConnectOptions& options) {
  return roles_to_try(options, {v1::ROLE_STREET_SUPERVISOR, v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_DESK,
                                v1::ROLE_DISTRICT_SUPERVISOR, v1::ROLE_GRID_WORKER, v1::ROLE_CADRE, v1::ROLE_OBSERVER,
                                v1::ROLE_GATEWAY, v1::ROLE_PUBLISHER, v1::ROLE_ADMINISTRATOR});
}

constexpr std::string_view token_prefix = "token:";

std::string hex(std::string_view bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  ::sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  out.pop_back();
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  std::string out(text.size() / 2, '\0');
  std::size_t size = 0;
  const int bad = ::sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(),
                                   nullptr, &size, nullptr);
  if (bad != 0 || size == 0 || size * 2 != text.size()) return std::nullopt;
  return out;
}

// False when the text is none of the forms.
bool set_from(const std::string& from, v1::Subscribe& subscribe) {
  if (from == "cursor") {
    subscribe.set_cursor(true);
  } else if (from == "start") {
    subscribe.set_start(true);
  } else if (from == "head") {
    subscribe.set_head(true);
  } else if (from.starts_with(token_prefix)) {
    const auto token = from_hex(std::string_view(from).substr(token_prefix.size()));
    if (!token) return false;
    subscribe.set_token(*token);
  } else if (const auto at = instant_in(from)) {
    subscribe.set_time_ms(to_ms(*at));
  } else {
    return false;
  }
  return true;
}

bool only_escalations(const std::vector<std::string>& subjects) {
  return std::all_of(subjects.begin(), subjects.end(), [](const auto& one) { return one.starts_with("escalation."); });
}

class SubscribeProgram {
 public:
  explicit SubscribeProgram(SubscribeOptions options)
      : options_(std::move(options)), is_terminal_(::isatty(STDOUT_FILENO) != 0),
        draws_board_(is_terminal_ && !options_.connect.json && only_escalations(options_.subjects)),
        connection_(options_.connect, roles_of(options_.connect)),
        redraw_(connection_.context()), flush_(connection_.context()) {}

  ExitCode run() {
    client::SubscriberOptions subscription;
    auto& subscribe = subscription.subscribe;
    if (!set_from(first_place(), subscribe)) {
      print_error(Error{v1::ERROR_CODE_USAGE, "--from is cursor, start, head, token:…, or a time like 2026-11-23T09:00:00Z"});
      return ExitCode::usage;
    }
    if (subscribe.cursor() && options_.name.empty())
      return refused(Error{v1::ERROR_CODE_USAGE,
                           "--from cursor is the place of a --name; without one it is start, head, a time or a token"});
    subscribe.set_name(options_.name);
    subscribe.set_person(options_.person);
    for (const auto& subject : options_.subjects) subscribe.add_subjects(subject);
    if (draws_board_)  // an ended case leaves the board
      for (const auto* ended : {"closed", "voided", "not_accepted"})
        subscribe.add_subjects(fmt::format("case.*.*.*.{}", ended));
    client::Subscriber subscriber(connection_, subscription, callbacks());
    subscriber_ = &subscriber;
    connection_.attach(subscriber);
    connection_.on_welcome([this](const auto& welcome) { welcomed(welcome); });
    connection_.on_signal([this, &subscriber] {
      show_held();
      print_token(subscriber);
      connection_.finish(ExitCode::done);
    });
    std::setvbuf(stdout, nullptr, _IOLBF, 65'536);
    const auto code = connection_.run();
    show(coalescer_.flush());  // of a session that is over; what a name has not acknowledged comes again
    return code;
  }

 private:
  std::string first_place() const {
    if (!options_.from.empty()) return options_.from;
    if (!options_.name.empty() && !draws_board_) return "cursor";
    return draws_board_ ? "start" : "head";  // a board without its past would be a blind spot
  }

  client::SubscriberCallbacks callbacks() {
    return {.on_event = [this](const auto& delivery) { take(delivery); },
            .on_progress = {},
            .on_subscribed = [this](const auto& subscribed) { say(begin_text(subscribed.begin(), options_.name)); },
            .on_gap =
                [](std::uint64_t expected, std::uint64_t found) {
                  if (found <= expected) return;  // the name is new to the broker: what Subscribed tells says it
                  fmt::print(stderr, "huying: 第 {0} 到 {1} 条没有到，已要求重发\n"
                                     "        events {0} to {1} did not come; asked for again\n", expected, found - 1);
                },
            .on_refused =
                [this](const Error& error) {
                  print_error(error);
                  const bool is_over = error.code == v1::ERROR_CODE_SUBSCRIPTION_TAKEN_OVER;
                  connection_.finish(is_over ? ExitCode::name_taken_over : ExitCode::refused);
                }};
  }

  void welcomed(const v1::Welcome& welcome) {
    if (board_) return;
    auto zone = CivilZone::named(welcome.time_zone().empty() ? "Asia/Shanghai" : welcome.time_zone());
    if (!zone) zone = CivilZone::named("Asia/Shanghai");
    if (!zone) {
      print_error(zone.error());
      return connection_.finish(ExitCode::failed);
    }
    coverage_.emplace(*zone);
    zone_ = *zone;
    board_.emplace(std::move(*zone));
    for (const auto& subject : options_.subjects) say(why_nothing_matches(subject, welcome.street()));
    if (draws_board_) draw_and_wait();
  }

  // On stderr; on a board, which is drawn over, below it.
  void say(const std::string& text) {
    if (draws_board_)
      notes_ += text;
    else
      fmt::print(stderr, "{}", text);
  }

  std::string line_of(const v1::EventDelivery& delivery) {
    if (delivery.kind() != v1::EVENT_KIND_UNSPECIFIED) return board_->line(delivery);
    if (delivery.subject().starts_with("coverage.")) return coverage_->line(delivery);
    return configuration_line(delivery, *zone_);
  }

  void take(const v1::EventDelivery& delivery) {
    if (draws_board_)
      board_->take(delivery);
    else if (options_.connect.json)
      fmt::print("{}\n", event_line(delivery));
    else
      show_or_hold(delivery);
    if (options_.count == 0 || ++taken_ != options_.count) return;
    show_held();
    subscriber_->end();
    connection_.finish(ExitCode::done);
  }

  // What an outage made overdue comes as one line a recipient, a moment later, and is acknowledged then.
  void show_or_hold(const v1::EventDelivery& delivery) {
    show(coalescer_.take(delivery, std::chrono::steady_clock::now()));
    const auto due = coalescer_.due();
    if (!due) return subscriber_->release();
    subscriber_->hold();
    flush_.expires_at(std::chrono::time_point_cast<asio::steady_timer::duration>(*due));
    flush_.async_wait([this](const asio::error_code& cancelled) {
      if (!cancelled) show_held();
    });
  }

  void show_held() {
    show(coalescer_.flush());
    subscriber_->release();
  }

  void show(const client::Shown& shown) {
    for (const auto& notice : shown.notices) fmt::print("{}\n", notice_line(notice, *zone_));
    for (const auto& event : shown.events) fmt::print("{}\n", line_of(event));
  }

  // In place, once a second: a countdown ticks, nothing else moves.
  void draw_and_wait() {
    winsize size{};
    ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    const std::size_t rows = size.ws_row == 0 ? 24u : size.ws_row;
    const auto taken = static_cast<std::size_t>(std::count(notes_.begin(), notes_.end(), '\n')) + (notes_.empty() ? 0 : 1);
    const BoardSize room{rows > taken ? rows - taken : 1, size.ws_col == 0 ? 100u : size.ws_col};
    fmt::print("\x1b[H\x1b[J{}{}{}", board_->draw(instant(connection_.now_ms()), room), notes_.empty() ? "" : "\n", notes_);
    std::fflush(stdout);
    redraw_.expires_after(std::chrono::seconds(1));
    redraw_.async_wait([this](const asio::error_code& cancelled) {
      if (!cancelled && !connection_.is_finished()) draw_and_wait();
    });
  }

  void print_token(const client::Subscriber& subscriber) const {
    if (options_.name.empty() && !subscriber.resume_token().empty())
      fmt::print(stderr, "huying: go on with --from {}{}\n", token_prefix, hex(subscriber.resume_token()));
  }

  const SubscribeOptions options_;
  const bool is_terminal_, draws_board_;
  Connection connection_;
  asio::steady_timer redraw_, flush_;
  client::Coalescer coalescer_;  // of the lines
  std::optional<CivilZone> zone_;
  std::optional<Board> board_;
  std::optional<CoverageLines> coverage_;
  std::string notes_;  // below the board
  std::uint64_t taken_ = 0;
  client::Subscriber* subscriber_ = nullptr;  // while run() runs
};

}  // namespace

void add_subscribe(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<SubscribeOptions>();
  options->connect.wait_seconds = 0;
  auto* app = root.add_subcommand("subscribe",
                                  "Follow events: each one of the subjects at least once, in order within a cell, with a "
                                  "proof that none is missing. On a terminal escalation.> is drawn as a board.");
  add_connect_options(*app, options->connect, "");
  auto* subjects =
      app->add_option("SUBJECT", options->subjects, "e.g. 'escalation.>', 'case.*.*.shiqiao-01.*', 'coverage.>'")
          ->expected(1, 29);
  auto* name = app->add_option("--name", options->name,
                               "A durable subscription: the broker keeps its place. The same name elsewhere takes it over, "
                               "and the program that had it ends with exit code 8");
  app->add_flag("--forget", options->forget, "Give --name up instead, cursor and all")->needs(name)->excludes(subjects);
  app->add_option("--from", options->from,
                  "cursor (of --name), start, head, a time such as 2026-11-23T09:00:00Z, or token:…; default: cursor with "
                  "--name, start for the board, else head");
  app->add_option("--for", options->person, "Read as this person (a gateway's right)");
  app->add_option("--count", options->count,
                  "End after so many events; 0: never. A --name goes on behind the last record all of whose events were "
                  "taken: the others of it come again")
      ->capture_default_str()
      ->check(whole_number());
  app->footer(footer_with_exit_codes(
      "Subjects: case.<street>.<unit>.<cell>.<event>, escalation.<rung>.<street>.<unit>.<cell>,\n"
      "coverage.<street>.<cell>, configuration.<street>; * is one token, > the rest.\n"
      "Examples:\n"
      "  huying subscribe 'escalation.>' --endpoint ipc:///tmp/wenyuan/broker.sock --as street.supervisor-1\n"
      "  huying subscribe 'case.>' --json --name ledger --from start --endpoint … --as wall-1\n"));
  app->callback([options, &chosen] {
    chosen = [options] {
      if (options->forget) return forget_name(options->connect, roles_of(options->connect), options->name);
      if (!options->subjects.empty()) return SubscribeProgram(*options).run();
      print_error(Error{v1::ERROR_CODE_USAGE, "SUBJECT is required, except with --forget"});
      return ExitCode::usage;
    };
  });
}

}  // namespace huying::programs
