// The bytes: headers there and back, what does not parse, and the worked example of docs/journal-format.md.
#include "broker/journal/format.h"

#include <fstream>
#include <sstream>

#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

PartHeader some_header() {
  PartHeader header;
  header.segment = 3;
  header.part = 2;
  header.base = 1024;
  header.id = 0x1122334455667788;
  header.folder_id = 7;
  header.first_batch = 41;
  header.durable_through = 42;
  header.prepared_bytes = 65536;
  return header;
}

TEST(Format, a_segment_header_reads_back_as_written_and_fills_its_sector) {
  const std::string bytes = encode(some_header());
  EXPECT_EQ(bytes.size(), alignment_bytes_min);
  EXPECT_EQ(decode_part_header(bytes).value(), some_header());
}

TEST(Format, a_segment_header_with_any_bit_turned_is_refused) {
  const std::string bytes = encode(some_header());
  for (std::size_t bit = 0; bit < 76 * 8; ++bit) {
    std::string bad = bytes;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_EQ(code_of(decode_part_header(bad)), v1::ERROR_CODE_JOURNAL_DAMAGED) << bit;
  }
  for (std::size_t size = 0; size < 76; ++size) EXPECT_FALSE(decode_part_header(bytes.substr(0, size)));
}

TEST(Format, a_segment_header_that_no_program_writes_is_refused) {
  auto header = some_header();
  header.base = 0xFFFF'FE00;  // positions of its batches would begin anew
  EXPECT_EQ(code_of(decode_part_header(encode(header))), v1::ERROR_CODE_JOURNAL_DAMAGED);
  header = some_header();
  header.base = 1000;
  EXPECT_EQ(code_of(decode_part_header(encode(header))), v1::ERROR_CODE_JOURNAL_DAMAGED);
}

TEST(Format, file_names_are_exact) {
  EXPECT_EQ(part_name(0x1a2b, 3), "00001a2b-0003.segment");
  EXPECT_EQ(parse_part_name("00001a2b-0003.segment"), (PartName{0x1a2b, 3}));
  for (const char* wrong : {"", "00001a2b-0003.segment.tmp", "1a2b-3.segment", "00001A2B-0003.segment", "pool-0.prepared",
                            "0000xa2b-0003.segment", "00001a2b_0003.segment"}) {
    EXPECT_FALSE(parse_part_name(wrong)) << wrong;
  }
}

TEST(Format, no_run_of_random_bytes_makes_a_record_or_batch_read_outside_them) {
  Dice dice{5};
  for (int trial = 0; trial < 20'000; ++trial) {
    std::string bytes(dice(200), '\0');
    for (char& byte : bytes) byte = static_cast<char>(dice(256));
    if (bytes.size() > 16 && dice(2) == 0) bytes.replace(0, 4, "HYB1");
    if (const auto record = record_at(bytes, dice(220))) {
      EXPECT_LE(record->bytes(), bytes.size());
    }
    EXPECT_FALSE(batch_is_whole(bytes, crc_seed(1)));
    EXPECT_FALSE(record_is_whole(bytes, crc_seed(1)));
  }
}

std::string hex_lines(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 16 == 0) out += fmt::format("{}{:04x} ", i == 0 ? "" : "\n", i);
    out += fmt::format(" {:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return out;
}

// The journal of the example: a claim (batch 1), then batch 2 with one item of two records.
TEST(Format, the_worked_example_of_the_paper_is_what_is_written) {
  MemoryDisk disk;
  auto options = small_options(42);
  auto journal = EmbeddedJournal::open(disk, test_folder, options).value();
  const Term term = journal->claim("huying", instant(1'795'400'000'000)).value();
  Batch batch;
  batch.begin_item();
  batch.add_record(StreamId{5}, v1::RECORD_KIND_COMMIT, {1, 3}, "decided");
  batch.add_key(Digest128{0x0706050403020100, 0x0f0e0d0c0b0a0908}, KeyRule::unique);
  batch.add_record(StreamId{6}, v1::RECORD_KIND_MESSAGE, {1, 3}, "sent");
  ASSERT_TRUE(append(*journal, term, batch, instant(1'795'400'000'123)));
  const std::string file = disk.contents(std::string(test_folder) + "/journal/00000001-0000.segment");
  const std::string header = hex_lines(std::string_view(file).substr(0, 76));
  const auto second = peek_batch(std::string_view(file).substr(1024), decode_part_header(file)->id);
  ASSERT_TRUE(second);
  const std::string example = hex_lines(std::string_view(file).substr(1024, second->length));

  std::ifstream paper(std::string(HUYING_SOURCE_FOLDER) + "/docs/journal-format.md");
  std::stringstream text;
  text << paper.rdbuf();
  EXPECT_NE(text.str().find(header), std::string::npos) << header;
  EXPECT_NE(text.str().find(example), std::string::npos) << example;
}

}  // namespace
}  // namespace huying::journal
