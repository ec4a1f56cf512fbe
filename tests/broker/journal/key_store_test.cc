// Keys of sealed segments in files: the same answers as from memory, whatever happened to the files.
#include "broker/journal/key_store.h"

#include <map>

#include "broker/journal/key_file.h"
#include "broker/journal/repair.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

constexpr std::uint64_t texts_in_all = 150;
const Digest128 board_key{1, 2};  // replaceable

class KeyStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    start();
    append_texts(1, texts_in_all);
  }
  void start() {
    journal.reset();
    journal = EmbeddedJournal::open(disk, test_folder, small_options(++lives)).value();
    term = journal->claim("test", instant(1)).value();
  }
  void append_texts(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t n = first; n <= last; ++n) {
      Batch batch;
      add_item(batch, StreamId{5}, text_of(n), key_of(n));
      batch.add_key(board_key, KeyRule::replaceable);
      const auto appended = append(*journal, term, batch, instant(static_cast<std::int64_t>(1000 + n)));
      ASSERT_TRUE(appended) << appended.error().detail;
      positions[n] = appended->places[0].position;
    }
  }
  void tidy() {
    for (int steps = 0; journal->idle(instant(0)).value() == SegmentPool::More::yes; ++steps) ASSERT_LT(steps, 100'000);
  }
  void expect_every_key() {
    for (const auto& [n, position] : positions) {
      ASSERT_EQ(journal->find(key_of(n)), position) << n;
      const auto again = append_text(*journal, term, n);
      ASSERT_TRUE(again) << again.error().detail;
      ASSERT_EQ(again->conflicts.size(), 1u) << n;
      ASSERT_EQ(again->conflicts[0].holder, position) << n;
    }
    ASSERT_EQ(journal->find(board_key), positions.rbegin()->second);
    ASSERT_EQ(journal->find(key_of(9999)), std::nullopt);
  }
  std::vector<std::string> key_files() {
    std::vector<std::string> found;
    for (const std::string& path : disk.files()) {
      if (path.ends_with(".keys")) found.push_back(path);
    }
    return found;
  }

  MemoryDisk disk;
  std::uint64_t lives = 0;
  std::unique_ptr<EmbeddedJournal> journal;
  Term term;
  std::map<std::uint64_t, Position> positions;
};

TEST_F(KeyStoreTest, a_key_of_a_sealed_segment_still_answers_the_same_place_and_takes_no_memory) {
  tidy();
  EXPECT_FALSE(key_files().empty());
  EXPECT_LT(journal->keys().keys_in_memory(), 20u) << "those of the last segment";
  expect_every_key();
  start();
  EXPECT_LT(journal->keys().keys_in_memory(), 20u);
  expect_every_key();
}

TEST_F(KeyStoreTest, few_files_hold_a_long_history_each_at_least_twice_the_next) {
  for (std::uint64_t n = texts_in_all; n < 900; n += 15) {
    append_texts(n + 1, n + 15);
    tidy();
  }
  EXPECT_LE(journal->keys().files(), 8u);
  EXPECT_EQ(key_files().size(), journal->keys().files());
  start();
  EXPECT_EQ(key_files().size(), journal->keys().files());
  expect_every_key();
}

TEST_F(KeyStoreTest, a_file_that_is_bad_or_gone_is_made_anew_from_the_segments) {
  tidy();
  append_texts(texts_in_all + 1, texts_in_all + 30);
  tidy();
  journal.reset();
  const MemoryDisk whole = disk.copy();
  const auto names = key_files();
  ASSERT_GT(names.size(), 1u);
  for (const std::string& path : names) {
    for (const bool gone : {false, true}) {
      SCOPED_TRACE(fmt::format("{} {}", path, gone ? "gone" : "bad"));
      journal.reset();
      disk = whole.copy();
      if (gone) {
        ASSERT_TRUE(disk.remove(path));
      } else {
        std::string bad = disk.contents(path);
        bad[bad.size() / 2] = static_cast<char>(~bad[bad.size() / 2]);
        disk.set_contents(path, bad);
      }
      start();
      expect_every_key();
      tidy();
      EXPECT_LT(journal->keys().keys_in_memory(), 20u);
      expect_every_key();
    }
  }
}

// The same folder, the same numbers of segments and batches, and another history in them.
TEST_F(KeyStoreTest, a_file_of_other_segments_is_not_believed) {
  MemoryDisk histories[2];
  std::uint64_t first_keys[2] = {1000, 2000};
  {
    MemoryDisk fresh;
    (void)EmbeddedJournal::open(fresh, test_folder, small_options(70)).value();
    histories[0] = fresh.copy();
    histories[1] = fresh.copy();
  }
  for (int i = 0; i < 2; ++i) {
    disk = histories[i].copy();
    start();
    for (std::uint64_t n = 1; n <= texts_in_all; ++n) {
      Batch batch;
      add_item(batch, StreamId{5}, text_of(n), key_of(first_keys[i] + n));
      ASSERT_TRUE(append(*journal, term, batch));
    }
    tidy();
    journal.reset();
    histories[i] = disk.copy();
  }
  for (const std::string& path : key_files()) histories[0].set_contents(path, disk.contents(path));
  disk = histories[0].copy();
  start();
  for (std::uint64_t n = 1; n <= texts_in_all; ++n) {
    EXPECT_EQ(journal->find(key_of(first_keys[1] + n)), std::nullopt);
    EXPECT_NE(journal->find(key_of(first_keys[0] + n)), std::nullopt);
  }
}

TEST_F(KeyStoreTest, a_block_that_goes_bad_under_a_running_broker_ends_it_and_the_next_start_knows_every_key) {
  tidy();
  const std::string path = key_files()[0];
  auto under_it = disk.open(path, Access::write).value();
  for (std::size_t at = key_block_bytes; at < under_it->size().value(); at += key_block_bytes) {
    ASSERT_TRUE(under_it->write(at + 50, "other"));
  }
  EXPECT_EQ(journal->find(key_of(1)), std::nullopt);
  EXPECT_EQ(code_of(append_text(*journal, term, 1)), v1::ERROR_CODE_JOURNAL_WRITE_FAILED) << "nobody is answered";
  EXPECT_EQ(code_of(append_text(*journal, term, 5000)), v1::ERROR_CODE_JOURNAL_WRITE_FAILED);
  start();
  expect_every_key();
}

TEST_F(KeyStoreTest, a_broker_that_is_never_idle_writes_its_keys_all_the_same) {
  append_texts(texts_in_all + 1, 3000);
  EXPECT_LT(journal->keys().keys_in_memory(), 500u);
  expect_every_key();
}

TEST_F(KeyStoreTest, without_room_on_the_disk_the_keys_stay_in_memory) {
  journal.reset();
  disk = MemoryDisk();
  disk.set_free_bytes(0);
  positions.clear();
  start();
  append_texts(1, texts_in_all);
  tidy();
  EXPECT_TRUE(key_files().empty());
  EXPECT_GT(journal->keys().keys_in_memory(), texts_in_all);
  expect_every_key();
}

// The newest record of a key lies in what a repair cuts off; the file of the segments before does not hold the older
// one.
TEST_F(KeyStoreTest, after_a_repair_that_cuts_a_key_leads_to_the_newest_record_that_is_kept) {
  tidy();
  ASSERT_TRUE(journal->close(instant(9000)));
  journal.reset();
  std::string last;
  for (const std::string& path : disk.files()) {
    if (path.ends_with(".segment")) last = path;
  }
  ASSERT_TRUE(disk.remove(last));  // as if it had been there and proven: a further one says so
  const FolderFormat format = read_folder_format(disk, FolderPaths(test_folder)).value();
  const PartName name = *parse_part_name(last.substr(last.rfind('/') + 1));
  PartHeader behind{.segment = name.segment + 1, .base = alignment_bytes_min, .id = 1, .folder_id = format.folder_id,
                    .first_batch = 1000, .durable_through = 999};
  disk.set_contents(std::string(test_folder) + "/journal/" + part_name(name.segment + 1, 0), encode(behind));
  const auto plan = plan_repair(disk, test_folder, "");
  ASSERT_TRUE(plan) << plan.error().detail;
  ASSERT_TRUE(plan->cuts);
  const auto done = repair_journal(disk, test_folder, *plan, small_options(50).random);
  ASSERT_TRUE(done) << done.error().detail;
  std::erase_if(positions, [&](const auto& one) { return segment_of(one.second) >= name.segment; });
  start();
  expect_every_key();
}

// Goal: whatever instant the power goes while key files are written, joined and removed, the next start knows every key
// at its place and no other. Method: the power lost at each effect of all that is to be done after 150 texts, and after
// 60 more.
TEST_F(KeyStoreTest, power_lost_at_each_effect_of_writing_and_joining_forgets_no_key) {
  for (int round = 0; round < 2; ++round) {
    journal.reset();
    const MemoryDisk before = disk.copy();
    for (std::uint64_t effect = 0;; ++effect) {
      SCOPED_TRACE(fmt::format("round {} effect {}", round, effect));
      disk = before.copy();
      start();
      const std::uint64_t begun = disk.effects();
      disk.lose_power_at(begun + effect);
      for (;;) {
        const auto more = journal->idle(instant(0));
        if (!more || *more == SegmentPool::More::no) break;
      }
      const bool over = disk.effects() <= begun + effect;
      disk.crash(Dice{effect + 1});
      start();
      expect_every_key();
      if (HasFatalFailure()) return;
      tidy();
      expect_every_key();
      EXPECT_EQ(key_files().size(), journal->keys().files()) << "nothing is left over";
      if (over) break;
    }
    append_texts(texts_in_all + 1, texts_in_all + 60);
  }
}

}  // namespace
}  // namespace huying::journal
