// huying serve: broker and hosts in one process, over the same session frames as apart. And huying broker, huying worker.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <csignal>
#include <functional>
#include <vector>

#include "base/limits.h"
#include "programs/connection.h"
#include "programs/host_thread.h"
#include "programs/program.h"
#include "programs/serving.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

constexpr Milliseconds sign_interval{500};
// A stuck host loses its leases by its promise; then nobody of this process decides, and another process should.
constexpr auto unanswered_signs_max = (limits::wake_promise_max + limits::wake_grace) / sign_interval;

// Runs until a signal, or until the broker or a host of this process cannot go on.
class ServeProgram {
 public:
  explicit ServeProgram(ServeOptions options)
      : options_(std::move(options)), signals_(context_, SIGINT, SIGTERM), signs_(context_) {}

  ExitCode run() {
    if (options_.gateway)
      if (const auto fits = check_gateway_choice(options_.pages); !fits) {
        return refused(fits.error());
      }
    auto started = BrokerThread::start(options_);
    if (!started) {
      return refused(started.error());
    }
    broker_ = std::move(*started);
    broker_->run(context_, [this](const Error& error) {
      print_error(error);
      finish(exit_code_of(error));
    });
    if (const auto hosted = start_hosts(); !hosted) {
      return refused(hosted.error());
    }
    signals_.async_wait([this](const asio::error_code& cancelled, int) {
      if (!cancelled) finish(ExitCode::done);
    });
    broker_->print_where();
    if (const auto served = start_gateway(); !served) {
      print_error(served.error());
      stop_in_order();
      return exit_code_of(served.error());
    }
    if (!hosts_.empty()) ask_for_signs();
    context_.run();
    stop_in_order();
    return code_;
  }

 private:
  Result<void> start_hosts() {
    for (unsigned i = 1; i <= options_.hosts && !options_.read_only; ++i) {
      auto host = HostThread::start({.endpoint = broker_->broker().endpoint(),
                                     .principal = fmt::format("{}{}", options_.host_prefix, i),
                                     .catch_up_a_second = options_.catch_up_a_second});
      if (!host) return tl::make_unexpected(host.error());
      hosts_.push_back(std::move(*host));
    }
    return {};
  }

  // Where its usual address is taken, and nobody asked for it, the rest serves without it.
  Result<void> start_gateway() {
    if (!options_.gateway || options_.read_only) return {};
    auto gateway = GatewayThread::start({.endpoint = broker_->broker().endpoint(),
                                         .data_folder = options_.data,
                                         .choice = options_.pages,
                                         .demonstration_logins = !options_.keep_logins});
    if (gateway) {
      gateway_ = std::move(*gateway);
      return {};
    }
    if (options_.gateway_must_be || gateway.error().code != v1::ERROR_CODE_USAGE) return tl::make_unexpected(gateway.error());
    fmt::print(stderr, "huying: 没有网页：{} no pages; --http names another place\n", gateway.error().detail);
    return {};
  }

  void ask_for_signs() {
    for (auto& host : hosts_)
      if (host->unanswered_signs() > unanswered_signs_max) {
        fmt::print(stderr, "huying: a host of this process does not decide any more; the process ends, what was "
                           "acknowledged is on disk\n");
        std::fflush(nullptr);
        ::_exit(static_cast<int>(ExitCode::stuck));  // its thread cannot be joined
      }
    signs_.expires_after(sign_interval);
    signs_.async_wait([this](const asio::error_code& cancelled) {
      if (!cancelled) ask_for_signs();
    });
  }

  void finish(ExitCode code) {
    code_ = code;
    context_.stop();
  }

  // The gateway first: nobody asks any more. Then hosts: their last commits are still taken.
  void stop_in_order() {
    if (gateway_) gateway_->stop();
    for (auto& host : hosts_) host->stop();
    broker_->stop();
    fmt::print("已停止 stopped\n");
  }

  const ServeOptions options_;
  asio::io_context context_;
  asio::signal_set signals_;
  asio::steady_timer signs_;
  std::unique_ptr<BrokerThread> broker_;
  std::vector<std::unique_ptr<HostThread>> hosts_;
  std::unique_ptr<GatewayThread> gateway_;
  ExitCode code_ = ExitCode::failed;
};

ExitCode work(HostThreadOptions options) {
  asio::io_context context;
  asio::signal_set signals(context, SIGINT, SIGTERM);
  auto code = ExitCode::done;
  options.on_final = [&](const Error& error) {
    asio::post(context, [&context, &code, error] {
      fmt::print(stderr, "        再试也没有用，退出 trying again does not mend this; it ends\n");
      code = exit_code_of(error);
      context.stop();
    });
  };
  auto host = HostThread::start(options);
  if (!host) {
    return refused(host.error());
  }
  fmt::print("{} 已启动，接通 {} 后接管网格 · takes cells once that broker answers\n", options.principal, options.endpoint);
  std::fflush(stdout);
  signals.async_wait([](const asio::error_code&, int) {});
  context.run();
  (*host)->stop();
  return code;
}

void add_catch_up(CLI::App& app, std::uint32_t& a_second) {
  app.add_option("--catch-up", a_second,
                 "Overdue clocks that a host fires a second after an outage, the most severe first. More is a flood for who reads")
      ->capture_default_str()
      ->check(whole_number(1, 100'000));
}

}  // namespace

void add_serve(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<ServeOptions>();
  auto* app = root.add_subcommand("serve", "Everything in one process: the broker, hosts that hold the cells, and the pages. Prints "
                                           "where it listens; SIGTERM or Ctrl-C stops it cleanly.");
  add_broker_options(*app, *options);
  app->add_option("--hosts", options->hosts, "Hosts in this process; 0: only `huying worker` elsewhere")
      ->capture_default_str()
      ->check(whole_number(0, 64));
  add_catch_up(*app, options->catch_up_a_second);
  add_gateway_options(*app, options->pages, GatewayIn::serve);
  app->add_flag("--no-gateway", options->no_gateway, "No pages and no JSON interface: programs alone")
      ->excludes("--http")
      ->excludes("--tiles");
  app->add_flag("--keep-logins", options->keep_logins, "A demonstration's passwords stay those of the start before")
      ->excludes("--no-gateway");
  app->add_option("--host-prefix", options->host_prefix, "Their principals: this and a number from 1")->capture_default_str();
  app->footer(footer_with_exit_codes("Examples:\n"
                                     "  huying serve --data /tmp/wenyuan --directory deploy/wenyuan\n"
                                     "  huying serve --data /tmp/demo --directory deploy/wenyuan --rate 2880\n"
                                     "Then, in another terminal:\n"
                                     "  huying subscribe 'escalation.>' --endpoint ipc:///tmp/wenyuan/broker.sock --as "
                                     "street.supervisor-1\n"));
  app->callback([app, options, &chosen] {
    options->gateway = !options->no_gateway;
    options->gateway_must_be = app->count("--http") + app->count("--web") + app->count("--tiles") > 0;
    chosen = [options] { return ServeProgram(*options).run(); };
  });
}

void add_broker(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<ServeOptions>();
  options->hosts = 0;
  auto* app = root.add_subcommand("broker", "The broker alone: sessions, journal, leases. Its cells are held by `huying "
                                            "worker` processes.");
  add_broker_options(*app, *options);
  app->footer(footer_with_exit_codes("Example:\n  huying broker --data /tmp/wenyuan --directory deploy/wenyuan &\n"
                                     "  huying worker --endpoint ipc:///tmp/wenyuan/broker.sock --as host-1\n"));
  app->callback([options, &chosen] { chosen = [options] { return ServeProgram(*options).run(); }; });
}

void add_worker(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<HostThreadOptions>();
  auto* app = root.add_subcommand("worker", "A host alone: holds the cells that the broker grants it, keeps nothing on disk. "
                                            "Goes on trying while the broker is away; ends with 3 where "
                                            "the directory does not know it.");
  app->add_option("--endpoint", options->endpoint, "Where the broker listens")->envname("HUYING_ENDPOINT")->required();
  app->add_option("--as", options->principal, "Principal: a host of the directory. Two processes never share one")->required();
  app->add_option("--capacity", options->capacity, "Cells at most; 0: any")
      ->capture_default_str()
      ->check(whole_number(0, UINT32_MAX));
  add_catch_up(*app, options->catch_up_a_second);
  app->footer(footer_with_exit_codes("Example:\n  huying worker --endpoint ipc:///tmp/wenyuan/broker.sock --as host-2\n"));
  app->callback([options, &chosen] { chosen = [options] { return work(*options); }; });
}

}  // namespace huying::programs
