#include "broker/journal/repair_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/journal/archive_index.h"
#include "broker/journal/lost_segments.h"
#include "broker/journal/mending.h"
#include "broker/journal/missing.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr int looks_max = 100;  // each mends at least one place

struct Look {
  SegmentSet set;
  Recovered recovered;
};

Result<void> look(Look& at, const FolderFormat& format, const BatchSink& sink) {
  if (auto loaded = at.set.load(format.folder_id, OnDamage::read_on); !loaded) return loaded;
  auto recovered = recover(at.set, OnDamage::read_on, sink);
  if (!recovered) return tl::unexpected(recovered.error());
  at.recovered = std::move(*recovered);
  return {};
}

class Planning {
 public:
  Planning(Disk& disk, const std::string& folder, const std::string& backup)
      : paths_(folder),
        mended_(std::make_unique<PatchedDisk>(disk)),
        mending_(disk, paths_, backup, *mended_, plan_.mended),
        disk_(disk) {}

  Result<RepairPlan> run() {
    const auto format = mending_.format(plan_.findings);
    if (!format) return tl::unexpected(format.error());
    plan_.format = *format;
    if (auto found = find(); !found) return tl::unexpected(found.error());
    if (plan_.findings.empty()) return std::move(plan_);
    if (auto done = mending_.parts(plan_.format); !done) return tl::unexpected(done.error());
    if (auto done = mend_batches(); !done) return tl::unexpected(done.error());
    if (auto done = settle(); !done) return tl::unexpected(done.error());
    plan_.mended_disk = std::move(mended_);
    return std::move(plan_);
  }

 private:
  static Result<void> ignore(const BatchView&) { return {}; }

  // What is wrong, in the folder as it is. An archive is not mended here: all of the journal must be in the folder.
  Result<void> find() {
    if (disk_.exists(paths_.journal + "/" + archive_index_name)) {
      const auto index = read_archive_index(disk_, paths_.journal);
      const auto archive = index && !index->parts.empty() ? index->parts.front().archive : "ARCHIVE";
      return fail(v1::ERROR_CODE_ARCHIVED, "a repair needs all of the journal in the folder; " + archive_remedy(paths_.root, archive));
    }
    Look as_it_is{SegmentSet(disk_, paths_.journal), {}};
    if (auto looked = look(as_it_is, plan_.format, ignore); !looked) return looked;
    for (const Damage& one : as_it_is.set.problems()) plan_.findings.push_back(one);
    for (const Damage& one : as_it_is.recovered.damages) plan_.findings.push_back(one);
    const auto lost = lost_segments(disk_, paths_);
    if (!lost) return tl::unexpected(lost.error());
    plan_.all_lost = lost->has_value();
    return {};
  }

  Result<void> mend_batches() {
    for (int i = 0; i < looks_max; ++i) {
      Look now{SegmentSet(*mended_, paths_.journal), {}};
      if (auto looked = look(now, plan_.format, ignore); !looked) return looked;
      const auto mended = mending_.batches(plan_.format, now.recovered.damages);
      if (!mended) return tl::unexpected(mended.error());
      if (!*mended) return {};
    }
    return {};
  }

  // What is left after mending: the whole journal, or what comes before the first batch that cannot be had.
  Result<void> settle() {
    SegmentSet strict(*mended_, paths_.journal);
    const auto loaded = strict.load(plan_.format.folder_id);
    if (!loaded && loaded.error().code != v1::ERROR_CODE_JOURNAL_DAMAGED) return loaded;
    auto kept = recover(strict, OnDamage::stop, [this](const BatchView& batch) {
      plan_.kept_until = instant(batch.header.recorded_at_ms);
      return Result<void>{};
    });
    if (!kept) return tl::unexpected(kept.error());
    const bool is_whole = loaded && !kept->damage;
    // What was written behind a backup's end is gone with the rest, and no file tells how much it was.
    plan_.cuts = !is_whole || plan_.all_lost;
    plan_.kept_through = kept->damage ? kept->damage->number - 1 : kept->last_number;
    if (!plan_.cuts) return {};
    return cut(strict, is_whole);
  }

  Result<void> cut(const SegmentSet& strict, bool is_whole) {
    // Parts whose first batch is kept stay; the last of them may go on with what is cut off.
    for (const Part& part : strict.parts()) {
      if (!is_whole && part.header.first_batch > plan_.kept_through) break;
      ++plan_.kept_parts;
    }
    std::set<std::string> kept_names;
    for (std::size_t i = 0; i < plan_.kept_parts; ++i) kept_names.insert(strict.parts()[i].path);
    const auto names = mended_->list(paths_.journal);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
      if (parse_part_name(name) && !kept_names.contains(paths_.journal + "/" + name)) plan_.cut_files.push_back(name);
    }
    MissingReader reader(plan_.kept_through, plan_.missing);
    Look all{SegmentSet(*mended_, paths_.journal), {}};
    const auto take = [&](const BatchView& batch) { return reader.take(all.set, batch); };
    if (auto looked = look(all, plan_.format, take); !looked) return looked;
    reader.finish();
    return {};
  }

  const FolderPaths paths_;
  RepairPlan plan_;
  std::unique_ptr<PatchedDisk> mended_;
  Mending mending_;
  Disk& disk_;
};

}  // namespace

Result<RepairPlan> plan_repair(Disk& disk, const std::string& folder, const std::string& backup) {
  return Planning(disk, folder, backup).run();
}

}  // namespace huying::journal
