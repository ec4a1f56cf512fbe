#include "broker/state/reopenings.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace huying::broker {

void Reopenings::begin(const Digest128& action, std::string case_number) {
  if (by_action_.try_emplace(action, case_number).second) ++numbers_[std::move(case_number)];
}

void Reopenings::end(const Digest128& action) {
  const auto at = by_action_.find(action);
  if (at == by_action_.end()) return;
  const auto number = numbers_.find(at->second);
  if (--number->second == 0) numbers_.erase(number);
  by_action_.erase(at);
}

bool Reopenings::waits(std::string_view case_number) const {
  return numbers_.contains(absl::string_view(case_number.data(), case_number.size()));
}

void Reopenings::encode(Encoder& out) const {
  std::vector<std::pair<Digest128, std::string_view>> waiting(by_action_.begin(), by_action_.end());
  std::sort(waiting.begin(), waiting.end());
  out.number(static_cast<std::uint32_t>(waiting.size()));
  for (const auto& [action, number] : waiting) {
    out.digest(action);
    out.bytes(number);
  }
}

bool Reopenings::decode(Decoder& in) {
  constexpr std::size_t least = sizeof(Digest128) + sizeof(std::uint32_t);
  for (auto waiting = in.count(least); waiting > 0; --waiting) {
    const Digest128 action = in.digest();
    begin(action, std::string(in.bytes()));
  }
  return in.ok();
}

}  // namespace huying::broker
