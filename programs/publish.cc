// huying publish: requests as NDJSON in, acknowledgements as NDJSON out.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <unordered_map>

#include "client/publisher.h"
#include "programs/connection.h"
#include "programs/json_lines.h"
#include "programs/line_reader.h"
#include "programs/program.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct PublishOptions {
  ConnectOptions connect;
  std::string input = "-";
  std::size_t window = 1'000;  // saturated, more costs latency and brings little
};

class PublishProgram {
 public:
  explicit PublishProgram(PublishOptions options)
      : options_(std::move(options)),
        connection_(options_.connect, roles_to_try(options_.connect, {v1::ROLE_PUBLISHER, v1::ROLE_GATEWAY, v1::ROLE_DESK,
                                                                      v1::ROLE_GRID_WORKER})),
        publisher_(connection_, [this](auto tag, const auto& ack) { answered(tag, ack); }, options_.window) {}

  ExitCode run() {
    auto opened = LineReader::open(options_.input, connection_.context(), [this] { pump(); });
    if (!opened) {
      print_error(opened.error());
      return ExitCode::failed;
    }
    reader_ = std::move(*opened);
    std::setvbuf(stdout, nullptr, _IOLBF, 65'536);  // an acknowledgement is seen when it comes
    connection_.attach(publisher_);
    connection_.on_welcome([this](const auto&) { pump(); });
    const auto code = connection_.run();
    progress(Progress::last);
    if (publisher_.unanswered() > 0)
      fmt::print(stderr, "huying: {} requests were sent and not answered; publish the same file again: nothing is doubled\n",
                 publisher_.unanswered());
    return code;
  }

 private:
  enum class Progress { now_and_then, last };

  // As much as the window takes; then it waits for answers or lines.
  void pump() {
    while (publisher_.has_room()) {
      auto line = reader_->next();
      if (!line) break;
      publish(std::move(*line));
    }
    if (!reader_->at_end() || publisher_.unanswered() > 0 || connection_.is_finished()) return;
    const auto error = reader_->error();
    if (error.code != 0) print_error(error);
    connection_.finish(refused_ + bad_ == 0 && error.code == 0 ? ExitCode::done : ExitCode::failed);
  }

  void publish(InputLine line) {
    Result<void> parsed = line.too_long ? Result<void>(fail(v1::ERROR_CODE_INPUT_LINE, "longer than 1 MiB"))
                                        : request_from_json(line.text, request_);
    // Room for the envelope: what serialize_frame would stop the process over is the input's fault here.
    if (parsed && request_.ByteSizeLong() + 64 > limits::frame_bytes_max)
      parsed = fail(v1::ERROR_CODE_FRAME_TOO_LARGE, "a request of this line");
    if (!parsed) {
      ++bad_;
      fmt::print("{}\n", refusal_line(line.number, "", parsed.error()));
      fmt::print(stderr, "huying: 第 {0} 行 line {0}: {1}\n        {2}\n", line.number, words_of(parsed.error().code).zh,
                 sentence(parsed.error()));
      return;
    }
    source_ids_[line.number] = request_.source_id();
    publisher_.publish(line.number, request_);
  }

  void answered(std::uint64_t line, const v1::PublishAck& ack) {
    const auto source_id = std::move(source_ids_.extract(line).mapped());
    if (ack.error() == 0) {
      ++taken_;
      known_ += ack.known();
      fmt::print("{}\n", ack_line(line, source_id, ack));
    } else {
      ++refused_;
      fmt::print("{}\n", refusal_line(line, source_id, Error{ack.error(), ack.detail()}, ack.case_number(),
                                      ack.retry_after_ms()));
    }
    progress(Progress::now_and_then);
    pump();
  }

  void progress(Progress when) {
    if (::isatty(STDERR_FILENO) == 0) return;
    const auto now = SteadyInstant::clock::now();
    if (when == Progress::now_and_then && now < next_progress_) return;
    next_progress_ = now + Milliseconds(200);
    fmt::print(stderr, "\r已受理 {} (已知 {})，拒绝 {}，读不出 {} · taken {} (known {}), refused {}, unreadable {}{}", taken_, known_,
               refused_, bad_, taken_, known_, refused_, bad_, when == Progress::last ? "\n" : "");
    std::fflush(stderr);
  }

  const PublishOptions options_;
  Connection connection_;
  client::Publisher publisher_;
  std::unique_ptr<LineReader> reader_;
  v1::Request request_;
  std::unordered_map<std::uint64_t, std::string> source_ids_;  // of the unanswered, by line
  std::uint64_t taken_ = 0, known_ = 0, refused_ = 0, bad_ = 0;
  SteadyInstant next_progress_{};
};

}  // namespace

void add_publish(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<PublishOptions>();
  options->connect.wait_seconds = 60;
  auto* app = root.add_subcommand("publish",
                                  "Publish requests: one Request in protobuf's JSON mapping a line in, one JSON line an "
                                  "acknowledgement out, when it is on disk. A lost connection is resumed; nothing is "
                                  "doubled, because (source, source_id) names a request for good.");
  add_connect_options(*app, options->connect, "", JsonOption::absent);
  app->add_option("FILE", options->input, "NDJSON; - is standard input")->capture_default_str();
  app->add_option("--window", options->window, "Requests unanswered at most")
      ->capture_default_str()
      ->check(whole_number(1, limits::publish_window));
  app->footer(footer_with_exit_codes(
      "Out, a line an answer, in the order of answers:\n"
      "  {\"line\":1,\"source_id\":\"a-1\",\"case_number\":\"WY-261123-0042-7\",\"known\":false,\"cell\":\"…\",\"rule\":\"point\"}\n"
      "  {\"line\":2,\"source_id\":\"a-2\",\"error\":2003,\"name\":\"CATEGORY_UNKNOWN\",\"detail\":\"…\"}\n"
      "Example:\n"
      "  echo '{\"source_id\":\"a-1\",\"location\":{\"address\":\"石桥村东门小广场\"},\"text\":{\"plain\":\"路灯不亮\"}}' |\n"
      "    huying publish --endpoint ipc:///tmp/wenyuan/broker.sock --as hotline-12345\n"
      "Exit code 1: some lines were refused or unreadable; the others were taken."));
  app->callback([options, &chosen] { chosen = [options] { return PublishProgram(*options).run(); }; });
}

}  // namespace huying::programs
