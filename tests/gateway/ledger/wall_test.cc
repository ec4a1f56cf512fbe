// Small streets whose figures can be counted by eye.
#include "gateway/ledger/wall.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gateway/ledger/json.h"
#include "gateway/ledger/register_query.h"
#include "tests/gateway/ledger/ledger_folder.h"

namespace huying::ledger {
namespace {

constexpr std::int64_t hour = 3'600'000;

class WallTest : public testing::Test, protected LedgerFolder {
 protected:
  // 2026-11-23, 09:41 in Shanghai.
  WallTest() { now_ms_ = now_ - 3 * 24 * hour; }

  void name_all() {
    ASSERT_TRUE(ledger_->set_names({{NameKind::cell, "a-01", "a", "石桥村 01 网格", ""},
                                    {NameKind::cell, "a-02", "a", "石桥村 02 网格", ""},
                                    {NameKind::cell, "b-01", "b", "学府 01 网格", "Xuefu 01"},
                                    {NameKind::cell, "b-02", "b", "学府 02 网格", "Xuefu 02"},
                                    {NameKind::category, "road", "", "道路设施", "roads"}}));
  }
  Wall look(WallOptions options = {}) {
    if (options.rates.to == Instant{}) options.rates = {today_.begins - std::chrono::days(30), today_.ends};
    auto database = reader();
    const auto seen = wall(database, options, today_);
    EXPECT_TRUE(seen) << seen.error().detail;
    return seen ? *seen : Wall{};
  }
  static std::string cells_of(const Wall& wall) {
    std::string text;
    for (const auto& cell : wall.cells)
      text += fmt::format("{} {} {} {}{}\n", cell.cell, cell.unit, cell.open, words_of(cell.mark).letter, cell.count);
    return text;
  }

  const CivilZone zone_ = *CivilZone::named("Asia/Shanghai");
  const std::int64_t now_ = to_ms(zone_.midnight(date::local_days(date::year(2026) / 11 / 23))) + 9 * hour + 41 * 60'000;
  const Today today_ = today_of(zone_, instant(now_));
};

TEST_F(WallTest, OfAQuietDayEveryCellIsThereAndNothingIsLit) {
  name_all();
  const auto seen = look();
  EXPECT_EQ(cells_of(seen), "a-01 a 0 0\na-02 a 0 0\nb-01 b 0 0\nb-02 b 0 0\n");
  EXPECT_TRUE(json_of(seen)["lastEscalation"].is_null());
  EXPECT_TRUE(seen.escalations.empty() && seen.more.empty() && seen.uncovered.empty() && seen.next.empty());
  EXPECT_EQ(seen.open, 0u);
  EXPECT_EQ(seen.as_of_ms, now_);
}

TEST_F(WallTest, ACellShowsItsWorstInTheOrder升缺超临停) {
  name_all();
  begin("WY-1", "a-01", to_ms(today_.ends) + 1);
  take();
  const auto of_cell = [&] { return cells_of(look()).substr(0, cells_of(look()).find('\n')); };
  EXPECT_EQ(of_cell(), "a-01 a 1 1") << "on time: the open ones";
  begin("WY-2", "a-01", now_ + 30 * hour);
  shelve("WY-2", "a-01", now_ + 100 * hour);
  take();
  EXPECT_EQ(of_cell(), "a-01 a 2 停1");
  begin("WY-3", "a-01", to_ms(today_.ends));  // 24:00 today
  take();
  EXPECT_EQ(of_cell(), "a-01 a 3 临1");
  begin("WY-4", "a-01", now_);  // just now
  begin("WY-5", "a-01", now_ - hour);
  take();
  EXPECT_EQ(of_cell(), "a-01 a 5 超2");
  add_coverage("a-01", v1::Coverage::NOBODY_ON_DUTY);
  take();
  EXPECT_EQ(of_cell(), "a-01 a 5 缺5");
  escalate("WY-5", "a-01", v1::RUNG_UNIT, 1, now_ + 5 * hour);
  take();
  EXPECT_EQ(of_cell(), "a-01 a 5 升1");
  const auto seen = look();
  const auto& cell = seen.cells.front();
  EXPECT_EQ(cell.late, 2u) << "what has climbed is late as well";
  EXPECT_EQ(cell.due, 1u);
  EXPECT_EQ(cell.paused, 1u);
  EXPECT_EQ(seen.open, 5u);
  EXPECT_EQ(seen.open_late, 2u);
}

TEST_F(WallTest, EscalationsAreSortedByWhatClimbsFirstAndTheRestIsToldByUnit) {
  name_all();
  const auto climb = [&](const char* number, const char* cell, v1::Rung to, std::int64_t climbs) {
    begin(number, cell, now_ - hour);
    std::uint32_t generation = 0;
    for (int rung = v1::RUNG_UNIT; rung <= to; ++rung) escalate(number, cell, static_cast<v1::Rung>(rung), ++generation, climbs);
  };
  climb("WY-1", "a-01", v1::RUNG_UNIT, now_ + 5 * hour);
  climb("WY-2", "b-01", v1::RUNG_STREET, now_ + 1 * hour);
  climb("WY-3", "b-01", v1::RUNG_DISTRICT, now_ + 12 * 24 * hour);
  climb("WY-4", "b-02", v1::RUNG_UNIT, now_ + 6 * hour);
  climb("WY-5", "a-02", v1::RUNG_UNIT, now_ + 7 * hour);
  climb("WY-6", "b-02", v1::RUNG_UNIT, now_ + 8 * hour);
  add(event("WY-6", v1::EVENT_KIND_ESCALATION_ANSWERED, v1::CASE_STATE_ACCEPTED), "b-02");  // waits for nobody
  take();
  WallOptions options;
  options.escalations_max = 2;
  const auto seen = look(options);
  ASSERT_EQ(seen.escalations.size(), 2u);
  EXPECT_EQ(seen.escalations[0].card.number, "WY-2");
  EXPECT_EQ(seen.escalations[0].rung, "street");
  EXPECT_EQ(seen.escalations[0].climbs_ms, now_ + hour);
  EXPECT_EQ(seen.escalations[0].person, "s-2");
  EXPECT_EQ(seen.escalations[0].card.place, "学府 01 网格");
  EXPECT_EQ(seen.escalations[0].card.title, "道路设施");
  EXPECT_EQ(seen.escalations[0].card.mark, Mark::escalated);
  EXPECT_EQ(seen.escalations[1].card.number, "WY-1");
  EXPECT_EQ(seen.escalated, 5u);
  std::string more;
  for (const auto& one : seen.more) more += fmt::format("{} {};", one.unit, one.count);
  EXPECT_EQ(more, "b 2;a 1;");
  EXPECT_TRUE(look({.escalations_max = 9}).escalations.back().at_top);
  EXPECT_TRUE(look({.escalations_max = 9}).more.empty());
}

TEST_F(WallTest, TheLastEscalationIsTheLastClimbOfAllAndTellsAfterHowLongAPersonAnsweredIt) {
  name_all();
  EXPECT_FALSE(look().last);
  begin("WY-1", "a-01", now_ + hour);
  escalate("WY-1", "a-01", v1::RUNG_UNIT, 1, now_ + 5 * hour);
  begin("WY-2", "b-01", now_ + hour);
  escalate("WY-2", "b-01", v1::RUNG_UNIT, 1, now_ + 5 * hour);
  add(event("WY-2", v1::EVENT_KIND_ESCALATION_ANSWERED, v1::CASE_STATE_ACCEPTED), "b-01");  // of the rung before
  escalate("WY-2", "b-01", v1::RUNG_STREET, 2, now_ + 9 * hour);
  const auto climbed = now_ms_;
  take();
  ASSERT_TRUE(look().last);
  EXPECT_EQ(look().last->cell, "b-01");
  EXPECT_EQ(look().last->at_ms, climbed) << "its second rung, not its first";
  EXPECT_FALSE(look().last->answered_after_ms) << "it waits";
  // What is answered of another case, and what comes after the answer, change nothing.
  add(event("WY-1", v1::EVENT_KIND_ESCALATION_ANSWERED, v1::CASE_STATE_ACCEPTED));
  take();
  EXPECT_FALSE(look().last->answered_after_ms);
  now_ms_ = climbed + 42 * 60'000 - 60'000;
  add(event("WY-2", v1::EVENT_KIND_ESCALATION_ANSWERED, v1::CASE_STATE_ACCEPTED), "b-01");
  add(event("WY-2", v1::EVENT_KIND_ESCALATION_ANSWERED, v1::CASE_STATE_ACCEPTED), "b-01");
  end("WY-2", "b-01");
  take();
  const auto seen = look();
  EXPECT_EQ(seen.last->answered_after_ms, 42 * 60'000);
  const auto json = json_of(seen)["lastEscalation"];
  EXPECT_EQ(json["cell"], "b-01");
  EXPECT_EQ(json["atMs"], climbed);
  EXPECT_EQ(json["answeredAfterMs"], 42 * 60'000);
  // One that was settled before anybody answered it.
  begin("WY-3", "a-02", now_ + hour);
  escalate("WY-3", "a-02", v1::RUNG_UNIT, 1, now_ + 5 * hour);
  end("WY-3", "a-02");
  take();
  EXPECT_EQ(look().last->cell, "a-02");
  EXPECT_TRUE(json_of(look())["lastEscalation"]["answeredAfterMs"].is_null());
}

TEST_F(WallTest, UncoveredCellsAreToldWithTheirUnitTheLongestFirst) {
  name_all();
  add_coverage("b-01", v1::Coverage::HOST_LOST);
  now_ms_ += 1'000;
  add_coverage("a-02", v1::Coverage::NOBODY_ON_DUTY);
  add_coverage("c-01", v1::Coverage::CELL_PARKED);  // not of this directory
  take();
  const auto seen = look();
  std::string text;
  for (const auto& one : seen.uncovered) text += fmt::format("{} {} {} {};", one.cell, one.unit, one.what, now_ - one.since_ms > 0);
  EXPECT_EQ(text, "b-01 b host_lost true;a-02 a nobody_on_duty true;c-01  cell_parked true;");
  EXPECT_EQ(seen.cells.back().cell, "c-01") << "it is shown all the same";
}

TEST_F(WallTest, NextAreThoseDueSoonestThatAreNeitherLateNorPaused) {
  name_all();
  begin("WY-1", "a-01", now_ - hour);
  begin("WY-2", "a-01", now_ + 4 * hour);
  begin("WY-3", "a-01", now_ + 3 * hour);
  begin("WY-4", "a-01", now_ + 30 * hour);
  begin("WY-5", "a-01", now_ + 99 * hour);
  begin("WY-6", "a-01", now_ + 99 * hour);
  shelve("WY-6", "a-01", now_ + hour);
  take();
  std::string numbers;
  const auto seen = look();
  for (const auto& card : seen.next) numbers += card.number + " ";
  EXPECT_EQ(numbers, "WY-3 WY-2 WY-4 ");
  EXPECT_EQ(seen.next.front().mark, Mark::due);
  EXPECT_EQ(seen.next.front().clock_kind, "solve");
  EXPECT_EQ(seen.next.front().due_ms, now_ + 3 * hour);
}

TEST_F(WallTest, FlowIsOfLocalDaysAndRatesOfTheirPeriod) {
  name_all();
  now_ms_ = to_ms(today_.begins) - 3 * 60'000;
  begin("WY-1", "a-01", now_ + hour);  // filed 23:58, dispatched 23:59
  begin("WY-2", "a-01", now_ + hour);  // 00:00, 00:01
  auto resolved = event("WY-1", v1::EVENT_KIND_RESOLVED, v1::CASE_STATE_RESOLVED);
  add(resolved);
  auto called = event("WY-1", v1::EVENT_KIND_CALLED_BACK, v1::CASE_STATE_VERIFIED);
  called.mutable_check()->set_verdict(v1::VERDICT_PASSED);
  called.mutable_check()->set_satisfaction(3);
  add(called);
  end("WY-1", "a-01");
  take();
  const auto seen = look();
  EXPECT_EQ(seen.yesterday, (WallFlow{1, 1, 0, 0}));
  EXPECT_EQ(seen.today, (WallFlow{1, 1, 1, 1}));
  EXPECT_EQ(seen.rates.solved, (Rate{1, 1, {}}));
  EXPECT_EQ(seen.rates.satisfied, (Rate{1, 1, {}}));
  EXPECT_EQ(look({.rates = {today_.yesterday, today_.begins}}).rates.solved.denominator, 0u);
}

TEST_F(WallTest, ItsFiguresAreThoseOfTheRegisterAndOfTheFigures) {
  name_all();
  for (int i = 0; i < 40; ++i)
    begin("WY-" + std::to_string(100 + i), i % 3 == 0 ? "a-01" : i % 3 == 1 ? "b-01" : "desk", now_ + (i % 9 - 4) * hour);
  for (int i = 0; i < 5; ++i) end("WY-" + std::to_string(100 + i), i % 3 == 0 ? "a-01" : i % 3 == 1 ? "b-01" : "desk");
  take();
  const auto seen = look();
  auto database = reader();
  const auto rows = register_page(database, {}, {.all = true}, {200, ""}, instant(now_))->rows;
  const auto all = figures(database, {today_.begins, today_.ends}, GroupBy::street, instant(now_))->front();
  EXPECT_EQ(seen.open, rows.size());
  EXPECT_EQ(seen.open, all.open);
  EXPECT_EQ(seen.open_late, all.open_overdue);
  EXPECT_EQ(seen.open_late,
            static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const auto& row) { return row.what.order_ms <= now_; })));
  std::uint64_t open = 0, late = 0;
  for (const auto& cell : seen.cells) {
    open += cell.open;
    late += cell.late;
  }
  EXPECT_EQ(open, seen.open);
  EXPECT_EQ(late, seen.open_late);
}

TEST(CardMarks, AreTheFirstThatHoldsOfEscalatedLateDuePausedOfALiveCaseAsOfARow) {
  v1::CaseWhole whole;
  whole.set_state(v1::CASE_STATE_SHELVED);
  auto& clock = *whole.add_clocks();
  clock.set_kind(v1::CLOCK_KIND_REVIEW);
  const auto mark = [&](std::int64_t due) {
    clock.set_due_at_ms(due);
    return mark_of(facts_of(whole), instant(1'000), instant(2'000));
  };
  EXPECT_EQ(mark(1'000), Mark::late) << "a review that nobody held";
  EXPECT_EQ(mark(2'000), Mark::due) << "24:00 of today";
  EXPECT_EQ(mark(2'001), Mark::paused);
  whole.set_state(v1::CASE_STATE_ACCEPTED);
  EXPECT_EQ(mark(2'001), Mark::none);
  whole.set_rung(v1::RUNG_UNIT);
  clock.set_kind(v1::CLOCK_KIND_RUNG);
  EXPECT_EQ(mark(1'000), Mark::escalated);
  whole.set_state(v1::CASE_STATE_CLOSED);
  EXPECT_EQ(mark(1'000), Mark::none) << "it has ended";
}

class Called : public NameBook {
 public:
  std::optional<Text> find(NameKind kind, const std::string& code) const override {
    if (kind == NameKind::category && code == "general") return Text{"其他", "general"};
    if (kind == NameKind::category && code == "road") return Text{"道路设施", "roads"};
    if (kind == NameKind::system && code == "hotline") return Text{"12345 热线", ""};
    return std::nullopt;
  }
};

TEST(CardTitles, OfWhatFitsNoCategorySayWhereItCameFromOfALiveCaseAsOfARow) {
  const auto title = [](const std::string& category, const std::string& source, const std::string& reporter) {
    v1::CaseWhole whole;
    whole.mutable_filed()->set_category(category);
    whole.mutable_filed()->set_source(source);
    if (!reporter.empty()) whole.mutable_filed()->mutable_reporter()->set_principal(reporter);
    RegisterRow row;
    row.what.category = category;
    row.what.source = source;
    row.what.reporter = reporter;
    const auto live = card_of(facts_of(whole), Called(), instant(1'000), instant(2'000));
    const auto kept = card_of(facts_of(row), Called(), instant(1'000), instant(2'000));
    EXPECT_EQ(live.title, kept.title);
    EXPECT_EQ(live.title_en, kept.title_en);
    return live.title + " / " + live.title_en;
  };
  EXPECT_EQ(title("road", "hotline", ""), "道路设施 / roads");
  EXPECT_EQ(title("general", "hotline", ""), "12345 热线，未分类 / hotline, uncategorised");
  EXPECT_EQ(title("general", "gateway-1", "a-01.worker"), "网格上报，未分类 / reported by staff, uncategorised");
  EXPECT_EQ(title("general", "gone", ""), "未分类 / uncategorised");
}

TEST_F(WallTest, OfNoLedgerIsAnError) {
  SQLite::Database empty(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  EXPECT_FALSE(wall(empty, {}, today_));
}

}  // namespace
}  // namespace huying::ledger
