#include "broker/journal/segment_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "broker/journal/lost_segments.h"
#include "broker/journal/remake_header.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

Result<std::string> read_begin(Disk& disk, const std::string& path) {
  auto opened = disk.open(path, Access::read);
  if (!opened) return tl::unexpected(opened.error());
  std::string bytes(alignment_bytes_min, '\0');
  const auto got = (*opened)->read(0, bytes.data(), bytes.size());
  if (!got) return tl::unexpected(got.error());
  bytes.resize(*got);
  return bytes;
}

}  // namespace

Result<void> SegmentSet::load(std::uint64_t folder_id, OnDamage on_damage) {
  auto names = disk_.list(folder_);
  if (!names) return tl::unexpected(names.error());
  std::erase_if(*names, [](const std::string& name) { return !parse_part_name(name); });
  auto index = read_archive_index(disk_, folder_);
  if (!index) {
    if (on_damage == OnDamage::stop) return tl::unexpected(index.error());
    problems_.push_back({.path = folder_ + "/" + archive_index_name, .what = index.error().detail});
    index = ArchiveIndex{};
  }
  auto archived = index->parts.begin();
  const auto add_archived_before = [&](const std::string& name) -> Result<void> {
    for (; archived != index->parts.end(); ++archived) {
      const std::string its = part_name(archived->header.segment, archived->header.part);
      if (!name.empty() && its >= name) {
        if (its == name) ++archived;  // it is here still, or again
        return {};
      }
      if (auto added = add_archived(*archived, folder_id, on_damage); !added) return added;
    }
    return {};
  };
  for (const std::string& name : *names) {  // sorted: fixed-width hexadecimal
    if (auto added = add_archived_before(name); !added) return added;
    auto loaded = load_part(name, *parse_part_name(name), folder_id, on_damage);
    if (loaded) continue;
    if (on_damage == OnDamage::stop || loaded.error().code != v1::ERROR_CODE_JOURNAL_DAMAGED) return loaded;
    problems_.push_back({.path = folder_ + "/" + name, .what = loaded.error().detail});
  }
  if (auto added = add_archived_before({}); !added) return added;
  return parts_.empty() && problems_.empty() ? check_none_were_lost(on_damage) : Result<void>{};
}

Result<void> SegmentSet::check_none_were_lost(OnDamage on_damage) {
  const auto lost = lost_segments(disk_, FolderPaths(folder_.substr(0, folder_.rfind('/'))));
  if (!lost) return tl::unexpected(lost.error());
  if (!*lost) return {};
  if (on_damage == OnDamage::stop) return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, (*lost)->what);
  problems_.push_back(**lost);
  return {};
}

Result<void> SegmentSet::add_archived(const ArchivedPart& archived, std::uint64_t folder_id, OnDamage on_damage) {
  Part part;
  part.header = archived.header;
  part.path = path_in_archive(archived);
  part.archive = archived.archive;
  if (archived.header.folder_id != folder_id)
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("{}/{}: it is of another journal", folder_, archive_index_name));
  return place(std::move(part), on_damage);
}

Result<void> SegmentSet::load_part(const std::string& name, PartName parsed, std::uint64_t folder_id,
                                   OnDamage on_damage) {
  Part part;
  part.path = folder_ + "/" + name;
  auto bytes = read_begin(disk_, part.path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto header = decode_part_header(*bytes);
  if (!header && on_damage == OnDamage::read_on && header.error().code == v1::ERROR_CODE_JOURNAL_DAMAGED) {
    if (auto remade = remake_part_header(disk_, part.path, parsed, folder_id)) {
      problems_.push_back({.path = part.path, .what = std::string(header_remade)});
      header = *remade;
    }
  }
  if (!header) return fail(header.error().code, fmt::format("{}: {}", part.path, header.error().detail));
  if (header->segment != parsed.segment || header->part != parsed.part || header->folder_id != folder_id) {
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("{}: the file does not belong here", part.path));
  }
  part.header = *header;
  return place(std::move(part), on_damage);
}

Result<void> SegmentSet::place(Part part, OnDamage on_damage) {
  const PartHeader& header = part.header;
  part.seed = crc_seed(header.id);
  part.end = header.base;
  if (auto fits = check_chain(part); !fits) {
    if (on_damage == OnDamage::stop) return fits;
    problems_.push_back({.path = part.path, .number = header.first_batch, .what = fits.error().detail});
    if (!parts_.empty() && header.first_batch < parts_.back().header.first_batch) return {};  // cannot be placed
  }
  parts_.push_back(std::move(part));
  return {};
}

// ---- Archived parts --------------------------------------------------------------------------------------------

void SegmentSet::use_archive(std::size_t part, const std::string& archive) {
  Part& p = parts_[part];
  if (p.file != nullptr) --open_files_;
  p.file.reset();
  p.archive = archive;
  p.path = path_in_archive({p.header, 0, 0, archive});
  forget_window();
}

void SegmentSet::close_archived() {
  for (Part& part : parts_) {
    if (!part.is_archived() || part.file == nullptr) continue;
    part.file.reset();
    --open_files_;
  }
}

Result<void> SegmentSet::reach(std::size_t part) {
  const auto opened = file(part);
  return opened ? Result<void>{} : tl::unexpected(opened.error());
}

void SegmentSet::leave_out_unreachable() {
  std::vector<Part> reached;
  bool is_first = true;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto there = parts_[i].is_archived() ? reach(i) : Result<void>{};
    if (!there && is_first) problems_.push_back({.path = parts_[i].path, .what = there.error().detail});
    is_first = there.has_value();
    if (there) reached.push_back(std::move(parts_[i]));
  }
  parts_ = std::move(reached);
}

Error SegmentSet::archived(std::size_t part, std::string_view why) const {
  const Part& p = parts_[part];
  const auto root = folder_.substr(0, folder_.rfind('/'));
  return Error{v1::ERROR_CODE_ARCHIVED, fmt::format("segment {} is in the archive {}{}{}; {}", p.header.segment, p.archive,
                                                    why.empty() ? "" : ": ", why, archive_remedy(root, p.archive))};
}

// What lies in an archive is another's to look after: it is what was put there, or it is not there.
Result<std::unique_ptr<File>> SegmentSet::open_part(const Part& part) const {
  auto opened = disk_.open(part.path, Access::read);
  if (!part.is_archived()) return opened;
  const auto number = static_cast<std::size_t>(&part - parts_.data());
  if (!opened) return tl::unexpected(archived(number, opened.error().detail));
  std::string begin(alignment_bytes_min, '\0');
  const auto got = (*opened)->read(0, begin.data(), begin.size());
  if (!got) return tl::unexpected(archived(number, got.error().detail));
  const auto header = decode_part_header(begin);
  if (!header || !(*header == part.header))
    return tl::unexpected(archived(number, part.path + " is another file, or damaged"));
  return opened;
}

Result<void> SegmentSet::check_chain(const Part& part) const {
  const auto wrong = [&](const char* what) {
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("{}: {}", part.path, what));
  };
  const PartHeader& h = part.header;
  if (h.part == 0 && h.base != h.alignment) return wrong("a first part that does not begin at its segment's beginning");
  if (h.durable_through + 1 < h.first_batch) return wrong("it proves less than it follows");
  if (parts_.empty()) {
    if (h.segment != 1 + h.skipped || h.part != 0 || h.first_batch != 1)
      return wrong("the segments before it are missing");
    return {};
  }
  const PartHeader& before = parts_.back().header;
  const bool continues = h.segment == before.segment && h.part == before.part + 1;
  const bool begins = h.segment == before.segment + 1 + h.skipped && h.part == 0;
  if (!continues && !begins) return wrong("a segment before it is missing");
  if (h.first_batch < before.first_batch || h.durable_through < before.durable_through) return wrong("batch numbers go back");
  return {};
}

void SegmentSet::add(PartHeader header) {
  Part part;
  part.header = header;
  part.path = folder_ + "/" + part_name(header.segment, header.part);
  part.seed = crc_seed(header.id);
  part.end = header.base;
  parts_.push_back(std::move(part));
}

Result<File*> SegmentSet::file(std::size_t part) {
  Part& p = parts_[part];
  if (p.file == nullptr) {
    if (open_files_ >= open_files_max) {
      for (Part& other : parts_) other.file.reset();
      open_files_ = 0;
    }
    auto opened = open_part(p);
    if (!opened) return tl::unexpected(opened.error());
    p.file = std::move(*opened);
    ++open_files_;
  }
  return p.file.get();
}

Result<std::uint64_t> SegmentSet::file_end(std::size_t part) {
  const auto opened = file(part);
  if (!opened) return tl::unexpected(opened.error());
  const auto size = (*opened)->size();
  if (!size) return tl::unexpected(size.error());
  const PartHeader& h = parts_[part].header;
  const std::uint64_t end = h.base + std::max<std::uint64_t>(*size, h.alignment) - h.alignment;
  const bool is_continued = part + 1 < parts_.size() && parts_[part + 1].header.part != 0;
  return is_continued ? std::min<std::uint64_t>(end, parts_[part + 1].header.base) : end;
}

bool SegmentSet::lacks_continuation(std::size_t part) const {
  const PartHeader& h = parts_[part].header;
  const PartHeader* next = part + 1 < parts_.size() ? &parts_[part + 1].header : nullptr;
  if (next != nullptr && next->segment == h.segment) return next->part != h.part + 1;
  return disk_.exists(folder_ + "/" + part_name(h.segment, h.part + 1));
}

Result<std::string_view> SegmentSet::read(std::size_t part, std::uint64_t offset, std::size_t bytes, std::uint64_t limit) {
  if (offset >= limit) return std::string_view{};
  bytes = std::min<std::uint64_t>(bytes, limit - offset);
  const bool held = window_part_ == part && offset >= window_begin_ && offset + bytes <= window_begin_ + window_.size();
  if (!held) {
    const auto opened = file(part);
    if (!opened) return tl::unexpected(opened.error());
    window_part_ = no_part;
    window_.resize(std::min<std::uint64_t>(std::max(bytes, read_ahead_bytes), limit - offset));
    const auto got = (*opened)->read(file_offset(part, offset), window_.data(), window_.size());
    if (!got) return tl::unexpected(got.error());
    window_.resize(*got);
    window_part_ = part;
    window_begin_ = offset;
  }
  return std::string_view(window_).substr(offset - window_begin_, bytes);
}

Result<void> SegmentSet::read_into(std::size_t part, std::uint64_t offset, std::size_t bytes, std::string& into) {
  const auto opened = file(part);
  if (!opened) return tl::unexpected(opened.error());
  into.resize(bytes);
  const auto got = (*opened)->read(file_offset(part, offset), into.data(), bytes);
  if (!got) return tl::unexpected(got.error());
  into.resize(*got);
  return {};
}

Result<std::optional<std::string_view>> SegmentSet::batch(std::size_t part, std::uint64_t offset, std::uint64_t limit) {
  const auto begin = read(part, offset, sizeof(BatchHeader), limit);
  if (!begin) return tl::unexpected(begin.error());
  const auto header = peek_batch(*begin, parts_[part].header.id);
  if (!header) return std::optional<std::string_view>{};
  const auto whole = read(part, offset, header->length, limit);
  if (!whole) return tl::unexpected(whole.error());
  if (!batch_is_whole(*whole, parts_[part].seed)) return std::optional<std::string_view>{};
  return std::optional<std::string_view>{*whole};
}

std::optional<std::size_t> SegmentSet::part_at_or_after(Position position) const {
  const auto found = std::partition_point(parts_.begin(), parts_.end(), [&](const Part& p) {
    return p.header.segment < segment_of(position) ||
           (p.header.segment == segment_of(position) && p.end <= offset_of(position));
  });
  if (found == parts_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - parts_.begin());
}

}  // namespace huying::journal
