// Key files: what is written is found again, and nothing that is not as it was written is believed.
#include "broker/journal/key_file.h"

#include <absl/container/flat_hash_set.h>

#include "broker/journal/key_file_writer.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

constexpr std::uint64_t filter_bytes = 1 << 20;

class KeyFileTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(disk.make_folder("/k"));
    Dice dice{7};
    for (int i = 0; i < 1000; ++i) entries.push_back({{dice.next(), dice.next()}, Position{dice.next()}});
    std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return key_is_before(a.key, b.key); });
    auto writer = KeyFileWriter::begin(disk, "/k", header, entries.size(), filter_bytes).value();
    for (const KeyEntry& entry : entries) {
      writer->add(entry);
      ASSERT_TRUE(writer->write());
    }
    written = writer->finish().value();
  }
  Result<std::unique_ptr<KeyFile>> opened() { return KeyFile::open(disk, path, filter_bytes); }

  MemoryDisk disk;
  KeyFileHeader header{.folder_id = 9, .first_segment = 1, .last_segment = 4, .parts = {5, 6}, .last_batch = 77};
  const std::string path = "/k/00000001-00000004.keys";
  std::vector<KeyEntry> entries;
  std::unique_ptr<KeyFile> written;
};

TEST_F(KeyFileTest, finds_every_key_and_no_other_as_written_and_as_read_again) {
  const auto again = opened();
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ((*again)->header().keys, entries.size());
  EXPECT_EQ((*again)->header().last_batch, 77u);
  EXPECT_EQ((*again)->header().parts, (Digest128{5, 6}));
  Dice dice{8};
  for (KeyFile* file : {written.get(), again->get()}) {
    for (const KeyEntry& entry : entries) EXPECT_EQ(file->find(entry.key).value(), entry.position);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(file->find({dice.next(), dice.next()}).value(), std::nullopt);
    EXPECT_EQ(file->find({entries[0].key.low + 1, entries[0].key.high}).value(), std::nullopt);
  }
}

TEST_F(KeyFileTest, any_sector_that_is_zero_or_of_another_place_makes_it_damaged) {
  const std::string good = disk.contents(path);
  ASSERT_EQ(good.size(), 7 * key_block_bytes);
  for (std::size_t at = 0; at < good.size(); at += sector_bytes) {
    SCOPED_TRACE(at);
    std::string bad = good;
    bad.replace(at, sector_bytes, sector_bytes, '\0');
    if (bad != good) {
      disk.set_contents(path, bad);
      EXPECT_EQ(code_of(opened()), v1::ERROR_CODE_JOURNAL_DAMAGED);
    }
  }
  std::string swapped = good;
  swapped.replace(key_block_bytes, key_block_bytes, good, 2 * key_block_bytes, key_block_bytes);
  disk.set_contents(path, swapped);
  EXPECT_EQ(code_of(opened()), v1::ERROR_CODE_JOURNAL_DAMAGED);
  disk.set_contents(path, good.substr(0, 3 * key_block_bytes));
  EXPECT_EQ(code_of(opened()), v1::ERROR_CODE_JOURNAL_DAMAGED);
}

TEST_F(KeyFileTest, a_block_that_goes_bad_after_it_was_opened_is_an_error_and_never_an_unknown_key) {
  auto under_it = disk.open(path, Access::write).value();
  ASSERT_TRUE(under_it->write(key_block_bytes + 100, "other"));
  EXPECT_EQ(code_of(written->find(entries[5].key)), v1::ERROR_CODE_JOURNAL_DAMAGED);
  EXPECT_EQ(written->find(entries[999].key).value(), entries[999].position) << "another block";
}

TEST(KeyFilter, knows_all_that_was_added_and_few_others_in_ten_bits_a_key) {
  constexpr std::uint64_t keys = 100'000;
  KeyFilter filter(keys, filter_bytes);
  EXPECT_LE(filter.bytes() * 8, keys * 10 + 512);
  Dice dice{3};
  for (std::uint64_t i = 0; i < keys; ++i) filter.add({dice.next(), dice.next()});
  Dice same{3};
  for (std::uint64_t i = 0; i < keys; ++i) ASSERT_TRUE(filter.may_hold({same.next(), same.next()}));
  std::uint64_t in_vain = 0;
  for (std::uint64_t i = 0; i < keys; ++i) in_vain += filter.may_hold({dice.next(), dice.next()}) ? 1 : 0;
  EXPECT_LT(in_vain, keys * 2 / 100);
}

TEST(KeyFilter, stays_within_its_bytes) { EXPECT_EQ(KeyFilter(1'000'000, 4096).bytes(), 4096u); }

}  // namespace
}  // namespace huying::journal
