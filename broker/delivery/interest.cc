#include "broker/delivery/interest.h"

#include <algorithm>
#include <array>
#include <optional>

namespace huying::delivery {
namespace {

constexpr std::string_view any = "*";

// The tokens of a pattern, spread over a family's `count` positions; nullopt: no subject of the family can match.
template <std::size_t count>
std::optional<std::array<std::string_view, count>> spread(const SubjectPattern& pattern, std::string_view family) {
  const auto& tokens = pattern.tokens();
  if (pattern.is_open() ? tokens.size() >= count : tokens.size() != count) return std::nullopt;
  std::array<std::string_view, count> out;
  out.fill(any);
  std::copy(tokens.begin(), tokens.end(), out.begin());
  if (out[0] != any && out[0] != family) return std::nullopt;
  return out;
}

bool fits(std::string_view token, std::string_view value) { return token == any || token == value; }

std::uint64_t kinds_of(std::string_view token) {
  std::uint64_t kinds = 0;
  for (int kind = 1; kind <= v1::EventKind_MAX; ++kind)
    if (v1::EventKind_IsValid(kind) && fits(token, event_token(static_cast<v1::EventKind>(kind))))
      kinds |= std::uint64_t{1} << kind;
  return kinds;
}

std::uint8_t rungs_of(std::string_view token) {
  unsigned rungs = 0;
  for (int rung = 1; rung <= v1::Rung_MAX; ++rung)
    if (v1::Rung_IsValid(rung) && fits(token, rung_token(static_cast<v1::Rung>(rung)))) rungs |= 1u << rung;
  return static_cast<std::uint8_t>(rungs);
}

}  // namespace

Interest::Interest(std::vector<SubjectPattern> patterns, std::string_view street) : patterns_(std::move(patterns)) {
  for (const auto& pattern : patterns_) {
    if (const auto t = spread<5>(pattern, "case"); t && fits((*t)[1], street))
      add((*t)[2], (*t)[3], EventMask{kinds_of((*t)[4]), 0});
    if (const auto t = spread<5>(pattern, "escalation"); t && fits((*t)[2], street))
      add((*t)[3], (*t)[4], EventMask{0, rungs_of((*t)[1])});
    const auto coverage = spread<3>(pattern, "coverage");
    if (coverage && fits((*coverage)[1], street)) partition_events_ = true;
    const auto configuration = spread<2>(pattern, "configuration");
    if (configuration && fits((*configuration)[1], street)) partition_events_ = true;
  }
}

void Interest::add(std::string_view unit, std::string_view cell, const EventMask& mask) {
  if (mask.empty()) return;
  if (unit == any) unit = {};
  if (cell == any) cell = {};
  if (unit.empty() && cell.empty()) return everywhere_.add(mask);
  for (auto& selector : narrow_)
    if (selector.unit == unit && selector.cell == cell) return selector.mask.add(mask);
  narrow_.push_back({std::string(unit), std::string(cell), mask});
}

EventMask Interest::mask(const SubjectPlace& place) const {
  EventMask mask = everywhere_;
  for (const auto& selector : narrow_)
    if (selector.takes(place)) mask.add(selector.mask);
  return mask;
}

bool Interest::matches(std::string_view subject) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const auto& pattern) { return pattern.matches(subject); });
}

std::string Interest::canonical() const {
  std::vector<std::string_view> texts;
  for (const auto& pattern : patterns_) texts.push_back(pattern.text());
  std::sort(texts.begin(), texts.end());
  std::string out;
  for (const auto text : texts) (out += text) += '\n';
  return out;
}

}  // namespace huying::delivery
