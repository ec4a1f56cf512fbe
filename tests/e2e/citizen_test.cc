// Goal: the citizen's word, brought by a gateway, does what the case table grants a citizen, and no more. Method: serve
// Wenyuan; a worker resolves a case; the gateway brings the citizen's steps as `huying case act --for citizen`, with a
// SIGKILL and a new start in between. All made up.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/e2e/lines.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

using testing::UnorderedElementsAre;

class CitizensWord : public testing::Test {
 protected:
  void SetUp() override {
    serving_ = place_.serve({"--directory", wenyuan()});
    const auto output = place_.ask({"publish"}, "hotline-12345", line_of(request_in_cell("r-1", "shiqiao-01")));
    const auto answers = answers_of(output.out);
    ASSERT_EQ(answers.size(), 1u) << output.err;
    number_ = answers[0].case_number;
  }
  v1::ActionReply citizen(const std::string& verb, Words words = {}, const std::string& via = "gateway-1") {
    words.insert(words.end(), {"--for", "citizen"});
    return act(place_, via, verb, number_, std::move(words));
  }
  void expect_done(const std::string& who, const std::string& verb, Words words = {}) {
    const auto reply = act(place_, who, verb, number_, std::move(words));
    EXPECT_EQ(error_of(reply), 0u) << verb << ": " << reply.ShortDebugString();
  }
  std::vector<v1::ActionKind> allowed_to_citizen() {
    const auto output = place_.ask({"case", "show", number_, "--json", "--for", "citizen"}, "gateway-1");
    EXPECT_TRUE(output.ok()) << output.err;
    std::vector<v1::ActionKind> kinds;
    const auto view = view_of(output.out);
    for (const auto kind : view.allowed()) kinds.push_back(static_cast<v1::ActionKind>(kind));
    return kinds;
  }
  static v1::CaseEvent last_event(const v1::ActionReply& reply) {
    v1::CaseEvent event;
    EXPECT_GT(reply.events_size(), 0) << reply.ShortDebugString();
    if (reply.events_size() == 0) return event;
    EXPECT_TRUE(event.ParseFromString(reply.events(0).event()));
    return event;
  }

  Place place_;
  std::unique_ptr<Process> serving_;
  std::string number_;
};

TEST_F(CitizensWord, is_heard_in_the_states_that_the_table_names_over_a_restart) {
  EXPECT_THAT(allowed_to_citizen(), UnorderedElementsAre(v1::ACTION_KIND_REMIND, v1::ACTION_KIND_ADD_NOTE));
  EXPECT_EQ(error_of(citizen("remind")), 0u);
  EXPECT_EQ(error_of(citizen("note", {"--words", "路口那一盏"})), 0u);
  EXPECT_EQ(error_of(citizen("call-back", {"--verdict", "passed"})), std::uint32_t{v1::ERROR_CODE_STATE_REFUSES});
  expect_done("shiqiao-01.worker", "accept");
  expect_done("shiqiao-01.worker", "resolve", {"--words", "已修好"});
  const auto said = citizen("call-back", {"--verdict", "failed", "--satisfaction", "1", "--action-id", "word"});
  ASSERT_EQ(error_of(said), 0u) << said.ShortDebugString();
  const auto event = last_event(said);
  EXPECT_EQ(event.kind(), v1::EVENT_KIND_CALLED_BACK);
  EXPECT_EQ(event.check().verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(event.check().satisfaction(), 1u);
  EXPECT_EQ(event.actor().role(), v1::ROLE_CITIZEN);
  EXPECT_EQ(event.actor().principal(), "gateway-1");

  serving_->signal(SIGKILL);
  ASSERT_EQ(serving_->wait(), (Ended{-1, SIGKILL}));
  serving_ = place_.serve({});
  auto again = citizen("call-back", {"--verdict", "failed", "--satisfaction", "1", "--action-id", "word"});
  EXPECT_EQ(last_event(again).SerializeAsString(), event.SerializeAsString()) << "the same step, the same answer";

  EXPECT_EQ(show(place_, "street.supervisor-1", number_).whole().state(), v1::CASE_STATE_REWORK) << "not solved: done again";
  expect_done("shiqiao-01.worker", "resolve", {"--words", "换了灯泡"});
  expect_done("shiqiao.supervisor", "verify", {"--verdict", "passed"});
  expect_done("shiqiao.supervisor", "close");
  EXPECT_EQ(error_of(citizen("remind")), std::uint32_t{v1::ERROR_CODE_CASE_ENDED});
  const auto reopened = citizen("reopen", {"--reason", "still-there", "--words", "又不亮了"});
  EXPECT_EQ(error_of(reopened), 0u) << reopened.ShortDebugString();
  EXPECT_EQ(show(place_, "street.supervisor-1", number_).whole().state(), v1::CASE_STATE_REWORK);
}

TEST_F(CitizensWord, gives_a_gateway_no_role_of_staff_and_nobody_else_brings_it) {
  for (const std::string verb : {"accept", "feedback", "resolve", "return", "supervise", "void", "complex"}) {
    const auto reply = citizen(verb, {"--reason", "x", "--words", "x"});
    EXPECT_EQ(error_of(reply), std::uint32_t{v1::ERROR_CODE_ROLE_REFUSES}) << verb << reply.ShortDebugString();
  }
  const std::uint32_t may_not = v1::ERROR_CODE_MAY_NOT_ACT_FOR;
  EXPECT_EQ(error_of(citizen("remind", {}, "mini-program")), may_not) << "a publisher that may act for every person";
  EXPECT_EQ(error_of(citizen("remind", {}, "shiqiao-01.worker")), may_not);
  EXPECT_EQ(error_of(citizen("remind", {}, "administrator")), may_not);
  EXPECT_EQ(error_of(citizen("remind", {"--target", "shiqiao-01.worker"})), std::uint32_t{v1::ERROR_CODE_FIELD_INVALID});
  const auto listed = place_.ask({"case", "list", "--cell", "shiqiao-01", "--for", "citizen"}, "gateway-1");
  EXPECT_FALSE(listed.ok()) << listed.out;
  number_.back() = number_.back() == '9' ? '0' : static_cast<char>(number_.back() + 1);
  EXPECT_EQ(error_of(citizen("remind")), std::uint32_t{v1::ERROR_CODE_CASE_NUMBER_INVALID});
}

}  // namespace
}  // namespace huying::e2e
