#include "programs/demonstration_story.h"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <tuple>

namespace huying::programs {
namespace {

TEST(DemonstrationStory, goes_forward_in_time_and_has_steps_on_each_of_its_days) {
  std::tuple before{1, story_begins_hour, 0};
  std::set<int> days;
  for (const auto& step : story()) {
    const std::tuple at{step.day, step.hour, step.minute};
    EXPECT_LE(before, at) << step.label;
    before = at;
    days.insert(step.day);
  }
  EXPECT_EQ(days, (std::set<int>{1, 2, 3, 4}));
}

TEST(DemonstrationStory, begins_each_case_with_a_request) {
  std::set<std::string_view> requested;
  for (const auto& step : story()) {
    if (step.act == v1::ACTION_KIND_UNSPECIFIED)
      requested.insert(step.label);
    else
      EXPECT_TRUE(requested.contains(step.label)) << step.label;
  }
  EXPECT_GE(requested.size(), 9u);
}

TEST(DemonstrationStory, shows_every_datum_an_address_a_place_that_is_not_certain_and_each_kind_of_report) {
  std::set<v1::Datum> datums;
  std::set<Report> reports;
  std::set<std::string_view> addresses;
  for (const auto& step : story()) {
    if (step.act != v1::ACTION_KIND_UNSPECIFIED) continue;
    datums.insert(step.place.datum);
    reports.insert(step.report);
    addresses.insert(step.place.address);
  }
  EXPECT_TRUE(datums.contains(v1::DATUM_WGS84) && datums.contains(v1::DATUM_GCJ02) && datums.contains(v1::DATUM_BD09));
  EXPECT_EQ(reports.size(), 4u);
  EXPECT_EQ(addresses.size(), 3u) << "none, one with the old district name, one that no place is";
}

TEST(DemonstrationStory, names_everybody_in_both_languages) {
  for (const auto& step : story()) {
    const auto name = name_of_principal(step.who);
    EXPECT_NE(name.zh, step.who);
    EXPECT_NE(name.zh, name.en);
  }
  EXPECT_EQ(name_of_principal("shiqiao-01.worker").zh, "石桥村 01 网格员");
  EXPECT_EQ(name_of_cell("wenchang-12").zh, "文昌社区 12 网格");
  EXPECT_EQ(name_of_cell("unheard-of-01").zh, "unheard-of-01 网格");
}

}  // namespace
}  // namespace huying::programs
