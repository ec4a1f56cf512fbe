#include "broker/journal/repair.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "broker/journal/begin_anew.h"
#include "broker/journal/kept_requests.h"
#include "broker/journal/key_file.h"
#include "broker/journal/segment_index.h"
#include "broker/journal/verify.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr unsigned quarantines_max = 9999;
constexpr const char* report_name = "report.txt";

std::string name_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }
std::string folder_in(const std::string& path) { return path.substr(0, path.rfind('/')); }

class Repair {
 public:
  Repair(Disk& disk, const std::string& folder, const RepairPlan& plan, const std::function<std::uint64_t()>& random)
      : disk_(disk), paths_(folder), plan_(plan), random_(random), quarantine_(paths_.root) {}

  Result<Repaired> run() {
    if (plan_.nothing_to_do()) return fail(v1::ERROR_CODE_NOTHING_TO_REPAIR, paths_.root);
    auto lock = disk_.lock(paths_.root + "/" + lock_file_name);
    if (!lock) return tl::unexpected(lock.error());
    // Another repair may have been faster, and a broker may have gone on since: the plan is of a folder that is gone.
    if (const auto now = verify_journal(disk_, paths_.root); now && now->clean())
      return fail(v1::ERROR_CODE_NOTHING_TO_REPAIR, paths_.root + " was repaired meanwhile");
    if (auto done = make_quarantine(); !done) return tl::unexpected(done.error());
    if (plan_.all_lost) {
      if (auto done = begin_behind_what_comes(); !done) return tl::unexpected(done.error());
    }
    if (auto done = write_mended(); !done) return tl::unexpected(done.error());
    if (plan_.all_lost) {
      if (auto done = prove_what_came(); !done) return tl::unexpected(done.error());
    }
    if (auto done = set_aside(paths_.checkpoints, quarantine_.checkpoints); !done) return tl::unexpected(done.error());
    if (auto done = set_aside_keys(); !done) return tl::unexpected(done.error());
    if (plan_.cuts && !plan_.all_lost) {
      if (auto done = cut(); !done) return tl::unexpected(done.error());
    }
    if (auto kept = keep_format_copy(disk_, paths_, plan_.format); !kept) return tl::unexpected(kept.error());
    return verified();
  }

 private:
  Result<void> make_quarantine() {
    unsigned number = 1;
    while (number < quarantines_max && disk_.exists(quarantine_root(number) + "/" + report_name)) ++number;
    quarantine_ = FolderPaths(quarantine_root(number));
    for (const std::string* path : {&quarantine_.root, &quarantine_.journal, &quarantine_.checkpoints}) {
      if (auto made = disk_.make_folder(*path); !made) return made;
    }
    const auto put = [&](const char* name, const std::string& bytes) {
      return replace_file(disk_, quarantine_.root, name, bytes, Durability::bytes_and_name);
    };
    if (auto done = put(format_file_name, encode(plan_.format)); !done) return done;
    return put(report_name, to_text(plan_));
  }
  std::string quarantine_root(unsigned number) const { return fmt::format("{}/quarantine/{:04}", paths_.root, number); }

  // The bad file is copied into quarantine before a mended one takes its name.
  Result<void> write_mended() {
    if (plan_.mended_disk == nullptr) return {};
    for (const std::string& path : plan_.mended_disk->changed()) {
      if (is_cut(path)) continue;
      if (disk_.exists(path)) {
        if (auto kept = keep_copy(path); !kept) return kept;
      }
      const auto plan = plan_.mended_disk->plan(path);
      if (!plan) return tl::unexpected(plan.error());
      if (auto written = copy_file(disk_, *plan, folder_in(path), name_in(path)); !written) return written;
    }
    return {};
  }

  bool is_cut(const std::string& path) const {
    return std::find(plan_.cut_files.begin(), plan_.cut_files.end(), name_in(path)) != plan_.cut_files.end();
  }

  Result<void> keep_copy(const std::string& path) {
    const bool of_journal = folder_in(path) == paths_.journal;
    const std::string name = of_journal ? name_in(path) : name_in(path) + ".bad";
    const std::string& folder = of_journal ? quarantine_.journal : quarantine_.root;
    if (disk_.exists(folder + "/" + name)) return {};  // as it was before it was mended
    const auto plan = whole_file(disk_, path);
    if (!plan) return tl::unexpected(plan.error());
    return copy_file(disk_, *plan, folder, name);
  }

  Result<void> set_aside(const std::string& from, const std::string& to) {
    const auto names = disk_.list(from);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
      if (auto moved = move_file(disk_, from, to, name); !moved) return moved;
    }
    return {};
  }

  // A key whose newest record is cut off stands in none of them with the older one that is kept. What stands in an index file
  // is made anew, like them.
  Result<void> set_aside_keys() {
    const auto names = disk_.list(paths_.journal);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
      const bool is_cache = parse_key_file_name(name) || parse_segment_index_name(name);
      if (!is_cache && !(plan_.all_lost && parse_kept_name(name))) continue;
      if (auto moved = move_file(disk_, paths_.journal, quarantine_.root, name); !moved) return moved;
    }
    return {};
  }

  // The kept journal goes on behind the gap first, and what is cut is moved then: as long as any of it is there it does
  // not fit before that new segment, so that a repair that was broken off is never taken for a whole journal.
  Result<void> cut() {
    SegmentSet kept(disk_, paths_.journal);
    if (auto loaded = load_kept(kept); !loaded) return loaded;
    if (!kept.parts().empty()) {
      // The last kept part goes on behind the cut with what is void now; a copy of it is to be read there.
      if (auto copied = keep_copy(kept.parts().back().path); !copied) return copied;
    }
    if (auto begun = go_on_behind(kept); !begun) return begun;
    if (auto done = prove_what_is_kept(kept); !done) return done;
    for (auto name = plan_.cut_files.rbegin(); name != plan_.cut_files.rend(); ++name) {
      if (!disk_.exists(paths_.journal + "/" + *name)) continue;  // it was only in the backup
      if (auto moved = move_file(disk_, paths_.journal, quarantine_.journal, *name); !moved) return moved;
    }
    return {};
  }

  Result<void> load_kept(SegmentSet& kept) {
    const auto loaded = kept.load(plan_.format.folder_id);
    if (!loaded && loaded.error().code != v1::ERROR_CODE_JOURNAL_DAMAGED) return loaded;  // damaged: in what is cut
    HUYING_CHECK(kept.parts().size() >= plan_.kept_parts, "{} of {}", kept.parts().size(), plan_.kept_parts);
    kept.parts().resize(plan_.kept_parts);
    return {};
  }

  Result<void> go_on_behind(SegmentSet& kept) {
    return begin_anew(disk_, paths_, plan_.format.folder_id, kept, plan_.kept_through + 1, random_);
  }

  // No segment is there. The one behind the gap comes before those of the backup, and before anything is put aside that
  // proves the loss: what a repair leaves that was broken off is neither a whole journal nor a new folder.
  Result<void> begin_behind_what_comes() {
    SegmentSet coming(*plan_.mended_disk, paths_.journal);
    if (auto loaded = load_kept(coming); !loaded) return loaded;
    return go_on_behind(coming);
  }

  Result<void> prove_what_came() {
    SegmentSet kept(disk_, paths_.journal);
    if (auto loaded = load_kept(kept); !loaded) return loaded;
    return prove_what_is_kept(kept);
  }

  // A part that a recovery began proves what it copied; where the cut is among that, it must not prove what is gone.
  Result<void> prove_what_is_kept(const SegmentSet& kept) {
    if (plan_.kept_parts == 0) return {};
    const Part& last = kept.parts()[plan_.kept_parts - 1];
    if (last.header.durable_through <= plan_.kept_through) return {};
    PartHeader header = last.header;
    header.durable_through = plan_.kept_through;
    auto plan = whole_file(disk_, last.path);
    if (!plan) return tl::unexpected(plan.error());
    plan->patches.push_back({0, encode(header)});
    return copy_file(disk_, *plan, paths_.journal, name_in(last.path));
  }

  Result<Repaired> verified() {
    const auto report = verify_journal(disk_, paths_.root);
    if (!report) return tl::unexpected(report.error());
    if (!report->clean()) return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, to_string(report->findings.front()));
    return Repaired{quarantine_.root};
  }

  Disk& disk_;
  const FolderPaths paths_;
  const RepairPlan& plan_;
  const std::function<std::uint64_t()>& random_;
  FolderPaths quarantine_;
};

}  // namespace

Result<Repaired> repair_journal(Disk& disk, const std::string& folder, const RepairPlan& plan,
                                const std::function<std::uint64_t()>& random) {
  return Repair(disk, folder, plan, random).run();
}

}  // namespace huying::journal
