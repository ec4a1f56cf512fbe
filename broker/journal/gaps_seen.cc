#include "broker/journal/gaps_seen.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace huying::journal {
namespace {

constexpr std::size_t listed_max = 8;

std::string time_text(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

}  // namespace

void GapsSeen::saw(const BatchHeader& batch) {
  if (batch.number != last_number_ + 1) {
    ++gaps_in_all_;
    if (gaps_.size() < listed_max)
      gaps_.push_back({last_number_ + 1, batch.number - 1, last_recorded_at_ms_, batch.recorded_at_ms});
  }
  last_number_ = batch.number;
  last_recorded_at_ms_ = batch.recorded_at_ms;
}

std::string GapsSeen::text(const std::vector<Damage>& findings) const {
  std::string out;
  const auto add = [&](const std::string& one) { out += (out.empty() ? "" : "; ") + one; };
  for (const Gap& gap : gaps_) {
    const auto what = gap.first == gap.last ? fmt::format("batch {}", gap.first)
                                            : fmt::format("batches {} to {}", gap.first, gap.last);
    add(gap.from_ms == 0 ? fmt::format("{}, recorded before {}", what, time_text(gap.to_ms))
                         : fmt::format("{}, recorded between {} and {}", what, time_text(gap.from_ms), time_text(gap.to_ms)));
  }
  if (gaps_in_all_ > gaps_.size()) add(fmt::format("{} more", gaps_in_all_ - gaps_.size()));
  const auto behind = std::find_if(findings.begin(), findings.end(),
                                   [&](const Damage& one) { return one.number > last_number_; });
  if (behind != findings.end()) add(fmt::format("what was recorded since {}", time_text(last_recorded_at_ms_)));
  if (!findings.empty()) add(fmt::format("found: {}", to_string(findings.front())));
  if (findings.size() > 1) add(fmt::format("and {} more; huying journal verify lists them", findings.size() - 1));
  return out;
}

}  // namespace huying::journal
