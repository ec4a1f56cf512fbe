#include "broker/state/tried_clocks.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace huying::broker {
namespace {

constexpr std::size_t remembered = 8;  // each ended a host

bool is_same(const v1::ClockName& a, const v1::ClockName& b) {
  return a.case_number() == b.case_number() && a.kind() == b.kind() && a.generation() == b.generation();
}

void put(const TriedClock& clock, Encoder& out) {
  out.bytes(clock.name.SerializeAsString());
  out.number(clock.times);
  out.number(clock.tried_in.term);
  out.number(clock.tried_in.grant);
}

bool take(TriedClock& clock, Decoder& in) {
  const auto name = in.bytes();
  clock.times = in.number<std::uint32_t>();
  clock.tried_in.term = in.number<std::uint32_t>();
  clock.tried_in.grant = in.number<std::uint32_t>();
  return in.ok() && clock.name.ParseFromArray(name.data(), static_cast<int>(name.size()));
}

}  // namespace

TriedClocks& TriedClocks::operator=(const TriedClocks& other) {
  named = other.named == nullptr ? nullptr : std::make_unique<TriedClock>(*other.named);
  before = other.before;
  return *this;
}

// A host tries what is most severe first, but a step may bring the clock of its case before: what ended hosts then is named
// again later, and its times go on.
void TriedClocks::name(const v1::ClockName& clock) {
  if (named != nullptr && is_same(named->name, clock)) return;
  if (named != nullptr && named->times > 0) {
    if (before.size() == remembered) before.erase(before.begin());
    before.push_back(std::move(*named));
  }
  named = std::make_unique<TriedClock>(TriedClock{clock});
  const auto known = std::find_if(before.begin(), before.end(), [&](const auto& one) { return is_same(one.name, clock); });
  if (known == before.end()) return;
  named->times = known->times;
  before.erase(known);
}

void TriedClocks::tried(const v1::Suspect& suspect, EpochId lease) {
  name(suspect.clock());
  named->times = suspect.times();
  named->tried_in = lease;
}

bool TriedClocks::ends_trial(EpochId lease) const {
  // Between trials what falls due in time fires: that says nothing of a clock that is still to be named in this lease.
  return named != nullptr && (named->tried_in == lease || named->times > limits::suspect_times_max);
}

void TriedClocks::forget_before(std::string_view case_number) {
  std::erase_if(before, [&](const auto& one) { return one.name.case_number() == case_number; });
}

bool TriedClocks::names(std::string_view case_number) const {
  return named != nullptr && named->name.case_number() == case_number;
}

void TriedClocks::encode(Encoder& out) const {
  out.number(named != nullptr);
  if (named != nullptr) put(*named, out);
  out.number(static_cast<std::uint32_t>(before.size()));
  for (const TriedClock& clock : before) put(clock, out);
}

bool TriedClocks::decode(Decoder& in) {
  if (in.number<bool>() && in.ok()) {
    named = std::make_unique<TriedClock>();
    if (!take(*named, in)) return false;
  }
  const auto count = in.number<std::uint32_t>();
  if (count > remembered) return false;
  for (std::uint32_t i = 0; i < count; ++i)
    if (!take(before.emplace_back(), in)) return false;
  return in.ok();
}

}  // namespace huying::broker
