// huying demonstrate: a broker as a child process, four scaled days of Wenyuan played on it, and then real time.
//
// Order: the child serves at a rate → the story is played → the child stops → a child serves the same folder at rate
// 1 → (with --stay) until a signal → the child stops → a temporary folder is removed. Signals and timers are asio's.
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <cmath>
#include <csignal>
#include <filesystem>

#include "client/endpoint.h"
#include "programs/board.h"
#include "programs/connection.h"
#include "programs/demonstration_lines.h"
#include "programs/demonstration_logins.h"
#include "programs/demonstration_player.h"
#include "programs/demonstration_server.h"
#include "programs/demonstration_watcher.h"
#include "programs/options.h"
#include "programs/program.h"
#include "programs/time_text.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct DemonstrateOptions {
  std::string data;  // empty: a temporary folder
  std::string directory = "deploy/wenyuan";
  int days = story_days;
  double minutes = 3;
  bool stay = false;
  std::string http;  // of the pages, with --stay; empty: where `serve` has them
};

constexpr double seconds_to_start_and_restart = 6;  // of the minutes
constexpr double seconds_to_make_logins = 3;         // eight passwords are hashed
constexpr double seconds_of_grace = 120;            // a slow machine; then something is broken

// The days, from the hour at which the story begins, in what is left of the minutes.
double rate_of(const DemonstrateOptions& options) {
  const double real = options.minutes * 60;
  const double playing = std::max(real - seconds_to_start_and_restart, real / 2);
  return std::ceil((24.0 * options.days - story_begins_hour) * 3600 / playing);
}

// The clock's first time: before the story's, by what the accounts take to be made, and on the same day.
std::string clock_begins_at(const DemonstrateOptions& options, const CivilZone& zone) {
  const auto story = instant_in(story_begins_at).value();
  if (!options.stay) return story_begins_at;
  const Milliseconds early(std::llround(rate_of(options) * seconds_to_make_logins * 1000));
  return zone.text(story - std::min<Milliseconds>(early, std::chrono::hours(7)));
}

// The folder of the data: made here where none was named, and then removed with all that is in it.
class DataFolder {
 public:
  static Result<DataFolder> prepare(const std::string& named) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!named.empty()) {
      if (fs::exists(named, error) && !fs::is_empty(named, error))
        return fail(v1::ERROR_CODE_USAGE,
                    fmt::format("{} is not empty; the days begin in a new folder. To serve it again: "
                                "huying serve --data {}",
                                named, named));
      return DataFolder(fs::absolute(named, error).lexically_normal().string(), true);
    }
    auto pattern = (fs::temp_directory_path(error) / "huying-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      return fail(v1::ERROR_CODE_USAGE, fmt::format("cannot make {}", pattern));
    return DataFolder(pattern, false);
  }
  ~DataFolder() {
    std::error_code ignored;
    if (!path_.empty() && !kept_) std::filesystem::remove_all(path_, ignored);
  }
  DataFolder(DataFolder&& other) noexcept : path_(std::exchange(other.path_, {})), kept_(other.kept_) {}
  DataFolder& operator=(DataFolder&&) = delete;

  const std::string& path() const { return path_; }
  bool is_kept() const { return kept_; }

 private:
  DataFolder(std::string path, bool kept) : path_(std::move(path)), kept_(kept) {}
  std::string path_;
  bool kept_;
};

class DemonstrateProgram {
 public:
  DemonstrateProgram(DemonstrateOptions options, DataFolder& folder, std::string endpoint, CivilZone zone)
      : options_(std::move(options)),
        folder_(folder),
        endpoint_(std::move(endpoint)),
        zone_(zone),
        lines_(zone),
        board_(std::move(zone)),
        signals_(context_, SIGINT, SIGTERM, SIGHUP),
        guard_(context_),
        guard_of_logins_(context_),
        server_(context_),
        player_(context_, endpoint_, lines_, options_.days, [this](auto figures) { played(std::move(figures)); }) {}

  ExitCode run() {
    fmt::print("{}", lines_.heading(options_.minutes, options_.days));
    std::fflush(stdout);
    signals_.async_wait([this](const asio::error_code& cancelled, int) {
      if (!cancelled) interrupted();
    });
    guard_.expires_after(std::chrono::seconds(std::lround(options_.minutes * 60 * 2 + seconds_of_grace)));
    guard_.async_wait([this](const asio::error_code& cancelled) {
      if (!cancelled) give_up(Error{v1::ERROR_CODE_INTERNAL, "the days did not end in twice their time"});
    });
    std::vector<std::string> more{"--directory", options_.directory,  "--rate", fmt::format("{:.0f}", rate_of(options_)),
                                  "--begin",     clock_begins_at(options_, zone_)};
    add_pages(more);
    const bool has_pages = options_.stay;
    if (has_pages) {  // the days can be watched on them: nothing begins before it is said who may log in
      server_.show_output();
      if (options_.http.empty()) guard_logins();  // an address that was named is had, or the server ends
    }
    serve(std::move(more), [this] { begin(); }, has_pages ? last_login_words : "");
    context_.run();
    return code_;
  }

 private:
  // Without pages, if need be: their address is taken, and the server said so. Never before the server listens.
  void guard_logins() {
    guard_of_logins_.expires_after(std::chrono::seconds(5));
    guard_of_logins_.async_wait([this](const asio::error_code& cancelled) {
      if (cancelled) return;
      server_.listens() ? begin() : guard_logins();
    });
  }

  void begin() {
    guard_of_logins_.cancel();
    if (std::exchange(has_begun_, true) || is_finishing_ || !server_.runs()) return;
    player_.start();
  }

  void add_pages(std::vector<std::string>& arguments) const {
    if (!options_.stay)
      arguments.push_back("--no-gateway");
    else if (!options_.http.empty())
      arguments.insert(arguments.end(), {"--http", options_.http});
  }

  void serve(std::vector<std::string> more, DemonstrationServer::OnListening on_listening, std::string awaited = {}) {
    std::vector<std::string> arguments{"serve", "--data", folder_.path()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto started =
        server_.start(arguments, std::move(on_listening), [this](int status) { server_ended(status); }, std::move(awaited));
    if (!started) give_up(started.error());
  }

  void played(Result<DemonstrationFigures> figures) {
    if (!figures) return give_up(figures.error());
    fmt::print("{}", figures_table(*figures));
    std::fflush(stdout);
    next_.cases = player_.open_cases();
    const auto at = server_.said().find(first_login_words);
    if (at != std::string::npos) logins_ = server_.said().substr(at);
    player_.stop();
    after_server_ = [this] {
      std::vector<std::string> more{"--rate", "1"};
      add_pages(more);
      if (options_.stay) more.push_back("--keep-logins");  // whoever watched the days watches on
      serve(std::move(more), [this] { real_time(); });
    };
    server_.terminate();
  }

  void real_time() {
    guard_.cancel();
    if (!options_.stay) return finish(ExitCode::done);
    std::error_code error;
    next_.program_folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
    next_.endpoint = endpoint_;
    next_.data_folder = folder_.path();
    next_.data_is_kept = folder_.is_kept();
    const auto say_next = [this, first = true]() mutable {  // what is tried now is seen: the subscription stands
      if (!std::exchange(first, false)) return;
      fmt::print("{}{}", logins_, next_steps(next_));
      std::fflush(stdout);
    };
    watcher_ = std::make_unique<DemonstrationWatcher>(
        context_, endpoint_, say_next,
        [this](const auto& delivery, const auto&) {
          fmt::print("{}\n", board_.line(delivery));
          std::fflush(stdout);
        },
        [this](const Error& failed) { give_up(failed); });
    if (const auto started = watcher_->start(); !started) give_up(started.error());
    stays_ = true;
  }

  // A second signal finds nothing more to ask for: the end is on its way.
  void interrupted() {
    fmt::print("\n正在结束 ending\n");
    std::fflush(stdout);
    finish(stays_ ? ExitCode::done : ExitCode::failed);
  }

  void give_up(const Error& error) {
    print_error(error);
    finish(exit_code_of(error) == ExitCode::done ? ExitCode::failed : exit_code_of(error));
  }

  void finish(ExitCode code) {
    if (std::exchange(is_finishing_, true)) return;
    code_ = code;
    player_.stop();
    if (watcher_) watcher_->stop();
    guard_.cancel();
    guard_of_logins_.cancel();
    after_server_ = [this] { context_.stop(); };
    if (!server_.runs()) return context_.stop();
    server_.terminate();
    guard_.expires_after(std::chrono::seconds(10));
    guard_.async_wait([this](const asio::error_code& cancelled) {
      if (!cancelled) context_.stop();  // the server's destructor kills it
    });
  }

  void server_ended(int status) {
    if (auto then = std::exchange(after_server_, {})) return then();
    fmt::print(stderr, "huying: the serving process ended by itself ({} {})\n",
               WIFEXITED(status) ? "exit code" : "signal",
               WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    finish(ExitCode::failed);
  }

  const DemonstrateOptions options_;
  DataFolder& folder_;
  const std::string endpoint_;
  const CivilZone zone_;
  const DemonstrationLines lines_;
  const Board board_;
  asio::io_context context_;
  asio::signal_set signals_;
  asio::steady_timer guard_, guard_of_logins_;
  DemonstrationServer server_;
  DemonstrationPlayer player_;
  std::unique_ptr<DemonstrationWatcher> watcher_;  // after the days
  std::function<void()> after_server_;             // when the child has ended as it was told to
  NextSteps next_;
  std::string logins_;  // as the server printed them before the days
  bool has_begun_ = false, stays_ = false, is_finishing_ = false;
  ExitCode code_ = ExitCode::failed;
};

ExitCode demonstrate(const DemonstrateOptions& options) {
  const auto refuse = [](const Error& error) {
    return refused(error);
  };
  auto zone = CivilZone::named(story_zone);
  if (!zone) return refuse(zone.error());
  auto folder = DataFolder::prepare(options.data);
  if (!folder) return refuse(folder.error());
  auto endpoint = client::endpoint_in_folder(folder->path());
  if (!endpoint) return refuse(endpoint.error());
  return DemonstrateProgram(options, *folder, *endpoint, std::move(*zone)).run();
}

}  // namespace

void add_demonstrate(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<DemonstrateOptions>();
  auto* app = root.add_subcommand("demonstrate",
                                  "Four scaled days of Wenyuan street, played on a broker of its own: made-up "
                                  "requests, work, and one that nobody answers. Then the broker runs on at the "
                                  "pace of real time.");
  app->add_option("--data", options->data,
                  "A new folder for the data, which is kept; default: a temporary one, removed at the "
                  "end");
  app->add_option("--directory", options->directory, "Wenyuan's directory; the story names its cells and people")
      ->capture_default_str()
      ->check(CLI::ExistingDirectory);
  app->add_option("--days", options->days, "How many of the days")
      ->capture_default_str()
      ->check(whole_number(1, story_days));
  app->add_option("--minutes", options->minutes, "Real minutes for the days")
      ->capture_default_str()
      ->check(number_between(0.2, 60));
  app->add_flag("--stay", options->stay, "Stay up afterwards, until Ctrl-C, and say what to type next");
  app->add_option("--http", options->http, "Where pages and the JSON interface are served, with --stay: ADDRESS:PORT; port 0: any that is "
                                           "free; default 127.0.0.1:8010");
  app->footer(
      footer_with_exit_codes("Ctrl-C ends everything: the broker's process, and the temporary folder.\n"
                             "Examples:\n"
                             "  huying demonstrate --stay\n"
                             "  huying demonstrate --minutes 1 --days 2 --data /tmp/wenyuan\n"));
  app->callback([options, &chosen] { chosen = [options] { return demonstrate(*options); }; });
}

}  // namespace huying::programs
