// Exports, read back by protobuf's own reader and as JSON.
#include "broker/journal/export.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "huying/v1/export.pb.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

class ExportTest : public testing::Test {
 protected:
  void SetUp() override {
    journal = EmbeddedJournal::open(disk, test_folder, small_options()).value();
    term = journal->claim("test", instant(1)).value();
    for (std::uint64_t n = 1; n <= 20; ++n) ASSERT_TRUE(append_request(n));
  }
  Result<Appended> append_request(std::uint64_t n) {
    v1::RequestRecord record;
    record.mutable_filed()->set_case_number(fmt::format("WY-{}", n));
    record.mutable_private_part()->mutable_request()->mutable_text()->set_plain("SECRET words");
    Batch batch;
    add_item(batch, StreamId{static_cast<std::uint32_t>(5 + n % 2)}, record.SerializeAsString(), key_of(n));
    return append(*journal, term, batch, instant(static_cast<std::int64_t>(1000 + n)));
  }
  std::string exported(const ExportOptions& options) {
    std::string all;
    const auto done = export_journal(disk, test_folder, options, [&](std::string_view piece) {
      all += piece;
      return Result<void>{};
    });
    EXPECT_TRUE(done) << done.error().detail;
    return all;
  }
  static std::vector<v1::ExportedRecord> messages(const std::string& bytes) {
    google::protobuf::io::ArrayInputStream in(bytes.data(), static_cast<int>(bytes.size()));
    std::vector<v1::ExportedRecord> all;
    for (bool clean_end = false;;) {
      v1::ExportedRecord one;
      if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&one, &in, &clean_end)) {
        EXPECT_TRUE(clean_end);
        return all;
      }
      all.push_back(std::move(one));
    }
  }

  MemoryDisk disk;
  std::unique_ptr<EmbeddedJournal> journal;
  Term term;
};

TEST_F(ExportTest, in_protobuf_holds_every_record_in_order_without_what_is_private) {
  const std::string bytes = exported({});
  EXPECT_EQ(bytes.find("SECRET"), std::string::npos);
  const auto all = messages(bytes);
  ASSERT_EQ(all.size(), 21u);
  EXPECT_EQ(all[0].kind(), v1::RECORD_KIND_TERM);
  EXPECT_FALSE(all[0].left_out());
  for (std::size_t n = 1; n < all.size(); ++n) {
    v1::RequestRecord record;
    ASSERT_TRUE(record.ParseFromString(all[n].payload()));
    EXPECT_EQ(record.filed().case_number(), fmt::format("WY-{}", n));
    EXPECT_TRUE(all[n].left_out());
    EXPECT_EQ(all[n].recorded_at_ms(), static_cast<std::int64_t>(1000 + n));
    EXPECT_LT(all[n - 1].position(), all[n].position());
  }
}

TEST_F(ExportTest, holds_private_parts_only_when_asked_byte_for_byte) {
  const auto all = messages(exported({.private_parts = PrivateParts::written}));
  v1::RequestRecord record;
  ASSERT_TRUE(record.ParseFromString(all[1].payload()));
  EXPECT_EQ(record.private_part().request().text().plain(), "SECRET words");
  EXPECT_FALSE(all[1].left_out());
}

TEST_F(ExportTest, takes_a_stream_a_beginning_a_time_and_a_limit) {
  const auto whole = messages(exported({}));
  EXPECT_EQ(messages(exported({.stream = StreamId{5}})).size(), 10u);
  EXPECT_EQ(messages(exported({.from = Position{whole[8].position()}})).size(), 13u);
  EXPECT_EQ(messages(exported({.since = instant(1011)})).size(), 10u);
  EXPECT_EQ(messages(exported({.since = instant(9999)})).size(), 0u);
  EXPECT_EQ(messages(exported({.records_max = 4})).size(), 4u);
}

TEST_F(ExportTest, as_lines_is_json_and_keeps_words_to_itself) {
  const std::string text = exported({.form = ExportForm::json_lines});
  EXPECT_EQ(text.find("SECRET"), std::string::npos);
  std::istringstream in(text);
  std::string line;
  std::uint64_t lines = 0;
  for (; std::getline(in, line); ++lines) {
    const auto one = nlohmann::json::parse(line);
    if (lines == 0) continue;
    EXPECT_EQ(one["payload"]["filed"]["case_number"], fmt::format("WY-{}", lines));
  }
  EXPECT_EQ(lines, 21u);
}

TEST_F(ExportTest, goes_on_behind_damage_and_says_where_it_is) {
  const std::string path = std::string(test_folder) + "/journal/00000001-0000.segment";
  std::string bytes = disk.contents(path);
  bytes[4 * alignment_bytes_min + 100] = static_cast<char>(~bytes[4 * alignment_bytes_min + 100]);  // batch 4
  disk.set_contents(path, bytes);
  const auto done = export_journal(disk, test_folder, {}, [](std::string_view) { return Result<void>{}; });
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->records, 20u) << "all but one";
  ASSERT_TRUE(done->damage);
  EXPECT_EQ(done->damage->number, 4u);
}

TEST_F(ExportTest, an_error_of_the_sink_ends_it) {
  const auto done = export_journal(disk, test_folder, {}, [](std::string_view) -> Result<void> {
    return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED);
  });
  EXPECT_EQ(code_of(done), v1::ERROR_CODE_JOURNAL_WRITE_FAILED);
}

}  // namespace
}  // namespace huying::journal
