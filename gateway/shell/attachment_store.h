// Images by their content (docs/api.md, Attachments): what was sent lies under `new` for a day, and under `kept` from when a
// request or a step names it. The name of a file is the digest of its bytes; nothing of whoever sent it is in a name.
//
// Owned by the gateway; one thread; writes and syncs of at most 1 MiB. Errors: ATTACHMENT_UNFIT, ATTACHMENT_UNKNOWN, DISK_LOW when
// too much waits to be named, STORE_FAILED.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "huying/v1/common.pb.h"

namespace huying::gateway {

inline constexpr std::size_t attachment_taken_max = 1024 * 1024;

// image/jpeg, image/png or image/webp by its first bytes; empty: none of them.
std::string_view media_type_of(std::string_view bytes);

class AttachmentStore {
 public:
  static Result<AttachmentStore> open(const std::string& folder);

  // Strangers leave some room: what they send fills no staff member's way.
  enum class From { staff, stranger };
  Result<v1::Attachment> put(std::string_view bytes, From from = From::staff);
  // Whether all of these are here, of this size and type.
  template <class Attachments>
  Result<void> check(const Attachments& attachments) const {
    for (const auto& one : attachments)
      if (auto fits = check_one(one); !fits) return fits;
    return {};
  }
  // They are part of something now.
  template <class Attachments>
  void keep(const Attachments& attachments) {
    for (const auto& one : attachments) keep_one(one);
  }
  // By the digest in hexadecimal.
  Result<std::string> bytes_of(std::string_view hexadecimal) const;
  // Removes what nothing named within a day.
  void forget_old(std::chrono::system_clock::time_point now);

 private:
  explicit AttachmentStore(std::string folder) : folder_(std::move(folder)) {}
  std::string path_new(std::string_view hexadecimal) const;
  std::string path_kept(std::string_view hexadecimal) const;
  std::string path_of(std::string_view hexadecimal) const;  // empty: not here
  Result<void> check_one(const v1::Attachment& attachment) const;
  void keep_one(const v1::Attachment& attachment);

  std::string folder_;
  std::size_t waiting_ = 0;  // under `new`
};

std::string hexadecimal_of(std::string_view bytes);

}  // namespace huying::gateway
