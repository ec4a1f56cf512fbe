// Collects the commits of one call into few frames. Part of HostCore; lives for one call.
#pragma once
#include <vector>

#include "base/limits.h"
#include "huying/v1/session.pb.h"

namespace huying::host {

class CommitFrames {
 public:
  explicit CommitFrames(std::vector<v1::ClientFrame>& out) : out_(out) {}

  void add(const v1::Commit& commit) {
    const auto size = commit.ByteSizeLong();
    if (commits_ == nullptr || bytes_ + size > frame_bytes) begin();
    bytes_ += size + 8;
    commit.SerializeWithCachedSizesToArray(sized(*commits_->add_commits(), size));
    any_ = true;
  }
  // Other frames went to `out`: the vector may have moved.
  void pause() { commits_ = nullptr; }
  bool any() const { return any_; }

 private:
  static constexpr std::size_t frame_bytes = 512 * limits::KiB;
  static_assert(frame_bytes + limits::record_bytes_max < limits::frame_bytes_max);

  static std::uint8_t* sized(std::string& bytes, std::size_t size) {
    bytes.resize(size);
    return reinterpret_cast<std::uint8_t*>(bytes.data());
  }
  void begin() {
    commits_ = out_.emplace_back().mutable_commits();
    commits_->set_next_wake_within_ms(static_cast<std::uint32_t>(limits::wake_promise_max.count()));
    bytes_ = 0;
  }

  std::vector<v1::ClientFrame>& out_;
  v1::Commits* commits_ = nullptr;
  std::size_t bytes_ = 0;
  bool any_ = false;
};

}  // namespace huying::host
