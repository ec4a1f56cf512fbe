#include "broker/journal/segment_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace huying::journal {
namespace {

constexpr std::string_view prefix = "pool-", suffix = ".prepared";
constexpr std::size_t chunk_bytes = 1024 * 1024;

}  // namespace

Result<void> SegmentPool::load() {
  const auto names = disk_.list(folder_);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    const std::string path = folder_ + "/" + name;
    if (name.ends_with(temporary_suffix)) {
      if (auto removed = disk_.remove(path); !removed) return removed;
      continue;
    }
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
    std::uint64_t number = 0;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    next_number_ = std::max(next_number_, number + 1);
    auto file = disk_.open(path, Access::read);
    if (!file) return tl::unexpected(file.error());
    const auto size = (*file)->size();
    if (!size) return tl::unexpected(size.error());
    if (*size == file_bytes_) {
      ready_.push_back(path);
    } else if (auto removed = disk_.remove(path); !removed) {
      return removed;
    }
  }
  return {};
}

Result<SegmentPool::More> SegmentPool::fill_a_little() {
  if (full()) return More::no;
  if (making_ == nullptr) {
    if (auto begun = begin_file(); !begun) return tl::unexpected(begun.error());
  }
  static const std::string zeros(chunk_bytes, '\0');
  const auto bytes = std::min<std::uint64_t>(zeros.size(), file_bytes_ - made_bytes_);
  if (auto written = making_->write(made_bytes_, std::string_view(zeros).substr(0, bytes)); !written) {
    return tl::unexpected(written.error());
  }
  if (auto synced = making_->sync(); !synced) return tl::unexpected(synced.error());
  made_bytes_ += bytes;
  if (made_bytes_ == file_bytes_) {
    if (auto finished = finish_file(); !finished) return tl::unexpected(finished.error());
  }
  return full() ? More::no : More::yes;
}

Result<void> SegmentPool::begin_file() {
  making_path_ = fmt::format("{}/{}{}{}", folder_, prefix, next_number_++, suffix);
  auto file = disk_.open(making_path_ + std::string(temporary_suffix), Access::create);
  if (!file) return tl::unexpected(file.error());
  making_ = std::move(*file);
  made_bytes_ = 0;
  return {};
}

Result<void> SegmentPool::finish_file() {
  making_.reset();
  if (auto renamed = disk_.rename(making_path_ + std::string(temporary_suffix), making_path_); !renamed) return renamed;
  if (auto synced = disk_.sync_folder(folder_); !synced) return synced;
  ready_.push_back(making_path_);
  return {};
}

std::optional<std::string> SegmentPool::take() {
  if (ready_.empty()) return std::nullopt;
  std::string path = std::move(ready_.back());
  ready_.pop_back();
  return path;
}

}  // namespace huying::journal
