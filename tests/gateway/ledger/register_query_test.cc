#include "gateway/ledger/register_query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "proto/errors.h"
#include "proto/worst_first.h"
#include "tests/gateway/ledger/ledger_folder.h"
#include "words/case_fold.h"

namespace huying::ledger {
namespace {

const Rights everything{.all = true};
constexpr std::int64_t now_ms = 1'796'000'000'000;
constexpr std::int64_t hour = 3'600'000;

class RegisterQueryTest : public testing::Test, protected LedgerFolder {
 protected:
  void name_all() {
    const auto named = ledger_->set_names({{NameKind::cell, "a-01", "a", "石桥村 01 网格", ""},
                                           {NameKind::cell, "a-02", "a", "石桥村 02 网格", ""},
                                           {NameKind::cell, "b-01", "b", "学府 01 网格", "Xuefu 01"},
                                           {NameKind::unit, "a", "", "石桥村", ""},
                                           {NameKind::unit, "b", "", "学府社区", ""},
                                           {NameKind::category, "road", "", "道路设施", "roads"},
                                           {NameKind::category, "lighting", "", "路灯照明", "street lamps"},
                                           {NameKind::person, "a-01.worker", "", "石桥村 01 网格员", ""},
                                           {NameKind::place, "b-01", "", "东门小广场", ""},
                                           {NameKind::system, "hotline", "", "12345 热线", ""}});
    ASSERT_TRUE(named) << named.error().detail;
  }
  RegisterPage page(const RegisterFilter& filter, const Rights& rights = everything, const PageOf& of = {200, ""}) {
    auto database = reader();
    auto read = register_page(database, filter, rights, of, instant(now_ms));
    EXPECT_TRUE(read) << read.error().detail;
    return read ? *read : RegisterPage{};
  }
  std::string numbers(const RegisterFilter& filter, const Rights& rights = everything) {
    return numbers_of(page(filter, rights));
  }
  static std::string numbers_of(const RegisterPage& page) {
    std::string text;
    for (const auto& row : page.rows) text += (text.empty() ? "" : " ") + row.what.number;
    return text;
  }
  std::uint32_t error_of(const RegisterFilter& filter, const PageOf& of = {}) {
    auto database = reader();
    const auto read = register_page(database, filter, everything, of, instant(now_ms));
    return read ? 0 : read.error().code;
  }
};

TEST_F(RegisterQueryTest, ARowTellsHolderNextClockLatenessAndWhoMustAnswer) {
  begin("WY-1", "a-01", now_ms - 2 * hour);
  escalate("WY-1", "a-01", v1::RUNG_STREET, 1, now_ms + hour);
  take();
  const auto rows = page({}).rows;
  ASSERT_EQ(rows.size(), 1u);
  const auto& row = rows.front();
  EXPECT_EQ(row.what.holder_person, "a-01.worker");
  EXPECT_EQ(row.what.answerer_person, "s-2");
  EXPECT_EQ(row.what.answerer_role, "street_supervisor");
  EXPECT_EQ(row.what.waits_for, v1::RUNG_STREET);
  EXPECT_EQ(row.what.climbs_ms, now_ms + hour);
  EXPECT_EQ(row.what.clock_kind, "solve");
  EXPECT_EQ(row.what.order_ms, now_ms - 2 * hour);
  EXPECT_EQ(row.first_due_ms, 1'000);
  EXPECT_EQ(row.late_by_ms, 2 * hour);
  auto answered = event("WY-1", v1::EVENT_KIND_ESCALATION_ANSWERED, v1::CASE_STATE_ACCEPTED);
  answered.mutable_holder()->set_person("s-1");
  end_clock(answered, v1::CLOCK_KIND_RUNG, 1, v1::CLOCK_OUTCOME_MET);
  add(answered);
  auto asked = event("WY-1", v1::EVENT_KIND_EXTENSION_REQUESTED, v1::CASE_STATE_ACCEPTED);
  add(asked);
  take();
  const auto after = page({}).rows.front();
  EXPECT_EQ(after.what.waits_for, 0);
  EXPECT_EQ(after.what.climbs_ms, 0);
  EXPECT_EQ(after.what.answerer_person, "s-1");
  EXPECT_EQ(after.what.holder_person, "a-01.worker") << "the case stays with its holder";
  EXPECT_EQ(after.what.asked, "extension");
  auto granted = event("WY-1", v1::EVENT_KIND_EXTENSION_GRANTED, v1::CASE_STATE_ACCEPTED);
  granted.mutable_ask()->set_times(1);
  set_clock(granted, v1::CLOCK_KIND_SOLVE, 2, now_ms + 5 * hour, v1::CLOCK_REASON_EXTENDED);
  add(granted);
  take();
  const auto extended = page({}).rows.front();
  EXPECT_EQ(extended.what.asked, "");
  EXPECT_EQ(extended.what.extensions, 1u);
  EXPECT_EQ(extended.late_by_ms, 0);
}

// Method: 200 cases with clocks, escalations, answers and pauses at random (a fixed seed); the order of the pages is that of
// proto/worst_first.h over the same events, folded by another part of the house.
TEST_F(RegisterQueryTest, TheOrderIsThatOfWorstFirst) {
  std::mt19937 random(20261123);
  const auto one_of = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<std::string> open;
  for (int i = 0; i < 200; ++i) {
    const auto number = "WY-" + std::to_string(1000 + i);
    begin(number, "a-01", now_ms + (one_of(40) - 20) * hour);
    open.push_back(number);
    if (one_of(3) == 0) {
      auto breached = event(number, v1::EVENT_KIND_BREACHED, v1::CASE_STATE_DISPATCHED);
      end_clock(breached, v1::CLOCK_KIND_SOLVE, 1, v1::CLOCK_OUTCOME_FIRED);
      add(breached);
    }
    std::uint32_t generation = 0;
    for (int rung = v1::RUNG_UNIT; rung <= v1::RUNG_DISTRICT && one_of(2) == 0; ++rung)
      escalate(number, "a-01", static_cast<v1::Rung>(rung), ++generation, now_ms + (one_of(60) - 10) * hour);
    if (generation > 0 && one_of(2) == 0) add(event(number, v1::EVENT_KIND_ESCALATION_ANSWERED, v1::CASE_STATE_ACCEPTED));
    if (one_of(4) == 0) shelve(number, "a-01", now_ms + one_of(40) * hour);
    if (one_of(8) == 0) {
      end(number, "a-01");
      open.pop_back();
    }
  }
  take();

  std::map<std::string, words::FoldedCase> folded;
  for (const auto& delivery : all_) {
    v1::CaseEvent read;
    ASSERT_TRUE(read.ParseFromString(delivery.event()));
    words::fold(folded[read.case_number()], read);
  }
  std::vector<Rank> ranks;
  for (const auto& number : open) {
    const auto& one = folded.at(number);
    Ranking ranking(number, one.state, one.rung, one.answered);
    for (int kind = 1; kind < v1::ClockKind_ARRAYSIZE; ++kind)
      if (const auto& clock = one.clock(static_cast<v1::ClockKind>(kind)); clock.generation > 0)
        ranking.take(static_cast<v1::ClockKind>(kind), clock.outcome, clock.due_at_ms);
    ranks.push_back(ranking.rank());
  }
  std::sort(ranks.begin(), ranks.end(), hurts_more);
  std::string expected;
  for (const auto& rank : ranks) expected += (expected.empty() ? "" : " ") + std::string(rank.case_number);
  EXPECT_EQ(numbers({}), expected);

  std::string by_pages;
  PageOf of{7, ""};
  for (;;) {
    const auto part = page({}, everything, of);
    by_pages += (by_pages.empty() ? "" : " ") + numbers_of(part);
    EXPECT_EQ(part.more, !part.after.empty());
    if (!part.more) break;
    EXPECT_EQ(part.rows.size(), 7u);
    of.after = part.after;
  }
  EXPECT_EQ(by_pages, expected) << "pages, joined, are the list";
}

TEST_F(RegisterQueryTest, APageGoesOnBehindTheRowThoughRowsLeftAndCame) {
  for (int i = 1; i <= 6; ++i) begin("WY-" + std::to_string(i), "a-01", now_ms + i * hour);
  take();
  const auto first = page({}, everything, {3, ""});
  EXPECT_EQ(numbers_of(first), "WY-1 WY-2 WY-3");
  end("WY-2", "a-01");
  end("WY-3", "a-01");  // the row itself behind which the next page goes on
  begin("WY-7", "a-01", now_ms);
  begin("WY-8", "a-01", now_ms + 4 * hour);
  take();
  EXPECT_EQ(numbers_of(page({}, everything, {3, first.after})), "WY-4 WY-8 WY-5");
}

TEST_F(RegisterQueryTest, EndedOnesStandBehindTheLastEndedFirst) {
  for (const auto* number : {"WY-1", "WY-2", "WY-3"}) begin(number, "a-01", now_ms);
  end("WY-2", "a-01");
  end("WY-1", "a-01", v1::CASE_STATE_VOID);
  take();
  EXPECT_EQ(numbers({}), "WY-3");
  EXPECT_EQ(numbers({.which = Which::ended}), "WY-1 WY-2");
  EXPECT_EQ(numbers({.which = Which::both}), "WY-3 WY-1 WY-2");
  EXPECT_EQ(numbers({.which = Which::ended, .state = "void"}), "WY-1");
  const auto first = page({.which = Which::both}, everything, {1, ""});
  EXPECT_EQ(numbers_of(page({.which = Which::both}, everything, {9, first.after})), "WY-1 WY-2");
}

TEST_F(RegisterQueryTest, FiltersNarrowItAndRightsAreNeverWidened) {
  begin("WY-1", "a-01", now_ms + hour);
  const auto between = now_ms_;
  begin("WY-2", "a-02", now_ms + 2 * hour, "lighting");
  begin("WY-3", "b-01", now_ms + 3 * hour);
  take();
  EXPECT_EQ(numbers({.unit = "a"}), "WY-1 WY-2");
  EXPECT_EQ(numbers({.cell = "a-02"}), "WY-2");
  EXPECT_EQ(numbers({.category = "lighting"}), "WY-2");
  EXPECT_EQ(numbers({.unit = "a", .category = "road"}), "WY-1");
  EXPECT_EQ(numbers({.state = "dispatched"}), "WY-1 WY-2 WY-3");
  EXPECT_EQ(numbers({.state = "shelved"}), "");
  EXPECT_EQ(numbers({.to = instant(between)}), "WY-1");
  EXPECT_EQ(numbers({.from = instant(between)}), "WY-2 WY-3");
  EXPECT_EQ(numbers({}, {false, {"a-01", "b-01"}}), "WY-1 WY-3");
  EXPECT_EQ(numbers({.cell = "a-02"}, {false, {"a-01", "b-01"}}), "");
  EXPECT_EQ(numbers({}, {}), "") << "no cell, no case";
  auto database = reader();
  EXPECT_TRUE(register_row(database, "WY-1", {false, {"a-01"}}, instant(now_ms))->has_value());
  EXPECT_FALSE(register_row(database, "WY-1", {false, {"a-02"}}, instant(now_ms))->has_value());
  EXPECT_FALSE(register_row(database, "WY-9", everything, instant(now_ms))->has_value());
}

TEST_F(RegisterQueryTest, WordsFindFromOneCharacterUp) {
  begin("WY-261123-0001-7", "a-01", now_ms + hour);
  begin("WY-261123-0002-4", "a-02", now_ms + 2 * hour, "lighting");
  begin("WY-261124-0001-1", "b-01", now_ms + 3 * hour);
  shelve("WY-261124-0001-1", "b-01", now_ms + 9 * hour);
  take();
  const auto found = [&](const std::string& text) { return numbers({.text = text}); };
  const std::string one = "WY-261123-0001-7", two = "WY-261123-0002-4", three = "WY-261124-0001-1";
  EXPECT_EQ(found("学"), "") << "no names yet";
  name_all();
  EXPECT_EQ(found("石"), one + " " + two);
  EXPECT_EQ(found("学府"), three);
  EXPECT_EQ(found("路灯"), two);
  EXPECT_EQ(found("路"), one + " " + two + " " + three) << "道路, 路灯";
  EXPECT_EQ(found("石桥 灯"), two) << "each word";
  EXPECT_EQ(found("石桥　０２"), two) << "full width";
  EXPECT_EQ(found("广场"), three) << "a place in its cell";
  EXPECT_EQ(found("挂账"), three) << "its state";
  EXPECT_EQ(found("复核"), three) << "its clock";
  EXPECT_EQ(found("xuefu"), three);
  EXPECT_EQ(found("STREET lamps"), two);
  EXPECT_EQ(found("lighting"), two);
  EXPECT_EQ(found("a-02"), two);
  EXPECT_EQ(found("网格员"), one + " " + two + " " + three) << "its holder's role";
  EXPECT_EQ(found("WY-261123"), one + " " + two);
  EXPECT_EQ(found("wy-261123-0002"), two);
  EXPECT_EQ(found("WY-261123-0001-7"), one);
  EXPECT_EQ(found("WY"), one + " " + two + " " + three);
  EXPECT_EQ(found("0001"), "") << "numbers are found by their beginning";
  EXPECT_EQ(found("没有"), "");
  EXPECT_EQ(found("。"), "") << "nothing to search for finds nothing";
  EXPECT_EQ(found(""), one + " " + two + " " + three);
  EXPECT_EQ(found("%"), "");
  EXPECT_EQ(found("石桥' OR 1 --"), "");
}

TEST_F(RegisterQueryTest, WordsFindWhatCardsSayOfWhatFitsNoCategory) {
  begin("WY-1", "a-01", now_ms + hour, "general");
  begin("WY-2", "a-01", now_ms + 2 * hour);
  take();
  name_all();
  EXPECT_EQ(numbers({.text = "未分类"}), "WY-1");
  EXPECT_EQ(numbers({.text = "uncategorised"}), "WY-1");
  EXPECT_EQ(numbers({.text = "热线"}), "WY-1 WY-2") << "where it came from";
}

TEST_F(RegisterQueryTest, AnotherDirectoryIsFoundByAtOnceAndKeptOverARebuild) {
  begin("WY-1", "a-01", now_ms + hour);
  take();
  name_all();
  const auto content = *ledger_->content();
  ASSERT_TRUE(ledger_->set_names({{NameKind::cell, "a-01", "a", "柳林村 01 网格", ""}}));
  EXPECT_EQ(*ledger_->content(), content) << "names are of no event";
  EXPECT_EQ(numbers({.text = "石桥"}), "");
  EXPECT_EQ(numbers({.text = "柳林"}), "WY-1");
  ASSERT_TRUE(ledger_->clear());
  ASSERT_TRUE(ledger_->take(all_, "t"));
  EXPECT_EQ(numbers({.text = "柳林"}), "WY-1");
  EXPECT_FALSE(ledger_->set_names({{NameKind::cell, "a-01", "a", std::string(300, 'x'), ""}}));
  EXPECT_FALSE(ledger_->set_names({{NameKind::cell, "", "a", "石桥", ""}}));
  EXPECT_FALSE(ledger_->set_names({{NameKind::cell, "a-01", "a", "\xff", ""}}));
  EXPECT_EQ(numbers({.text = "柳林"}), "WY-1") << "what is refused changes nothing";
}

TEST_F(RegisterQueryTest, WhatIsAskedIsBounded) {
  begin("WY-1", "a-01", now_ms);
  begin("WY-2", "a-01", now_ms);
  take();
  const auto invalid = static_cast<std::uint32_t>(v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(error_of({}, {0, ""}), invalid);
  EXPECT_EQ(error_of({}, {201, ""}), invalid);
  EXPECT_EQ(error_of({}, {200, ""}), 0u);
  for (const auto* after : {"x", "####", "cjF8MXww", "cjJ8MXwwfDB8MXxXWS0x"}) EXPECT_EQ(error_of({}, {1, after}), invalid) << after;
  EXPECT_EQ(error_of({}, {1, std::string(300, 'A')}), invalid);
  EXPECT_EQ(error_of({.cell = "a 01"}), invalid);
  EXPECT_EQ(error_of({.unit = "'"}), invalid);
  EXPECT_EQ(error_of({.state = "no"}), invalid);
  EXPECT_EQ(error_of({.from = instant(2), .to = instant(1)}), invalid);
  EXPECT_EQ(error_of({.text = std::string(201, 'x')}), static_cast<std::uint32_t>(v1::ERROR_CODE_FIELD_TOO_LONG));
  EXPECT_EQ(error_of({.text = "\x01"}), static_cast<std::uint32_t>(v1::ERROR_CODE_INVALID_TEXT));
  EXPECT_EQ(error_of({.text = "\xff"}), static_cast<std::uint32_t>(v1::ERROR_CODE_INVALID_TEXT));
  EXPECT_EQ(error_of({.text = "a b c d e f g h i"}), static_cast<std::uint32_t>(v1::ERROR_CODE_TOO_MANY_ITEMS));
  SQLite::Database empty(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  EXPECT_EQ(register_page(empty, {}, everything, {}, instant(0)).error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_STORE_FAILED));
}

TEST_F(RegisterQueryTest, AFileHasAllRowsUpToItsOwnLimit) {
  for (int i = 0; i < 300; ++i) begin("WY-" + std::to_string(1000 + i), "a-01", now_ms + i);
  take();
  auto database = reader();
  EXPECT_EQ(register_rows(database, {}, everything, 50'000, instant(now_ms))->rows.size(), 300u);
  const auto cut = *register_rows(database, {}, everything, 250, instant(now_ms));
  EXPECT_EQ(cut.rows.size(), 250u);
  EXPECT_TRUE(cut.more);
}

}  // namespace
}  // namespace huying::ledger
