#include "broker/directory/findings.h"

#include <fmt/format.h>

#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "proto/errors.h"

namespace huying::directory {

namespace {

// A finding is a line for people and travels in a frame with up to a hundred others: what it quotes is cut.
constexpr std::size_t where_bytes_max = 256, what_bytes_max = 1024;

}  // namespace

void Findings::add(v1::ErrorCode code, std::string_view where, std::string_view what) {
  Finding finding{static_cast<std::uint32_t>(code), quotable(where, where_bytes_max), quotable(what, what_bytes_max)};
  auto& count = finding.is_error() ? errors_ : warnings_;
  auto& list = found_[finding.is_error() ? 0 : 1];
  ++count;
  if (list.size() < limits::findings_max) list.push_back(std::move(finding));
}

bool Findings::is_full() const { return errors_ >= limits::findings_max; }

std::vector<Finding> Findings::take() {
  std::vector<Finding> all = std::move(found_[0]);
  all.insert(all.end(), std::make_move_iterator(found_[1].begin()), std::make_move_iterator(found_[1].end()));
  if (errors_ + warnings_ > limits::findings_max) {
    all.resize(limits::findings_max);
    Finding& last = all.back();
    last.what = fmt::format("{} (and {} more findings)", last.what, errors_ + warnings_ - limits::findings_max);
  }
  *this = {};
  return all;
}

std::string to_string(const Finding& finding) {
  const auto words = words_of(finding.code);
  const auto place = finding.where.empty() ? std::string() : finding.where + ": ";
  return fmt::format("{}{}{} {}: {}", place, finding.is_error() ? 'E' : 'W', finding.code, words.name,
                     finding.what.empty() ? std::string(words.what) : finding.what);
}

}  // namespace huying::directory
