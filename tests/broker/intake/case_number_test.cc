#include "broker/intake/case_number.h"

#include <gtest/gtest.h>

#include "proto/errors.h"

namespace huying::intake {
namespace {

std::string number(std::string_view street, std::uint32_t date, std::uint32_t serial) {
  std::string out;
  format_case_number(street, date, serial, out);
  return out;
}

TEST(CaseNumber, ReadsAsItIsWrittenAndForgivesLowerCaseAndBlanks) {
  const auto text = number("WY", 261123, 42);
  EXPECT_EQ(text.substr(0, 15), "WY-261123-0042-");
  const auto parts = parse_case_number("  wy-261123-0042-" + text.substr(15) + " ");
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->serial, 42u);
  EXPECT_EQ(parts->local_date, 261123u);
  EXPECT_EQ(*canonical_case_number("wy-261123-0042-" + text.substr(15)), text);
  EXPECT_TRUE(parse_case_number(number("WY", 261123, 123456)).has_value());
}

TEST(CaseNumber, EveryWrongDigitAndEverySwapOfNeighboursIsCaught) {
  for (const std::uint32_t serial : {1u, 42u, 9'876u, 120'034u}) {
    const auto text = number("WY", 261123, serial);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] < '0' || text[i] > '9') continue;
      for (char digit = '0'; digit <= '9'; ++digit) {
        if (digit == text[i]) continue;
        auto wrong = text;
        wrong[i] = digit;
        EXPECT_FALSE(parse_case_number(wrong).has_value()) << wrong;
      }
      if (i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9' && text[i] != text[i + 1]) {
        auto swapped = text;
        std::swap(swapped[i], swapped[i + 1]);
        EXPECT_FALSE(parse_case_number(swapped).has_value()) << swapped;
      }
    }
  }
}

TEST(CaseNumber, RubbishIsRefused) {
  for (const char* text : {"", "WY", "WY-261123-0042", "WY-261123-42-7", "WYXYZ-261123-0042-1", "1Y-261123-0042-1",
                           "WY-261123-0042-7-7", "WY-261123-99999999999999999999-1", "WY-26112x-0042-7"}) {
    const auto parts = parse_case_number(text);
    ASSERT_FALSE(parts.has_value()) << text;
    EXPECT_EQ(parts.error().code, v1::ERROR_CODE_CASE_NUMBER_INVALID);
  }
}

TEST(SerialCounter, BeginsAnewEachLocalDayAndGoesOnFromARecord) {
  SerialCounter counter(*CivilZone::named("Asia/Shanghai"));
  const Instant before_midnight = instant(1795363199999);  // 2026-11-22T23:59:59.999+08:00
  EXPECT_EQ(counter.next(before_midnight).serial, 1u);
  EXPECT_EQ(counter.next(before_midnight).serial, 2u);
  const auto next_day = counter.next(before_midnight + Milliseconds(1));
  EXPECT_EQ(next_day.local_date, 261123u);
  EXPECT_EQ(next_day.serial, 1u);
  SerialCounter again(*CivilZone::named("Asia/Shanghai"));
  again.continue_from(261123, 57);
  EXPECT_EQ(again.next(before_midnight + Milliseconds(2)).serial, 58u);
}

TEST(SerialCounter, LeavesOutWhatALostHistoryMayHaveGivenOnThatDay) {
  const Instant midnight = instant(1795363200000);  // 2026-11-23T00:00+08:00
  SerialCounter same_day(*CivilZone::named("Asia/Shanghai"));
  same_day.continue_from(261123, 57);
  same_day.leave_out(midnight + std::chrono::hours(9));
  EXPECT_EQ(same_day.next(midnight + std::chrono::hours(9)).serial, 58 + serials_left_out);
  SerialCounter backup_of_the_day_before(*CivilZone::named("Asia/Shanghai"));
  backup_of_the_day_before.continue_from(261122, 57);
  backup_of_the_day_before.leave_out(midnight + std::chrono::hours(9));
  EXPECT_EQ(backup_of_the_day_before.next(midnight + std::chrono::hours(9)).serial, 1 + serials_left_out)
      << "the lost history went on into the day of its loss";
  EXPECT_EQ(backup_of_the_day_before.next(midnight + std::chrono::hours(33)).serial, 1u) << "the next day is whole";
}

TEST(SerialCounter, AnotherTimeZoneGivesNoNumberTwice) {
  SerialCounter counter(*CivilZone::named("Asia/Shanghai"));
  const Instant morning = instant(1795363200000 + 3'600'000);  // 2026-11-23T01:00+08:00, the 22nd in UTC
  EXPECT_EQ(counter.next(morning).serial, 1u);
  counter.use(*CivilZone::named("Etc/UTC"));
  const auto next = counter.next(morning + Milliseconds(1));
  EXPECT_EQ(next.local_date, 261123u) << "the local day never goes back";
  EXPECT_EQ(next.serial, 2u);
  const auto evening = counter.next(morning + std::chrono::hours(10));
  EXPECT_EQ(evening.local_date, 261123u);
  EXPECT_EQ(evening.serial, 3u);
  const auto day_after = counter.next(morning + std::chrono::hours(48));
  EXPECT_EQ(day_after.local_date, 261124u);
  EXPECT_EQ(day_after.serial, 1u);
}

}  // namespace
}  // namespace huying::intake
