// Positions of the records of each stream, in memory, rebuilt at open: about 9 bytes a record. One thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "base/ids.h"

namespace huying::journal {

class StreamIndex {
 public:
  using Positions = std::deque<std::uint64_t>;  // of sequence 1, 2, …; grows without moving what is there

  const Positions* find(StreamId stream) const {
    const auto found = streams_.find(stream);
    return found == streams_.end() || found->second.empty() ? nullptr : &found->second;
  }
  Sequence last(StreamId stream) const {
    const auto* positions = find(stream);
    return Sequence{positions == nullptr ? 0 : positions->size()};
  }
  Positions& of(StreamId stream) { return streams_[stream]; }  // until the next call
  std::vector<StreamId> streams() const {
    std::vector<StreamId> ids;
    for (const auto& [id, positions] : streams_) {
      if (!positions.empty()) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

 private:
  absl::flat_hash_map<StreamId, Positions> streams_;
};

}  // namespace huying::journal
