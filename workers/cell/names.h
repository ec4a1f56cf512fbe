// Codes kept once: a million cases name the same few hundred places and persons. Ids are of one process and never
// leave it; what is stored or sent names the code. Bounded by the directory, whose codes it holds. One thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace huying::cell {

class Names {
 public:
  using Id = std::uint32_t;  // 0 is the empty code
  Names() { id_of({}); }

  Id id_of(std::string_view code) {
    const auto found = ids_.find(code);
    if (found != ids_.end()) return found->second;
    const auto id = static_cast<Id>(codes_.size());
    codes_.emplace_back(code);
    ids_.emplace(codes_.back(), id);
    return id;
  }
  const std::string& code_of(Id id) const { return codes_[id]; }

 private:
  std::deque<std::string> codes_;  // a deque: what ids_ views stays where it is
  absl::flat_hash_map<std::string_view, Id> ids_;
};

}  // namespace huying::cell
