// huying journal backup and restore.
#include <date/date.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <thread>

#include "broker/journal/backup.h"
#include "broker/journal/posix_disk.h"
#include "broker/journal/restore.h"
#include "huying/v1/error.pb.h"
#include "programs/connection.h"
#include "programs/options.h"
#include "programs/program.h"

namespace huying::programs {
namespace {

struct CopyOptions {
  std::string from, to;
  bool json = false;
};

ExitCode backup(const CopyOptions& options) {
  if (lies_in(options.to, options.from)) {
    return refused(Error{v1::ERROR_CODE_TARGET_EXISTS,
                         fmt::format("{} lies in the data folder {}: it would go when that goes", options.to, options.from)});
  }
  journal::PosixDisk disk;
  const auto pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); };
  const auto done = journal::backup_journal(disk, options.from, options.to, {.wait = pause});
  if (!done) return refused(done.error());
  if (options.json) {
    fmt::print(R"({{"partition":"{}","parts_copied":{},"parts_kept":{},"bytes_copied":{},"cursors":{},)"
               R"("last_batch":{},"records":{},"batches_left_out":{},"beside_a_broker":{}}})"
               "\n",
               done->partition, done->parts_copied, done->parts_kept, done->bytes_copied, done->cursors,
               done->last_batch, done->records, done->batches_left_out, done->beside_a_broker);
    return ExitCode::done;
  }
  fmt::print("备份完成，备份已核对 / backed up; the backup was verified: {} records through batch {}, {} cursors\n"
             "{} files copied ({} bytes), {} were there already\n",
             done->records, done->last_batch, done->cursors, done->parts_copied, done->bytes_copied,
             done->parts_kept);
  if (done->parts_kept != 0) {
    fmt::print("已有的文件在数据目录中未再读：核对它用 huying journal verify --data {0} / what was there already was not read "
               "in the data folder again: huying journal verify --data {0} does\n",
               options.from);
  }
  if (done->batches_left_out != 0) {
    fmt::print("最后 {} 批尚未证实写盘，未备份，下次备份会带上 / the last {} batches were not proven in time and are left "
               "out; the next backup takes them\n",
               done->batches_left_out, done->batches_left_out);
  }
  return ExitCode::done;
}

ExitCode restore(const CopyOptions& options) {
  journal::PosixDisk disk;
  const auto done = journal::restore_journal(disk, options.from, options.to);
  if (!done) return refused(done.error());
  const std::string until = date::format("%FT%TZ", done->last_recorded_at);
  if (options.json) {
    fmt::print(R"({{"partition":"{}","records":{},"cursors":{},"last_batch":{},)"
               R"("last_recorded_at":"{}","term_at_least":{}}})"
               "\n",
               done->partition, done->records, done->cursors, done->last_batch, until, done->term_at_least.value);
    return ExitCode::done;
  }
  fmt::print("已恢复到 restored to {}: {} records, {} cursors\n"
             "请重新发布 {} 之后的诉求 / publish again what was published since {}\n",
             options.to, done->records, done->cursors, until, until);
  return ExitCode::done;
}

}  // namespace

void add_journal_backup(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<CopyOptions>();
  auto* app = group.add_subcommand("backup",
                                   "Copy a data folder while its broker runs, or after it ended: every batch that is "
                                   "proven to be on disk, and the cursors. The copy is verified; what it is a copy of is not. Into a backup of the "
                                   "same folder only what is new is copied.");
  app->add_option("--data", options->from, "Data folder")->required();
  app->add_option("--to", options->to, "Backup folder; made with mode 0700 if absent")->required();
  app->add_flag("--json", options->json, "Print JSON, one line");
  app->footer(footer_with_exit_codes(
      "Example:\n  huying journal backup --data /var/lib/huying/wenyuan --to /backup/wenyuan\n"));
  app->callback([options, &chosen] { chosen = [options] { return backup(*options); }; });

  auto into = std::make_shared<CopyOptions>();
  auto* restore_app = group.add_subcommand("restore",
                                           "Make a data folder of a backup. It goes on with a later term; cursors of "
                                           "what was lost since are refused, never moved.");
  restore_app->add_option("--from", into->from, "Backup folder")->required();
  restore_app->add_option("--data", into->to, "Data folder to make; absent or empty")->required();
  restore_app->add_flag("--json", into->json, "Print JSON, one line");
  restore_app->footer(footer_with_exit_codes(
      "Example:\n  huying journal restore --from /backup/wenyuan --data /var/lib/huying/wenyuan\n"));
  restore_app->callback([into, &chosen] { chosen = [into] { return restore(*into); }; });
}

}  // namespace huying::programs
