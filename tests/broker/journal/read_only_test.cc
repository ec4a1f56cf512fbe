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

// A batch that a power loss left behind a mark that it took: recovery did not see it, the part behind goes on without it.
// When that part's beginning is lost as well, nothing says any more where the part before it ended.
TEST(ReadOnly, what_a_recovery_did_not_see_is_not_shown_when_the_part_it_made_is_bad) {
  MemoryDisk disk;
  {
    auto journal = EmbeddedJournal::open(disk, test_folder, small_options()).value();
    const Term term = journal->claim("test", instant(1)).value();
    for (std::uint64_t n = 1; n <= 5; ++n) ASSERT_TRUE(append_text(*journal, term, n));
    ASSERT_TRUE(journal->idle(instant(5'000'000)));  // the mark, not synced
    disk.lose_power_at(disk.effects() + 1);          // the sync of what comes now
    ASSERT_FALSE(append_text(*journal, term, 6));
  }
  bool is_mark = true;
  MemoryDisk::Fates fates;
  fates.names = fates.growth = [](std::uint64_t sides) { return sides - 1; };
  fates.sector = [&](const std::string& path, std::uint64_t) {
    const bool lost = path.ends_with(".segment") && std::exchange(is_mark, false);
    return lost ? SectorFate::old_bytes : SectorFate::new_bytes;
  };
  disk.crash(fates);
  ASSERT_FALSE(is_mark);
  {
    auto journal = EmbeddedJournal::open(disk, test_folder, small_options(2)).value();
    const Term term = journal->claim("test", instant(6'000'000)).value();
    EXPECT_EQ(payloads(*journal), texts(1, 5));
    for (std::uint64_t n = 7; n <= 30; ++n) ASSERT_TRUE(append_text(*journal, term, n));
    ASSERT_TRUE(journal->close(instant(7'000'000)));
  }
  const std::string made = std::string(test_folder) + "/journal/00000001-0001.segment";
  ASSERT_TRUE(disk.exists(made));
  ASSERT_TRUE(disk.exists(std::string(test_folder) + "/journal/00000002-0000.segment"));
  const auto shown = [&] {
    auto journal = EmbeddedJournal::open(disk, test_folder, {.mode = OpenMode::read_only}).value();
    std::set<std::string> all;
    EXPECT_TRUE(journal->read({}, [&](const Record& record) {
      all.emplace(record.payload);
      return Sink::more;
    }));
    return all;
  };
  const MemoryDisk whole = disk.copy();
  std::string bytes = disk.contents(made);
  bytes.replace(0, 4096, 4096, '\0');
  disk.set_contents(made, bytes);
  EXPECT_THAT(shown(), testing::Not(testing::Contains(text_of(6)))) << "its header is bad";
  EXPECT_THAT(shown(), testing::AllOf(testing::Contains(text_of(5)), testing::Contains(text_of(30))));
}

}  // namespace
}  // namespace huying::journal
