// Goal: one street's day, told by `huying` alone: every command is a process of its own, over real sockets.
// Method: serve Wenyuan; publish, report, act, assign, transfer, return, ask; a durable subscriber listens from the
// start. Then SIGTERM, start again, and go on.
#include <gmock/gmock.h>

#include <map>

#include "tests/e2e/lines.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

using testing::Contains;

class Story : public testing::Test {
 protected:
  void SetUp() override {
    serving_ = place_.serve({"--directory", wenyuan()});
    subscriber_ = place_.start_asking(
        {"subscribe", "case.>", "--json", "--name", "story", "--from", "start", "--wait", "0"}, "street.supervisor-1");
  }

  std::map<std::string, Answer> publish(const std::vector<v1::Request>& requests) {
    std::string input;
    for (const auto& request : requests) input += line_of(request);
    const auto output = place_.ask({"publish"}, "hotline-12345", input);
    EXPECT_TRUE(output.ok()) << output.out << output.err;
    return by_source_id(answers_of(output.out));
  }

  Answer report(const std::string& who, Words words) {
    words.insert(words.begin(), {"case", "act", "report", "--json"});
    const auto output = place_.ask(std::move(words), who);
    EXPECT_TRUE(output.ok()) << output.out << output.err;
    const auto answers = answers_of(output.out);
    return answers.empty() ? Answer() : answers[0];
  }

  v1::ActionReply step(const std::string& who, const std::string& verb, const std::string& number, Words words = {}) {
    auto reply = act(place_, who, verb, number, std::move(words));
    EXPECT_EQ(error_of(reply), 0u) << verb << " by " << who << ": " << reply.ShortDebugString();
    return reply;
  }

  v1::CaseState state_of(const std::string& number, const std::string& who = "street.supervisor-1") {
    return show(place_, who, number).whole().state();
  }

  // The events of a case that the subscriber has printed, in order.
  std::vector<v1::EventKind> heard(const std::string& number) const {
    std::vector<v1::EventKind> kinds;
    for (const auto& line : events_of(subscriber_->out()))
      if (line.event.case_number() == number) kinds.push_back(line.event.kind());
    return kinds;
  }
  bool will_hear(const std::string& number, v1::EventKind last) const {
    return wait_until([&] {
      const auto kinds = heard(number);
      return !kinds.empty() && kinds.back() == last;
    });
  }

  Place place_;
  std::unique_ptr<Process> serving_, subscriber_;
};

TEST_F(Story, requests_go_to_their_cell_by_point_and_address_and_to_the_desk_without_a_place) {
  const auto taken = publish({request_at_point("p-1", 35.1775, 113.1740),
                              request_at_address("p-2", "石桥村东门小广场"),
                              request_at_address("p-3", "山阳区石桥村文化大院旁"),
                              request_without_place("p-4"), request_in_cell("p-5", "liulin-01")});
  EXPECT_EQ(taken.at("p-1").cell, "shiqiao-01");
  EXPECT_EQ(taken.at("p-1").rule, "point");
  EXPECT_EQ(taken.at("p-2").cell, "shiqiao-01");
  EXPECT_EQ(taken.at("p-2").rule, "address");
  EXPECT_EQ(taken.at("p-3").cell, "shiqiao-02");
  EXPECT_EQ(taken.at("p-4").cell, "desk");
  EXPECT_EQ(taken.at("p-4").rule, "desk");
  EXPECT_EQ(taken.at("p-5").rule, "explicit");
  for (const auto& [id, answer] : taken) EXPECT_FALSE(answer.known) << id;
  EXPECT_TRUE(will_hear(taken.at("p-4").case_number, v1::EVENT_KIND_FILED));
  EXPECT_TRUE(will_hear(taken.at("p-1").case_number, v1::EVENT_KIND_DISPATCHED));
}

TEST_F(Story, a_case_is_signed_for_fed_back_resolved_verified_and_closed) {
  const auto number = publish({request_at_point("c-1", 35.1775, 113.1740)}).at("c-1").case_number;
  step("shiqiao-01.worker", "accept", number);
  step("shiqiao-01.worker", "feedback", number, {"--words", "今天去看过"});
  step("shiqiao-01.worker", "resolve", number, {"--words", "已修好"});
  EXPECT_EQ(state_of(number), v1::CASE_STATE_RESOLVED);
  step("shiqiao.supervisor", "verify", number, {"--verdict", "passed"});
  const auto closed = step("shiqiao.supervisor", "close", number);
  EXPECT_EQ(closed.outcome().state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(state_of(number, "shiqiao-01.worker"), v1::CASE_STATE_CLOSED);
  EXPECT_TRUE(will_hear(number, v1::EVENT_KIND_CLOSED));

  EXPECT_EQ(error_of(act(place_, "shiqiao-01.worker", "resolve", number)), v1::ERROR_CODE_CASE_ENDED);
  const auto refused = place_.ask({"case", "act", "accept", number, "--json"}, "liulin-01.worker");
  EXPECT_EQ(refused.ended, (Ended{3, 0})) << refused.out;
  EXPECT_EQ(replies_of(refused.out).back().error(), std::uint32_t{v1::ERROR_CODE_NOT_YOUR_CELL});
}

TEST_F(Story, a_worker_reports_and_what_is_solved_on_the_spot_is_resolved_in_one_step) {
  const auto found = report("shiqiao-01.worker", {"--cell", "shiqiao-01", "--words", "井盖松动"});
  EXPECT_EQ(found.cell, "shiqiao-01");
  EXPECT_EQ(state_of(found.case_number), v1::CASE_STATE_DISPATCHED);

  const auto solved = report("shiqiao-01.worker", {"--cell", "shiqiao-01", "--on-behalf-of-citizen", "--words",
                                                   "路边有垃圾", "--solved-on-spot", "当场清理"});
  const auto view = show(place_, "shiqiao-01.worker", solved.case_number);
  EXPECT_EQ(view.whole().state(), v1::CASE_STATE_RESOLVED);
  EXPECT_TRUE(view.whole().on_the_spot());
  EXPECT_TRUE(will_hear(solved.case_number, v1::EVENT_KIND_RESOLVED));
}

TEST_F(Story, the_desk_assigns_a_worker_transfers_and_returns_and_the_first_due_times_stay) {
  const auto number = publish({request_without_place("m-1")}).at("m-1").case_number;
  EXPECT_EQ(step("desk-1", "assign", number, {"--to", "shiqiao-01"}).outcome().error(), 0u);
  step("shiqiao-01.worker", "accept", number);
  const auto before = show(place_, "desk-1", number).whole();
  ASSERT_EQ(before.state(), v1::CASE_STATE_ACCEPTED);

  step("shiqiao-01.worker", "transfer", number, {"--to", "shiqiao-02", "--reason", "wrong-cell"});
  step("shiqiao-02.worker", "return", number, {"--reason", "wrong-cell", "--to", "liulin-01"});
  EXPECT_TRUE(will_hear(number, v1::EVENT_KIND_TRANSFERRED_IN));
  const auto after = show(place_, "desk-1", number).whole();
  EXPECT_EQ(after.state(), v1::CASE_STATE_AT_DESK);
  EXPECT_EQ(after.cell(), "desk");
  EXPECT_GE(after.hops(), 2u);
  std::map<int, std::int64_t> first_due;
  for (const auto& clock : after.clocks()) first_due[clock.kind()] = clock.first_due_at_ms();
  for (const auto& clock : before.clocks())
    if (clock.kind() != v1::CLOCK_KIND_DESK) {
      EXPECT_EQ(first_due[clock.kind()], clock.first_due_at_ms()) << clock.ShortDebugString();
    }

  const auto listed = place_.ask({"case", "list", "--cell", "desk", "--json"}, "desk-1");
  std::vector<std::string> numbers;
  for (const auto& view : views_of(listed.out)) numbers.push_back(view.whole().case_number());
  EXPECT_THAT(numbers, Contains(number));
}

TEST_F(Story, the_subscriber_can_prove_that_no_event_is_missing) {
  const auto taken = publish({request_in_cell("s-1", "shiqiao-01"), request_in_cell("s-2", "shiqiao-02"),
                              request_without_place("s-3")});
  for (const auto* id : {"s-1", "s-2"}) {
    const auto& answer = taken.at(id);
    step(answer.cell + ".worker", "accept", answer.case_number);
    step(answer.cell + ".worker", "resolve", answer.case_number, {"--words", "done"});
    EXPECT_TRUE(will_hear(answer.case_number, v1::EVENT_KIND_RESOLVED));
  }
  EXPECT_TRUE(will_hear(taken.at("s-3").case_number, v1::EVENT_KIND_FILED));
  std::uint64_t expected = 1;
  std::map<std::string, std::uint64_t> revisions;
  std::map<std::string, std::pair<std::uint64_t, std::uint32_t>> places;
  for (const auto& line : events_of(subscriber_->out())) {
    EXPECT_EQ(line.consumer_sequence, expected++);
    EXPECT_EQ(line.event.revision(), ++revisions[line.event.case_number()]);
    auto& last = places[cell_of(line.subject)];
    EXPECT_LT(last, std::pair(line.sequence + 1, line.index)) << line.subject;
    EXPECT_NE(last, std::pair(line.sequence, line.index + 1)) << "twice";
    last = {line.sequence, line.index + 1};
  }
  EXPECT_EQ(revisions.size(), 3u);
}

TEST_F(Story, sigterm_ends_it_cleanly_and_a_restart_goes_on) {
  const std::vector<v1::Request> requests{request_in_cell("r-1", "shiqiao-01"), request_without_place("r-2")};
  const auto before = publish(requests);
  const auto number = before.at("r-1").case_number;
  step("shiqiao-01.worker", "accept", number);
  ASSERT_EQ(stop(*serving_), (Ended{0, 0})) << serving_->err();
  const auto checked = verify(place_);
  EXPECT_TRUE(checked.ok()) << checked.out << checked.err;

  serving_ = place_.serve();
  const auto again = publish(requests);
  for (const auto& [id, answer] : before) {
    EXPECT_EQ(again.at(id).case_number, answer.case_number);
    EXPECT_EQ(again.at(id).cell, answer.cell);
    EXPECT_TRUE(again.at(id).known) << id;
  }
  EXPECT_EQ(state_of(number), v1::CASE_STATE_ACCEPTED);
  EXPECT_EQ(status(place_).requests(), 2u);
  const auto resolved = step("shiqiao-01.worker", "resolve", number, {"--words", "已修好"});
  EXPECT_EQ(resolved.outcome().state(), v1::CASE_STATE_RESOLVED);
  EXPECT_TRUE(will_hear(number, v1::EVENT_KIND_RESOLVED));  // the same subscriber, over both broker processes
  const auto other = publish({request_in_cell("r-3", "shiqiao-01")}).at("r-3").case_number;
  EXPECT_NE(other, before.at("r-1").case_number);
  EXPECT_NE(other, before.at("r-2").case_number);
}

}  // namespace
}  // namespace huying::e2e
