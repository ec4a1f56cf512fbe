// huying status: the administrator's view of a running broker.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/limits.h"
#include "client/actor.h"
#include "programs/connection.h"
#include "programs/json_lines.h"
#include "programs/program.h"
#include "programs/words.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

// What an administrator should look into: nothing, most of the time.
std::string trouble_of(const v1::LeaseStatus& lease) {
  std::string text;
  if (lease.parked()) text += "  停止裁定 parked";
  if (lease.suspect_cause() != 0)
    text += fmt::format("  单独重试 cause {} is tried alone, {}", lease.suspect_cause(), lease.suspect_times());
  else if (lease.has_suspect_clock())
    text += fmt::format("  单独重试计时 a clock of {} fires alone, {}", lease.suspect_clock().case_number(),
                        lease.suspect_times());
  if (lease.fold_times() != 0) text += fmt::format("  试读 folded on trial, {}", lease.fold_times());
  return text;
}

void print_leases(const v1::StatusReply& status) {
  std::size_t uncovered = 0;
  for (const auto& lease : status.leases()) uncovered += lease.host().empty();
  fmt::print("\n网格 cells: {}，无人接管 without a host: {}\n", status.leases_size(), uncovered);
  for (const auto& lease : status.leases()) {
    if (lease.host().empty())
      fmt::print("  {}缺 nobody\n", padded(lease.cell(), 28));
    else
      fmt::print("  {}{}epoch {}.{}  未裁定 undecided {}{}\n", padded(lease.cell(), 28), padded(lease.host(), 16),
                 lease.epoch().term(), lease.epoch().grant(), lease.undecided(), trouble_of(lease));
  }
}

void print_status(const v1::StatusReply& status) {
  fmt::print("街道 street {}   任期 term {}   名录 directory version {}{}\n", status.street(), status.term(),
             status.configuration_version(), status.demonstration() ? "   演示 demonstration" : "");
  if (status.read_only()) {
    fmt::print("只读 read-only：不受理、不裁定、不写盘，没有主机 nothing is taken, decided or written, no hosts\n");
    fmt::print("缺失 missing: {}\n", status.missing().empty() ? "无 nothing" : status.missing());
  }
  if (status.rate_permille() != 1000) fmt::print("时间 time runs {:g} times as fast\n", status.rate_permille() / 1000.0);
  fmt::print("诉求 requests {}   未结 open cases {}   会话 sessions {}   批次 batches {}\n", status.requests(),
             status.open_cases(), status.sessions(), status.batches());
  fmt::print("日志 journal {:.1f} MiB   磁盘剩余 free {:.1f} MiB\n", static_cast<double>(status.journal_bytes()) / mebibyte,
             static_cast<double>(status.free_bytes()) / mebibyte);
  if (status.disk_room() == v1::DISK_ROOM_LOW)
    fmt::print("磁盘空间不足，暂不受理 disk low: requests are refused, cases go on\n");
  if (status.disk_room() == v1::DISK_ROOM_FULL)
    fmt::print("磁盘已满，等待空间 disk full: nothing is decided until there is room\n");
  if (const auto off = status.clock_ahead_ms(); off >= limits::clock_step_min.count())
    fmt::print("系统时钟快 {0} 秒，未采信：跳变造成的到期暂不触发 the system's clock is {0} s ahead, not believed yet: what that "
               "makes due is held\n", off / 1000);
  else if (off <= -limits::clock_step_min.count())
    fmt::print("系统时钟慢 {0} 秒，时间放慢十六分之一 the system's clock is {0} s behind: time goes a sixteenth slower\n",
               -off / 1000);
  print_leases(status);
  if (status.subscriptions_size() > 0) fmt::print("\n订阅 subscriptions:\n");
  for (const auto& one : status.subscriptions())
    fmt::print("  {}{}{}  acknowledged {} of {}\n", padded(one.name(), 28), padded(one.principal(), 16),
               one.connected() ? "在线 connected" : "离线 away", one.acknowledged(), one.sent());
}

struct StatusOptions : ConnectOptions {
  bool retry_parked = false;
};

ExitCode status(const StatusOptions& options) {
  Connection connection(options, roles_to_try(options, {v1::ROLE_ADMINISTRATOR}));
  client::Actor actor(connection);
  connection.attach(actor);
  actor.status([&](const v1::StatusReply& reply) {
    if (reply.error() != 0)
      print_error(Error{reply.error(), {}});
    else if (options.json)
      fmt::print("{}\n", message_line(reply));
    else
      print_status(reply);
    connection.finish(exit_code_of(Error{reply.error(), {}}));
  }, options.retry_parked);
  return connection.run();
}

}  // namespace

void add_status(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<StatusOptions>();
  auto* app = root.add_subcommand("status", "Who holds which cell, who subscribes, which directory is in force, how much "
                                            "disk is left: the administrator's view. It shows no contact and no words.");
  add_connect_options(*app, *options, "administrator");
  app->add_flag("--retry-parked", options->retry_parked,
                "Have cells whose every fold ended its host tried once more, by any host: after a mended build was started.");
  app->footer(footer_with_exit_codes("Example:\n  huying status --endpoint ipc:///tmp/wenyuan/broker.sock\n"));
  app->callback([options, &chosen] { chosen = [options] { return status(*options); }; });
}

}  // namespace huying::programs
