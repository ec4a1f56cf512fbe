#include "broker/journal/cursor_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/crc32c.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view own_magic = "HYCURSR1", recent_magic = "HYCURSA1";
constexpr std::string_view own_suffix = ".cursor", recent_suffix = ".recent";
constexpr std::size_t own_bytes_max = 64 * limits::KiB;
constexpr std::size_t recent_bytes_max = 64 * limits::MiB;
constexpr std::size_t state_bytes_max = 4 * limits::KiB;
static_assert(limits::subscriptions_max * (state_bytes_max + 2 * limits::code_bytes_max) < recent_bytes_max);
constexpr std::uint64_t saves_behind_max = 64;  // then an own file is worth a sync of its own
constexpr std::uint64_t saves_forgotten_for = 2;  // until both recent files say so

// magic, length, body, CRC of all before; what lies behind is of an older, longer life of the file.
std::string sealed(std::string_view magic, std::string_view body) {
  std::string out(magic);
  Encoder encoder(out);
  encoder.bytes(body);
  encoder.number(crc32c(out));
  return out;
}

std::optional<std::string_view> opened(std::string_view magic, std::string_view bytes) {
  if (!bytes.starts_with(magic)) return std::nullopt;
  Decoder decoder(bytes.substr(magic.size()));
  const auto body = decoder.bytes();
  const std::size_t covered = magic.size() + sizeof(std::uint32_t) + body.size();
  const auto crc = decoder.number<std::uint32_t>();
  if (!decoder.ok() || crc != crc32c(bytes.substr(0, covered))) return std::nullopt;
  return body;
}

std::string own_file_name(const DigestKey& key, std::string_view name) {
  const Digest128 digest = key_digest(key, name);
  return fmt::format("{:016x}{:016x}{}", digest.high, digest.low, own_suffix);
}

std::optional<Digest128> digest_of(std::string_view file) {
  Digest128 digest;
  if (file.size() != 32 + own_suffix.size()) return std::nullopt;
  const auto half = [&](std::size_t at, std::uint64_t& into) {
    const char* begin = file.data() + at;
    const auto read = std::from_chars(begin, begin + 16, into, 16);
    return read.ec == std::errc() && read.ptr == begin + 16;
  };
  if (!half(0, digest.high) || !half(16, digest.low)) return std::nullopt;
  return digest;
}

std::string recent_name(std::size_t which) { return fmt::format("{}{}", which, recent_suffix); }

}  // namespace

// ---- Loading ---------------------------------------------------------------------------------------------------

Result<void> CursorFiles::load() {
  const auto names = disk_.list(folder_);
  if (!names) return tl::unexpected(names.error());
  std::vector<Digest128> unreadable;
  for (const std::string& file : *names) {
    if (file.ends_with(own_suffix)) load_own(file, unreadable);
  }
  for (std::size_t which = 0; which < recent_.size(); ++which) load_recent(which);
  for (const auto& [name, entry] : entries_) std::erase(unreadable, key_digest(key_, name));
  lost_ = std::move(unreadable);
  return {};
}

void CursorFiles::take(std::string name, std::string state, std::uint64_t save) {
  saves_ = std::max(saves_, save);
  auto& entry = entries_[std::move(name)];
  if (save < entry.save || (save == entry.save && !entry.state.empty())) return;
  entry.state = std::move(state);
  entry.save = save;
}

void CursorFiles::load_own(const std::string& file, std::vector<Digest128>& unreadable) {
  const auto bytes = read_file(disk_, folder_ + "/" + file, own_bytes_max);
  const auto body = bytes ? opened(own_magic, *bytes) : std::nullopt;
  if (body) {
    Decoder decoder(*body);
    const std::string name(decoder.bytes()), state(decoder.bytes());
    const auto save = decoder.left() == 0 ? std::uint64_t{0} : decoder.number<std::uint64_t>();  // 0: the first version's
    if (decoder.at_end() && file == own_file_name(key_, name)) {
      take(name, state, save);
      entries_[name].own_save = save;
      entries_[name].has_own_file = true;
      return;
    }
  }
  if (const auto digest = digest_of(file)) unreadable.push_back(*digest);
}

void CursorFiles::load_recent(std::size_t which) {
  const auto bytes = read_file(disk_, folder_ + "/" + recent_name(which), recent_bytes_max);
  const auto body = bytes ? opened(recent_magic, *bytes) : std::nullopt;
  if (!body) return;
  Decoder decoder(*body);
  recent_[which].save = decoder.number<std::uint64_t>();
  saves_ = std::max(saves_, recent_[which].save);
  for (auto n = decoder.count(1); n > 0 && decoder.ok(); --n) {
    std::string name(decoder.bytes()), state(decoder.bytes());
    const auto save = decoder.number<std::uint64_t>();
    if (decoder.ok()) take(std::move(name), std::move(state), save);
  }
}

std::vector<std::pair<std::string, std::string>> CursorFiles::states() const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, entry] : entries_)
    if (!entry.state.empty()) out.emplace_back(name, entry.state);
  return out;
}

// ---- Saving ----------------------------------------------------------------------------------------------------

Result<void> CursorFiles::set(std::string_view name, std::string_view state) {
  if (state.empty() || state.size() > state_bytes_max) return save({{std::string(name), std::string(state)}});
  const auto [at, added] = entries_.try_emplace(std::string(name));
  if (!added && at->second.state == state && at->second.has_own_file) return {};
  at->second.state = state;
  at->second.save = ++saves_;
  return write_own(at->first, at->second);
}

Result<void> CursorFiles::save(const Changes& changes) {
  if (changes.empty()) return {};
  for (const auto& [name, state] : changes)
    if (state.size() > state_bytes_max)
      return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("a cursor of {} bytes", state.size()));
  ++saves_;
  for (const auto& [name, state] : changes) {
    auto& entry = entries_[name];
    entry.state = state;
    entry.save = saves_;
    std::erase(lost_, key_digest(key_, name));
  }
  if (auto written = write_recent(); !written) return written;
  for (const auto& [name, state] : changes) {
    if (!state.empty()) continue;
    if (auto& entry = entries_[name]; entry.has_own_file)
      if (auto forgotten = forget_own(name, entry); !forgotten) return forgotten;
  }
  std::erase_if(entries_, [&](const auto& one) {
    return one.second.state.empty() && !one.second.has_own_file && one.second.save + saves_forgotten_for <= saves_;
  });
  return {};
}

Result<void> CursorFiles::write_own(const std::string& name, Entry& entry) {
  std::string body;
  Encoder encoder(body);
  encoder.bytes(name);
  encoder.bytes(entry.state);
  encoder.number(entry.save);
  // Its name too, each time: no recent file holds it from here on, and a rename that is not synced may be undone.
  auto written = replace_file(disk_, folder_, own_file_name(key_, name), sealed(own_magic, body),
                              Durability::bytes_and_name);
  if (!written) return written;
  entry.own_save = entry.save;
  entry.has_own_file = true;
  std::erase(lost_, key_digest(key_, name));
  return {};
}

Result<void> CursorFiles::forget_own(const std::string& name, Entry& entry) {
  if (auto removed = disk_.remove(folder_ + "/" + own_file_name(key_, name)); !removed) return removed;
  if (auto synced = disk_.sync_folder(folder_); !synced) return synced;
  entry.has_own_file = false;
  entry.own_save = 0;
  return {};
}

std::string CursorFiles::recent_bytes() const {
  std::string body;
  Encoder encoder(body);
  encoder.number(saves_);
  std::uint32_t count = 0;
  for (const auto& [name, entry] : entries_) count += entry.save != entry.own_save || !entry.has_own_file;
  encoder.number(count);
  for (const auto& [name, entry] : entries_) {
    if (entry.save == entry.own_save && entry.has_own_file) continue;
    encoder.bytes(name);
    encoder.bytes(entry.state);
    encoder.number(entry.save);
  }
  return sealed(recent_magic, body);
}

// Over the older of the two, where it lies. After a failed write or sync a fresh file takes its name (disk.h).
Result<void> CursorFiles::write_recent() {
  const std::size_t which = recent_[0].save <= recent_[1].save ? 0 : 1;
  Recent& recent = recent_[which];
  const std::string name = recent_name(which);
  const std::string bytes = recent_bytes();
  if (!std::exchange(recent.is_made, false)) {
    if (auto made = replace_file(disk_, folder_, name, bytes, Durability::bytes_and_name); !made) return made;
    recent = {saves_, true};
    return {};
  }
  auto file = disk_.open(folder_ + "/" + name, Access::write);
  if (!file) return tl::unexpected(file.error());
  if (auto written = (*file)->write(0, bytes); !written) return written;
  if (auto synced = (*file)->sync(); !synced) return synced;
  recent = {saves_, true};
  return {};
}

Result<void> CursorFiles::refresh_one() {
  for (auto& [name, entry] : entries_) {
    if (entry.state.empty() || (entry.has_own_file && entry.save - entry.own_save < saves_behind_max)) continue;
    return write_own(name, entry);
  }
  return {};
}

}  // namespace huying::journal
