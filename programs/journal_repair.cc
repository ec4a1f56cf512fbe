// huying journal repair: a dry run, unless told otherwise.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "broker/journal/posix_disk.h"
#include "broker/journal/repair.h"
#include "programs/connection.h"
#include "programs/program.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct RepairOptions {
  std::string data, backup;
  bool apply = false, list_all = false;
};

constexpr std::size_t cases_on_screen = 20;  // of a kind; the report in quarantine names all

ExitCode repair(const RepairOptions& options) {
  journal::PosixDisk disk;
  const auto plan = journal::plan_repair(disk, options.data, options.backup);
  if (!plan) return refused(plan.error());
  if (plan->nothing_to_do()) return refused(Error{v1::ERROR_CODE_NOTHING_TO_REPAIR, options.data});
  fmt::print("{}", journal::to_text(*plan, options.list_all ? SIZE_MAX : cases_on_screen));
  if (!options.apply) {
    fmt::print(
        "以上只是预演，什么都没有改动；加 --apply 执行 / this was a dry run, nothing was changed; --apply does it\n");
    return ExitCode::done;
  }
  const auto done = journal::repair_journal(disk, options.data, *plan);
  if (!done) return refused(done.error());
  fmt::print("已修复，可以启动；换下的文件在 / repaired, a broker starts with it; what was replaced is in {}\n",
             done->quarantine);
  return ExitCode::done;
}

}  // namespace

void add_journal_repair(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<RepairOptions>();
  auto* app =
      group.add_subcommand("repair",
                           "Make a damaged folder one that a broker starts with. Mends what headers, copies and a "
                           "backup tell; cuts the rest. Deletes nothing: what is replaced goes to "
                           "DATA/quarantine with a report of all that is missing.");
  app->add_option("--data", options->data, "Data folder; no broker may hold it")->required();
  app->add_option("--backup", options->backup, "A backup of the same folder: what it holds is mended without loss");
  app->add_flag("--apply", options->apply, "Do it; without this it is a dry run that changes nothing");
  app->add_flag("--list-all", options->list_all, "Name every case that would be missing or set back, not the first 20");
  app->footer(footer_with_exit_codes(
      "Examples:\n  huying journal repair --data /var/lib/huying/wenyuan --backup /backup/wenyuan\n"
      "  huying journal repair --data /var/lib/huying/wenyuan --backup /backup/wenyuan --apply\n"));
  app->callback([options, &chosen] { chosen = [options] { return repair(*options); }; });
}

}  // namespace huying::programs
