// verify and dump, on journals that were written by the engine and on some that were tampered with.
#include "broker/journal/dump.h"

#include <cstddef>
#include <cstring>
#include <nlohmann/json.hpp>

#include "broker/journal/format.h"
#include "broker/journal/verify.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

class VerifyAndDump : public testing::Test {
 protected:
  void SetUp() override {
    auto options = small_options();
    options.segment_bytes = 1 << 20;
    journal = EmbeddedJournal::open(disk, test_folder, options).value();
    term = journal->claim("test 0.1", instant(1)).value();
  }
  std::vector<std::string> dump(DumpOptions options) {
    std::vector<std::string> lines;
    const auto done = dump_journal(disk, test_folder, options, [&](std::string_view line) { lines.emplace_back(line); });
    EXPECT_TRUE(done) << done.error().detail;
    return lines;
  }
  // Appends one record whose bytes say something about itself that is not so.
  void append_as(v1::RecordKind kind, EpochId epoch, std::string_view payload) {
    Batch batch;
    batch.begin_item();
    batch.add_record(partition_stream, kind, epoch, payload);
    ASSERT_TRUE(append(*journal, term, batch));
  }

  MemoryDisk disk;
  std::unique_ptr<EmbeddedJournal> journal;
  Term term;
};

TEST_F(VerifyAndDump, a_journal_in_order_is_clean_and_counted) {
  for (std::uint64_t n = 1; n <= 40; ++n) ASSERT_TRUE(append_text(*journal, term, n, StreamId{static_cast<std::uint32_t>(1 + n % 3)}));
  ASSERT_TRUE(journal->close(instant(9000)));
  const auto report = verify_journal(disk, test_folder);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->clean());
  EXPECT_EQ(report->partition, "street");
  EXPECT_EQ(report->records, 41u);
  EXPECT_EQ(report->items, 41u);
  EXPECT_EQ(report->batches, 41u);
  EXPECT_EQ(report->marks, 1u);
  EXPECT_EQ(report->unique_keys, 40u);
  EXPECT_EQ(report->streams, 4u);
  EXPECT_EQ(report->last_term, Term{1});
  EXPECT_EQ(report->last_batch, 42u);
  EXPECT_EQ(report->proven_through, 41u);
  EXPECT_TRUE(report->tail_is_blank);
}

TEST_F(VerifyAndDump, a_term_that_nobody_claimed_or_that_goes_back_is_found) {
  append_as(v1::RECORD_KIND_COVERAGE, {9, 0}, "");
  append_as(v1::RECORD_KIND_TERM, {1, 0}, "\x08\x01");
  const auto report = verify_journal(disk, test_folder);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->findings_in_all, 2u);
  EXPECT_NE(report->findings[0].what.find("term 9 was never claimed"), std::string::npos);
  EXPECT_NE(report->findings[1].what.find("term 1 after term 1"), std::string::npos);
}

TEST_F(VerifyAndDump, findings_are_counted_all_and_kept_to_a_limit) {
  for (int i = 0; i < 300; ++i) append_as(v1::RECORD_KIND_COVERAGE, {9, 0}, "");
  const auto report = verify_journal(disk, test_folder);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->findings_in_all, 300u);
  EXPECT_EQ(report->findings.size(), limits::findings_max);
}

TEST_F(VerifyAndDump, a_batch_with_a_right_crc_around_a_broken_inside_is_found_and_ends_no_walk_in_a_circle) {
  for (std::uint64_t n = 1; n <= 3; ++n) ASSERT_TRUE(append_text(*journal, term, n));
  journal.reset();
  const auto path = std::string(test_folder) + "/journal/" + part_name(1, 0);
  auto bytes = disk.contents(path);
  const std::size_t begin = 1024;  // behind the segment's header and the claim of the term
  BatchHeader header;
  std::memcpy(&header, bytes.data() + begin, sizeof header);
  ASSERT_EQ(header.number, 2u);
  std::string batch = bytes.substr(begin, header.length);
  batch[sizeof header + offsetof(RecordHeader, batch_distance)] ^= 1;
  seal_batch(batch, crc_seed(header.part_id));
  disk.set_contents(path, bytes.replace(begin, batch.size(), batch));
  const auto report = verify_journal(disk, test_folder);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->clean());
  EXPECT_EQ(report->findings[0].offset, begin);
}

TEST_F(VerifyAndDump, no_journal_and_a_bad_format_file_are_told_apart) {
  EXPECT_EQ(code_of(verify_journal(disk, "/data/none")), v1::ERROR_CODE_JOURNAL_UNREADABLE);
  journal.reset();
  disk.set_contents(std::string(test_folder) + "/format", "nonsense");
  const auto report = verify_journal(disk, test_folder);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->clean());
}

TEST_F(VerifyAndDump, every_record_is_a_line_of_json) {
  ASSERT_TRUE(append_text(*journal, term, 1));
  append_as(static_cast<v1::RecordKind>(77), {}, "of a later version");
  const auto lines = dump({.payload = true});
  ASSERT_EQ(lines.size(), 3u);
  const auto first = nlohmann::json::parse(lines[0]), last = nlohmann::json::parse(lines[2]);
  EXPECT_EQ(first["kind"], "TERM");
  EXPECT_EQ(first["term"], 1);
  EXPECT_EQ(first["stream"], 0);
  EXPECT_EQ(first["recorded_at"], "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(first["payload"]["broker"], "test 0.1");
  EXPECT_EQ(nlohmann::json::parse(lines[1])["payload"]["unreadable"], true);
  EXPECT_EQ(last["kind"], "77");
  EXPECT_EQ(last["bytes"], 18);
}

TEST_F(VerifyAndDump, a_time_that_no_clock_tells_is_dumped_as_a_number) {
  Batch batch;
  batch.begin_item();
  batch.add_record(partition_stream, v1::RECORD_KIND_COVERAGE, {1, 0}, "");
  ASSERT_TRUE(append(*journal, term, batch, Instant::max()));
  EXPECT_EQ(nlohmann::json::parse(dump({}).back())["recorded_at"], "9223372036854775807 ms");
}

TEST_F(VerifyAndDump, a_dump_takes_a_stream_a_beginning_and_a_limit) {
  for (std::uint64_t n = 1; n <= 10; ++n) ASSERT_TRUE(append_text(*journal, term, n, StreamId{static_cast<std::uint32_t>(5 + n % 2)}));
  EXPECT_EQ(dump({}).size(), 11u);
  EXPECT_EQ(dump({.stream = StreamId{5}}).size(), 5u);
  EXPECT_EQ(dump({.from = journal->head()}).size(), 0u);
  EXPECT_EQ(dump({.records_max = 3}).size(), 3u);
}

TEST_F(VerifyAndDump, a_dump_never_tells_contacts_words_or_addresses) {
  v1::RequestRecord request;
  request.mutable_filed()->set_case_number("WY-261123-0001-5");
  auto& asked = *request.mutable_private_part()->mutable_request();
  asked.mutable_text()->set_plain("SECRET words");
  asked.mutable_location()->set_address("SECRET address");
  asked.mutable_contact()->mutable_telephone()->set_plain("SECRET telephone");
  append_as(v1::RECORD_KIND_REQUEST, {}, request.SerializeAsString());
  v1::ActionRecord action;
  action.mutable_stamped()->set_action_id("a-1");
  action.mutable_private_part()->mutable_words()->set_plain("SECRET reason");
  append_as(v1::RECORD_KIND_ACTION, {}, action.SerializeAsString());
  v1::ConfigurationPart part;
  part.set_version(3);
  part.set_bytes("SECRET people");
  append_as(v1::RECORD_KIND_CONFIGURATION_PART, {}, part.SerializeAsString());
  v1::Commit commit;
  v1::CaseEvent event;
  event.set_case_number("WY-261123-0001-5");
  commit.add_events()->set_event(event.SerializeAsString());
  append_as(v1::RECORD_KIND_COMMIT, {}, commit.SerializeAsString());
  std::string all;
  for (const std::string& line : dump({.payload = true})) all += line;
  EXPECT_EQ(all.find("SECRET"), std::string::npos);
  EXPECT_EQ(all.find("U0VDUkVU"), std::string::npos) << "nor in base 64";
  EXPECT_NE(all.find("WY-261123-0001-5"), std::string::npos);
  const auto commit_line = nlohmann::json::parse(dump({.payload = true}).back());
  EXPECT_EQ(commit_line["events"][0]["case_number"], "WY-261123-0001-5");
}

}  // namespace
}  // namespace huying::journal
