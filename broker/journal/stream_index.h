// Where the records of each stream lie: positions of the records that no index file holds yet (segment_indexes.h), in memory,
// about 9 bytes a record; of the others, how many there are and where the last one is. Rebuilt at open. One thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "broker/journal/format.h"

namespace huying::journal {

class StreamIndex {
 public:
  struct Stream {
    std::uint64_t in_files = 0;         // sequences 1 to this one
    std::uint64_t last_in_files = 0;    // position
    std::deque<std::uint64_t> recent;   // positions of those behind; grows without moving what is there

    std::uint64_t last() const { return in_files + recent.size(); }
    std::uint64_t last_position() const { return recent.empty() ? last_in_files : recent.back(); }
  };

  const Stream* find(StreamId stream) const {
    const auto found = streams_.find(stream);
    return found == streams_.end() ? nullptr : &found->second;
  }
  Sequence last(StreamId stream) const {
    const Stream* found = find(stream);
    return Sequence{found == nullptr ? 0 : found->last()};
  }
  Stream& of(StreamId stream) { return streams_[stream]; }  // until the next call
  std::vector<StreamId> streams() const {
    std::vector<StreamId> ids;
    for (const auto& [id, stream] : streams_) {
      if (stream.last() != 0) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  // Of a segment that an index file holds now: how many of the oldest recent ones lie in it, and to forget them.
  static std::size_t count_through(const Stream& stream, std::uint32_t segment) {
    const auto behind = std::partition_point(stream.recent.begin(), stream.recent.end(), [&](std::uint64_t position) {
      return segment_of(Position{position}) <= segment;
    });
    return static_cast<std::size_t>(behind - stream.recent.begin());
  }
  void forget_through(std::uint32_t segment) {
    for (auto& [id, stream] : streams_) {
      const auto count = count_through(stream, segment);
      if (count == 0) continue;
      stream.last_in_files = stream.recent[count - 1];
      stream.in_files += count;
      stream.recent.erase(stream.recent.begin(), stream.recent.begin() + static_cast<std::ptrdiff_t>(count));
      if (stream.recent.empty()) stream.recent = {};
    }
  }

 private:
  absl::flat_hash_map<StreamId, Stream> streams_;
};

}  // namespace huying::journal
