// Whatever is damaged, a folder can be opened for reading, and shows every record that is not in what is bad.
#include <set>

#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

constexpr std::uint64_t texts_in_all = 60;

class ReadOnlyTest : public testing::Test {
 protected:
  void SetUp() override {
    auto journal = EmbeddedJournal::open(disk, test_folder, small_options()).value();
    const Term term = journal->claim("test", instant(1)).value();
    for (std::uint64_t n = 1; n <= texts_in_all; ++n) ASSERT_TRUE(append_text(*journal, term, n));
    ASSERT_TRUE(journal->set_cursor("board", "state"));
    while (journal->idle(instant(5000)).value() == SegmentPool::More::yes) {
    }
    ASSERT_TRUE(journal->close(instant(9000)));
  }
  std::set<std::string> readable() {
    const auto effects = disk.effects();
    auto journal = EmbeddedJournal::open(disk, test_folder, {.mode = OpenMode::read_only});
    EXPECT_TRUE(journal) << journal.error().detail;
    std::set<std::string> all;
    if (!journal) return all;
    const auto read = (*journal)->read({}, [&](const Record& record) {
      all.emplace(record.payload);
      return Sink::more;
    });
    EXPECT_TRUE(read) << read.error().detail;
    EXPECT_EQ(disk.effects(), effects) << "nothing is changed";
    damage = (*journal)->damage();
    return all;
  }
  void zero(const std::string& path, std::uint64_t sector) {
    std::string bytes = disk.contents(path);
    const std::size_t at = sector * sector_bytes % std::max<std::size_t>(bytes.size(), 1);
    bytes.replace(at, sector_bytes, std::min(sector_bytes, bytes.size() - at), '\0');
    disk.set_contents(path, bytes);
  }

  MemoryDisk disk;
  std::optional<Damage> damage;
};

// A batch of these lies in at most three sectors, and only one batch in each.
TEST_F(ReadOnlyTest, with_any_sector_of_any_file_bad_all_but_one_batch_is_shown) {
  for (const std::string& path : disk.files()) {
    const std::size_t sectors = (disk.contents(path).size() + sector_bytes - 1) / sector_bytes;
    for (std::size_t sector = 0; sector < sectors; ++sector) {
      SCOPED_TRACE(fmt::format("{} {}", path, sector));
      const MemoryDisk whole = disk.copy();
      zero(path, sector);
      EXPECT_GE(readable().size(), texts_in_all) << "of texts and the claim";
      disk = whole.copy();
    }
  }
}

TEST_F(ReadOnlyTest, without_any_one_file_all_other_files_are_shown) {
  for (const std::string& path : disk.files()) {
    SCOPED_TRACE(path);
    const MemoryDisk whole = disk.copy();
    ASSERT_TRUE(disk.remove(path));
    const auto shown = readable();
    if (path.ends_with(".segment")) {
      EXPECT_GE(shown.size(), texts_in_all / 2);
    } else {
      EXPECT_EQ(shown.size(), texts_in_all + 1);
    }
    disk = whole.copy();
  }
}

TEST_F(ReadOnlyTest, without_the_file_format_and_its_copy_every_record_is_shown_and_it_is_said) {
  ASSERT_TRUE(disk.remove(std::string(test_folder) + "/format"));
  ASSERT_TRUE(disk.remove(std::string(test_folder) + "/journal/format.copy"));
  EXPECT_EQ(readable().size(), texts_in_all + 1);
  ASSERT_TRUE(damage);
  EXPECT_THAT(to_string(*damage), testing::HasSubstr("format"));
}

TEST_F(ReadOnlyTest, with_many_sectors_bad_at_once_it_opens_all_the_same) {
  const MemoryDisk whole = disk.copy();
  const auto files = disk.files();
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice{seed};
    disk = whole.copy();
    for (std::uint64_t n = 1 + dice(12); n > 0; --n) zero(files[dice(files.size())], dice(16));
    (void)readable();
  }
}

}  // namespace
}  // namespace huying::journal
