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

}  // namespace
}  // namespace huying::programs
