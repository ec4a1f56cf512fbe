// What people do when a case comes into a state, and how likely. Nobody does anything else with the rest of a thousand.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "huying/v1/action.pb.h"
#include "huying/v1/event.pb.h"

namespace huying::sim {

enum class Who : std::uint8_t { worker, deputy, cadre, unit_supervisor, street_supervisor, district_supervisor, desk };

struct Habit {
  std::uint32_t permille = 0;
  Who who{};
  v1::ActionKind kind{};
  v1::Verdict verdict{};
};
std::span<const Habit> habits_in(v1::CaseState state);
std::span<const Habit> habits_of_a_step_set_aside();  // with the desk's case of it

// "cell-03.worker"
std::string person_of(Who who, const std::string& cell, const std::string& unit);

}  // namespace huying::sim
