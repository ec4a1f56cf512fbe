// Segments that move into an archive and back: nothing is lost at any step, requests are known for good, and whoever asks
// for what is archived is told what to do.
#include "broker/journal/archive.h"

#include <algorithm>
#include <map>

#include "broker/journal/backup.h"
#include "broker/journal/export.h"
#include "broker/journal/repair.h"
#include "broker/journal/restore.h"
#include "broker/journal/verify.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

constexpr const char* archive_folder = "/archive/street";
constexpr const char* elsewhere = "/mnt/street";
constexpr std::uint64_t requests_in_all = 60;

std::string request_payload(std::uint64_t number) {
  v1::RequestRecord record;
  record.mutable_filed()->set_case_number(fmt::format("W-261123-{:04}-1", number));
  record.mutable_filed()->mutable_filed()->set_rule(v1::DISPATCH_RULE_POINT);
  record.mutable_private_part()->set_content_digest(std::string(16, static_cast<char>('a' + number % 26)));
  record.mutable_private_part()->mutable_request()->mutable_text()->set_plain(text_of(number));
  return record.SerializeAsString();
}

std::vector<std::string> requests(std::uint64_t first, std::uint64_t last) {
  std::vector<std::string> all;
  for (std::uint64_t n = first; n <= last; ++n) all.push_back(request_payload(n));
  return all;
}

// With index files of the sealed segments, so that a start reads none of them, and without.
class ArchiveTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    start();
    append_requests(1, requests_in_all);
    if (GetParam()) tidy();
    stop();
  }
  bool is_indexed() const { return GetParam(); }
  void tidy() {
    for (int steps = 0; journal->idle(instant(0)).value() == SegmentPool::More::yes; ++steps) ASSERT_LT(steps, 100'000);
  }
  Result<std::unique_ptr<EmbeddedJournal>> open() { return EmbeddedJournal::open(disk, test_folder, small_options(++lives)); }
  void start() {
    auto opened = open();
    ASSERT_TRUE(opened) << opened.error().detail;
    journal = std::move(*opened);
    term = journal->claim("test", instant(1)).value();
  }
  void stop() {
    ASSERT_TRUE(journal->close(instant(9000)));
    journal.reset();
  }
  void append_requests(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t n = first; n <= last; ++n) {
      Batch batch;
      add_item(batch, StreamId{5}, request_payload(n), key_of(n));
      ASSERT_TRUE(append(*journal, term, batch, instant(static_cast<std::int64_t>(1000 * n))));
    }
  }
  Result<ArchiveReport> archive(std::uint32_t before, const char* to = archive_folder) {
    return archive_journal(disk, test_folder, to, {.segment = before, .time = {}});
  }
  Result<UnarchiveReport> unarchive(const char* from = "", std::uint32_t segment = 0) {
    return unarchive_journal(disk, test_folder, from, segment);
  }
  std::vector<std::string> segments_in(const std::string& folder) {
    auto names = disk.list(folder + "/journal").value();
    std::erase_if(names, [](const std::string& name) { return !parse_part_name(name); });
    return names;
  }
  std::uint32_t last_segment() { return parse_part_name(segments_in(test_folder).back())->segment; }
  // Every path below the archive under another name: its disk is mounted elsewhere, or not at all.
  void move_archive(const std::string& from, const std::string& to) {
    for (const auto& path : disk.files()) {
      if (!path.starts_with(from + "/")) continue;
      disk.set_contents(to + path.substr(from.size()), disk.contents(path));
      ASSERT_TRUE(disk.remove(path));
    }
  }
  // The request as a publication that comes again is compared with it.
  v1::RequestRecord known(std::uint64_t number) {
    v1::RequestRecord held;
    const auto found = journal->find(key_of(number));
    EXPECT_TRUE(found);
    const auto read = journal->read_request(found.value_or(Position{}), [&](const Record& record) {
      EXPECT_EQ(record.kind, v1::RECORD_KIND_REQUEST);
      EXPECT_EQ(record.stream, StreamId{5});
      EXPECT_TRUE(held.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
      return Sink::enough;
    });
    EXPECT_TRUE(read) << read.error().detail;
    return held;
  }
  std::map<std::string, std::string> folder_bytes(const std::string& folder) {
    std::map<std::string, std::string> all;
    for (const auto& path : disk.files())
      if (path.starts_with(folder + "/")) all[path] = disk.contents(path);
    return all;
  }

  std::size_t disk_names(std::string_view suffix) {
    const auto names = disk.list(test_folder + std::string("/journal")).value();
    return static_cast<std::size_t>(std::count_if(names.begin(), names.end(), [&](const auto& name) { return name.ends_with(suffix); }));
  }

  MemoryDisk disk;
  std::uint64_t lives = 0;
  std::unique_ptr<EmbeddedJournal> journal;
  Term term;
};

TEST_P(ArchiveTest, moves_the_old_segments_and_a_start_reads_them_there) {
  const std::uint32_t last = last_segment();
  ASSERT_GT(last, 4u);
  const auto before = segments_in(test_folder);
  const auto report = archive(4);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->first_segment, 1u);
  EXPECT_EQ(report->last_segment, 3u);
  EXPECT_EQ(report->here_from, 4u);
  EXPECT_GT(report->requests, 10u);
  EXPECT_EQ(segments_in(archive_folder).size() + segments_in(test_folder).size(), before.size());
  EXPECT_EQ(parse_part_name(segments_in(test_folder).front())->segment, 4u);
  start();
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
  append_requests(requests_in_all + 1, requests_in_all + 20);
  stop();
  start();
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all + 20));
}

TEST_P(ArchiveTest, by_time_moves_what_is_older_and_nothing_else) {
  const Instant time = instant(30'000);
  const auto report = archive_journal(disk, test_folder, archive_folder, {.segment = {}, .time = time});
  ASSERT_TRUE(report) << report.error().detail;
  ASSERT_NE(report->last_segment, 0u);
  journal = EmbeddedJournal::open(disk, archive_folder, {.mode = OpenMode::read_only}).value();
  EXPECT_LT(journal->last_recorded_at(), time) << "an archive is read like a folder";
  const auto again = archive_journal(disk, test_folder, archive_folder, {.segment = {}, .time = time});
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(again->first_segment, 0u) << "what is left has a record that is not older";
}

TEST_P(ArchiveTest, never_moves_the_segment_that_a_broker_goes_on_in) {
  const std::uint32_t last = last_segment();
  EXPECT_EQ(code_of(archive(last + 1)), v1::ERROR_CODE_SEGMENT_NEEDED);
  ASSERT_TRUE(archive(last));
  EXPECT_EQ(last_segment(), last);
  start();
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
}

TEST_P(ArchiveTest, while_a_broker_has_the_folder_is_refused) {
  start();
  EXPECT_EQ(code_of(archive(3)), v1::ERROR_CODE_JOURNAL_LOCKED);
  EXPECT_EQ(code_of(unarchive()), v1::ERROR_CODE_JOURNAL_LOCKED);
  EXPECT_TRUE(segments_in(archive_folder).empty());
}

TEST_P(ArchiveTest, without_its_archive_a_start_is_refused_with_the_remedy_and_changes_nothing) {
  ASSERT_TRUE(archive(4));
  move_archive(archive_folder, elsewhere);
  const auto before = folder_bytes(test_folder);
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, v1::ERROR_CODE_ARCHIVED);
  EXPECT_THAT(opened.error().detail, testing::HasSubstr("segment 1 is in the archive /archive/street"));
  EXPECT_THAT(opened.error().detail, testing::HasSubstr("huying journal unarchive --data /data/street --from /archive/street"));
  EXPECT_EQ(folder_bytes(test_folder), before);
}

// I2, for good: the same number, whether or not the archive is there.
TEST_P(ArchiveTest, an_archived_request_is_known_again_also_when_its_archive_is_away) {
  ASSERT_TRUE(archive(last_segment()));
  start();
  move_archive(archive_folder, elsewhere);
  for (std::uint64_t n = 1; n <= requests_in_all; ++n) {
    const auto held = known(n);
    EXPECT_EQ(held.filed().case_number(), fmt::format("W-261123-{:04}-1", n));
    EXPECT_EQ(held.filed().filed().rule(), v1::DISPATCH_RULE_POINT);
    EXPECT_EQ(held.private_part().content_digest(), std::string(16, static_cast<char>('a' + n % 26)));
  }
  Batch batch;
  add_item(batch, StreamId{5}, "the same again", key_of(3));
  const auto appended = append(*journal, term, batch, instant(900'000));
  ASSERT_TRUE(appended);
  EXPECT_EQ(appended->conflicts.size(), 1u) << "its key is still taken";
}

TEST_P(ArchiveTest, a_reader_from_an_archived_place_is_told_where_it_is_and_what_is_here) {
  ASSERT_TRUE(archive(4));
  start();
  const auto nothing = [](const Record&) { return Sink::enough; };
  for (const Position from : {Position{}, make_position(1, 512), make_position(3, 600)}) {
    const auto read = journal->read(from, nothing);
    ASSERT_EQ(code_of(read), v1::ERROR_CODE_ARCHIVED) << from.value;
    EXPECT_THAT(read.error().detail, testing::HasSubstr("what was recorded since 1970-01-01T00:"));
  }
  EXPECT_TRUE(journal->read(make_position(4, 512), nothing));
  EXPECT_EQ(journal->at_time(instant(1)), Position{}) << "which is answered so";
  const Position late = journal->at_time(instant(55'000));
  EXPECT_TRUE(journal->read(late, [](const Record& record) {
    EXPECT_EQ(record.payload, request_payload(55));
    return Sink::enough;
  }));
}

// The first time of which all is here, by what the refusal says.
TEST_P(ArchiveTest, from_the_time_that_the_refusal_names_everything_is_there) {
  ASSERT_TRUE(archive(4));
  start();
  move_archive(archive_folder, elsewhere);
  std::uint64_t first = 0;
  ASSERT_TRUE(journal->read(make_position(4, 512), [&](const Record& record) {
    v1::RequestRecord request;
    if (request.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())))
      first = static_cast<std::uint64_t>(to_ms(record.recorded_at)) / 1000;
    return Sink::enough;
  }));
  ASSERT_GT(first, 1u);
  const Position from = journal->at_time(instant(static_cast<std::int64_t>(1000 * (first - 1) + 1)));
  EXPECT_TRUE(journal->read(from, [&](const Record& record) {
    EXPECT_EQ(record.payload, request_payload(first));
    return Sink::enough;
  }));
}

TEST_P(ArchiveTest, a_fold_reads_the_archive_and_without_it_is_told_and_goes_on_when_it_is_back) {
  ASSERT_TRUE(archive(4));
  start();
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
  move_archive(archive_folder, elsewhere);
  EXPECT_EQ(journal->position_of(StreamId{5}, Sequence{1}), journal->find(key_of(1))) << "needs no record";
  const auto nothing = [](const Record&) { return Sink::more; };
  const auto fold = journal->read_cell(StreamId{5}, Sequence{1}, nothing);
  ASSERT_EQ(code_of(fold), v1::ERROR_CODE_ARCHIVED);
  EXPECT_THAT(fold.error().detail, testing::HasSubstr("huying journal unarchive"));
  EXPECT_EQ(code_of(journal->read_at(*journal->find(key_of(2)), nothing)), v1::ERROR_CODE_ARCHIVED);
  append_requests(requests_in_all + 1, requests_in_all + 2);  // the journal goes on
  move_archive(elsewhere, archive_folder);
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all + 2));
}

TEST_P(ArchiveTest, comes_back_as_it_was) {
  const auto before = segments_in(test_folder);
  std::map<std::string, std::string> bytes;
  for (const auto& name : before) bytes[name] = disk.contents(test_folder + std::string("/journal/") + name);
  ASSERT_TRUE(archive(4));
  const auto some = unarchive("", 3);
  ASSERT_TRUE(some) << some.error().detail;
  EXPECT_EQ(some->first_segment, 3u);
  EXPECT_EQ(some->still_archived_through, 2u);
  const auto rest = unarchive();
  ASSERT_TRUE(rest) << rest.error().detail;
  EXPECT_EQ(rest->still_archived_through, 0u);
  EXPECT_EQ(segments_in(test_folder), before);
  for (const auto& name : before) EXPECT_EQ(disk.contents(test_folder + std::string("/journal/") + name), bytes[name]);
  EXPECT_FALSE(disk.exists(std::string(test_folder) + "/journal/archived.index"));
  move_archive(archive_folder, elsewhere);
  start();
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
}

TEST_P(ArchiveTest, an_archive_that_was_moved_is_read_where_it_is_told_to_be) {
  ASSERT_TRUE(archive(3));
  move_archive(archive_folder, elsewhere);
  EXPECT_EQ(code_of(open()), v1::ERROR_CODE_ARCHIVED);
  const auto back = unarchive(elsewhere);
  ASSERT_TRUE(back) << back.error().detail;
  start();
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
}

TEST_P(ArchiveTest, with_its_index_lost_the_archive_itself_tells_what_to_bring_back) {
  ASSERT_TRUE(archive(4));
  ASSERT_TRUE(disk.remove(std::string(test_folder) + "/journal/archived.index"));
  EXPECT_EQ(code_of(open()), v1::ERROR_CODE_JOURNAL_DAMAGED) << "never taken for a journal that begins there";
  ASSERT_TRUE(unarchive(archive_folder));
  start();
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
}

TEST_P(ArchiveTest, what_is_in_it_is_believed_only_as_it_was_put_there) {
  ASSERT_TRUE(archive(3));
  const std::string path = std::string(archive_folder) + "/journal/" + segments_in(archive_folder).front();
  std::string bytes = disk.contents(path);
  bytes[bytes.size() / 2] ^= 1;
  disk.set_contents(path, bytes);
  EXPECT_EQ(code_of(unarchive()), v1::ERROR_CODE_ARCHIVED);
  if (is_indexed()) {  // nobody has read it yet
    EXPECT_EQ(code_of(open().value()->verify_unread()), v1::ERROR_CODE_JOURNAL_DAMAGED);
  }
  EXPECT_FALSE(open());
}

TEST_P(ArchiveTest, is_never_mixed_with_another_folder) {
  EXPECT_EQ(code_of(archive(3, test_folder)), v1::ERROR_CODE_TARGET_EXISTS);
  ASSERT_TRUE(backup_journal(disk, test_folder, "/backup", {.wait = [] {}}));
  EXPECT_EQ(code_of(archive(3, "/backup")), v1::ERROR_CODE_TARGET_EXISTS);
  ASSERT_TRUE(archive(3));
  EXPECT_EQ(code_of(backup_journal(disk, test_folder, archive_folder, {.wait = [] {}})), v1::ERROR_CODE_TARGET_EXISTS);
  EXPECT_EQ(code_of(restore_journal(disk, archive_folder, "/data/new", small_options(70).random)), v1::ERROR_CODE_JOURNAL_UNREADABLE);
  EXPECT_EQ(code_of(EmbeddedJournal::open(disk, archive_folder, small_options(70))), v1::ERROR_CODE_JOURNAL_UNREADABLE);
  (void)EmbeddedJournal::open(disk, "/data/other", small_options(71)).value();
  EXPECT_EQ(code_of(archive_journal(disk, "/data/other", archive_folder, {.segment = 1, .time = {}})), v1::ERROR_CODE_TARGET_EXISTS);
}

// A backup is whole, wherever the segments are; tools say what they miss.
TEST_P(ArchiveTest, tools_read_through_it_and_without_it_say_so) {
  ASSERT_TRUE(archive(4));
  const auto verified = verify_journal(disk, test_folder);
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_TRUE(verified->clean());
  ASSERT_TRUE(backup_journal(disk, test_folder, "/backup", {.wait = [] {}}));
  ASSERT_TRUE(restore_journal(disk, "/backup", "/data/restored", small_options(70).random));
  EXPECT_EQ(payloads(*EmbeddedJournal::open(disk, "/data/restored", small_options(71)).value()), requests(1, requests_in_all));
  EXPECT_EQ(code_of(plan_repair(disk, test_folder, "")), v1::ERROR_CODE_ARCHIVED);
  move_archive(archive_folder, elsewhere);
  const auto sink = [](std::string_view) { return Result<void>{}; };
  EXPECT_EQ(code_of(verify_journal(disk, test_folder)), v1::ERROR_CODE_ARCHIVED);
  EXPECT_EQ(code_of(export_journal(disk, test_folder, {}, sink)), v1::ERROR_CODE_ARCHIVED);
  EXPECT_EQ(code_of(backup_journal(disk, test_folder, "/backup2", {.wait = [] {}})), v1::ERROR_CODE_ARCHIVED);
  EXPECT_TRUE(backup_journal(disk, test_folder, "/backup", {.wait = [] {}})) << "which holds the old segments already";
}

TEST_P(ArchiveTest, read_only_may_leave_out_what_is_away_and_says_which_batches) {
  ASSERT_TRUE(archive(4));
  move_archive(archive_folder, elsewhere);
  EmbeddedOptions options{.mode = OpenMode::read_only, .unreachable = Unreachable::leave_out};
  journal = EmbeddedJournal::open(disk, test_folder, options).value();
  EXPECT_THAT(journal->missing(), testing::HasSubstr("batches 1 to "));
  EXPECT_THAT(journal->missing(), testing::HasSubstr("huying journal unarchive"));
  std::uint64_t shown = 0;
  ASSERT_TRUE(journal->read({}, [&](const Record&) { return ++shown, Sink::more; }));
  EXPECT_GT(shown, 10u);
  EXPECT_LT(shown, requests_in_all);
}

TEST_P(ArchiveTest, a_start_reads_of_the_archive_only_what_no_index_file_speaks_for) {
  ASSERT_TRUE(archive(4));
  start();
  EXPECT_EQ(journal->parts_unread(), is_indexed() ? disk_names(".index") - 1 : 0u) << "archived.index is another";
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
  tidy();  // of archived segments, too, without reading them
  stop();
  start();
  EXPECT_GE(journal->parts_unread(), disk_names(".index") - 1);
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
  ASSERT_TRUE(journal->verify_unread());
  move_archive(archive_folder, elsewhere);
  for (std::uint64_t n = 1; n <= requests_in_all; ++n)
    EXPECT_EQ(journal->position_of(StreamId{5}, Sequence{n}), journal->find(key_of(n)));
  stop();
  EXPECT_EQ(code_of(open()), v1::ERROR_CODE_ARCHIVED) << "what it does not read must be there, too: whoever serves needs it";
  ASSERT_TRUE(unarchive(elsewhere));
  start();
  EXPECT_GT(journal->parts_unread(), 3u) << "the same segments, wherever they lie";
  EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
  ASSERT_TRUE(journal->verify_unread());
}

// Every step of the way, under every power cut: each record is in one of both places, and the command can be run again.
TEST_P(ArchiveTest, broken_off_at_any_step_loses_nothing_and_can_be_run_again) {
  const MemoryDisk whole = disk.copy();
  for (const bool back : {false, true}) {
    bool was_all = false;
    for (std::uint64_t step = 0; !was_all; ++step) {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        SCOPED_TRACE(fmt::format("back {} step {} seed {}", back, step, seed));
        Dice dice{seed * 1000 + step};
        disk = whole.copy();
        if (back) {
          ASSERT_TRUE(archive(4));
        }
        const std::uint64_t effects = disk.effects();
        disk.lose_power_at(effects + step);
        const bool done = back ? unarchive().has_value() : archive(4).has_value();
        was_all = disk.effects() <= effects + step;
        EXPECT_EQ(done, was_all);
        disk.crash(dice);
        {
          const auto opened = open();
          ASSERT_TRUE(opened) << opened.error().detail;
          EXPECT_EQ(payloads(**opened), requests(1, requests_in_all));
        }
        const auto again = back ? code_of(unarchive()) : code_of(archive(4));
        EXPECT_EQ(again, 0u);
        EXPECT_EQ(segments_in(test_folder).front(), back ? "00000001-0000.segment" : "00000004-0000.segment");
        start();
        EXPECT_EQ(payloads(*journal), requests(1, requests_in_all));
        for (const std::uint64_t n : {1u, 20u, 59u}) EXPECT_EQ(known(n).filed().case_number(), fmt::format("W-261123-{:04}-1", n));
        journal.reset();
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(IndexFiles, ArchiveTest, testing::Bool());

}  // namespace
}  // namespace huying::journal
