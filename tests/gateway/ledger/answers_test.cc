// What leaves the ledger as files and as JSON; and that a ledger that is rebuilt answers as it did before.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gateway/ledger/exports.h"
#include "gateway/ledger/json.h"
#include "gateway/ledger/query_parameters.h"
#include "proto/errors.h"
#include "tests/gateway/ledger/ledger_folder.h"

namespace huying::ledger {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t hour = 3'600'000;

class AnswersTest : public testing::Test, protected LedgerFolder {
 protected:
  AnswersTest() {
    now_ms_ = now_ - 3 * 24 * hour;
    EXPECT_TRUE(ledger_->set_names({{NameKind::cell, "a-01", "a", "石桥村 01 网格", "Shiqiao 01"},
                                    {NameKind::unit, "a", "", "石桥村", "Shiqiao"},
                                    {NameKind::category, "road", "", "=道路设施", "roads"},
                                    {NameKind::person, "s-2", "", "街道督导 2 号", "street supervisor 2"}}));
    begin("WY-1", "a-01", to_ms(today_.begins));  // 24:00 of yesterday
    escalate("WY-1", "a-01", v1::RUNG_STREET, 1, now_ + hour);
    live("WY-2");
    begin("WY-3", "a-01", now_ + 99 * hour);
    add(event("WY-3", v1::EVENT_KIND_EXTENSION_REQUESTED, v1::CASE_STATE_ACCEPTED));
    add_coverage("a-01", v1::Coverage::HOST_LOST);
    take();
  }

  // All answers of a moment, as one text.
  std::string answers() {
    auto database = reader();
    const Names names(database);
    const auto page = *register_page(database, {.which = Which::both}, {.all = true}, {200, ""}, today_.now);
    const auto found = *register_page(database, {.text = "石 路"}, {.all = true}, {1, ""}, today_.now);
    const Period period{today_.begins - std::chrono::days(60), today_.ends};
    std::string text = json_of(page, names, today_).dump() + json_of(found, names, today_).dump();
    for (const auto by : {FiguresBy::street, FiguresBy::unit, FiguresBy::cell, FiguresBy::category, FiguresBy::month})
      text += json_of(*figures(database, FiguresAsked{period, by}, zone_, today_.now)).dump();
    auto seen = json_of(*wall(database, {.rates = period}, today_));
    seen.erase("token");
    return text + seen.dump() + csv_of(register_table(page, names, {"文苑街道", true}, zone_, today_));
  }

  const CivilZone zone_ = *CivilZone::named("Asia/Shanghai");
  const std::int64_t now_ = to_ms(zone_.midnight(date::local_days(date::year(2026) / 11 / 23))) + 9 * hour + 41 * 60'000;
  const Today today_ = today_of(zone_, instant(now_));
};

TEST_F(AnswersTest, RebuiltFromTheSameEventsItAnswersTheSame) {
  const auto before = answers();
  const auto content = *ledger_->content();
  EXPECT_THAT(before, HasSubstr("WY-2"));
  ASSERT_TRUE(ledger_->clear());
  EXPECT_NE(answers(), before);
  for (const auto& one : all_) ASSERT_TRUE(ledger_->take({one}, "t"));
  EXPECT_EQ(*ledger_->content(), content);
  EXPECT_EQ(answers(), before);
}

TEST_F(AnswersTest, TheRegistersTableHasChineseHeadingsAndNoFormula) {
  auto database = reader();
  const auto page = *register_rows(database, {}, {.all = true}, 100, today_.now);
  const auto table = register_table(page, Names(database), {"文苑街道", true}, zone_, today_);
  EXPECT_THAT(table.notes, ElementsAre("演示数据，全部虚构", "文苑街道销号台账，最急的在前", "截至 2026-11-23 09:41"));
  ASSERT_EQ(table.rows.size(), 2u);
  for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.headings.size());
  const auto csv = csv_of(table);
  EXPECT_THAT(csv, HasSubstr("\"编号\",\"状态\",\"提示\",\"事由\",\"村/社区\",\"网格\",\"谁在办\",\"等谁应答\",\"时限\",\"到期\",\"原定\""));
  EXPECT_THAT(csv, HasSubstr("\"WY-1\",\"处置中\",\"已升级\",\"'=道路设施\",\"石桥村\",\"石桥村 01 网格\",\"石桥村 01 网格员\",\"街道督导 2 "
                             "号\",\"解决\",\"2026-11-22 24:00\""));
  EXPECT_THAT(csv, HasSubstr("\"WY-3\",\"延期审批中\",\"\""));
  EXPECT_EQ(std::get<double>(table.rows[0][12]), 9.7) << "hours late";
  EXPECT_TRUE(xlsx_of({table})->starts_with("PK"));
  const auto real = register_table(page, Names(database), {"文苑街道", false}, zone_, today_);
  EXPECT_THAT(csv_of(real), Not(HasSubstr("演示")));
  const auto cut = *register_rows(database, {}, {.all = true}, 1, today_.now);
  EXPECT_THAT(register_table(cut, Names(database), {"文苑街道", false}, zone_, today_).notes.back(), "只列出前 1 件，请缩小范围");
}

TEST_F(AnswersTest, TheFiguresTableSaysWhatTheRatesLeaveOut) {
  Figures one;
  one.group = "a";
  one.filed = 7;
  one.arrange = {5, 4, 1};
  one.in_time = {168, 184, {{"void", 2}, {"not_accepted", 1}}};
  one.satisfied = {0, 0, {{"not_said", 3}}};
  auto database = reader();
  const Period period{today_.begins, today_.ends};
  const auto table = figures_table({one}, FiguresBy::unit, period, Names(database), {"文苑街道", true}, zone_, today_);
  EXPECT_EQ(table.rows.front().size(), table.headings.size());
  EXPECT_THAT(table.notes, ElementsAre("演示数据，全部虚构", "文苑街道统计，2026-11-23 00:00 至 2026-11-23 24:00", "截至 2026-11-23 09:41"));
  const auto all = figures_table({one}, FiguresBy::unit, {Instant{}, today_.ends}, Names(database), {"文苑街道", true}, zone_, today_);
  EXPECT_EQ(all.notes[1], "文苑街道统计，1970-01-01 08:00 至 2026-11-23 24:00") << "a period's ends are always said";
  const auto csv = csv_of(table);
  EXPECT_THAT(csv, HasSubstr("\"应安排数\",\"按时安排数\",\"超时安排数\""));
  EXPECT_THAT(csv, HasSubstr("\"石桥村\",\"a\",\"7\""));
  EXPECT_THAT(csv, HasSubstr("\"168\",\"184\",\"91.3\",\"作废 2，不予受理 1\""));
  EXPECT_THAT(csv, HasSubstr("\"0\",\"0\",\"\",\"回访时未表态 3\"")) << "no rate of nothing";
  for (const auto by : {FiguresBy::street, FiguresBy::cell, FiguresBy::category, FiguresBy::month}) {
    const auto other = figures_table({one}, by, period, Names(database), {}, zone_, today_);
    EXPECT_EQ(other.rows.front().size(), other.headings.size());
  }
}

TEST_F(AnswersTest, JsonHasTheNamesOfTheInterface) {
  auto database = reader();
  const Names names(database);
  const auto page = json_of(*register_page(database, {}, {.all = true}, {1, ""}, today_.now), names, today_);
  EXPECT_EQ(page["asOf"], now_);
  EXPECT_EQ(page["more"], true);
  EXPECT_FALSE(page["after"].get<std::string>().empty());
  const auto& row = page["rows"][0];
  EXPECT_EQ(row["number"], "WY-1");
  EXPECT_EQ(row["state"], "CASE_STATE_ACCEPTED");
  EXPECT_EQ(row["holder"], json({{"role", "ROLE_GRID_WORKER"}, {"rung", "RUNG_CELL"}, {"place", "a-01"}, {"person", "a-01.worker"}}));
  EXPECT_EQ(row["waitsFor"], "RUNG_STREET");
  EXPECT_EQ(row["lateByMs"], 9 * hour + 41 * 60'000);
  const auto& card = row["card"];
  EXPECT_EQ(card["title"], "=道路设施");
  EXPECT_EQ(card["state"], "escalated");
  EXPECT_EQ(card["clock"], json({{"kind", "CLOCK_KIND_SOLVE"},
                                 {"dueAtMs", to_ms(today_.begins)},
                                 {"firstDueAtMs", 1'000},
                                 {"provisional", false}}));
  EXPECT_EQ(card["holder"], "石桥村 01 网格员");
  EXPECT_EQ(card["holderEn"], "Shiqiao 01 grid worker");
  EXPECT_EQ(card["answerer"], "街道督导 2 号");

  const auto seen = json_of(*wall(database, {.rates = {today_.yesterday, today_.ends}}, today_));
  EXPECT_EQ(seen["token"], "dG9rZW4gMjA") << "URL-safe base64";
  EXPECT_EQ(seen["cells"][0], json({{"cell", "a-01"}, {"unit", "a"}, {"open", 2}, {"late", 1}, {"due", 0}, {"escalated", 1},
                                    {"paused", 0}, {"mark", "升"}, {"count", 1}}));
  EXPECT_EQ(seen["escalations"][0]["number"], "WY-1");
  EXPECT_EQ(seen["escalations"][0]["rung"], "RUNG_STREET");
  EXPECT_EQ(seen["escalations"][0]["climbsAtMs"], now_ + hour);
  EXPECT_EQ(seen["escalations"][0]["person"], "s-2");
  EXPECT_EQ(seen["uncovered"][0]["what"], "host_lost");
  EXPECT_EQ(seen["next"][0]["number"], "WY-3");
  EXPECT_EQ(seen["rates"]["inTime"], json({{"numerator", 0}, {"denominator", 0}, {"leftOut", json::array()}}));
  EXPECT_EQ(seen["flow"]["today"], json({{"filed", 0}, {"dispatched", 0}, {"resolved", 0}, {"ended", 0}}));
  EXPECT_EQ(seen["open"], 2);
  EXPECT_EQ(seen["openLate"], 1);

  const json figures_json = json_of(std::vector<Figures>{Figures{.in_time = {1, 2, {{"void", 3}}}}});
  EXPECT_EQ(figures_json[0]["rates"]["inTime"]["leftOut"][0],
            json({{"reason", "void"}, {"zh", "作废"}, {"en", "void"}, {"count", 3}}));
}

TEST(QueryParameters, AreReadWholeOrRefused) {
  const auto asked = register_asked({{"open", "0"}, {"unit", "a"}, {"state", "CASE_STATE_CLOSED"}, {"q", "石桥 灯"}, {"from", "5"}, {"to", "9"},
                                     {"order", "worst"}, {"limit", "200"}, {"after", "x"}, {"cell", ""}});
  ASSERT_TRUE(asked) << asked.error().detail;
  EXPECT_EQ(asked->filter.which, Which::ended);
  EXPECT_EQ(asked->filter.state, "closed");
  EXPECT_EQ(asked->filter.text, "石桥 灯");
  EXPECT_EQ(asked->filter.from, instant(5));
  EXPECT_EQ(asked->page.limit, 200u);
  EXPECT_EQ(register_asked({{"state", "accepted"}})->filter.state, "accepted");
  EXPECT_EQ(register_asked({})->filter.which, Which::open);
  const Parameters refused[]{{{"limit", "201"}}, {{"limit", "0"}}, {{"limit", "-1"}}, {{"from", "1.5"}}, {{"from", "-1"}}, {{"open", "yes"}},
                             {{"state", "Accepted"}}, {{"order", "best"}}, {{"cel", "a-01"}}, {{"q", "a"}, {"q", "b"}}};
  for (const auto& one : refused) EXPECT_FALSE(register_asked(one)) << one.front().first << one.front().second;
  EXPECT_EQ(figures_asked({{"from", "1"}, {"to", "2"}, {"by", "month"}})->by, FiguresBy::month);
  EXPECT_EQ(figures_asked({{"from", "1"}}).error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_FIELD_MISSING));
  EXPECT_FALSE(figures_asked({{"from", "2"}, {"to", "1"}}));
  EXPECT_FALSE(figures_asked({{"from", "1"}, {"to", "2"}, {"by", "person"}}));
}

}  // namespace
}  // namespace huying::ledger
