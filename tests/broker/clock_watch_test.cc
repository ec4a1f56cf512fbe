// A system's clock that was set is announced for the whole street, once, and once more when it is right again.
#include "huying/v1/record.pb.h"
#include "tests/broker/broker_world.h"

#include <gtest/gtest.h>

namespace huying::broker {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class ClockWatch : public testing::Test {
 protected:
  void is_ahead(Milliseconds by) {
    world.core().set_clock_ahead(by);
    world.pass(milliseconds(60));
    world.round();
  }
  std::vector<v1::Coverage> told() {
    std::vector<v1::Coverage> all;
    const auto read = world.journal().read_cell(partition_stream, Sequence(1), [&](const journal::Record& record) {
      v1::Coverage coverage;
      if (record.kind != v1::RECORD_KIND_COVERAGE) return journal::Sink::more;
      EXPECT_TRUE(coverage.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
      const bool is_of_clock = coverage.change() == v1::Coverage::CLOCK_OFF || coverage.change() == v1::Coverage::CLOCK_RIGHT;
      if (is_of_clock) all.push_back(coverage);
      return journal::Sink::more;
    });
    EXPECT_TRUE(read.has_value());
    return all;
  }
  BrokerWorld world;
};

TEST_F(ClockWatch, AStepIsToldOnceWithHowFarAndItsEndOnce) {
  is_ahead(milliseconds(1'999));
  EXPECT_TRUE(told().empty()) << "a small correction is no step";
  is_ahead(hours(5));
  is_ahead(hours(5));
  ASSERT_EQ(told().size(), 1u);
  EXPECT_EQ(told()[0].change(), v1::Coverage::CLOCK_OFF);
  EXPECT_EQ(told()[0].stream(), desk_stream.value);
  EXPECT_EQ(told()[0].clock_ahead_ms(), Milliseconds(hours(5)).count());
  is_ahead(Milliseconds(0));
  is_ahead(Milliseconds(0));
  ASSERT_EQ(told().size(), 2u);
  EXPECT_EQ(told()[1].change(), v1::Coverage::CLOCK_RIGHT);
  is_ahead(-hours(1));
  EXPECT_EQ(told().back().clock_ahead_ms(), -Milliseconds(hours(1)).count());
  EXPECT_NE(told().back().reason().find("set back"), std::string::npos);
}

TEST_F(ClockWatch, WhoSubscribesToCoverageHearsOfItUnderTheDesk) {
  auto coverage = subscribe_frame("", {"coverage.>"});
  coverage.mutable_subscribe()->clear_cursor();
  coverage.mutable_subscribe()->set_head(true);
  world.hello(2, "street-1", v1::ROLE_STREET_SUPERVISOR);
  world.say(2, coverage);
  world.round();
  is_ahead(hours(5));
  world.round();
  const auto events = world.events(2);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().subject(), "coverage.s.desk");
}

TEST_F(ClockWatch, ARestartKnowsWhatWasToldAndTellsItsEnd) {
  is_ahead(hours(5));
  world.crash_and_restart();
  is_ahead(Milliseconds(0));
  ASSERT_EQ(told().size(), 2u);
  EXPECT_EQ(told().back().change(), v1::Coverage::CLOCK_RIGHT);
  world.crash_and_restart();
  is_ahead(Milliseconds(0));
  EXPECT_EQ(told().size(), 2u) << "its end is told once, too";
}

TEST_F(ClockWatch, AStartFromASnapshotKnowsWhatWasToldAndTellsItsEnd) {
  is_ahead(hours(5));
  ASSERT_TRUE(write_snapshot(world.core(), world.journal()));
  world.expect_one_state();
  world.crash_and_restart();
  is_ahead(Milliseconds(0));
  ASSERT_EQ(told().size(), 2u);
  EXPECT_EQ(told().back().change(), v1::Coverage::CLOCK_RIGHT);
}

TEST_F(ClockWatch, TheAdministratorSeesHowFarItIsOff) {
  is_ahead(hours(5));
  world.hello(2, "administrator", v1::ROLE_ADMINISTRATOR);
  v1::ClientFrame asked;
  asked.mutable_status();
  world.say(2, asked);
  world.round();
  for (const auto& frame : world.frames(2))
    if (frame.has_status()) {
      EXPECT_EQ(frame.status().clock_ahead_ms(), Milliseconds(hours(5)).count());
      return;
    }
  FAIL() << "no status";
}

}  // namespace
}  // namespace huying::broker
