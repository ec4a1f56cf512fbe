// huying deadline as a user types it.
#include <gmock/gmock.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/programs/spawned.h"

namespace huying::programs {
namespace {

using testing::HasSubstr;

std::vector<std::string> deadline(std::vector<std::string> words) {
  words.insert(words.begin(), {"huying", "deadline"});
  return words;
}

const std::vector<std::string> one_working_day{"--within", "1", "--unit", "working_day", "--day-end", "same_time"};

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(DeadlineCommand, AnswersForASpanByTheShippedCalendarAndByWeekdays) {
  const auto question = with(one_working_day, {"--from", "2026-02-14T10:00"});
  const auto shipped = run(deadline(question));
  EXPECT_EQ(shipped.code, 0) << shipped.err;
  EXPECT_EQ(shipped.out, "{\"id\":null,\"due\":\"2026-02-24T10:00:00+08:00\",\"provisional\":false}\n");
  EXPECT_THAT(run(deadline(with(question, {"--calendar", "weekdays"}))).out, HasSubstr("2026-02-17T00:00:00+08:00"));
  const std::string file = SOURCE_FOLDER "/deploy/calendars/state-council.txtpb";
  EXPECT_EQ(run(deadline(with(question, {"--calendar", file}))).out, shipped.out);
}

TEST(DeadlineCommand, AnswersForThePoliciesThatAreShipped) {
  const auto natural = run(deadline({"--policy", "13710-natural", "--category", "road", "--from", "2026-02-13T15:00"}));
  EXPECT_EQ(natural.out,
            "{\"id\":null,\"arrange\":\"2026-02-14T00:00:00+08:00\",\"feed_back\":\"2026-02-16T00:00:00+08:00\","
            "\"solve\":\"2026-02-20T00:00:00+08:00\",\"provisional\":false}\n")
      << natural.err;
  const auto working = run(deadline({"--policy", "13710-working", "--from", "2026-02-13T15:00"}));
  EXPECT_EQ(working.out,
            "{\"id\":null,\"arrange\":\"2026-02-14T00:00:00+08:00\",\"feed_back\":\"2026-02-25T00:00:00+08:00\","
            "\"solve\":\"2026-03-01T00:00:00+08:00\",\"provisional\":false}\n")
      << working.err;
  const auto file = run(deadline(
      {"--policy", std::string(WENYUAN) + "/policy.txtpb", "--category", "road", "--from", "2026-02-13T15:00"}));
  EXPECT_EQ(file.out, natural.out) << file.err;
}

TEST(DeadlineCommand, ACategoryThatThePolicyDoesNotHaveIsRefusedAndThoseItHasAreNamed) {
  const auto ended = run(deadline({"--policy", "13710-natural", "--category", "roads", "--from", "2026-02-13T15:00"}));
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("E2003"));
  EXPECT_THAT(ended.err, HasSubstr("'roads': the policy has general, sanitation, road, drainage"));
  const auto lines = run(deadline({"--policy", "13710-natural", "--input", "-"}),
                         "{\"id\":1,\"from\":\"2026-02-13T15:00\",\"category\":\"roads\"}\n"
                         "{\"id\":2,\"from\":\"2026-02-13T15:00\",\"urgency\":\"soon\"}\n"
                         "{\"id\":3,\"from\":\"2026-02-13T15:00\"}\n");
  EXPECT_EQ(lines.code, 1);
  EXPECT_THAT(lines.out, HasSubstr("{\"id\":1,\"error\":2003,\"detail\":\"line 1: 'roads': the policy has general"));
  EXPECT_THAT(lines.out, HasSubstr("{\"id\":2,\"error\":8001,\"detail\":\"line 2: `urgency` is none of normal, urgent\"}"));
  EXPECT_THAT(lines.out, HasSubstr("{\"id\":3,\"arrange\""));
  EXPECT_EQ(run(deadline({"--policy", "13710-natural", "--urgency", "soon", "--from", "2026-02-13T15:00"})).code, 2);
}

TEST(DeadlineCommand, AnswersTheLinesOfAFileThoughOneCannotBeRead) {
  const auto ended =
      run(deadline({"--input", "-"}),
          "{\"id\":1,\"from\":\"2026-11-21T12:00\",\"within\":1,\"unit\":\"working_day\",\"day_end\":\"same_time\"}\n"
          "\nx\n"
          "{\"id\":2,\"from\":\"2026-11-20T12:00\",\"within\":1,\"unit\":\"working_day\",\"day_end\":\"same_time\"}");
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out,
            "{\"id\":1,\"due\":\"2026-11-24T00:00:00+08:00\",\"provisional\":false}\n"
            "{\"id\":null,\"error\":8001,\"detail\":\"line 3: it is not a JSON object of at most 64 KiB\"}\n"
            "{\"id\":2,\"due\":\"2026-11-23T12:00:00+08:00\",\"provisional\":false}\n");
}

TEST(DeadlineCommand, RefusesWhatDoesNotFitWithAWord) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {},
           {"--from", "2026-11-21T12:00"},
           {"--within", "3", "--from", "2026-11-21T12:00"},
           with(one_working_day, {}),
           with(one_working_day, {"--from", "yesterday"}),
           with(one_working_day, {"--from", "2026-02-30T10:00"}),
           with(one_working_day, {"--from", "2026-11-21T12:00", "--pause", "2026-11-23T12:00"}),
           with(one_working_day, {"--from", "2026-11-21T12:00", "--pause", "2026-11-24T12:00/2026-11-23T12:00"}),
           with(one_working_day, {"--from", "2026-11-21T12:00", "--time-zone", "Mars/Olympus"}),
           with(one_working_day, {"--from", "2026-11-21T12:00", "--policy", "13710-natural"}),
           {"--within", "-1", "--unit", "working_day", "--day-end", "same_time", "--from", "2026-11-21T12:00"},
           {"--within", "1", "--unit", "week", "--day-end", "same_time", "--from", "2026-11-21T12:00"}}) {
    const auto ended = run(deadline(words));
    EXPECT_EQ(ended.code, 2) << testing::PrintToString(words);
    EXPECT_NE(ended.err, "");
    EXPECT_EQ(ended.out, "");
  }
}

TEST(DeadlineCommand, ACalendarOrPolicyThatCannotBeUsedIsRefusedByNumber) {
  const auto question = with(one_working_day, {"--from", "2026-11-21T12:00", "--calendar"});
  const auto file = std::filesystem::temp_directory_path() / ("huying-calendar-" + std::to_string(getpid()));
  const auto error_of = [&](const std::string& text) {
    std::ofstream(file, std::ios::trunc) << text;
    const auto ended = run(deadline(with(question, {file.string()})));
    EXPECT_EQ(ended.code, 3);
    return ended.err;
  };
  EXPECT_THAT(error_of("name: \"x\" holidays: 3"), HasSubstr("E3024 CALENDAR_SYNTAX"));
  EXPECT_THAT(error_of("name: \"x\""), HasSubstr("E3025 CALENDAR_INVALID"));
  std::filesystem::remove(file);
  EXPECT_THAT(run(deadline(with(question, {"/nonexistent"}))).err, HasSubstr("E3003"));
  EXPECT_THAT(run(deadline(with(question, {"/tmp"}))).err, HasSubstr("E3003"));
  EXPECT_THAT(run(deadline({"--policy", "/nonexistent", "--from", "2026-11-21T12:00"})).err, HasSubstr("E3003"));
}

}  // namespace
}  // namespace huying::programs
