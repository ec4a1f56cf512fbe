// What the demonstration plays: four days of Wenyuan as a table, one row a step. Made up, all of it; people are roles
// and numbers of deploy/wenyuan/people.csv. Pure data; any thread. `huying demonstrate` plays it, a test checks it
// against the directory.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "huying/v1/action.pb.h"
#include "huying/v1/common.pb.h"
#include "programs/words.h"

namespace huying::programs {

inline constexpr int story_days = 4;
inline constexpr int story_begins_hour = 8;                                  // of the first day
inline constexpr const char* story_begins_at = "2026-11-23T08:00:00+08:00";  // a Monday; what --begin is given
inline constexpr const char* story_zone = "Asia/Shanghai";

enum class Report {
  no,               // a system publishes what a citizen said
  found,            // the worker's own
  for_citizen,      // told at a door
  solved_on_spot,   // the worker's own, and done
};

struct StoryPlace {
  v1::Datum datum{};  // unspecified: no point
  double latitude = 0, longitude = 0;
  std::string_view address, cell;
};

// Times are of the partition's clock; a step waits for its time and for the step before it.
struct Step {
  int day = 1, hour = 0, minute = 0;
  std::string_view label;  // which case of the story
  std::string_view who;    // principal: a system that publishes, or a person
  Word words;              // what they say

  // A request, when `act` is unspecified. Two rows of one label are the same request, sent twice.
  std::string_view category;
  StoryPlace place;
  Report report = Report::no;

  // A step on the label's case.
  v1::ActionKind act{};
  std::string_view to_cell;
  v1::Verdict verdict{};
  v1::Rung after_rung{};  // not before the case has climbed there
};

std::span<const Step> story();

// "石桥村 01 网格员", "worker of shiqiao-01"; of a cell's code: "石桥村 01 网格", "shiqiao-01".
struct Name {
  std::string zh, en;
};
Name name_of_principal(std::string_view code);
Name name_of_cell(std::string_view code);

}  // namespace huying::programs
