#include "programs/subscription_words.h"

#include <gmock/gmock.h>

namespace huying::programs {
namespace {

using testing::HasSubstr;

CivilZone shanghai() { return CivilZone::named("Asia/Shanghai").value(); }

// 2026-11-23T09:41:00+08:00
constexpr std::int64_t morning_ms = 1'795'398'060'000;

std::string why(std::string_view pattern) { return why_nothing_matches(pattern, "410871061"); }

v1::EventDelivery coverage(const std::string& cell, v1::Coverage::Change change, std::int64_t at_ms,
                           std::uint64_t cause = 0) {
  v1::Coverage what;
  what.set_change(change);
  what.set_reason("no host could take it within 10 s");
  what.set_cause(cause);
  v1::EventDelivery delivery;
  delivery.set_subject("coverage.410871061." + cell);
  delivery.set_recorded_at_ms(at_ms);
  delivery.set_event(what.SerializeAsString());
  return delivery;
}

TEST(SubjectsThatMatchNothing, WhatMayMatchIsNotDoubted) {
  for (const auto* pattern :
       {">", "*.>", "case.>", "escalation.>", "coverage.>", "configuration.>", "case.*.*.shiqiao-01.*",
        "configuration.410871061", "case.410871061.shiqiao.shiqiao-01.fed_back", "escalation.street.410871061.*.>",
        "coverage.410871061.desk", "*.*.*", "*.street.>", "case.410871061.no-unit-yet.no-cell-yet.closed"})
    EXPECT_EQ(why(pattern), "") << pattern;
}

TEST(SubjectsThatMatchNothing, AWrongNumberOfTokensIsSaidWithTheShape) {
  for (const auto* pattern : {"case.*.*.shiqiao-01", "case.a.b.c.d.e", "case", "case.*.*.*.*.>"})
    EXPECT_THAT(why(pattern), HasSubstr("case.<street>.<unit>.<cell>.<event>")) << pattern;
  EXPECT_THAT(why("coverage.*.*.*"), HasSubstr("coverage.<street>.<cell>"));
  EXPECT_THAT(why("*.*.*.*"), HasSubstr("no subject has this shape"));
}

TEST(SubjectsThatMatchNothing, AnotherStreetAnUnknownEventAndAnUnknownRungAreNamed) {
  EXPECT_THAT(why("case.410871062.>"), HasSubstr("this broker serves street 410871061, not 410871062"));
  EXPECT_EQ(why_nothing_matches("case.410871062.>", ""), "") << "before there is a directory";
  EXPECT_THAT(why("case.*.*.*.finished"), HasSubstr("no event is named finished: filed, "));
  EXPECT_THAT(why("case.*.*.*.unspecified"), HasSubstr("no event is named unspecified"));
  EXPECT_THAT(why("escalation.city.>"), HasSubstr("no rung is named city: cell, unit, street, district"));
  EXPECT_THAT(why("cases.>"), HasSubstr("subjects begin with case, escalation, coverage or configuration"));
}

TEST(SubjectsThatMatchNothing, AreSaidInChineseFirst) {
  const auto said = why("case.*.*.*.finished");
  EXPECT_EQ(said.find("主题 case.*.*.*.finished 永远不会有事件：没有名为 finished 的事件\n"), 0u) << said;
}

TEST(WhereASubscriptionBegins, IsSaidWhereItIsNotAsAsked) {
  EXPECT_EQ(begin_text(v1::Subscribed::RESUMED, "a"), "");
  EXPECT_EQ(begin_text(v1::Subscribed::AS_ASKED, ""), "");
  EXPECT_THAT(begin_text(v1::Subscribed::NEW_NAME, "ledger"), HasSubstr("The name ledger is new here: it begins now"));
  EXPECT_THAT(begin_text(v1::Subscribed::CURSOR_LOST, "ledger"), HasSubstr("at the first record, everything comes again"));
  EXPECT_THAT(begin_text(v1::Subscribed::RENUMBERED, "ledger"), HasSubstr("none is missing"));
}

TEST(CoverageLines, SayWhatHappenedToTheCellAndSinceWhen) {
  CoverageLines lines(shanghai());
  const auto lost = lines.line(coverage("shiqiao-01", v1::Coverage::HOST_LOST, morning_ms));
  EXPECT_EQ(lost.find("11月23日 09:41  shiqiao-01  无主机接管"), 0u) << lost;
  EXPECT_THAT(lost, HasSubstr("without a host"));
  EXPECT_THAT(lost, HasSubstr("(no host could take it within 10 s)"));
  const auto found = lines.line(coverage("shiqiao-01", v1::Coverage::HOST_FOUND, morning_ms + 180'000));
  EXPECT_EQ(found.find("11月23日 09:44  shiqiao-01  又有主机接管 with a host again"), 0u) << found;
  EXPECT_THAT(found, HasSubstr("since 11月23日 09:41"));
}

TEST(CoverageLines, KeepCellsAndTroublesApart) {
  CoverageLines lines(shanghai());
  lines.line(coverage("shiqiao-01", v1::Coverage::HOST_LOST, morning_ms));
  lines.line(coverage("shiqiao-02", v1::Coverage::NOBODY_ON_DUTY, morning_ms + 60'000));
  EXPECT_THAT(lines.line(coverage("shiqiao-02", v1::Coverage::HOST_FOUND, morning_ms + 120'000)),
              testing::Not(HasSubstr("since")));
  EXPECT_THAT(lines.line(coverage("shiqiao-02", v1::Coverage::SOMEBODY_ON_DUTY, morning_ms + 120'000)),
              HasSubstr("since 11月23日 09:42"));
}

TEST(CoverageLines, NameTheCauseThatWasSetAside) {
  EXPECT_THAT(CoverageLines(shanghai()).line(coverage("desk", v1::Coverage::CAUSE_SET_ASIDE, morning_ms, 77)),
              HasSubstr("a cause was set aside (no host could take it within 10 s)  第 77 条 cause 77"));
}

TEST(CoverageLines, NameTheCaseThatIsParked) {
  v1::Coverage one;
  one.set_change(v1::Coverage::CASE_PARKED);
  one.set_reason("why");
  one.set_case_number("WY-261123-1-1");
  v1::EventDelivery delivery;
  delivery.set_subject("coverage.410871061.shiqiao-01");
  delivery.set_recorded_at_ms(morning_ms);
  delivery.set_event(one.SerializeAsString());
  EXPECT_THAT(CoverageLines(shanghai()).line(delivery), HasSubstr("a person must look (why)  案件 case WY-261123-1-1"));
}

TEST(CoverageLines, SayHowFarTheSystemsClockIsOffAndThatItIsRightAgain) {
  CoverageLines lines(shanghai());
  v1::Coverage one;
  one.set_change(v1::Coverage::CLOCK_OFF);
  one.set_clock_ahead_ms(18'000'500);
  v1::EventDelivery delivery;
  delivery.set_subject("coverage.410871061.desk");
  delivery.set_recorded_at_ms(morning_ms);
  delivery.set_event(one.SerializeAsString());
  EXPECT_THAT(lines.line(delivery), testing::AllOf(HasSubstr("系统时钟被调过"), HasSubstr("快 18000 秒，跳变造成的到期暂不触发 ahead by 18000 s")));
  EXPECT_THAT(lines.line(coverage("desk", v1::Coverage::CLOCK_RIGHT, morning_ms + 60'000)),
              testing::AllOf(HasSubstr("系统时钟恢复一致"), HasSubstr("since 11月23日 09:41")));
}

TEST(CoverageLines, OfAClockThatWasSetBackSayThatItIsBehindAndHoldsNothing) {
  v1::Coverage one;
  one.set_change(v1::Coverage::CLOCK_OFF);
  one.set_clock_ahead_ms(-7'200'000);
  v1::EventDelivery delivery;
  delivery.set_subject("coverage.410871061.desk");
  delivery.set_recorded_at_ms(morning_ms);
  delivery.set_event(one.SerializeAsString());
  const auto line = CoverageLines(shanghai()).line(delivery);
  EXPECT_THAT(line, HasSubstr("慢 7200 秒，时间放慢，直到一致 behind by 7200 s"));
  EXPECT_THAT(line, testing::Not(testing::AnyOf(HasSubstr("暂不触发"), HasSubstr("held"), HasSubstr("ahead"))));
}

TEST(NoticeLine, SaysHowManyInHowManyCellsHowLateAndWhereToBegin) {
  client::Notice notice;
  notice.recipient = {v1::RUNG_UNIT, "shiqiao"};
  notice.cases = 41;
  notice.cells = 12;
  notice.first_cases = {"WY-261123-0001-9", "WY-261123-0002-4"};
  notice.at = instant(morning_ms);
  notice.longest_late = std::chrono::hours(51);
  const auto line = notice_line(notice, shanghai());
  for (const auto* part : {"11月23日 09:41", "shiqiao", "集中超期 41 件，涉及 12 个网格 · 41 overdue in 12 cells",
                           "已超 2 天 3 小时", "2 d 3 h over", "WY-261123-0001-9, WY-261123-0002-4"})
    EXPECT_THAT(line, HasSubstr(part));
  notice.matter = client::Notice::Matter::reminders;
  EXPECT_THAT(notice_line(notice, shanghai()), HasSubstr("集中提醒 41 件，涉及 12 个网格 · 41 reminders in 12 cells"));
}

TEST(ConfigurationLine, NamesTheVersion) {
  v1::ConfigurationComplete complete;
  complete.set_version(2);
  v1::EventDelivery delivery;
  delivery.set_recorded_at_ms(morning_ms);
  delivery.set_event(complete.SerializeAsString());
  EXPECT_EQ(configuration_line(delivery, shanghai()),
            "11月23日 09:41  名录第 2 版已生效 directory version 2 is in force");
}

}  // namespace
}  // namespace huying::programs
