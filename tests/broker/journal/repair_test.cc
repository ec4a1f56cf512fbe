// Folders damaged in every way that a disk knows, mended or cut; what is missing is told exactly.
#include "broker/journal/repair.h"

#include <algorithm>
#include <map>
#include <set>

#include "broker/journal/backup.h"
#include "broker/journal/begin_anew.h"
#include "broker/journal/verify.h"
#include "huying/v1/event.pb.h"
#include "huying/v1/record.pb.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

constexpr const char* backup_folder = "/backup/street";
const std::string in_journal = std::string(test_folder) + "/journal/";
constexpr std::uint64_t texts_in_all = 60;

class RepairTest : public testing::Test {
 protected:
  void SetUp() override {
    auto journal = EmbeddedJournal::open(disk, test_folder, small_options()).value();
    const Term term = journal->claim("test", instant(1)).value();
    for (std::uint64_t n = 1; n <= texts_in_all; ++n) ASSERT_TRUE(append_text(*journal, term, n));
    ASSERT_TRUE(journal->store_checkpoint(StreamId{5}, {{1, 1}, Sequence{texts_in_all}, 1, "state"}));
    ASSERT_TRUE(journal->set_cursor("board", "state"));
    ASSERT_TRUE(journal->close(instant(9000)));
    journal.reset();
    for (const std::string& path : disk.files()) {
      if (path.ends_with(".segment")) segments.push_back(path);
    }
    ASSERT_GT(segments.size(), 3u);
  }
  // Turns a byte inside batch `number`'s body and answers in which file.
  std::string spoil(std::uint64_t number) {
    for (const std::string& path : segments) {
      std::string bytes = disk.contents(path);
      const auto header = decode_part_header(bytes).value();
      for (std::uint64_t at = header.alignment; at < bytes.size();) {
        const auto batch = peek_batch(std::string_view(bytes).substr(at), header.id);
        if (!batch) break;
        if (batch->number == number) {
          bytes[at + 60] = static_cast<char>(~bytes[at + 60]);
          disk.set_contents(path, bytes);
          return path;
        }
        at += aligned(batch->length, header.alignment);
      }
    }
    ADD_FAILURE() << "no batch " << number;
    return {};
  }
  void back_up() { ASSERT_TRUE(backup_journal(disk, test_folder, backup_folder, {.wait = [] {}})); }
  RepairPlan plan(const std::string& backup = {}) {
    auto made = plan_repair(disk, test_folder, backup);
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(*made);
  }
  // Repairs, and opens what came of it as a broker does; answers the texts that are left.
  std::vector<std::string> repaired(const RepairPlan& what) {
    const auto done = repair_journal(disk, test_folder, what, small_options(50).random);
    EXPECT_TRUE(done) << done.error().detail;
    EXPECT_TRUE(verify_journal(disk, test_folder)->clean());
    auto journal = EmbeddedJournal::open(disk, test_folder, small_options(51)).value();
    const auto left = payloads(*journal);
    const Term term = journal->claim("test", instant(2)).value();
    EXPECT_TRUE(append_text(*journal, term, 900));
    return left;
  }

  std::uint64_t first_batch_of(const std::string& path) {
    return decode_part_header(disk.contents(path)).value().first_batch;
  }
  std::string latest_part() {
    std::string latest;
    for (const std::string& path : disk.files()) {
      if (path.ends_with(".segment")) latest = path;
    }
    return latest;
  }
  // Of a folder that is damaged; leaves it as it is when the last trial has repaired it.
  void lose_power_at_each_effect(const std::vector<std::string>& left, const std::string& backup = {});
  void lose_all_segments() {
    for (const std::string& path : disk.files()) {
      if (!path.starts_with(in_journal) || !path.ends_with(".segment")) continue;
      ASSERT_TRUE(disk.remove(path));
    }
    ASSERT_TRUE(disk.sync_folder(FolderPaths(test_folder).journal)) << "a loss of power must not bring them back";
  }

  MemoryDisk disk;
  std::vector<std::string> segments;
};

TEST_F(RepairTest, nothing_damaged_is_nothing_to_do) {
  EXPECT_TRUE(plan().nothing_to_do());
  EXPECT_EQ(code_of(repair_journal(disk, test_folder, plan())), v1::ERROR_CODE_NOTHING_TO_REPAIR);
}

TEST_F(RepairTest, a_plan_that_another_repair_has_overtaken_is_not_carried_out) {
  spoil(20);
  const auto late = plan();
  EXPECT_EQ(repaired(plan()), texts(1, 18));  // and a broker has written on
  EXPECT_EQ(code_of(repair_journal(disk, test_folder, late)), v1::ERROR_CODE_NOTHING_TO_REPAIR);
  EXPECT_TRUE(verify_journal(disk, test_folder)->clean());
}

TEST_F(RepairTest, a_plan_changes_nothing) {
  spoil(20);
  ASSERT_TRUE(disk.remove(segments[2]));
  const auto files = disk.files();
  const auto effects = disk.effects();
  (void)plan();
  EXPECT_EQ(disk.effects(), effects);
  EXPECT_EQ(disk.files(), files);
}

TEST_F(RepairTest, a_bad_batch_cuts_the_journal_before_it_and_all_behind_it_is_told) {
  spoil(20);  // the claim is batch 1, text n is batch n + 1
  const auto what = plan();
  ASSERT_TRUE(what.cuts);
  EXPECT_EQ(what.kept_through, 19u);
  EXPECT_EQ(what.missing.first_batch, 20u);
  EXPECT_EQ(what.missing.last_batch_seen, texts_in_all + 2) << "the mark of the clean end";
  EXPECT_THAT(what.missing.unreadable_batches, testing::ElementsAre(NumberRange{20, 20}));
  ASSERT_EQ(what.missing.streams.size(), 1u);
  const MissingStream& stream = what.missing.streams.at(5);
  EXPECT_EQ(stream.first, Sequence{19});
  EXPECT_EQ(stream.last_seen, Sequence{texts_in_all});
  EXPECT_EQ(stream.readable, texts_in_all - 19);
  EXPECT_EQ(repaired(what), texts(1, 18));
}

TEST_F(RepairTest, the_report_names_every_case_and_the_screen_the_first_few) {
  RepairPlan what;
  what.findings.push_back({});
  what.cuts = true;
  for (int n = 1; n <= 9; ++n) what.missing.cases.insert(fmt::format("WY-{}", n));
  EXPECT_THAT(to_text(what), testing::HasSubstr("WY-9"));
  EXPECT_THAT(to_text(what, 3), testing::AllOf(testing::HasSubstr("WY-3"), testing::Not(testing::HasSubstr("WY-4")),
                                               testing::HasSubstr("6 more")));
  EXPECT_THAT(to_text(what, 9), testing::Not(testing::HasSubstr("more, --list-all")));
}

// Batch 2n is the request of case n, batch 2n + 1 a commit about it; the last batch with records is a commit about case 1.
class RepairCasesTest : public RepairTest {
 protected:
  void SetUp() override {
    auto options = small_options();
    options.segment_bytes = 64 * limits::KiB;
    journal = EmbeddedJournal::open(disk, folder, options).value();
    term = journal->claim("test", instant(1)).value();
  }
  static std::string number_of(std::uint32_t local_date, std::uint32_t serial) {
    return fmt::format("WY-{}-{:04}-3", local_date, serial);
  }
  void append_record(v1::RecordKind kind, const google::protobuf::Message& record) {
    Batch batch;
    batch.begin_item();
    batch.add_record(StreamId{5}, kind, {1, 0}, record.SerializeAsString());
    ASSERT_TRUE(append(*journal, term, batch));
  }
  void commit(const std::string& case_number) {
    v1::CaseEvent event;
    event.set_case_number(case_number);
    v1::Commit commit;
    commit.add_events()->set_event(event.SerializeAsString());
    append_record(v1::RECORD_KIND_COMMIT, commit);
  }
  void file(std::uint32_t local_date, std::uint32_t serial) {
    v1::RequestRecord request;
    request.mutable_filed()->set_case_number(number_of(local_date, serial));
    request.mutable_filed()->set_local_date(local_date);
    request.mutable_filed()->set_serial(serial);
    append_record(v1::RECORD_KIND_REQUEST, request);
    commit(request.filed().case_number());
  }
  RepairPlan plan_with_bad(std::uint64_t batch) {
    commit(number_of(261124, 1));
    EXPECT_TRUE(journal->close(instant(9000)));
    segments = {folder + "/journal/00000001-0000.segment"};
    spoil(batch);
    auto made = plan_repair(disk, folder, {});
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(*made);
  }

  const std::string folder = "/data/cases";
  std::unique_ptr<EmbeddedJournal> journal;
  Term term;
};

TEST_F(RepairCasesTest, a_case_whose_request_cannot_be_read_is_missing_and_not_set_back) {
  for (std::uint32_t n = 1; n <= 5; ++n) file(261124, n);
  auto what = plan_with_bad(6);  // the request of case 3
  EXPECT_THAT(what.missing.serials[261124], testing::ElementsAre(NumberRange{3, 3}));
  EXPECT_THAT(what.missing.cases, testing::ElementsAre("WY-261124-0004-3", "WY-261124-0005-3"));
  EXPECT_THAT(what.missing.cases_without_request, testing::ElementsAre("WY-261124-0003-3"));
  EXPECT_THAT(what.missing.cases_set_back, testing::ElementsAre("WY-261124-0001-3"));
}

TEST_F(RepairCasesTest, so_is_the_last_one_which_no_request_follows) {
  for (std::uint32_t n = 1; n <= 4; ++n) file(261124, n);
  auto what = plan_with_bad(8);
  EXPECT_THAT(what.missing.serials[261124], testing::ElementsAre(NumberRange{4, 4}));
  EXPECT_THAT(what.missing.cases, testing::IsEmpty());
  EXPECT_THAT(what.missing.cases_without_request, testing::ElementsAre("WY-261124-0004-3"));
  EXPECT_THAT(what.missing.cases_set_back, testing::ElementsAre("WY-261124-0001-3"));
  const std::string told = to_text(what);
  EXPECT_THAT(told, testing::HasSubstr("its request cannot be read WY-261124-0004-3"));
  EXPECT_THAT(told, testing::HasSubstr("261124: 4\n"));
}

TEST_F(RepairCasesTest, so_is_one_of_a_day_of_which_no_request_is_kept_with_those_before_it) {
  for (std::uint32_t n = 1; n <= 2; ++n) file(261124, n);
  for (std::uint32_t n = 2; n <= 3; ++n) file(261125, n);  // the first of that day has left no trace
  auto what = plan_with_bad(6);                            // of the second: a commit tells of it
  EXPECT_EQ(what.missing.serials.size(), 1u);
  EXPECT_THAT(what.missing.serials[261125], testing::ElementsAre(NumberRange{1, 2}));
  EXPECT_THAT(what.missing.cases, testing::ElementsAre("WY-261125-0003-3"));
  EXPECT_THAT(what.missing.cases_without_request, testing::ElementsAre("WY-261125-0002-3"));
  EXPECT_THAT(what.missing.cases_set_back, testing::ElementsAre("WY-261124-0001-3"));
}

TEST_F(RepairCasesTest, where_nothing_is_kept_all_is_to_be_published_again_from_the_beginning) {
  file(261124, 1);
  const auto what = plan_with_bad(1);
  EXPECT_EQ(what.kept_through, 0u);
  EXPECT_THAT(to_text(what), testing::AllOf(testing::HasSubstr("from the beginning"), testing::Not(testing::HasSubstr("1970"))));
}

TEST_F(RepairTest, nothing_is_deleted_and_the_quarantine_can_be_read) {
  std::map<std::string, std::string> before;
  spoil(20);
  for (const auto& path : segments) before[path.substr(in_journal.size())] = disk.contents(path);
  const auto what = plan();
  const auto done = repair_journal(disk, test_folder, what, small_options(50).random);
  ASSERT_TRUE(done) << done.error().detail;
  for (const auto& [name, bytes] : before) {
    const bool kept = disk.contents(in_journal + name) == bytes;
    const bool quarantined = disk.contents(done->quarantine + "/journal/" + name) == bytes;
    EXPECT_TRUE(kept || quarantined) << name;
  }
  EXPECT_TRUE(disk.exists(done->quarantine + "/report.txt"));
  EXPECT_TRUE(disk.exists(done->quarantine + "/checkpoints/00000005.checkpoint"));
  auto aside = EmbeddedJournal::open(disk, done->quarantine, {.mode = OpenMode::read_only});
  ASSERT_TRUE(aside) << aside.error().detail;
  std::set<std::string> readable;
  ASSERT_TRUE((*aside)->read({}, [&](const Record& record) {
    readable.emplace(record.payload);
    return Sink::more;
  }));
  for (std::uint64_t n = 20; n <= texts_in_all; ++n) EXPECT_TRUE(readable.contains(text_of(n))) << n;
}

TEST_F(RepairTest, a_missing_segment_cuts_before_it) {
  ASSERT_TRUE(disk.remove(segments[1]));
  const auto what = plan();
  ASSERT_TRUE(what.cuts);
  ASSERT_EQ(what.missing.unreadable_batches.size(), 1u);
  EXPECT_EQ(what.missing.unreadable_batches[0].first, what.kept_through + 1);
  const auto left = repaired(what);
  EXPECT_EQ(left, texts(1, what.kept_through - 1));
}

TEST_F(RepairTest, a_first_segment_that_is_lost_leaves_an_empty_journal_that_starts) {
  ASSERT_TRUE(disk.remove(segments[0]));
  const auto what = plan();
  ASSERT_TRUE(what.cuts);
  EXPECT_EQ(what.kept_through, 0u);
  EXPECT_TRUE(repaired(what).empty());
}

TEST_F(RepairTest, a_bad_header_is_made_anew_without_loss) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    SCOPED_TRACE(segments[i]);
    const MemoryDisk before = disk.copy();
    disk.set_contents(segments[i], disk.contents(segments[i]).replace(0, sector_bytes, sector_bytes, '\0'));
    EXPECT_EQ(code_of(EmbeddedJournal::open(disk, test_folder, small_options(9))), v1::ERROR_CODE_JOURNAL_DAMAGED);
    const auto what = plan();
    EXPECT_FALSE(what.cuts);
    EXPECT_EQ(what.mended.size(), 1u);
    EXPECT_EQ(repaired(what), texts(1, texts_in_all));
    disk = before.copy();
  }
}

TEST_F(RepairTest, the_file_format_is_taken_from_its_copy_or_from_a_backup_and_never_invented) {
  back_up();
  ASSERT_TRUE(disk.remove(std::string(test_folder) + "/format"));
  const MemoryDisk without = disk.copy();
  EXPECT_EQ(repaired(plan()), texts(1, texts_in_all));
  disk = without.copy();
  ASSERT_TRUE(disk.remove(in_journal + "format.copy"));
  EXPECT_EQ(code_of(plan_repair(disk, test_folder, "")), v1::ERROR_CODE_JOURNAL_DAMAGED);
  EXPECT_EQ(repaired(plan(backup_folder)), texts(1, texts_in_all));
}

TEST_F(RepairTest, what_a_backup_holds_is_mended_without_loss) {
  back_up();
  const MemoryDisk whole = disk.copy();
  for (const std::uint64_t first : {std::uint64_t{2}, std::uint64_t{20}, texts_in_all - 3}) {
    SCOPED_TRACE(first);
    for (std::uint64_t n = first; n < first + 3; ++n) spoil(n);
    const auto what = plan(backup_folder);
    EXPECT_FALSE(what.cuts);
    EXPECT_EQ(repaired(what), texts(1, texts_in_all));
    disk = whole.copy();
  }
  ASSERT_TRUE(disk.remove(segments[1]));
  const auto what = plan(backup_folder);
  EXPECT_FALSE(what.cuts);
  EXPECT_EQ(repaired(what), texts(1, texts_in_all));
}

TEST_F(RepairTest, any_zero_sector_of_any_segment_can_be_repaired_and_what_is_left_is_a_beginning) {
  for (const std::string& path : segments) {
    const std::string bytes = disk.contents(path);
    for (std::uint64_t at = 0; at < bytes.size(); at += sector_bytes) {
      SCOPED_TRACE(fmt::format("{} {}", path, at));
      const MemoryDisk before = disk.copy();
      disk.set_contents(path, std::string(bytes).replace(at, sector_bytes, sector_bytes, '\0'));
      const auto what = plan();
      if (!what.nothing_to_do()) {
        const auto left = repaired(what);
        EXPECT_EQ(left, texts(1, left.size()));
        if (what.cuts) {
          EXPECT_EQ(left.size(), std::max<std::uint64_t>(what.kept_through, 1) - 1) << "the claim is no text";
        }
      }
      disk = before.copy();
    }
  }
}

// Two batches that a recovery copied into a part of its own, which proves both; the second of them goes bad.
TEST_F(RepairTest, a_cut_among_what_a_recovery_copied_keeps_what_comes_before) {
  auto journal = EmbeddedJournal::open(disk, test_folder, small_options(20)).value();
  Term term = journal->claim("test", instant(9001)).value();
  ASSERT_TRUE(append_text(*journal, term, 61));
  ASSERT_TRUE(journal->idle(instant(900'000)));  // a mark, which no sync follows but that of the next batch
  ASSERT_TRUE(append_text(*journal, term, 62));
  journal.reset();
  journal = EmbeddedJournal::open(disk, test_folder, small_options(21)).value();
  term = journal->claim("test", instant(900'001)).value();
  ASSERT_TRUE(append_text(*journal, term, 63));
  ASSERT_TRUE(journal->close(instant(900'002)));
  journal.reset();
  segments = {latest_part()};
  const auto header = decode_part_header(disk.contents(segments[0])).value();
  ASSERT_EQ(header.durable_through, header.first_batch + 1) << "the mark and the batch behind it";
  spoil(header.durable_through);
  const auto what = plan();
  EXPECT_EQ(what.kept_through, header.first_batch);
  EXPECT_EQ(repaired(what), texts(1, 61));
}

// Method: the power lost at each effect of a repair; no broker starts with what is there then, unless it is whole as it
// was or done, and another repair ends with a folder that starts with the same records.
TEST_F(RepairTest, power_lost_at_each_effect_of_a_repair_is_made_good_by_another) {
  for (const std::uint64_t bad : {std::uint64_t{20}, first_batch_of(segments[2])}) {
    SCOPED_TRACE(bad);
    const MemoryDisk whole = disk.copy();
    spoil(bad);
    lose_power_at_each_effect(texts(1, bad - 2));
    disk = whole.copy();
  }
  const std::uint64_t missing = first_batch_of(segments[1]);
  ASSERT_TRUE(disk.remove(segments[1]));
  lose_power_at_each_effect(texts(1, missing - 2));
}

// ---- No segment is left ------------------------------------------------------------------------------------------

TEST_F(RepairTest, with_every_segment_gone_it_is_damage_wherever_it_is_looked_at) {
  lose_all_segments();
  const auto opened = EmbeddedJournal::open(disk, test_folder, small_options(9));
  ASSERT_EQ(code_of(opened), v1::ERROR_CODE_JOURNAL_DAMAGED);
  EXPECT_THAT(opened.error().detail, testing::AllOf(testing::HasSubstr("no segment is there"), testing::HasSubstr("--backup")));
  const auto report = verify_journal(disk, test_folder);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->findings.size(), 1u);
  EXPECT_THAT(to_string(report->findings[0]), testing::HasSubstr("no segment is there"));
  EXPECT_EQ(code_of(backup_journal(disk, test_folder, backup_folder, {.wait = [] {}})), v1::ERROR_CODE_JOURNAL_DAMAGED);
  auto looked_at = EmbeddedJournal::open(disk, test_folder, {.mode = OpenMode::read_only});
  ASSERT_TRUE(looked_at) << looked_at.error().detail;
  EXPECT_TRUE((*looked_at)->damage());
  EXPECT_THAT((*looked_at)->missing(), testing::HasSubstr("no segment is there"));
}

TEST_F(RepairTest, with_every_segment_gone_and_no_backup_it_begins_anew_and_gives_nothing_a_second_time) {
  lose_all_segments();
  const auto what = plan();
  ASSERT_TRUE(what.cuts);
  EXPECT_EQ(what.kept_through, 0u);
  EXPECT_THAT(to_text(what), testing::AllOf(testing::HasSubstr("all records are lost"), testing::HasSubstr("from the beginning"),
                                            testing::Not(testing::HasSubstr("1970"))));
  EXPECT_TRUE(repaired(what).empty());
  EXPECT_TRUE(disk.exists(std::string(test_folder) + "/quarantine/0001/checkpoints/00000005.checkpoint"));
  auto journal = EmbeddedJournal::open(disk, test_folder, small_options(60)).value();
  EXPECT_GT(segment_of(journal->head()), segments_left_out);
  EXPECT_GT(journal->last_term(), Term{terms_left_out});
  EXPECT_EQ(journal->cursors().size(), 1u);
}

// What was written behind the backup's end is lost with its positions, and no file says that there was any.
TEST_F(RepairTest, with_every_segment_gone_a_backup_brings_what_it_holds_and_the_rest_is_left_out) {
  back_up();
  {
    auto journal = EmbeddedJournal::open(disk, test_folder, small_options(20)).value();
    const Term term = journal->claim("test", instant(9001)).value();
    for (std::uint64_t n = 61; n <= 70; ++n) ASSERT_TRUE(append_text(*journal, term, n));
    ASSERT_TRUE(journal->close(instant(9002)));
  }
  lose_all_segments();
  const auto what = plan(backup_folder);
  EXPECT_TRUE(what.cuts);
  EXPECT_EQ(what.mended.size(), segments.size());
  EXPECT_THAT(what.cut_files, testing::IsEmpty());
  EXPECT_EQ(repaired(what), texts(1, texts_in_all));
  auto journal = EmbeddedJournal::open(disk, test_folder, small_options(60)).value();
  EXPECT_GT(segment_of(journal->head()), segments_left_out);
  EXPECT_GT(journal->last_term(), Term{terms_left_out});
}

TEST_F(RepairTest, with_every_segment_and_the_file_format_gone_no_new_folder_is_made_and_a_backup_brings_both) {
  back_up();
  lose_all_segments();
  ASSERT_TRUE(disk.remove(std::string(test_folder) + "/format"));
  ASSERT_TRUE(disk.remove(in_journal + "format.copy"));
  EXPECT_EQ(code_of(EmbeddedJournal::open(disk, test_folder, small_options(9))), v1::ERROR_CODE_JOURNAL_DAMAGED);
  EXPECT_FALSE(verify_journal(disk, test_folder)->clean());
  EXPECT_EQ(code_of(plan_repair(disk, test_folder, {})), v1::ERROR_CODE_JOURNAL_DAMAGED);
  EXPECT_EQ(repaired(plan(backup_folder)), texts(1, texts_in_all));
}

// Each kind of file that comes only when a segment is there, alone beside what comes before one.
TEST_F(RepairTest, any_file_that_a_segment_comes_before_proves_that_there_was_one_unless_it_is_empty) {
  {
    auto journal = EmbeddedJournal::open(disk, test_folder, small_options(20)).value();
    while (journal->idle(instant(900'000)).value() == SegmentPool::More::yes) {
    }
  }
  lose_all_segments();
  MemoryDisk bare = disk.copy();
  std::vector<std::string> proofs;
  for (const std::string& path : bare.files()) {
    if (path.ends_with("/LOCK") || path.ends_with("/format") || path.ends_with("/format.copy")) continue;
    ASSERT_TRUE(bare.remove(path));
    proofs.push_back(path);
  }
  const auto opened = [&](const std::string& path, const std::string& bytes) {
    MemoryDisk trial = bare.copy();
    trial.set_contents(path, bytes);
    return code_of(EmbeddedJournal::open(trial, test_folder, small_options(21)));
  };
  ASSERT_GT(proofs.size(), 3u);
  for (const char* suffix : {".keys", ".index", ".checkpoint", ".cursor"}) {
    const auto has_it = [&](const std::string& path) { return path.ends_with(suffix); };
    EXPECT_TRUE(std::any_of(proofs.begin(), proofs.end(), has_it)) << suffix;
  }
  for (const std::string& path : proofs) {
    EXPECT_EQ(opened(path, disk.contents(path)), v1::ERROR_CODE_JOURNAL_DAMAGED) << path;
    EXPECT_EQ(opened(path, {}), 0u) << path;
    EXPECT_EQ(opened(path + ".tmp", disk.contents(path)), 0u) << path;
  }
  EXPECT_TRUE(EmbeddedJournal::open(bare, test_folder, small_options(21))) << "a new folder whose start broke off";
}

TEST_F(RepairTest, power_lost_at_each_effect_of_a_repair_with_every_segment_gone_is_made_good_by_another) {
  back_up();
  lose_all_segments();
  const MemoryDisk lost = disk.copy();
  lose_power_at_each_effect({});
  disk = lost.copy();
  lose_power_at_each_effect(texts(1, texts_in_all), backup_folder);
}

void RepairTest::lose_power_at_each_effect(const std::vector<std::string>& left, const std::string& backup) {
  for (std::uint64_t effect = 0;; ++effect) {
    SCOPED_TRACE(effect);
    Dice dice{effect + 1};
    const MemoryDisk before = disk.copy();
    const auto what = plan(backup);
    const std::uint64_t begun = disk.effects();
    disk.lose_power_at(begun + effect);
    (void)repair_journal(disk, test_folder, what, small_options(50).random);
    const bool over = disk.effects() <= begun + effect;
    disk.crash(dice);
    const auto again = plan(backup);
    if (!again.nothing_to_do()) {
      MemoryDisk trial = disk.copy();
      ASSERT_EQ(code_of(EmbeddedJournal::open(trial, test_folder, small_options(53))), v1::ERROR_CODE_JOURNAL_DAMAGED);
      ASSERT_TRUE(repair_journal(disk, test_folder, again, small_options(52).random));
    }
    auto journal = EmbeddedJournal::open(disk, test_folder, small_options(51));
    ASSERT_TRUE(journal) << journal.error().detail;
    ASSERT_EQ(payloads(**journal), left);
    ASSERT_GT((*journal)->claim("test", instant(2)).value(), Term{terms_left_out});
    journal = tl::unexpected(Error{});
    if (over) break;
    disk = before.copy();
  }
}

TEST_F(RepairTest, a_cursor_behind_the_cut_is_refused) {
  Position lost;
  {
    auto journal = EmbeddedJournal::open(disk, test_folder, {.mode = OpenMode::read_only}).value();
    lost = journal->head();
  }
  spoil(20);
  (void)repaired(plan());
  auto journal = EmbeddedJournal::open(disk, test_folder, small_options(60)).value();
  EXPECT_EQ(journal->cursors().size(), 1u);
  EXPECT_EQ(code_of(journal->read(lost, [](const Record&) { return Sink::more; })),
            v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL);
}

}  // namespace
}  // namespace huying::journal
