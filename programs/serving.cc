#include "programs/serving.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <asio/post.hpp>
#include <cmath>

#include "base/check.h"
#include "programs/connection.h"
#include "programs/options.h"
#include "programs/time_text.h"
#include "proto/errors.h"
#include "workers/cell/settings.h"

namespace huying::programs {

void add_broker_options(CLI::App& app, ServeOptions& options) {
  app.add_option("--data", options.data, "Data folder: journal, cursors, socket. Made with mode 0700 if absent")->required();
  app.add_option("--directory", options.directory, "Published at start when the folder has no directory yet");
  app.add_option("--endpoint", options.endpoint, "Where to listen: ipc in a folder of mode 0700, or loopback; default "
                                                 "ipc://DATA/broker.sock");
  auto* rate = app.add_option("--rate", options.rate,
                              "Time runs so many times as fast: a demonstration. Only for a new folder; a scaled folder "
                              "keeps its own")
                   ->check(number_between(1, 1'000'000));
  app.add_option("--begin", options.begin,
                 "When a new scaled folder's time begins, e.g. 2026-11-23T08:00:00+08:00; default now")
      ->needs(rate);
  app.add_option("--disk-low", options.disk_low_mib, "MiB that must be free for requests to be taken")
      ->capture_default_str()
      ->check(number_between(64, 1u << 30));
  app.add_option("--disk-full", options.disk_full_mib,
                 "MiB that must be free for anything to be decided; below it the process waits for room")
      ->capture_default_str()
      ->check(number_between(32, 1u << 30));
  app.add_flag("--read-only", options.read_only,
               "Open a folder that is damaged, or whose disk is full, to look: not a byte is written into it. Subscriptions, "
               "fetches and status are answered; requests and steps are refused, no host is let in, so no clock fires. "
               "Without --endpoint it listens in a folder of its own");
  app.add_flag("--allow-plain-contacts", options.allow_plain_contacts,
               "Serve a directory that is not marked `demonstration`, though contacts are kept in plain: guard the disk");
}

Result<std::unique_ptr<BrokerThread>> BrokerThread::start(const ServeOptions& options) {
  if (options.data.empty()) return fail(v1::ERROR_CODE_USAGE, "--data needs a folder");
  broker::BrokerOptions what;
  what.data_folder = options.data;
  what.endpoint = options.endpoint;
  what.directory_folder = options.directory;
  what.allow_plain_contacts = options.allow_plain_contacts;
  what.check_configuration = cell::check_configuration;
  what.read_only = options.read_only;
  if (options.read_only && options.rate > 0) return fail(v1::ERROR_CODE_USAGE, "--read-only keeps the folder's time: no --rate");
  if (options.disk_full_mib >= options.disk_low_mib)
    return fail(v1::ERROR_CODE_USAGE, "--disk-low must be more than --disk-full: in between cases go on");
  what.watermarks = {options.disk_low_mib * limits::MiB, options.disk_full_mib * limits::MiB};
  if (options.rate > 0) what.rate_permille = static_cast<std::uint32_t>(std::lround(options.rate * 1000));
  if (!options.begin.empty()) {
    what.virtual_origin = instant_in(options.begin);
    if (!what.virtual_origin)
      return fail(v1::ERROR_CODE_USAGE, "--begin is a time with its offset, e.g. 2026-11-23T08:00:00+08:00");
  }
  auto made = std::make_unique<broker::Broker>(std::move(what));
  const auto started = made->start();
  for (const auto& finding : made->findings()) fmt::print(stderr, "{}\n", finding);
  if (!started) return tl::make_unexpected(started.error());
  return std::unique_ptr<BrokerThread>(new BrokerThread(std::move(made), options.read_only));
}

BrokerThread::~BrokerThread() { stop(); }

void BrokerThread::run(asio::io_context& context, std::function<void(const Error&)> ended) {
  HUYING_CHECK(!thread_.joinable());
  thread_ = std::thread([this, &context, ended = std::move(ended)] {
    if (const auto served = broker_->run(); !served)
      asio::post(context, [ended, error = served.error()] { ended(error); });
  });
}

void BrokerThread::stop() {
  broker_->stop();
  if (thread_.joinable()) thread_.join();
}

void BrokerThread::print_where() const {
  fmt::print("呼应在此监听 listening at {}\n", broker_->endpoint());
  if (read_only_) {
    fmt::print("只读启动：不受理、不裁定、不写盘；主机一律不接，时限不会触发 read-only: nothing is taken, decided or "
               "written; no host is let in, so no clock fires\n");
    if (broker_->missing().empty())
      fmt::print("数据完整 nothing is missing\n");
    else
      fmt::print("缺失 missing: {}\n", broker_->missing());
  }
  if (broker_->demonstration()) {
    fmt::print("演示数据，全部虚构 demonstration: made-up data");
    if (broker_->rate_permille() != 1000) fmt::print(", time runs {:g} times as fast", broker_->rate_permille() / 1000.0);
    fmt::print("\n");
  }
  std::fflush(stdout);
}

}  // namespace huying::programs
