// huying journal archive and unarchive: sealed segments out of a data folder that no broker has open, and back.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>

#include "broker/journal/archive.h"
#include "broker/journal/posix_disk.h"
#include "programs/connection.h"
#include "programs/options.h"
#include "programs/program.h"
#include "programs/time_text.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct ArchiveOptions {
  std::string data, archive, before;
  std::uint32_t from_segment = 0;
  bool json = false;
};

// It is remembered: from wherever a later program is started.
std::string whole_path(const std::string& path) {
  if (path.empty()) return path;
  std::error_code unreadable;  // then the archiving itself says what is wrong
  const auto whole = std::filesystem::absolute(path, unreadable).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).string();
}

std::optional<journal::ArchiveBefore> before_in(const std::string& text) {
  journal::ArchiveBefore before;
  std::uint32_t segment = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), segment);
  if (error == std::errc{} && end == text.data() + text.size()) {
    before.segment = segment;
    return before;
  }
  before.time = instant_in(text);
  return before.time ? std::optional(before) : std::nullopt;
}

ExitCode archive(const ArchiveOptions& options) {
  const auto before = before_in(options.before);
  if (!before)
    return refused(Error{v1::ERROR_CODE_USAGE, "--before is the number of a segment, or a time with its offset, e.g. "
                                               "2026-01-01T00:00:00+08:00"});
  if (lies_in(options.archive, options.data))
    return refused(Error{v1::ERROR_CODE_TARGET_EXISTS,
                         fmt::format("{} lies in the data folder {}: that makes no room", options.archive, options.data)});
  journal::PosixDisk disk;
  const auto done = journal::archive_journal(disk, whole_path(options.data), whole_path(options.archive), *before);
  if (!done) return refused(done.error());
  if (options.json) {
    fmt::print(R"({{"partition":"{}","first_segment":{},"last_segment":{},"files":{},"files_there":{},"bytes":{},)"
               R"("records":{},"requests":{},"here_from_segment":{}}})"
               "\n",
               done->partition, done->first_segment, done->last_segment, done->parts, done->parts_there, done->bytes,
               done->records, done->requests, done->here_from);
    return ExitCode::done;
  }
  if (done->first_segment == 0) {
    fmt::print("没有那么早的日志段可归档 / no segment is that old; the journal here begins with segment {}\n", done->here_from);
    return ExitCode::done;
  }
  fmt::print("已归档日志段 {0} 至 {1} 到 {2}，腾出 {3} 字节 / segments {0} to {1} are in {2} now: {4} files, {3} bytes, {5} "
             "records\n"
             "查重所需的 {6} 件诉求要点留在本目录；本目录从日志段 {7} 开始 / what is needed to know {6} requests again stays here; "
             "the journal here begins with segment {7}\n"
             "启动时归档必须可读；读取归档中的内容会得到 E5009 及处理办法 / a start needs the archive where it is; who asks for "
             "what is in it is answered with E5009 and what to do\n",
             done->first_segment, done->last_segment, whole_path(options.archive), done->bytes, done->parts, done->records,
             done->requests, done->here_from);
  return ExitCode::done;
}

ExitCode unarchive(const ArchiveOptions& options) {
  journal::PosixDisk disk;
  const auto done = journal::unarchive_journal(disk, whole_path(options.data), whole_path(options.archive), options.from_segment);
  if (!done) return refused(done.error());
  if (options.json) {
    fmt::print(R"({{"partition":"{}","first_segment":{},"last_segment":{},"files":{},"bytes":{},)"
               R"("still_archived_through":{}}})"
               "\n",
               done->partition, done->first_segment, done->last_segment, done->parts, done->bytes,
               done->still_archived_through);
    return ExitCode::done;
  }
  if (done->first_segment == 0) {
    fmt::print("没有归档的日志段 / nothing of it is archived\n");
    return ExitCode::done;
  }
  fmt::print("已取回日志段 {0} 至 {1}，{2} 字节；归档中的副本保留 / segments {0} to {1} are back: {3} files, {2} bytes; the "
             "archive keeps its copies\n",
             done->first_segment, done->last_segment, done->bytes, done->parts);
  if (done->still_archived_through != 0)
    fmt::print("日志段 {0} 及以前仍在归档中 / segments up to {0} are still archived\n", done->still_archived_through);
  return ExitCode::done;
}

}  // namespace

void add_journal_archive(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<ArchiveOptions>();
  auto* app = group.add_subcommand("archive",
                                   "Move old segments of a data folder, which no broker holds, into an archive: copied, "
                                   "synced, compared and read there before they go here. Requests in them are still known "
                                   "when they come again; a start still needs the archive.");
  app->add_option("--data", options->data, "Data folder; no broker may hold it")->required();
  app->add_option("--to", options->archive, "Archive folder, on another disk; made with mode 0700 if absent")->required();
  app->add_option("--before", options->before,
                  "Segments numbered lower than this, or all of whose records are older than this time, e.g. "
                  "2026-01-01T00:00:00+08:00")
      ->required();
  app->add_flag("--json", options->json, "Print JSON, one line");
  app->footer(footer_with_exit_codes("Example:\n  huying journal archive --data /tmp/wenyuan --to /archive/wenyuan "
                                     "--before 2026-01-01T00:00:00+08:00\n"));
  app->callback([options, &chosen] { chosen = [options] { return archive(*options); }; });

  auto back = std::make_shared<ArchiveOptions>();
  auto* back_app = group.add_subcommand("unarchive",
                                        "Copy archived segments back into their data folder, which no broker holds. The "
                                        "archive keeps its copies.");
  back_app->add_option("--data", back->data, "Data folder; no broker may hold it")->required();
  back_app->add_option("--from", back->archive, "Archive folder; default: where the segments were put");
  back_app->add_option("--from-segment", back->from_segment, "Only this one and what follows; 0: all")
      ->capture_default_str()
      ->check(whole_number(0, UINT32_MAX));
  back_app->add_flag("--json", back->json, "Print JSON, one line");
  back_app->footer(footer_with_exit_codes(
      "Example:\n  huying journal unarchive --data /var/lib/huying/wenyuan --from /archive/wenyuan\n"));
  back_app->callback([back, &chosen] { chosen = [back] { return unarchive(*back); }; });
}

}  // namespace huying::programs
