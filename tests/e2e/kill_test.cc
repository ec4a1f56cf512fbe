// Goal: I1, I2, I6, I7 and I11 over ten crashes of everything. Method: `huying serve` on a scaled folder, a day in
// 30 s, with requests of the urgent category that nobody answers. It is killed (kill -9) at ten seeded counts of
// acknowledgements and started again each time. Then everything is published again, and the outside log
// (acknowledgements, events of a durable subscription) is compared with itself and with the journal.
//
// Arithmetic: an urgent case climbs to its unit after 30 minutes without an answer (0.6 s at this rate), to the street
// after 60 more (1.3 s) and to the district after 120 more (2.5 s): 600 cases climb 1,800 times, all through the ten
// crashes. The test waits for each case's second climb, so at least 1,200 fall due before, between and after them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <set>

#include "tests/e2e/lines.h"
#include "tests/e2e/outside_parts.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

constexpr std::size_t requests_in_all = 600;
constexpr std::size_t kills = 10;
constexpr unsigned seed = 20261123;

std::vector<v1::Request> requests() {
  std::vector<v1::Request> made;
  for (std::size_t i = 0; i < requests_in_all; ++i) {
    auto request = request_in_cell(fmt::format("k-{}", i), fmt::format("wenhua-{:02}", i % 18 + 1));
    request.set_category("hidden-danger");
    made.push_back(std::move(request));
  }
  return made;
}

// At which acknowledgements it is killed: spread over the run, never twice the same.
std::vector<std::size_t> seeded_counts() {
  std::mt19937 random(seed);
  std::vector<std::size_t> counts;
  const std::size_t span = requests_in_all / kills;
  for (std::size_t i = 0; i < kills; ++i)
    counts.push_back(i * span + 1 + std::uniform_int_distribution<std::size_t>(0, span / 2)(random));
  return counts;
}

using Key = std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>;  // stream, sequence, index

std::map<std::string, std::size_t> climbs_of(const std::vector<Heard>& heard) {
  std::map<std::string, std::size_t> climbs;
  for (const auto& one : heard)
    if (one.event.kind() == v1::EVENT_KIND_ESCALATED) ++climbs[one.event.case_number()];
  return climbs;
}

class Kill : public testing::Test {
 protected:
  void SetUp() override { serving_ = place_.serve({"--directory", wenyuan(), "--rate", "2880"}); }

  // Ends when everything is acknowledged; kills and starts `huying serve` on the way. Each start decides something before it is
  // killed: a cause that three hosts in a row died of is set aside, as it should be.
  void publish_through_kills(Outside& outside, Publishing& publishing, const Listening& listening) {
    const auto counts = seeded_counts();
    std::size_t killed = 0, heard_before = 0;
    bool is_told = false;
    auto started_at = std::chrono::steady_clock::now();
    const auto kill_if_due = [&] {
      if (killed == kills || is_told || publishing.acknowledged() < counts[killed]) return;
      const bool has_decided = listening.heard().size() != heard_before;
      const bool has_nothing_left = publishing.is_done() && std::chrono::steady_clock::now() - started_at > std::chrono::seconds(5);
      if (!has_decided && !has_nothing_left) return;
      serving_->signal(SIGKILL);
      is_told = true;
    };
    publishing.on_answer(kill_if_due);
    publishing.publish(requests());
    while (killed < kills) {
      ASSERT_TRUE(outside.run_until([&] {
        if (publishing.is_done()) kill_if_due();  // a slow machine: no answer comes any more that could ask for it
        return !serving_->is_running();
      })) << publishing.acknowledged();
      ASSERT_EQ(serving_->wait(), (Ended{-1, SIGKILL})) << serving_->err();
      ++killed;
      is_told = false;
      heard_before = listening.heard().size();
      serving_ = place_.serve();
      started_at = std::chrono::steady_clock::now();
      ASSERT_TRUE(serving_->is_running());
    }
    ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); })) << publishing.acknowledged();
    publishing.on_answer({});
  }

  // Nobody decides any more; a broker alone tells the subscriber what it has not heard yet.
  std::map<Key, std::pair<std::string, std::uint64_t>> journalled_events() {
    EXPECT_EQ(stop(*serving_), (Ended{0, 0})) << serving_->err();
    const auto checked = verify(place_);
    EXPECT_TRUE(checked.ok()) << checked.out << checked.err;
    const auto dumped = place_.run({"journal", "dump", "--data", place_.data(), "--payload"});
    const auto records = records_of(dumped.out);
    EXPECT_EQ(count_of(records, "REQUEST"), requests_in_all);
    std::map<Key, std::pair<std::string, std::uint64_t>> found;
    for (const auto& record : records)
      for (std::size_t i = 0; i < record.events.size(); ++i)
        found[{record.stream, record.sequence, static_cast<std::uint32_t>(i)}] = {record.events[i].case_number(),
                                                                                  record.events[i].revision()};
    serving_ = place_.serve({}, "broker");
    return found;
  }

  Place place_;
  std::unique_ptr<Process> serving_;
};

TEST_F(Kill, ten_kills_lose_no_acknowledged_request_and_neither_double_nor_miss_an_escalation) {
  fmt::print("seed {}\n", seed);
  Outside outside(place_.endpoint());
  Listening listening(outside, "street.supervisor-1", v1::ROLE_STREET_SUPERVISOR, "outside-log", "case.>");
  Publishing publishing(outside, "hotline-12345", 16);
  publish_through_kills(outside, publishing, listening);
  if (HasFatalFailure()) return;
  ASSERT_EQ(publishing.acknowledged(), requests_in_all);

  Publishing again(outside, "hotline-12345", 64);
  again.publish(requests());
  ASSERT_TRUE(outside.run_until([&] { return again.is_done(); }));
  EXPECT_EQ(again.numbers(), publishing.numbers());
  for (const auto& [tag, ack] : again.answers()) EXPECT_TRUE(ack.known()) << tag;
  std::set<std::string> numbers;
  for (const auto& [id, number] : publishing.numbers()) numbers.insert(number);
  EXPECT_EQ(numbers.size(), requests_in_all) << "two requests share a number";

  ASSERT_TRUE(outside.run_until([&] {
    const auto climbs = climbs_of(listening.heard());
    return climbs.size() == requests_in_all &&
           std::all_of(climbs.begin(), climbs.end(), [](const auto& one) { return one.second >= 2; });
  })) << listening.count(v1::EVENT_KIND_ESCALATED);

  const auto journalled = journalled_events();
  EXPECT_TRUE(outside.run_until([&] { return listening.heard().size() >= journalled.size(); }))
      << listening.heard().size() << " of " << journalled.size();
  std::map<Key, std::pair<std::string, std::uint64_t>> heard;
  for (const auto& one : listening.heard())
    heard[{one.delivery.stream(), one.delivery.sequence(), one.delivery.index()}] = {one.event.case_number(),
                                                                                     one.event.revision()};
  EXPECT_EQ(heard, journalled);
  EXPECT_EQ(contradiction_in(listening.heard()), "");
  EXPECT_TRUE(listening.is_contiguous());
  EXPECT_GE(listening.count(v1::EVENT_KIND_ESCALATED), 1'000u);
  fmt::print("seed {}: {} events, {} escalations\n", seed, heard.size(), listening.count(v1::EVENT_KIND_ESCALATED));
}

}  // namespace
}  // namespace huying::e2e
