// Collects the commits of one call into few frames. Part of HostCore; lives for one call. Frames that were sent and brought
// back lend their memory to the next ones.
#pragma once
#include <memory>
#include <vector>

#include "base/limits.h"
#include "huying/v1/session.pb.h"

namespace huying::host {

using SpareCommits = std::vector<std::unique_ptr<v1::Commits>>;

// Takes the commits out of frames that were sent.
inline void take_back_commits(std::vector<v1::ClientFrame>& sent, SpareCommits& spare) {
  constexpr std::size_t spare_max = 4;
  for (auto& frame : sent) {
    if (!frame.has_commits() || spare.size() >= spare_max) continue;
    spare.emplace_back(frame.release_commits());
    spare.back()->clear_commits();
  }
}

class CommitFrames {
 public:
  CommitFrames(std::vector<v1::ClientFrame>& out, SpareCommits& spare) : out_(out), spare_(spare) {}

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
    auto& frame = out_.emplace_back();
    if (!spare_.empty()) {
      frame.set_allocated_commits(spare_.back().release());
      spare_.pop_back();
    }
    commits_ = frame.mutable_commits();
    commits_->set_next_wake_within_ms(static_cast<std::uint32_t>(limits::wake_promise_max.count()));
    bytes_ = 0;
  }

  std::vector<v1::ClientFrame>& out_;
  SpareCommits& spare_;
  v1::Commits* commits_ = nullptr;
  std::size_t bytes_ = 0;
  bool any_ = false;
};

}  // namespace huying::host
