#include "broker/delivery/clock_watch.h"

#include <chrono>
#include <string_view>

#include "base/limits.h"

namespace huying::delivery {
namespace {

constexpr std::string_view ahead =
    "the system's clock was set forward; time goes on by the steady clock, and what the step would make due is held until it "
    "has said so for a minute";
constexpr std::string_view behind = "the system's clock was set back; time goes a sixteenth slower until it is right";
constexpr std::string_view right = "the system's clock and the street's time agree again";

}  // namespace

void ClockWatch::tick() {
  const bool is_off = std::chrono::abs(context_.clock_ahead) >= limits::clock_step_min;
  if (is_off == context_.clock_announced || coverage_.full()) return;
  CellState* desk = context_.cells.find(desk_stream);
  if (desk == nullptr) return;  // no directory yet
  const auto why = !is_off ? right : context_.clock_ahead > Milliseconds{0} ? ahead : behind;
  coverage_.say(*desk, is_off ? v1::Coverage::CLOCK_OFF : v1::Coverage::CLOCK_RIGHT, why);
}

}  // namespace huying::delivery
