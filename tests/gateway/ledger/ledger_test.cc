// On a real SQLite file; events as cells write them, made up.
#include "gateway/ledger/ledger.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gateway/ledger/versions.h"
#include "proto/errors.h"
#include "tests/gateway/ledger/ledger_folder.h"

namespace huying::ledger {
namespace {

class LedgerTest : public testing::Test, protected LedgerFolder {};

TEST_F(LedgerTest, ACaseIsARowAsItsLastEventLeftIt) {
  live("WY-1");
  take();
  EXPECT_EQ(read("SELECT category, urgency, source, rule, unit, cell, state, is_open, revision, holder_role, holder_place, rung, "
                 "hops, returns, rework, extensions, verdict, satisfaction, ended_as FROM cases"),
            "roads|normal|hotline|point|a|a-02|closed|0|13||a-02|unit|1|0|1|1|passed|3|closed\n");
  EXPECT_EQ(read("SELECT resolved_ms - filed_ms, ended_ms - filed_ms FROM cases"), "600000|720000\n");
  EXPECT_EQ(read("SELECT count(*), min(revision), max(revision) FROM events"), "13|1|13\n");
  EXPECT_EQ(read("SELECT actor, actor_role, cell FROM events WHERE kind = 'fed_back'"), "a-01.worker|grid_worker|a-01\n");
}

TEST_F(LedgerTest, AClockIsARowAGenerationAndFiredIsNeverForgotten) {
  live("WY-1");
  take();
  EXPECT_EQ(read("SELECT kind, generation, first_due_ms, due_ms, reason, outcome, fired, lateness_ms FROM clocks ORDER BY 1, 2"),
            "feed_back|1|1000|3000|started|late|1|90\n"
            "solve|1|1000|7000|started|replaced|0|0\n"
            "solve|2|1000|9000|extended|met|0|0\n");
}

TEST_F(LedgerTest, ACitizenWhoHasAClosedCaseDoneAgainHasCalledByThat) {
  live("WY-1");
  auto again = event("WY-1", v1::EVENT_KIND_REOPENED, v1::CASE_STATE_REWORK);
  again.mutable_actor()->set_role(v1::ROLE_CITIZEN);
  again.mutable_check()->set_verdict(v1::VERDICT_FAILED);
  again.mutable_check()->set_satisfaction(1);
  again.mutable_check()->set_times(2);
  add(again, "a-02");
  take();
  EXPECT_EQ(read("SELECT verdict, satisfaction, rework FROM cases"), "failed|1|2\n");
}

TEST_F(LedgerTest, WhatIsHereAlreadyIsPassedOver) {
  live("WY-1");
  take();
  const auto content = *ledger_->content();
  ASSERT_TRUE(ledger_->take(all_, "again"));
  EXPECT_EQ(*ledger_->content(), content);
  EXPECT_EQ(ledger_->token(), "again");
}

TEST_F(LedgerTest, RebuiltItHasTheSameContent) {
  for (const auto* number : {"WY-1", "WY-2", "WY-3"}) {
    live(number);
    add_coverage("a-01", v1::Coverage::HOST_LOST);
    take();
  }
  const auto content = *ledger_->content();
  ASSERT_TRUE(ledger_->clear());
  EXPECT_EQ(ledger_->token(), "");
  EXPECT_NE(*ledger_->content(), content);
  ASSERT_TRUE(ledger_->take(all_, "t"));
  EXPECT_EQ(*ledger_->content(), content);
  ledger_.reset();
  std::filesystem::remove(path_);
  open();
  for (const auto& one : all_) ASSERT_TRUE(ledger_->take({one}, "t")) << "one by one, the same";
  EXPECT_EQ(*ledger_->content(), content);
}

TEST_F(LedgerTest, GoesOnWhereItWasAfterARestart) {
  live("WY-1");
  take();
  const auto token = ledger_->token();
  open();
  EXPECT_EQ(ledger_->token(), token);
  EXPECT_EQ(ledger_->events(), 13u);
  add(event("WY-1", v1::EVENT_KIND_REOPENED, v1::CASE_STATE_ACCEPTED), "a-02");
  take();
  EXPECT_EQ(read("SELECT state, is_open, ended_ms, ended_as FROM cases"), "accepted|1|0|\n");
}

TEST_F(LedgerTest, AMissingEventIsSaidAndNothingOfItsBatchIsThere) {
  live("WY-1");
  take();
  const auto content = *ledger_->content();
  const auto token = ledger_->token();
  live("WY-2");
  waiting_.erase(waiting_.begin() + 4);
  const auto taken = ledger_->take(waiting_, "beyond");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_COMMIT_INVALID));
  EXPECT_EQ(*ledger_->content(), content);
  EXPECT_EQ(ledger_->token(), token);
  waiting_.clear();
  v1::EventDelivery rubbish;
  rubbish.set_subject("case.s.a.a-01.closed");
  rubbish.set_event("\xff");
  EXPECT_FALSE(ledger_->take({rubbish}, "beyond"));
}

TEST_F(LedgerTest, TellsWhatIsUncoveredNow) {
  add_coverage("a-01", v1::Coverage::HOST_LOST);
  add_coverage("a-01", v1::Coverage::NOBODY_ON_DUTY);
  add_coverage("a-02", v1::Coverage::CELL_PARKED);
  add_coverage("a-01", v1::Coverage::HOST_FOUND);
  take();
  EXPECT_EQ(read("SELECT cell, what FROM uncovered ORDER BY 1, 2"), "a-01|nobody_on_duty\na-02|cell_parked\n");
}

TEST_F(LedgerTest, KeepsEachVersionOfTheDirectoryWithWhoPublishedIt) {
  for (const auto version : {1u, 2u}) {
    v1::ConfigurationComplete complete;
    complete.set_version(version);
    complete.set_published_by("administrator");
    complete.set_blake2b_256(std::string("\xff\x01", 2));
    v1::EventDelivery delivery;
    delivery.set_subject("configuration.s");
    delivery.set_sequence(version);
    delivery.set_recorded_at_ms(1000 * version);
    delivery.set_event(complete.SerializeAsString());
    waiting_.push_back(delivery);
    waiting_.push_back(delivery);  // again, behind a lost connection
  }
  const auto before = *ledger_->content();
  take();
  EXPECT_NE(*ledger_->content(), before) << "it is the journal's";
  auto database = reader();
  const auto versions = directory_versions(database);
  ASSERT_TRUE(versions);
  ASSERT_EQ(versions->size(), 2u);
  EXPECT_EQ((*versions)[0].version, 2u) << "the newest first";
  EXPECT_EQ((*versions)[0].in_force_at_ms, 2000);
  EXPECT_EQ((*versions)[0].published_by, "administrator");
  EXPECT_EQ((*versions)[0].blake2b_256, "ff01");
  EXPECT_EQ(directory_versions(database, 1)->size(), 1u);
}

TEST_F(LedgerTest, TheWriteAheadLogIsEmptiedIntoTheFileAsItGoes) {
  std::uintmax_t largest = 0;
  for (int i = 0; i < 150; ++i) {
    for (int one = 0; one < 20; ++one) live("WY-" + std::to_string(i * 100 + one));
    take();
    largest = std::max(largest, std::filesystem::file_size(path_ + "-wal"));
  }
  EXPECT_LT(largest, 64u << 20) << "it grew without end where a question was left open";
  EXPECT_GT(std::filesystem::file_size(path_), 4u << 20) << "and into the file it went";
}

TEST_F(LedgerTest, OfAnotherStreetOrVersionItIsMadeAnew) {
  live("WY-1");
  take();
  open("another");
  EXPECT_EQ(ledger_->token(), "");
  EXPECT_EQ(read("SELECT count(*) FROM cases"), "0\n");
  open("s");
  live("WY-2");
  take();
  ledger_.reset();
  SQLite::Database(path_, SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  open("s");
  EXPECT_EQ(ledger_->token(), "");
}

TEST_F(LedgerTest, AFileThatIsNoneIsSaidAndNotTouched) {
  const std::string other = folder_ + "/other";
  std::ofstream(other) << std::string(5'000, 'x');
  const auto opened = Ledger::open(other, "s");
  EXPECT_EQ(opened.error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_STORE_FAILED));
  EXPECT_NE(opened.error().detail.find("remove it"), std::string::npos) << opened.error().detail;
  EXPECT_EQ(std::filesystem::file_size(other), 5'000u);
}

}  // namespace
}  // namespace huying::ledger
