// Folders damaged in every way that a disk knows, mended or cut; what is missing is told exactly.
#include "broker/journal/repair.h"

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
  void lose_power_at_each_effect(const std::vector<std::string>& left);

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

// Batch 2n is the request of case n, batch 2n + 1 a commit about it.
TEST_F(RepairTest, a_case_whose_request_cannot_be_read_is_missing_and_not_set_back) {
  const std::string folder = "/data/cases";
  auto options = small_options();
  options.segment_bytes = 64 * limits::KiB;
  auto journal = EmbeddedJournal::open(disk, folder, options).value();
  const Term term = journal->claim("test", instant(1)).value();
  const auto append_record = [&](v1::RecordKind kind, const google::protobuf::Message& record) {
    Batch batch;
    batch.begin_item();
    batch.add_record(StreamId{5}, kind, {1, 0}, record.SerializeAsString());
    ASSERT_TRUE(append(*journal, term, batch));
  };
  for (std::uint32_t n = 1; n <= 5; ++n) {
    v1::RequestRecord request;
    request.mutable_filed()->set_case_number(fmt::format("WY-261124-{:04}-3", n));
    request.mutable_filed()->set_local_date(261124);
    request.mutable_filed()->set_serial(n);
    append_record(v1::RECORD_KIND_REQUEST, request);
    v1::CaseEvent event;
    event.set_case_number(request.filed().case_number());
    v1::Commit commit;
    commit.add_events()->set_event(event.SerializeAsString());
    append_record(v1::RECORD_KIND_COMMIT, commit);
  }
  ASSERT_TRUE(journal->close(instant(9000)));
  segments = {folder + "/journal/00000001-0000.segment"};
  spoil(6);  // the request of case 3
  auto what = plan_repair(disk, folder, {});
  EXPECT_THAT(what->missing.serials[261124], testing::ElementsAre(NumberRange{3, 3}));
  EXPECT_THAT(what->missing.cases, testing::ElementsAre("WY-261124-0004-3", "WY-261124-0005-3"));
  EXPECT_THAT(what->missing.cases_set_back, testing::IsEmpty());
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

void RepairTest::lose_power_at_each_effect(const std::vector<std::string>& left) {
  for (std::uint64_t effect = 0;; ++effect) {
    SCOPED_TRACE(effect);
    Dice dice{effect + 1};
    const MemoryDisk before = disk.copy();
    const auto what = plan();
    const std::uint64_t begun = disk.effects();
    disk.lose_power_at(begun + effect);
    (void)repair_journal(disk, test_folder, what, small_options(50).random);
    const bool over = disk.effects() <= begun + effect;
    disk.crash(dice);
    const auto again = plan();
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
