#include "programs/deadline_lines.h"

#include <gtest/gtest.h>

#include "huying/v1/error.pb.h"
#include "tests/workers/clocks/local_times.h"
#include "tests/workers/clocks/shipped.h"

namespace huying::programs {
namespace {

using clocks::shanghai;

DeadlineAnswers answers(bool explain = false) { return {clocks::shipped(), shanghai(), std::nullopt, explain}; }

std::string answer_to(const std::string& line, bool explain = false) {
  std::string out;
  answers(explain).answer_line(line, 3, out);
  return out;
}

TEST(DeadlineLines, AnswerInTheFormThatIsPromised) {
  EXPECT_EQ(
      answer_to(
          R"({"id":"a","from":"2026-11-21T12:00:00+08:00","within":1,"unit":"working_day","day_end":"same_time"})"),
      "{\"id\":\"a\",\"due\":\"2026-11-24T00:00:00+08:00\",\"provisional\":false}\n");
  EXPECT_EQ(answer_to(R"({"id":7,"from":"2026-12-30 10:00","within":2,"unit":"working_day","day_end":"midnight"})"),
            "{\"id\":7,\"due\":\"2027-01-02T00:00:00+08:00\",\"provisional\":true}\n");
  EXPECT_EQ(answer_to(R"({"from":"2026-11-23T01:00Z","within":4,"unit":"working_hour","day_end":"same_time",)"
                      R"("pauses":["2026-11-23T10:00/2026-11-23T11:00"]})"),
            "{\"id\":null,\"due\":\"2026-11-23T16:30:00+08:00\",\"provisional\":false}\n");
}

TEST(DeadlineLines, SayOfALineThatCannotBeReadWhichAndWhy) {
  const auto error_of = [](const std::string& line) { return answer_to(line).substr(0, 40); };
  const std::string rest = R"("unit":"natural_day","day_end":"midnight"})";
  EXPECT_EQ(answer_to("nonsense"),
            "{\"id\":null,\"error\":8001,\"detail\":\"line 3: it is not a JSON object of at most 64 KiB\"}\n");
  EXPECT_TRUE(error_of(R"({"id":"x","from":"yesterday","within":1,)" + rest).starts_with(R"({"id":"x","error":8001)"));
  EXPECT_TRUE(
      error_of(R"({"id":"x","from":"2026-02-30T10:00","within":1,)" + rest).starts_with(R"({"id":"x","error":8001)"));
  EXPECT_TRUE(
      error_of(R"({"id":"x","from":"2026-11-23T10:00","within":0,)" + rest).starts_with(R"({"id":"x","error":8001)"));
  EXPECT_TRUE(
      error_of(R"({"id":"x","from":"2026-11-23T10:00","within":-1,)" + rest).starts_with(R"({"id":"x","error":8001)"));
  EXPECT_TRUE(
      error_of(R"({"id":"x","from":"2026-11-23T10:00","within":1.5,)" + rest).starts_with(R"({"id":"x","error":8001)"));
  EXPECT_TRUE(error_of(R"({"id":"x","from":"2026-11-23T10:00","within":1001,)" + rest)
                  .starts_with(R"({"id":"x","error":8001)"));
  EXPECT_TRUE(
      error_of(R"({"id":{},"from":"2026-11-23T10:00","within":1,)" + rest).starts_with(R"({"id":null,"error":8001)"));
  EXPECT_TRUE(error_of(R"({"id":"x","from":"2026-11-23T10:00","within":1,"unit":"week","day_end":"midnight"})")
                  .starts_with(R"({"id":"x","error":8001)"));
  EXPECT_TRUE(
      error_of(R"({"id":"x","from":"2026-11-23T10:00","within":1,"pauses":["2026-11-24T10:00/2026-11-23T10:00"],)" +
               rest)
          .starts_with(R"({"id":"x","error":8001)"));
  EXPECT_TRUE(error_of("{\"id\":\"\xFF\"}").starts_with(R"({"id":null,"error":8001)"));
  EXPECT_TRUE(error_of(std::string(70'000, '[')).starts_with(R"({"id":null,"error":8001)"));
}

TEST(DeadlineLines, ExplainEachStretchInChineseAndEnglish) {
  const auto out =
      answer_to(R"({"id":1,"from":"2026-02-13T15:00","within":2,"unit":"working_day","day_end":"same_time"})", true);
  EXPECT_EQ(
      out,
      "{\"id\":1,\"due\":\"2026-02-24T15:00:00+08:00\",\"provisional\":false,\"explain\":["
      "\"起点 from 2026-02-13 周五 Fri 15:00: 2 工作日 working day(s)，到同一时刻 to the same time；日历 calendar "
      "state-council\","
      "\"2026-02-13 周五 Fri 15:00 → 2026-02-13 周五 Fri 24:00: 计入 counted: 9小时 (9 h)\","
      "\"2026-02-14 周六 Sat 00:00 → 2026-02-14 周六 Sat 24:00: 调休上班，计入 make-up workday, counted: 1天 (1 d)\","
      "\"2026-02-15 周日 Sun 00:00 → 2026-02-23 周一 Mon 24:00: 春节放假，不计 holiday, not counted\","
      "\"2026-02-24 周二 Tue 00:00 → 2026-02-24 周二 Tue 15:00: 计入 counted: 15小时 (15 h)\","
      "\"到期 due 2026-02-24 周二 Tue 15:00\"]}\n");
}

// What a supervisor counts on their fingers: which day is which, not how many hours of it were left.
TEST(DeadlineLines, ExplainWhichDayIsWhichWhereASpanEndsWithADay) {
  const auto explained = [](const std::string& line) {
    const auto out = answer_to(line, true);
    return out.substr(out.find("\"explain\":") + 10);
  };
  EXPECT_EQ(explained(R"({"from":"2026-02-13T15:00","within":3,"unit":"working_day","day_end":"midnight","first_day":"counted"})"),
            "[\"起点 from 2026-02-13 周五 Fri 15:00: 3 工作日 working day(s)，首日计入 first day counted，到24:00 to 24:00；日历 "
            "calendar state-council\","
            "\"2026-02-13 周五 Fri 15:00 → 2026-02-13 周五 Fri 24:00: 计入 counted: 第1天 day 1\","
            "\"2026-02-14 周六 Sat 00:00 → 2026-02-14 周六 Sat 24:00: 调休上班 make-up workday: 第2天 day 2\","
            "\"2026-02-15 周日 Sun 00:00 → 2026-02-23 周一 Mon 24:00: 春节放假，不计 holiday, not counted\","
            "\"2026-02-24 周二 Tue 00:00 → 2026-02-24 周二 Tue 24:00: 计入 counted: 第3天 day 3\","
            "\"到期 due 2026-02-24 周二 Tue 24:00\"]}\n");
  EXPECT_EQ(explained(R"({"from":"2026-11-23T23:50","within":2,"unit":"natural_day","day_end":"midnight"})"),
            "[\"起点 from 2026-11-23 周一 Mon 23:50: 2 自然日 natural day(s)，首日不计 first day not counted，到24:00 to 24:00；日历 "
            "calendar state-council\","
            "\"2026-11-23 周一 Mon 23:50 → 2026-11-25 周三 Wed 24:00: 计入 counted: 首日，不计 first day, not counted；第1至2天 days "
            "1 to 2\","
            "\"到期 due 2026-11-25 周三 Wed 24:00\"]}\n");
  EXPECT_EQ(explained(R"({"from":"2026-01-31T09:00","within":1,"unit":"natural_month","day_end":"midnight"})"),
            "[\"起点 from 2026-01-31 周六 Sat 09:00: 1 自然月 natural month(s)，到24:00 to 24:00；日历 calendar state-council\","
            "\"2026-01-31 周六 Sat 09:00 → 2026-02-28 周六 Sat 24:00: 计入 counted: 687小时 (687 h)\","
            "\"2 月没有 31 日，到月末（民法典第二百零二条） that month has no day 31: its last day (Civil Code 202)\","
            "\"到期 due 2026-02-28 周六 Sat 24:00\"]}\n");
}

TEST(DeadlineLines, ExplainAFloorAndAnOfficeThatHasClosed) {
  v1::Policy policy;
  auto& rule = *policy.add_rules();
  rule.set_name("floor");
  *rule.mutable_arrange() = clocks::span(1, v1::SPAN_UNIT_NATURAL_DAY, v1::FIRST_DAY_COUNTED, v1::DAY_END_MIDNIGHT, 120);
  *rule.mutable_feed_back() =
      clocks::span(1, v1::SPAN_UNIT_WORKING_DAY, v1::FIRST_DAY_COUNTED, v1::DAY_END_CLOSE_OF_BUSINESS);
  policy.add_categories()->set_code("general");
  const auto book = clocks::RuleBook::make(policy);
  ASSERT_TRUE(book.has_value());
  const DeadlineAnswers answers(clocks::shipped(), shanghai(), *book, true);
  std::string out;
  ASSERT_TRUE(answers.answer_line(R"({"from":"2026-11-23T23:50"})", 1, out));
  EXPECT_NE(out.find("2026-11-23 周一 Mon 23:50 → 2026-11-24 周二 Tue 01:50: 计入 counted: 第1天 day 1；最短时限 the floor"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find("第1天 day 1；当日已下班，到下一个上班日下班 to the close of the next worked day"), std::string::npos) << out;
}

}  // namespace
}  // namespace huying::programs
