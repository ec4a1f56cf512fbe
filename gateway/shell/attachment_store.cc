#include "gateway/shell/attachment_store.h"

#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/digest.h"
#include "gateway/shell/files.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t waiting_max = 1'000;  // x 1 MiB
constexpr std::size_t waiting_of_strangers_max = 800;  // that they fill together, whoever began
constexpr auto waits_at_most = std::chrono::hours(24);

bool is_digest(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::string hexadecimal_of(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  text.pop_back();  // its zero
  return text;
}

std::string_view media_type_of(std::string_view bytes) {
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return "image/png";
  if (bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return "image/webp";
  return {};
}

Result<AttachmentStore> AttachmentStore::open(const std::string& folder) {
  initialise_digests();
  for (const auto& path : {folder, folder + "/new", folder + "/kept"})
    if (auto made = make_private_folder(path); !made) return tl::unexpected(made.error());
  AttachmentStore store(folder);
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(folder + "/new", unreadable)) store.waiting_ += entry.is_regular_file(unreadable) ? 1 : 0;
  return store;
}

std::string AttachmentStore::path_new(std::string_view name) const { return fmt::format("{}/new/{}", folder_, name); }
std::string AttachmentStore::path_kept(std::string_view name) const {
  return fmt::format("{}/kept/{}/{}", folder_, name.substr(0, 2), name);
}

std::string AttachmentStore::path_of(std::string_view name) const {
  if (!is_digest(name)) return {};
  for (auto& path : {path_kept(name), path_new(name)})
    if (file_exists(path)) return path;
  return {};
}

Result<v1::Attachment> AttachmentStore::put(std::string_view bytes, From from) {
  const auto type = media_type_of(bytes);
  if (type.empty()) return fail(v1::ERROR_CODE_ATTACHMENT_UNFIT, "its bytes are of none of these");
  if (bytes.size() > attachment_taken_max) return fail(v1::ERROR_CODE_ATTACHMENT_UNFIT, fmt::format("{} bytes", bytes.size()));
  v1::Attachment attachment;
  attachment.set_blake2b_256(blake2b_256(bytes));
  attachment.set_size_bytes(bytes.size());
  attachment.set_media_type(std::string(type));
  const auto name = hexadecimal_of(attachment.blake2b_256());
  if (!path_of(name).empty()) return attachment;
  if (waiting_ >= (from == From::stranger ? waiting_of_strangers_max : waiting_max))
    return fail(v1::ERROR_CODE_DISK_LOW, "too many images wait to be named by a request");
  if (auto written = write_file_whole(path_new(name), bytes); !written) return tl::unexpected(written.error());
  ++waiting_;
  return attachment;
}

Result<void> AttachmentStore::check_one(const v1::Attachment& attachment) const {
  const auto path = path_of(hexadecimal_of(attachment.blake2b_256()));
  std::error_code unreadable;
  if (path.empty() || fs::file_size(path, unreadable) != attachment.size_bytes()) return fail(v1::ERROR_CODE_ATTACHMENT_UNKNOWN);
  const auto bytes = read_small_file(path, attachment_taken_max);
  if (!bytes) return tl::unexpected(bytes.error());
  if (media_type_of(*bytes) != attachment.media_type()) return fail(v1::ERROR_CODE_ATTACHMENT_UNKNOWN, "of another type");
  return {};
}

void AttachmentStore::keep_one(const v1::Attachment& attachment) {
  const auto name = hexadecimal_of(attachment.blake2b_256());
  if (!is_digest(name) || !file_exists(path_new(name))) return;
  const auto to = path_kept(name);
  const auto made = make_private_folder(fs::path(to).parent_path().string());
  if (!made || std::rename(path_new(name).c_str(), to.c_str()) != 0) {
    spdlog::error("an attachment that a case names cannot be kept: {}", made ? to : made.error().detail);
    return;
  }
  if (waiting_ > 0) --waiting_;
}

Result<std::string> AttachmentStore::bytes_of(std::string_view name) const {
  const auto path = path_of(name);
  if (path.empty()) return fail(v1::ERROR_CODE_ATTACHMENT_UNKNOWN);
  return read_small_file(path, attachment_taken_max);
}

void AttachmentStore::forget_old(std::chrono::system_clock::time_point now) {
  std::error_code unreadable;
  std::size_t left = 0;
  for (const auto& entry : fs::directory_iterator(folder_ + "/new", unreadable)) {
    const auto age = now - std::chrono::file_clock::to_sys(entry.last_write_time(unreadable));
    if (!unreadable && age > waits_at_most)
      fs::remove(entry.path(), unreadable);
    else
      ++left;
  }
  waiting_ = left;
}

}  // namespace huying::gateway
