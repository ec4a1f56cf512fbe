#include "programs/host_thread.h"

#include <fmt/format.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "proto/errors.h"
#include "workers/host/host.h"

namespace huying::programs {

struct HostThread::Running {
  asio::io_context context;
  host::Host host;
  std::atomic<std::uint32_t> signs_asked{0}, signs_given{0};
  std::thread thread;

  explicit Running(const HostThreadOptions& options)
      : host(context,
             {.endpoint = options.endpoint,
              .principal = options.principal,
              .program = "huying " HUYING_VERSION,  // by which the broker knows another build
              .capacity = options.capacity,
              .catch_up_a_second = options.catch_up_a_second},
             [this](const client::Lost& lost) { tell(lost); }),
        on_final(options.on_final) {}

  // Once for each trouble: while nothing changes a line every two seconds would hide everything else.
  void tell(const client::Lost& lost) {
    if (lost.error == told) return;
    told = lost.error;
    fmt::print(stderr, "huying: 网格主机 host: {}\n        {}\n", words_of(lost.error.code).zh, sentence(lost.error));
    // A broker without a directory waits for its administrator, and so does its host.
    const bool is_final = client::is_final(lost.error) && lost.error.code != v1::ERROR_CODE_NO_CONFIGURATION;
    if (is_final && on_final) on_final(lost.error);
  }
  Error told;
  std::function<void(const Error&)> on_final;
};

HostThread::HostThread(std::unique_ptr<Running> running) : running_(std::move(running)) {}

Result<std::unique_ptr<HostThread>> HostThread::start(const HostThreadOptions& options) {
  auto running = std::make_unique<Running>(options);
  if (auto started = running->host.start(); !started) return tl::make_unexpected(started.error());
  auto* raw = running.get();
  running->thread = std::thread([raw] { raw->context.run(); });
  return std::unique_ptr<HostThread>(new HostThread(std::move(running)));
}

HostThread::~HostThread() { stop(); }

void HostThread::stop() {
  auto* raw = running_.get();
  if (!raw->thread.joinable()) return;
  raw->host.stop();
  asio::post(raw->context, [raw] { raw->context.stop(); });  // after the goodbye
  raw->thread.join();
}

std::uint32_t HostThread::unanswered_signs() {
  auto* raw = running_.get();
  const auto unanswered = raw->signs_asked.load() - raw->signs_given.load();
  ++raw->signs_asked;
  asio::post(raw->context, [raw] { ++raw->signs_given; });
  return unanswered;
}

}  // namespace huying::programs
