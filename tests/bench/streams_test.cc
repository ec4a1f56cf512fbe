#include "tests/bench/streams.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/bench/event_tally.h"
#include "huying/v1/record.pb.h"

namespace huying::bench {
namespace {

using testing::HasSubstr;

// Small, with the real processes and people who really log in. No time is judged.
TEST(BenchStreams, EachStreamIsToldEachEventOfItsCellOnce) {
  StreamsOptions options;
  options.streams = 24;
  options.cells = 4;
  options.rate = 100;
  options.seconds = 2;
  options.program = HUYING_PROGRAM;
  const auto figures = run_streams(options);
  ASSERT_TRUE(figures.has_value()) << figures.error().detail;
  EXPECT_EQ(figures->requests, 200u);
  EXPECT_EQ(figures->events, (200u + 101u) * 4) << "filed, dispatched, resolved, closed; of the warm-up too";
  EXPECT_EQ(figures->wanted, figures->events * 6) << "24 streams on 4 cells";
  EXPECT_TRUE(figures->is_whole()) << table(*figures);
  EXPECT_GT(figures->stream.p50_ms, 0);
  EXPECT_GE(figures->stream.max_ms, figures->stream.p99_ms);
  EXPECT_GT(figures->gateway_cpu_s, 0);
  EXPECT_GT(figures->gateway_memory_bytes, 0u);
  const auto json = nlohmann::json::parse(json_line(*figures));
  EXPECT_EQ(json.at("wanted"), figures->wanted);
  EXPECT_EQ(json.at("lost"), 0);
  EXPECT_THAT(table(*figures), HasSubstr("24 event streams, 4 cells"));
}

TEST(BenchStreams, MoreStreamsThanTheGatewayGivesThosePeopleAreRefused) {
  StreamsOptions options;
  options.streams = 65;
  options.cells = 1;
  options.people = 1;
  options.program = HUYING_PROGRAM;
  const auto figures = run_streams(options);
  ASSERT_FALSE(figures.has_value());
  EXPECT_THAT(figures.error().detail, HasSubstr("at most 64"));
}

v1::EventDelivery event_of(const char* number, std::uint64_t sequence) {
  v1::CaseEvent content;
  content.set_case_number(number);
  v1::EventDelivery delivery;
  delivery.set_subject("case.s.u.c00001.filed");
  delivery.set_sequence(sequence);
  delivery.set_event(content.SerializeAsString());
  return delivery;
}

std::string data_of(std::uint64_t sequence) {
  return nlohmann::json{{"subject", "case.s.u.c00001.filed"}, {"sequence", std::to_string(sequence)}, {"index", 0}}.dump();
}

TEST(EventTally, CountsWhatIsLostDoubledAndStrange) {
  EventTally tally({0, 0, 1}, 2);
  tally.came(0, data_of(1), 30);  // a stream may be told before the observer is
  tally.told(event_of("BN-261129-0001-7", 1), 0, 20);
  tally.told(event_of("BN-261129-0002-5", 2), 0, 25);
  tally.came(0, data_of(2), 40);
  tally.came(1, data_of(1), 50);
  tally.came(1, data_of(1), 60);
  EXPECT_EQ(tally.wanted(), 4u);
  auto counts = tally.counts();
  EXPECT_EQ(counts.events, 2u);
  EXPECT_EQ(counts.lost, 1u) << "the second event on stream 1";
  EXPECT_EQ(counts.doubled, 1u);
  EXPECT_EQ(counts.strange, 0u);
  tally.came(2, data_of(2), 70);  // of another cell
  tally.came(2, data_of(3), 70);  // never told
  tally.came(2, "{}", 70);
  counts = tally.counts();
  EXPECT_EQ(counts.strange, 3u);
  EXPECT_EQ(counts.lost, 1u);

  LoadResult load;
  load.numbers = {case_serial_of("BN-261129-0001-7")};
  load.timeline.begun = {10};
  const auto took = tally.took(load);
  EXPECT_THAT(took.broker_ns, testing::ElementsAre(10));
  EXPECT_THAT(took.stream_ns, testing::ElementsAre(20, 40, 50)) << "of the requests that are asked for alone";
}

}  // namespace
}  // namespace huying::bench
