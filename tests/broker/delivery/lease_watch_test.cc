#include "broker/delivery/lease_watch.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace huying::delivery {
namespace {

using std::chrono::seconds;
const SteadyInstant begin{std::chrono::hours(1)};

// A cell whose first cause was handed over at `begin`, and its host, of which nothing was heard since.
class Judging : public testing::Test {
 protected:
  Judging() {
    cell.granted_at = cell.folded_at = cell.waiting_since = begin;
    cell.delivered_through = 1;
    cell.undecided.push_back({.sequence = 1, .is_action = false, .action = {}, .delivered_at = begin});
  }
  Verdict after(seconds time) const { return judge(cell, owner, begin + time, SteadyInstant{}).verdict; }

  CellState cell;
  Session owner;
};

TEST_F(Judging, NothingThatWaitsIsFine) {
  cell.undecided.clear();
  EXPECT_EQ(after(seconds(60)), Verdict::fine);
}

TEST_F(Judging, AHostThatDecidesNothingForFiveSecondsIsStuck) {
  EXPECT_EQ(after(seconds(4)), Verdict::wait);
  EXPECT_EQ(after(seconds(5)), Verdict::stuck_host);
}

TEST_F(Judging, AHostThatDecidesElsewhereIsStuckInThisCellAlone) {
  owner.last_decided = begin + seconds(3);
  EXPECT_EQ(after(seconds(5)), Verdict::stuck_cell);
}

TEST_F(Judging, AHostThatIsAtWhatItWasHandedBeforeIsSlowNotStuck) {
  owner.last_decided = owner.last_consumed = begin + seconds(4);
  owner.decided_through = begin - seconds(1);
  EXPECT_EQ(after(seconds(6)), Verdict::wait);
  owner.decided_through = begin;
  EXPECT_EQ(after(seconds(6)), Verdict::stuck_cell);
}

TEST_F(Judging, AFoldOnTrialThatIsNeverDoneIsStuckThoughNoCauseWaits) {
  cell.undecided.clear();
  cell.folding = cell.fold_on_trial = true;
  EXPECT_EQ(after(seconds(4)), Verdict::wait);
  EXPECT_EQ(after(seconds(5)), Verdict::stuck_cell);
  owner.last_credit = begin + seconds(3);
  EXPECT_EQ(after(seconds(5)), Verdict::wait) << "it works on what it was handed";
  cell.fold_on_trial = cell.folding = false;
  EXPECT_EQ(after(seconds(60)), Verdict::fine);
}

TEST_F(Judging, ASuspectWhoseTurnIsStillToComeWaitsButNotForAFoldThatIsNeverDone) {
  cell.trial_waits = true;
  EXPECT_EQ(after(seconds(60)), Verdict::wait);
  cell.folding = true;
  EXPECT_EQ(after(seconds(60)), Verdict::stuck_host);
}

TEST_F(Judging, ACauseThatWasNotHandedOverAccusesItsHostOnlyWhenThatDoesNothing) {
  cell.undecided.front().delivered_at = {};
  owner.last_credit = begin + seconds(4);
  EXPECT_EQ(after(seconds(6)), Verdict::wait);
  EXPECT_EQ(after(seconds(9)), Verdict::stuck_host);
}

TEST_F(Judging, TheTimeInWhichTheBrokerWasAwayCountsForNobody) {
  EXPECT_EQ(judge(cell, owner, begin + seconds(6), begin + seconds(3)).verdict, Verdict::wait);
}

TEST_F(Judging, ACellThatWaitsForItsTrialOrIsParkedAccusesNobody) {
  cell.trial_waits = true;
  EXPECT_EQ(after(seconds(60)), Verdict::wait);
  cell.parked_at = 7;
  EXPECT_EQ(after(seconds(60)), Verdict::fine);
}

TEST_F(Judging, ACellFallsBehindWhenWhatWaitedAtALookStillWaitsFiveSecondsLater) {
  const auto behind = [&](seconds time, SteadyInstant attentive_since = {}) {
    return falls_behind(cell, begin + time, attentive_since);
  };
  cell.undecided.push_back({.sequence = 2, .is_action = false, .action = {}, .delivered_at = begin});
  EXPECT_FALSE(behind(seconds(1))) << "the mark is set, at the second cause";
  cell.undecided.pop_front();
  for (std::uint64_t sequence = 3; sequence < 20; ++sequence)
    cell.undecided.push_back({.sequence = sequence, .is_action = false, .action = {}, .delivered_at = begin});
  EXPECT_FALSE(behind(seconds(5)));
  EXPECT_TRUE(behind(seconds(6))) << "though the first of all was decided meanwhile";
  EXPECT_FALSE(behind(seconds(6), begin + seconds(4))) << "the broker was away";
  cell.undecided.pop_front();
  EXPECT_FALSE(behind(seconds(7))) << "it came past the mark, which is set anew";
  cell.undecided.clear();
  EXPECT_FALSE(behind(seconds(60)));
  EXPECT_EQ(cell.backlog_mark, 0u);
}

TEST(LeaseWatch, ACellIsWatchedOnceAndTakenWhenItsTimeHasCome) {
  LeaseWatch watch;
  CellState early, late;
  watch.watch(late, begin + seconds(2));
  watch.watch(early, begin + seconds(1));
  watch.watch(early, begin);
  EXPECT_EQ(watch.size(), 2u);
  EXPECT_EQ(watch.take_due(begin), nullptr);
  EXPECT_EQ(watch.take_due(begin + seconds(2)), &early);
  EXPECT_FALSE(early.watched);
  EXPECT_EQ(watch.take_due(begin + seconds(2)), &late);
  EXPECT_EQ(watch.take_due(begin + seconds(2)), nullptr);
}

}  // namespace
}  // namespace huying::delivery
