// What the embedded engine does beyond the port's contract: its lock, its limits, its segments, its side files.
#include <algorithm>
#include <map>
#include <utility>

#include "broker/journal/verify.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

const std::string journal_folder = std::string(test_folder) + "/journal/";

class EmbeddedJournalTest : public testing::Test {
 protected:
  void start(EmbeddedOptions options) {
    journal.reset();
    auto opened = EmbeddedJournal::open(disk, test_folder, std::move(options));
    ASSERT_TRUE(opened) << opened.error().detail;
    journal = std::move(*opened);
    term = journal->claim("test", instant(1)).value();
  }
  void append_texts(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t n = first; n <= last; ++n) ASSERT_TRUE(append_text(*journal, term, n));
  }
  std::vector<std::string> segments() const {
    std::vector<std::string> names;
    for (const std::string& path : disk.files()) {
      if (path.ends_with(".segment")) names.push_back(path.substr(journal_folder.size()));
    }
    return names;
  }
  std::uint64_t files_ending(std::string_view suffix) const {
    const auto all = disk.files();
    return static_cast<std::uint64_t>(std::count_if(all.begin(), all.end(), [&](const auto& f) { return f.ends_with(suffix); }));
  }

  MemoryDisk disk;
  std::unique_ptr<EmbeddedJournal> journal;
  Term term;
};

TEST_F(EmbeddedJournalTest, a_second_broker_of_the_folder_is_refused_while_the_first_lives) {
  start(small_options());
  EXPECT_EQ(code_of(EmbeddedJournal::open(disk, test_folder, small_options())), v1::ERROR_CODE_JOURNAL_LOCKED);
  journal.reset();
  start(small_options());
}

TEST_F(EmbeddedJournalTest, a_reader_needs_no_lock_and_sees_what_is_written) {
  start(small_options());
  append_texts(1, 20);
  const auto reader = EmbeddedJournal::open(disk, test_folder, {.mode = OpenMode::read_only});
  ASSERT_TRUE(reader);
  EXPECT_EQ(payloads(**reader), texts(1, 20));
  append_texts(21, 22);
}

TEST_F(EmbeddedJournalTest, one_batch_is_one_write_and_one_sync) {
  auto options = small_options();
  options.segment_bytes = 1 << 20;
  start(options);
  const auto writes = disk.count(Effect::Kind::write), syncs = disk.count(Effect::Kind::sync);
  append_texts(1, 50);
  EXPECT_EQ(disk.count(Effect::Kind::write) - writes, 50u);
  EXPECT_EQ(disk.count(Effect::Kind::sync) - syncs, 50u);
  EXPECT_EQ(journal->batches(), 51u);
}

TEST_F(EmbeddedJournalTest, a_full_segment_is_followed_by_another_and_the_pool_is_refilled_only_when_idle) {
  auto options = small_options();
  options.pool_segments = 2;
  start(options);
  EXPECT_EQ(files_ending(".prepared"), 1u);  // the first segment came from the pool
  append_texts(1, 60);
  EXPECT_GT(segments().size(), 3u);
  EXPECT_EQ(files_ending(".prepared"), 0u);
  int calls = 0;
  while (journal->idle(instant(1060)).value() == SegmentPool::More::yes) ASSERT_LT(++calls, 40);
  EXPECT_EQ(files_ending(".prepared"), 2u);
  append_texts(61, 80);
  EXPECT_EQ(payloads(*journal), texts(1, 80));
  journal.reset();
  start(options);
  EXPECT_EQ(payloads(*journal), texts(1, 80));
}

TEST_F(EmbeddedJournalTest, a_batch_larger_than_a_segment_stands_alone_in_a_file_that_grows) {
  auto options = small_options();
  options.pool_segments = 2;
  start(options);
  append_texts(1, 2);
  Batch batch;
  add_item(batch, StreamId{6}, std::string(3 * options.segment_bytes, 'x'));
  ASSERT_TRUE(append(*journal, term, batch));
  append_texts(3, 4);
  EXPECT_EQ(segments().size(), 3u);
  journal.reset();
  start(options);
  EXPECT_EQ(payloads(*journal), texts(1, 4));
  EXPECT_EQ(payloads(*journal, StreamId{6})[0].size(), 3 * options.segment_bytes);
}

TEST_F(EmbeddedJournalTest, a_clean_end_is_resumed_in_the_same_file_and_an_unclean_one_is_not) {
  auto options = small_options();
  options.segment_bytes = 1 << 20;
  start(options);
  append_texts(1, 3);
  ASSERT_TRUE(journal->close(instant(2000)));
  start(options);
  append_texts(4, 5);
  EXPECT_THAT(segments(), testing::ElementsAre("00000001-0000.segment"));
  start(options);  // no close: the last batch is not proven
  EXPECT_THAT(segments(), testing::ElementsAre("00000001-0000.segment", "00000001-0001.segment"));
  EXPECT_EQ(payloads(*journal), texts(1, 5));
}

TEST_F(EmbeddedJournalTest, a_clean_end_proves_the_last_batch_whether_the_mark_fits_or_not) {
  for (std::uint64_t last = 1; last <= 40; ++last) {
    disk = MemoryDisk();
    start(small_options());
    append_texts(1, last);
    ASSERT_TRUE(journal->close(instant(9000)));
    journal.reset();
    const auto report = verify_journal(disk, test_folder);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->proven_through, last + 1) << "the claim's batch and the texts'";
    EXPECT_TRUE(report->clean());
  }
}

TEST_F(EmbeddedJournalTest, idle_seals_the_last_batch_once_it_is_old_enough_and_only_once) {
  start(small_options());
  append_texts(1, 1);
  const auto batches = journal->batches();
  ASSERT_TRUE(journal->idle(instant(1500)));
  EXPECT_EQ(journal->batches(), batches);
  ASSERT_TRUE(journal->idle(instant(2001)));
  ASSERT_TRUE(journal->idle(instant(9000)));
  EXPECT_EQ(journal->batches(), batches + 1);
  Position next;
  ASSERT_TRUE(journal->read({}, [&](const Record& record) {
    next = record.next;
    return Sink::more;
  }));
  EXPECT_EQ(next, journal->head()) << "a mark does not move the head away from who has read all";
  append_texts(2, 2);
  EXPECT_EQ(payloads(*journal), texts(1, 2));
}

TEST_F(EmbeddedJournalTest, too_little_free_space_refuses_before_anything_is_written_and_ends_when_there_is_more) {
  auto options = small_options();
  options.free_bytes_min = 1000;
  options.free_check_batches = 0;
  start(options);
  disk.set_free_bytes(999);
  const auto effects = disk.effects();
  EXPECT_EQ(code_of(append_text(*journal, term, 1)), v1::ERROR_CODE_JOURNAL_FULL);
  EXPECT_EQ(disk.effects(), effects);
  EXPECT_EQ(journal->free_bytes(), 999u);
  disk.set_free_bytes(1000);
  append_texts(1, 1);
}

TEST_F(EmbeddedJournalTest, after_a_failed_sync_everything_is_refused_and_no_key_is_found) {
  start(small_options());
  append_texts(1, 1);
  disk.fail_effect(disk.effects() + 1);  // the write, then the sync
  EXPECT_EQ(code_of(append_text(*journal, term, 2)), v1::ERROR_CODE_JOURNAL_WRITE_FAILED);
  const auto effects = disk.effects();
  EXPECT_EQ(code_of(append_text(*journal, term, 3)), v1::ERROR_CODE_JOURNAL_WRITE_FAILED);
  EXPECT_FALSE(journal->idle(instant(9000)));
  EXPECT_FALSE(journal->close(instant(9000)));
  EXPECT_EQ(disk.effects(), effects);
  EXPECT_EQ(journal->find(key_of(2)), std::nullopt);
}

TEST_F(EmbeddedJournalTest, lost_or_bad_side_files_are_as_if_never_written) {
  start(small_options());
  ASSERT_TRUE(journal->set_cursor("one", "state"));
  ASSERT_TRUE(journal->set_cursor("two", "state"));
  ASSERT_TRUE(journal->store_checkpoint(StreamId{5}, {{1, 1}, Sequence{1}, 1, "state"}));
  journal.reset();
  bool first_cursor = true;
  for (const std::string& path : disk.files()) {
    std::string bytes = disk.contents(path);
    if (path.ends_with(".checkpoint")) bytes.back() = static_cast<char>(~bytes.back());
    if (path.ends_with(".cursor") && std::exchange(first_cursor, false)) bytes.clear();
    disk.set_contents(path, bytes);
  }
  start(small_options());
  EXPECT_EQ(journal->cursors().size(), 1u);
  EXPECT_FALSE(journal->latest_checkpoint(StreamId{5}));
}

TEST_F(EmbeddedJournalTest, no_file_name_tells_a_cursors_name) {
  start(small_options());
  ASSERT_TRUE(journal->set_cursor("worker.shiqiao-03", "state"));
  for (const std::string& path : disk.files()) EXPECT_EQ(path.find("shiqiao"), std::string::npos) << path;
}

TEST_F(EmbeddedJournalTest, a_folder_of_another_street_or_of_nothing_is_refused) {
  start(small_options());
  journal.reset();
  auto options = small_options();
  options.partition = "elsewhere";
  EXPECT_EQ(code_of(EmbeddedJournal::open(disk, test_folder, options)), v1::ERROR_CODE_JOURNAL_UNREADABLE);
  EXPECT_EQ(code_of(EmbeddedJournal::open(disk, "/data/none", {.mode = OpenMode::read_only})), v1::ERROR_CODE_JOURNAL_UNREADABLE);
}

TEST_F(EmbeddedJournalTest, a_missing_format_file_or_segment_is_damage) {
  start(small_options());
  append_texts(1, 60);
  journal.reset();
  ASSERT_GT(segments().size(), 3u);
  for (const std::string& victim : {journal_folder + segments()[0], journal_folder + segments()[1], std::string(test_folder) + "/format"}) {
    MemoryDisk copy = disk.copy();
    ASSERT_TRUE(copy.remove(victim));
    EXPECT_EQ(code_of(EmbeddedJournal::open(copy, test_folder, small_options())), v1::ERROR_CODE_JOURNAL_DAMAGED) << victim;
  }
}

TEST_F(EmbeddedJournalTest, a_disk_of_large_sectors_gets_batches_of_its_own_sectors) {
  auto options = small_options();
  options.alignment = 4096;
  options.segment_bytes = 65536;
  start(options);
  append_texts(1, 40);
  journal.reset();
  start(small_options());  // a folder keeps what each segment was made with
  EXPECT_EQ(payloads(*journal), texts(1, 40));
  append_texts(41, 60);
  EXPECT_EQ(payloads(*journal), texts(1, 60));
  EXPECT_TRUE(verify_journal(disk, test_folder)->clean());
}

TEST_F(EmbeddedJournalTest, many_streams_in_large_batches_read_back_as_written) {
  auto options = small_options();
  options.segment_bytes = 1 << 18;
  start(options);
  Dice dice{3};
  std::map<std::uint32_t, std::vector<std::string>> written;
  Batch batch;
  for (int round = 0; round < 60; ++round) {
    batch.clear();
    for (int i = 0; i < 100; ++i) {
      const auto stream = static_cast<std::uint32_t>(1 + dice(20));
      std::string text(dice(5) == 0 ? dice(6000) : dice(300), static_cast<char>('a' + dice(26)));
      add_item(batch, StreamId{stream}, text);
      written[stream].push_back(std::move(text));
    }
    ASSERT_TRUE(append(*journal, term, batch));
  }
  for (const auto& [stream, expected] : written) EXPECT_EQ(payloads(*journal, StreamId{stream}), expected);
  journal.reset();
  start(options);
  for (const auto& [stream, expected] : written) EXPECT_EQ(payloads(*journal, StreamId{stream}), expected);
}

// While it wrote, another broker came: what it wrote may be lost, and is not acknowledged.
TEST_F(EmbeddedJournalTest, a_batch_is_not_acknowledged_when_another_broker_opened_the_folder_meanwhile) {
  start(small_options());
  append_texts(1, 3);
  bool usurped = false;
  disk.before_effect = [&](const Effect& effect) {
    if (effect.kind != Effect::Kind::sync || std::exchange(usurped, true)) return;
    auto lock = disk.open(std::string(test_folder) + "/LOCK", Access::write);
    ASSERT_TRUE(lock.has_value());
    ASSERT_TRUE((*lock)->write(0, "usurper!"));
  };
  std::optional<Result<Appended>> done;
  Batch batch;
  batch.begin_item();
  batch.add_record(partition_stream, v1::RECORD_KIND_COVERAGE, {1, 0}, "x");
  journal->append(journal->last_term(), batch, instant(100'000), [&](Result<Appended> appended) { done = appended; });
  ASSERT_TRUE(usurped);
  ASSERT_TRUE(done.has_value() && !done->has_value());
  EXPECT_EQ(done->error().code, v1::ERROR_CODE_TERM_STALE);
}

// A broker with nothing to append learns it from idle(), by the number that says why, and must stop.
TEST_F(EmbeddedJournalTest, idle_says_that_another_broker_opened_the_folder) {
  start(small_options());
  append_texts(1, 3);
  auto lock = disk.open(std::string(test_folder) + "/LOCK", Access::write);
  ASSERT_TRUE(lock.has_value());
  ASSERT_TRUE((*lock)->write(0, "usurper!"));
  const auto idle = journal->idle(instant(100'000));
  ASSERT_FALSE(idle.has_value());
  EXPECT_EQ(idle.error().code, v1::ERROR_CODE_TERM_STALE);
}

}  // namespace
}  // namespace huying::journal
