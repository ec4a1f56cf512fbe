// Goal: a cause that ends every host that decides it stops neither its cell nor the street, and a person sees it.
// Method: real processes; a host that dies of one case (poisoned_host.cc) is started again each time it is gone, as
// systemd would. First the case's own request is poison, then a step of another case, then a clock, then what was decided.
//
// Arithmetic: the first death is unexpected, two more are trials alone: three deaths, whatever waits behind it. Of a fold: the
// first is unexpected, four more are trials, of all that were accused, of fewer, of it alone: five.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/e2e/lines.h"
#include "tests/e2e/outside_parts.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

const std::string cell = "wenhua-01";

class Poison : public testing::Test {
 protected:
  void SetUp() override { serve({}); }
  void serve(Words more) {
    more.insert(more.begin(), {"--directory", wenyuan()});
    broker_ = place_.serve(std::move(more), "broker");
  }

  // Nothing is undecided in the cell and at the desk, and this host holds both; empty: any host.
  bool is_worked_off(const std::string& host = {}) {
    const auto now = status(place_);
    return std::count_if(now.leases().begin(), now.leases().end(), [&](const auto& lease) {
             if (lease.cell() != cell && lease.cell() != "desk") return false;
             return lease.undecided() == 0 && !lease.host().empty() && (host.empty() || lease.host() == host);
           }) == 2;
  }
  // A host that dies of the case, started again until the cell is worked off. Answers how often it died.
  int deaths_of(const std::string& number) {
    return deaths_of(number, "decides", [this] { return is_worked_off(); });
  }
  int deaths_of(const std::string& number, const std::string& when, const std::function<bool()>& is_over) {
    for (int deaths = 0;; ++deaths) {
      Process::Options options;
      options.arguments = {HUYING_POISONED_HOST, place_.endpoint(), "host-1", number, when};
      options.log = place_.path("poisoned-" + number + "-" + std::to_string(deaths));
      Process host(options);
      EXPECT_TRUE(wait_until([&] { return !host.is_running() || is_over(); }));
      if (host.is_running()) return deaths;
      EXPECT_EQ(host.wait(), (Ended{70, 0})) << host.err();
      // One that dialled at once would end the dead one's session for the broker, which after a stall of its own takes that for
      // a host that came anew, not for one that died.
      if (noticed_by_silence_) {
        EXPECT_TRUE(wait_until([&] { return lease_of_cell().host().empty(); }));
      }
      if (deaths > 10) return deaths;
    }
  }
  std::unique_ptr<Process> healthy_host() {
    auto host = place_.start({"worker", "--endpoint", place_.endpoint(), "--as", "host-2"});
    EXPECT_TRUE(wait_until([&] { return is_worked_off("host-2"); }));
    return host;
  }

  v1::LeaseStatus lease_of_cell() {
    const auto now = status(place_);
    for (const auto& lease : now.leases())
      if (lease.cell() == cell) return lease;
    return {};
  }

  Place place_;
  std::unique_ptr<Process> broker_;
  bool noticed_by_silence_ = true;
};

// Time of the street runs fast from the start: an urgent case's first clock is due 0.6 s after it was dispatched.
class PoisonedClock : public Poison {
 protected:
  void SetUp() override {
    serve({"--rate", "2880"});
    noticed_by_silence_ = false;  // hours of the street would pass, and the next clock fall due
  }
};

TEST_F(Poison, a_request_that_ends_its_hosts_is_set_aside_and_the_desk_sends_it_where_it_belongs) {
  stop(*healthy_host());  // decides the directory's change, which would stand before the request and be suspected first
  Outside outside(place_.endpoint());
  Publishing publishing(outside, "hotline-12345");
  publishing.publish({request_in_cell("bad", cell), request_in_cell("good", cell)});
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }));
  const auto bad = publishing.numbers().at("bad"), good = publishing.numbers().at("good");

  EXPECT_EQ(deaths_of(bad), 3);
  const auto host = healthy_host();
  EXPECT_EQ(show(place_, cell + ".worker", good).whole().state(), v1::CASE_STATE_DISPATCHED) << "the cell goes on";
  const auto seen = show(place_, "desk-1", bad).whole();
  EXPECT_EQ(seen.state(), v1::CASE_STATE_AT_DESK);
  EXPECT_EQ(seen.filed().set_aside().cell(), cell);
  EXPECT_GE(seen.clocks_size(), 4) << "the desk's, and the three that its cell would have set";
  EXPECT_NE(place_.ask({"case", "show", bad}, "desk-1").out.find("已搁置并转指挥中心"), std::string::npos);

  EXPECT_EQ(error_of(act(place_, "desk-1", "assign", bad, {"--to", cell})), 0u);
  ASSERT_TRUE(wait_until([&] { return is_worked_off(); }));
  EXPECT_EQ(error_of(act(place_, cell + ".worker", "accept", bad)), 0u);
  EXPECT_EQ(stop(*broker_), (Ended{0, 0}));
  EXPECT_TRUE(verify(place_).ok());
}

TEST_F(Poison, a_step_that_ends_its_hosts_is_a_matter_of_the_desk_which_lets_it_be_decided_again) {
  auto host = healthy_host();
  Outside outside(place_.endpoint());
  Publishing publishing(outside, "hotline-12345");
  publishing.publish({request_in_cell("good", cell)});
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }));
  const auto number = publishing.numbers().at("good");
  ASSERT_TRUE(wait_until([&] { return is_worked_off(); }));
  EXPECT_EQ(stop(*host), (Ended{0, 0}));

  const auto step = place_.start_asking({"case", "act", "accept", number, "--json"}, cell + ".worker");
  ASSERT_TRUE(wait_until([&] { return !replies_of(step->out()).empty(); })) << "received: on disk";
  EXPECT_EQ(deaths_of(number), 3);
  ASSERT_TRUE(step->wait().has_value());
  EXPECT_EQ(error_of(replies_of(step->out()).back()), v1::ERROR_CODE_SET_ASIDE);

  host = healthy_host();
  EXPECT_EQ(show(place_, cell + ".worker", number).whole().state(), v1::CASE_STATE_DISPATCHED);
  const auto matters = views_of(place_.ask({"case", "list", "--cell", "desk", "--json"}, "desk-1").out);
  ASSERT_EQ(matters.size(), 1u);
  EXPECT_EQ(matters[0].whole().filed().set_aside().case_number(), number);
  EXPECT_EQ(error_of(act(place_, "desk-1", "replay", matters[0].whole().case_number())), 0u);
  const auto state = [&] { return show(place_, cell + ".worker", number).whole().state(); };
  EXPECT_TRUE(wait_until([&] { return state() == v1::CASE_STATE_ACCEPTED; }));
  EXPECT_EQ(stop(*broker_), (Ended{0, 0}));
  EXPECT_TRUE(verify(place_).ok());
}

TEST_F(PoisonedClock, a_clock_that_ends_its_hosts_parks_its_case_and_the_desk_lets_it_go_on) {
  stop(*healthy_host());
  Outside outside(place_.endpoint());
  Listening wall(outside, "street.supervisor-1", v1::ROLE_STREET_SUPERVISOR, "poisoned", "case.>");
  Publishing publishing(outside, "hotline-12345");
  auto bad = request_in_cell("bad", cell);
  bad.set_category("hidden-danger");
  publishing.publish({bad});
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }));
  const auto number = publishing.numbers().at("bad");

  const auto is_parked = [&] {
    return outside.run_until([&] { return wall.count(v1::EVENT_KIND_PARKED) != 0; }, std::chrono::milliseconds(50));
  };
  EXPECT_EQ(deaths_of(number, "fires", is_parked), 3);
  EXPECT_EQ(wall.count(v1::EVENT_KIND_BREACHED), 0u);
  const auto host = healthy_host();
  const auto seen = show(place_, "desk-1", number).whole();
  EXPECT_EQ(seen.state(), v1::CASE_STATE_PARKED);
  EXPECT_EQ(seen.parked_from(), v1::CASE_STATE_DISPATCHED);
  EXPECT_GE(seen.rung(), v1::RUNG_STREET);
  EXPECT_EQ(error_of(act(place_, cell + ".worker", "accept", number)), v1::ERROR_CODE_STATE_REFUSES);
  EXPECT_EQ(error_of(act(place_, "desk-1", "replay", number)), 0u);
  EXPECT_TRUE(outside.run_until([&] { return wall.count(v1::EVENT_KIND_BREACHED) != 0; })) << "tried again, and fired";
  EXPECT_TRUE(wall.is_contiguous());
  EXPECT_EQ(stop(*broker_), (Ended{0, 0}));
  EXPECT_TRUE(verify(place_).ok());
}

TEST_F(Poison, a_record_whose_fold_ends_its_hosts_parks_its_cell_until_another_program_folds_it) {
  auto host = healthy_host();
  Outside outside(place_.endpoint());
  Publishing publishing(outside, "hotline-12345");
  publishing.publish({request_in_cell("good", cell)});
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }));
  const auto number = publishing.numbers().at("good");
  ASSERT_TRUE(wait_until([&] { return is_worked_off(); }));
  EXPECT_EQ(stop(*host), (Ended{0, 0}));

  EXPECT_EQ(deaths_of(number, "folds", [&] { return lease_of_cell().parked(); }), 5);
  const auto parked = status(place_);
  EXPECT_EQ(std::count_if(parked.leases().begin(), parked.leases().end(), [](const auto& one) { return one.parked(); }), 1);
  host = healthy_host();  // of another program than the one that could not
  EXPECT_FALSE(lease_of_cell().parked());
  EXPECT_EQ(show(place_, cell + ".worker", number).whole().state(), v1::CASE_STATE_DISPATCHED);
  EXPECT_EQ(stop(*broker_), (Ended{0, 0}));
  EXPECT_TRUE(verify(place_).ok());
}

}  // namespace
}  // namespace huying::e2e
