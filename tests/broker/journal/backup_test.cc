// Backups beside a broker that writes on, and folders restored from them.
#include "broker/journal/backup.h"

#include <map>

#include "broker/journal/restore.h"
#include "broker/journal/verify.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

constexpr const char* backup_folder = "/backup/street";
constexpr const char* restored_folder = "/data/restored";

class BackupTest : public testing::Test {
 protected:
  void SetUp() override { start(); }
  void start() {
    journal.reset();
    journal = EmbeddedJournal::open(disk, test_folder, small_options(++lives)).value();
    term = journal->claim("test", instant(1)).value();
  }
  void append_texts(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t n = first; n <= last; ++n) ASSERT_TRUE(append_text(*journal, term, n));
  }
  // The broker is idle while the backup waits: a mark proves the last batch.
  Result<BackupReport> backup() {
    return backup_journal(disk, test_folder, backup_folder,
                          {.wait = [this] { (void)journal->idle(instant(later += 900'000)); }});
  }
  std::unique_ptr<EmbeddedJournal> restored() {
    const auto report = restore_journal(disk, backup_folder, restored_folder, small_options(70).random);
    EXPECT_TRUE(report) << report.error().detail;
    return EmbeddedJournal::open(disk, restored_folder, small_options(71)).value();
  }

  static std::uint32_t opened_code(Disk& disk, const std::string& folder) {
    return code_of(EmbeddedJournal::open(disk, folder, small_options(71)));
  }

  MemoryDisk disk;
  std::uint64_t lives = 0;
  std::int64_t later = 0;
  std::unique_ptr<EmbeddedJournal> journal;
  Term term;
};

TEST_F(BackupTest, beside_a_broker_holds_all_that_was_acknowledged_when_it_began) {
  append_texts(1, 40);
  const auto report = backup();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_TRUE(report->beside_a_broker);
  EXPECT_EQ(report->batches_left_out, 0u);
  EXPECT_EQ(report->records, 41u);
  EXPECT_EQ(payloads(*restored()), texts(1, 40));
}

TEST_F(BackupTest, of_a_broker_that_is_idle_waits_for_nothing) {
  append_texts(1, 5);
  ASSERT_TRUE(journal->idle(instant(900'000)));  // the mark is there at the first look
  const auto report = backup_journal(disk, test_folder, backup_folder, {.wait = [] { FAIL() << "for what?"; }});
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->batches_left_out, 0u);
  EXPECT_EQ(payloads(*restored()), texts(1, 5));
}

TEST_F(BackupTest, leaves_out_what_nothing_proves_and_says_so) {
  append_texts(1, 5);
  const auto report = backup_journal(disk, test_folder, backup_folder, {.wait = [] {}, .looks_max = 3});
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->batches_left_out, 1u);
  EXPECT_EQ(payloads(*restored()), texts(1, 4));
}

TEST_F(BackupTest, after_the_broker_ended_without_order_holds_what_its_next_start_would_find) {
  append_texts(1, 5);
  journal.reset();
  const auto report = backup_journal(disk, test_folder, backup_folder, {.wait = [] {}});
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_FALSE(report->beside_a_broker);
  EXPECT_EQ(payloads(*restored()), texts(1, 5));
}

TEST_F(BackupTest, into_an_older_one_copies_only_what_is_new) {
  append_texts(1, 60);
  const auto first = backup();
  ASSERT_TRUE(first) << first.error().detail;
  ASSERT_GT(first->parts_copied, 3u);
  start();  // a further part, or not
  append_texts(61, 75);
  const auto second = backup();
  ASSERT_TRUE(second) << second.error().detail;
  EXPECT_EQ(second->parts_kept, first->parts_copied - 1) << "all but the one that was written to";
  EXPECT_EQ(payloads(*restored()), texts(1, 75));
}

// The last batch of a broker that was killed is in the backup; the next start moves it into a further part.
TEST_F(BackupTest, after_an_end_without_order_is_gone_on_with_when_the_broker_runs_again) {
  append_texts(1, 5);
  journal.reset();
  ASSERT_TRUE(backup_journal(disk, test_folder, backup_folder, {.wait = [] {}}));
  start();
  append_texts(6, 8);
  const auto report = backup();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(payloads(*restored()), texts(1, 8));
}

TEST_F(BackupTest, that_holds_more_than_the_folder_is_never_written_over) {
  append_texts(1, 5);
  const MemoryDisk older = disk.copy();
  append_texts(6, 8);
  ASSERT_TRUE(backup());
  const std::string first = "/journal/00000001-0000.segment";
  const std::string held = disk.contents(backup_folder + first);
  journal.reset();
  disk.set_contents(test_folder + first, older.contents(test_folder + first));
  EXPECT_EQ(code_of(backup_journal(disk, test_folder, backup_folder, {.wait = [] {}})), v1::ERROR_CODE_BACKUP_DIFFERS);
  EXPECT_EQ(disk.contents(backup_folder + first), held);
}

TEST_F(BackupTest, changes_nothing_in_the_folder_it_copies) {
  append_texts(1, 20);
  journal.reset();
  std::map<std::string, std::string> before;
  for (const auto& path : disk.files()) before[path] = disk.contents(path);
  ASSERT_TRUE(backup_journal(disk, test_folder, backup_folder, {.wait = [] {}}));
  for (const auto& [path, bytes] : before) EXPECT_EQ(disk.contents(path), bytes) << path;
}

// What a broker writes goes to files that must keep their names: what it acknowledged afterwards would be lost.
TEST_F(BackupTest, onto_a_data_folder_is_refused_and_changes_nothing) {
  append_texts(1, 20);
  const auto other = EmbeddedJournal::open(disk, "/data/other", small_options(33)).value();
  MemoryDisk before = disk.copy();
  for (const char* target : {test_folder, "/data/other"}) {
    EXPECT_EQ(code_of(backup_journal(disk, test_folder, target, {.wait = [] {}})), v1::ERROR_CODE_TARGET_EXISTS);
  }
  EXPECT_EQ(disk.files(), before.files());
  for (const auto& path : before.files()) EXPECT_EQ(disk.contents(path), before.contents(path)) << path;
}

TEST_F(BackupTest, is_alone_in_its_target) {
  append_texts(1, 5);
  ASSERT_TRUE(backup());
  const auto held = disk.lock(std::string(backup_folder) + "/" + backup_lock_file_name).value();
  EXPECT_EQ(code_of(backup()), v1::ERROR_CODE_JOURNAL_LOCKED);
}

TEST_F(BackupTest, is_opened_by_no_broker) {
  append_texts(1, 5);
  ASSERT_TRUE(backup());
  EXPECT_EQ(code_of(EmbeddedJournal::open(disk, backup_folder, small_options(33))), v1::ERROR_CODE_JOURNAL_UNREADABLE);
  EXPECT_EQ(payloads(*EmbeddedJournal::open(disk, backup_folder, {.mode = OpenMode::read_only}).value()), texts(1, 5));
}

TEST_F(BackupTest, may_itself_be_copied_and_is_still_a_backup) {
  append_texts(1, 5);
  ASSERT_TRUE(backup());
  ASSERT_TRUE(backup_journal(disk, backup_folder, "/backup/second", {.wait = [] {}}));
  append_texts(6, 8);
  ASSERT_TRUE(backup());
  EXPECT_EQ(payloads(*restored()), texts(1, 8));
}

TEST_F(BackupTest, of_another_folder_or_of_a_history_that_is_gone_is_not_touched) {
  append_texts(1, 30);
  ASSERT_TRUE(backup());
  MemoryDisk held = disk.copy();
  auto other = EmbeddedJournal::open(disk, "/data/other", small_options(33)).value();
  EXPECT_EQ(code_of(backup_journal(disk, "/data/other", backup_folder, {.wait = [] {}})),
            v1::ERROR_CODE_BACKUP_DIFFERS);
  for (const std::string& path : held.files()) {
    if (!path.starts_with(backup_folder)) continue;
    EXPECT_EQ(disk.contents(path), held.contents(path)) << path;
  }
}

TEST_F(BackupTest, of_a_damaged_folder_says_so_and_leaves_the_older_copies_alone) {
  append_texts(1, 60);
  ASSERT_TRUE(backup());
  const std::string first = "/journal/00000001-0000.segment";
  const std::string good = disk.contents(backup_folder + first);
  std::string bad = disk.contents(test_folder + first);
  bad[2000] = static_cast<char>(~bad[2000]);
  disk.set_contents(test_folder + first, bad);
  append_texts(61, 61);
  ASSERT_TRUE(backup());
  EXPECT_EQ(disk.contents(backup_folder + first), good);
}

TEST_F(BackupTest, a_restored_folder_claims_a_term_that_fences_every_later_one_of_the_lost_history) {
  append_texts(1, 3);
  ASSERT_TRUE(backup());
  for (int i = 0; i < 5; ++i) start();
  const Term lost = term;
  auto again = restored();
  EXPECT_GT(again->claim("test", instant(2)).value(), lost);
}

TEST_F(BackupTest, a_request_of_the_backup_is_known_again_and_a_lost_one_is_new) {
  append_texts(1, 10);
  ASSERT_TRUE(backup());
  append_texts(11, 12);
  auto again = restored();
  const Term now = again->claim("test", instant(2)).value();
  EXPECT_EQ(append_text(*again, now, 10)->conflicts.size(), 1u);
  EXPECT_TRUE(append_text(*again, now, 11)->conflicts.empty());
}

TEST_F(BackupTest, a_position_of_the_lost_history_is_refused_and_never_taken_for_one_of_the_new) {
  append_texts(1, 10);
  ASSERT_TRUE(backup());
  const Position kept = journal->head();
  std::vector<Position> lost;
  for (std::uint64_t n = 11; n <= 60; ++n) lost.push_back(append_text(*journal, term, n)->places[0].position);
  auto again = restored();
  const auto code_at = [&](Position from) {
    return code_of(again->read(from, [](const Record&) { return Sink::more; }));
  };
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(code_at(kept), 0u) << "who has read all of the backup goes on";
    for (std::size_t i = 1; i < lost.size(); ++i) EXPECT_EQ(code_at(lost[i]), v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL);
    const Term now = round == 0 ? again->claim("test", instant(2)).value() : Term{};
    for (std::uint64_t n = 100; round == 0 && n < 160; ++n) ASSERT_TRUE(append_text(*again, now, n));
  }
}

TEST_F(BackupTest, a_position_that_is_refused_lies_behind_the_end_that_the_refusal_names) {
  append_texts(1, 10);
  ASSERT_TRUE(backup());
  const Position kept = journal->head();
  std::vector<Position> lost;
  for (std::uint64_t n = 11; n <= 20; ++n) lost.push_back(append_text(*journal, term, n)->places[0].position);
  auto again = restored();
  const Term now = again->claim("test", instant(2)).value();
  ASSERT_TRUE(append_text(*again, now, 100));  // the head is of the new history, and further than any position of the old
  ASSERT_GT(again->head(), lost.back());
  const auto why_not = [&](Position from) { return again->read(from, [](const Record&) { return Sink::more; }).error().detail; };
  const std::string said = why_not(lost.back());
  const auto before = fmt::format("position {}, of a history of which the journal has what ends at ", lost.back().value);
  ASSERT_TRUE(said.starts_with(before)) << said;
  EXPECT_GE(std::stoull(said.substr(before.size())), kept.value);
  EXPECT_LT(std::stoull(said.substr(before.size())), lost.back().value);
  const Position beyond(again->head().value + 1);
  EXPECT_EQ(why_not(beyond), fmt::format("position {}, the journal ends at {}", beyond.value, beyond.value - 1));
}

TEST_F(BackupTest, cursors_come_along_and_forgotten_ones_go) {
  append_texts(1, 3);
  ASSERT_TRUE(journal->set_cursor("board.1", "a"));
  ASSERT_TRUE(journal->set_cursor("board.2", "b"));
  ASSERT_TRUE(backup());
  for (const std::string& path : disk.files()) {
    if (path.starts_with(std::string(test_folder) + "/cursors/")) {
      ASSERT_TRUE(disk.remove(path));
      break;
    }
  }
  const auto report = backup();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->cursors, 1u);
  EXPECT_EQ(restored()->cursors().size(), 1u);
}

TEST_F(BackupTest, a_restore_never_writes_into_a_folder_that_holds_something) {
  append_texts(1, 3);
  ASSERT_TRUE(backup());
  EXPECT_EQ(code_of(restore_journal(disk, backup_folder, test_folder)), v1::ERROR_CODE_TARGET_EXISTS);
}

TEST_F(BackupTest, a_restore_is_alone_in_its_folder) {
  append_texts(1, 3);
  ASSERT_TRUE(backup());
  ASSERT_TRUE(disk.make_folder(restored_folder));
  const auto held = disk.lock(std::string(restored_folder) + "/" + lock_file_name).value();
  EXPECT_EQ(code_of(restore_journal(disk, backup_folder, restored_folder)), v1::ERROR_CODE_JOURNAL_LOCKED);
}

// Goal: a broker that is started in what a restore left behind, whatever instant the power went, has all or says that it
// is none; it never begins an empty journal there. Method: as below; and the same restore once more brings all.
TEST_F(BackupTest, power_lost_at_each_effect_of_a_restore_leaves_no_folder_that_a_broker_takes_for_a_new_one) {
  append_texts(1, 20);
  ASSERT_TRUE(journal->close(instant(9000)));
  ASSERT_TRUE(backup_journal(disk, test_folder, backup_folder, {.wait = [] {}}));
  const std::string folder = restored_folder;
  for (std::uint64_t effect = 0, begun = 0;; ++effect) {
    SCOPED_TRACE(effect);
    Dice dice{effect + 1};
    MemoryDisk trial = disk.copy();
    trial.lose_power_at(trial.effects() + effect);
    const auto report = restore_journal(trial, backup_folder, folder, small_options(70).random);
    trial.crash(dice);
    const auto names = trial.list(folder + "/journal").value();
    const bool something = !names.empty() || trial.exists(folder + "/" + format_file_name);
    begun += something ? 1 : 0;
    const std::uint32_t left =
        something ? opened_code(trial, folder) : std::uint32_t{v1::ERROR_CODE_JOURNAL_UNREADABLE};
    if (report || left == 0) {
      ASSERT_EQ(left, 0u);
    } else {
      ASSERT_EQ(left, v1::ERROR_CODE_JOURNAL_UNREADABLE);
      ASSERT_TRUE(restore_journal(trial, backup_folder, folder, small_options(72).random)) << "it is begun anew";
    }
    ASSERT_EQ(payloads(*EmbeddedJournal::open(trial, folder, small_options(73)).value()), texts(1, 20));
    if (!report) continue;
    ASSERT_GT(begun, 3u);
    break;
  }
}

// Goal: whatever instant the power goes, a backup that was there before can still be restored, and holds at least what
// it held. Method: a second backup over a first, the power lost at each of its effects, sectors and names landing as
// dice say.
TEST_F(BackupTest, power_lost_at_each_effect_of_a_later_backup_spoils_nothing_of_an_earlier_one) {
  append_texts(1, 20);
  ASSERT_TRUE(backup());
  append_texts(21, 45);
  ASSERT_TRUE(journal->close(instant(9000)));
  journal.reset();
  for (std::uint64_t effect = 0;; ++effect) {
    SCOPED_TRACE(effect);
    Dice dice{effect + 1};
    MemoryDisk trial = disk.copy();
    const std::uint64_t before = trial.effects();
    trial.lose_power_at(before + effect);
    const auto report = backup_journal(trial, test_folder, backup_folder, {.wait = [] {}});
    const bool over = trial.effects() <= before + effect;
    trial.crash(dice);
    const auto verified = verify_journal(trial, backup_folder);
    ASSERT_TRUE(verified) << verified.error().detail;
    ASSERT_TRUE(verified->clean()) << to_string(verified->findings[0]);
    ASSERT_GE(verified->records, 21u);
    ASSERT_TRUE(backup_journal(trial, test_folder, backup_folder, {.wait = [] {}})) << "it is gone on with";
    ASSERT_EQ(verify_journal(trial, backup_folder)->records, 46u);
    if (over) break;
  }
}

}  // namespace
}  // namespace huying::journal
