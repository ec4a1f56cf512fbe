#include "broker/state/context.h"

namespace huying::broker {

void Context::encode(Encoder& into) const {
  into.number(to_ms(recorded_at));
  std::vector<Digest128> steps(set_aside_steps.begin(), set_aside_steps.end());
  std::sort(steps.begin(), steps.end());
  into.number(static_cast<std::uint32_t>(steps.size()));
  for (const Digest128& step : steps) into.digest(step);
  reopenings.encode(into);
  into.number(clock_announced);
  into.number(term.value);
}

bool Context::decode(Decoder& in) {
  now.wall = recorded_at = instant(in.number<std::int64_t>());
  for (auto steps = in.count(sizeof(Digest128)); steps > 0; --steps) set_aside_steps.insert(in.digest());
  if (!reopenings.decode(in)) return false;
  clock_announced = in.number<bool>();
  term = Term{in.number<std::uint32_t>()};
  return in.ok();
}

}  // namespace huying::broker
