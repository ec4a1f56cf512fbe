// EmbeddedJournal: sealed segments that a start did not read. What it needs of them stands in files beside them
// (segment_indexes.h); what lies in them is verified later, while the broker is idle.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "broker/journal/embedded_journal.h"
#include "broker/journal/scan.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::uint64_t verified_a_step = 256 * limits::KiB;

}  // namespace

// The first part that must be read.
Result<std::size_t> EmbeddedJournal::load_indexes() {
  if (options_.mode == OpenMode::read_only) return 0;  // for who looks for damage
  if (auto loaded = indexes_.load(set_, format_.folder_id, keys_.covered_through(), reader_, streams_); !loaded)
    return tl::unexpected(loaded.error());
  last_term_ = indexes_.last_term();
  std::size_t part = 0;
  for (; part < set_.parts().size() && indexes_.covers(set_.parts()[part].header.segment); ++part) {
    if (!set_.parts()[part].is_archived()) continue;
    if (auto there = set_.reach(part); !there) return tl::unexpected(there.error());  // who serves may need it
  }
  unread_parts_ = part;
  return part;
}

Result<bool> EmbeddedJournal::index_a_segment() {
  const auto free = disk_.free_bytes(paths_.root);
  const std::uint64_t kept = options_.free_bytes_min + options_.segment_bytes;
  return indexes_.write_next(set_, free && *free > kept ? *free - kept : 0, reader_, streams_);
}

Result<void> EmbeddedJournal::distrusted(Result<void> read) {
  if (read || read.error().code != v1::ERROR_CODE_JOURNAL_DAMAGED || !writer_) return read;
  spdlog::error("{}; the next start reads the whole journal and says what is damaged", sentence(read.error()));
  indexes_.remove_all();
  return read;
}

Result<bool> EmbeddedJournal::verify_some(bool archived_too) {
  for (std::uint64_t bytes = 0; bytes < verified_a_step;) {
    if (verifying_.part >= unread_parts_) return false;
    const Part& part = set_.parts()[verifying_.part];
    if (verifying_.offset == 0) verifying_ = {verifying_.part, part.header.base, part.header.first_batch};
    if (verifying_.offset >= part.end || (part.is_archived() && !archived_too)) {
      verifying_ = {verifying_.part + 1, 0, 0};
      continue;
    }
    const auto batch = set_.batch(verifying_.part, verifying_.offset, part.end);
    if (!batch) return tl::unexpected(batch.error());
    std::optional<BatchHeader> header;
    if (*batch) header = peek_batch(**batch, part.header.id);
    if (!header || header->number != verifying_.number ||
        !visit_records(**batch, header->records, [](const RecordView&, std::size_t) {}))
      return fail(v1::ERROR_CODE_JOURNAL_DAMAGED,
                  fmt::format("{}: offset {}: batch {} is bad", part.path, verifying_.offset, verifying_.number));
    verifying_ = {verifying_.part, behind(part, verifying_.offset, header->length), header->number + 1};
    bytes += header->length;
  }
  return true;
}

Result<void> EmbeddedJournal::verify_unread() {
  for (;;) {
    const auto more = verify_some(true);
    if (!more) return distrusted(tl::unexpected(more.error()));
    if (!*more) return {};
  }
}

// A step of it while idle, but for what is archived: nobody waits for another disk for that. Who serves goes on: what is acknowledged is on disk, and the next start refuses.
bool EmbeddedJournal::verify_while_idle() {
  const auto more = verify_some(false);
  if (more) return *more;
  const auto told = distrusted(tl::unexpected(more.error()));
  if (told.error().code != v1::ERROR_CODE_JOURNAL_DAMAGED)
    spdlog::warn("what the start did not read is not verified: {}", sentence(told.error()));
  unread_parts_ = 0;
  return false;
}

}  // namespace huying::journal
