// The disk of the tests must forget what a real one may forget, or the tests prove nothing.
#include "tests/broker/journal/memory_disk.h"

#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

const auto nothing_lands = [](std::uint64_t) { return std::uint64_t{0}; };
const auto zeros_land = [](std::uint64_t sides) { return sides == 3 ? std::uint64_t{2} : sides - 1; };

class MemoryDiskTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(disk.make_folder("/f")); }
  std::unique_ptr<File> create(const std::string& path, std::string_view bytes) {
    auto file = disk.open(path, Access::create).value();
    EXPECT_TRUE(file->write(0, bytes));
    return file;
  }
  MemoryDisk disk;
};

TEST_F(MemoryDiskTest, a_file_whose_name_was_not_synced_is_gone) {
  ASSERT_TRUE(create("/f/a", "bytes")->sync());
  disk.crash(nothing_lands);
  EXPECT_FALSE(disk.exists("/f/a"));
}

TEST_F(MemoryDiskTest, bytes_that_were_not_synced_are_old_or_zero_and_synced_ones_stay) {
  const auto file = create("/f/a", std::string(1024, 'a'));
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(disk.sync_folder("/f"));
  ASSERT_TRUE(file->write(512, std::string(512, 'b')));
  EXPECT_EQ(disk.contents("/f/a"), std::string(512, 'a') + std::string(512, 'b'));
  MemoryDisk& same = disk;
  same.crash(nothing_lands);
  EXPECT_EQ(disk.contents("/f/a"), std::string(1024, 'a'));
  EXPECT_FALSE(file->write(0, "x")) << "a handle of the life before";
  ASSERT_TRUE(disk.open("/f/a", Access::write).value()->write(512, "b"));
  disk.crash(zeros_land);
  EXPECT_EQ(disk.contents("/f/a"), std::string(512, 'a') + std::string(512, '\0'));
}

TEST_F(MemoryDiskTest, a_rename_that_was_not_synced_may_not_have_happened) {
  ASSERT_TRUE(create("/f/a", "new")->sync());
  ASSERT_TRUE(disk.sync_folder("/f"));
  ASSERT_TRUE(disk.rename("/f/a", "/f/b"));
  disk.crash(nothing_lands);
  EXPECT_TRUE(disk.exists("/f/a"));
  EXPECT_FALSE(disk.exists("/f/b"));
}

TEST_F(MemoryDiskTest, an_effect_names_the_file_as_it_is_called_now_whatever_it_was_opened_as) {
  std::string written;
  disk.before_effect = [&](const Effect& effect) {
    if (effect.kind == Effect::Kind::write) written = effect.path;
  };
  const auto file = create("/f/a", "bytes");
  EXPECT_EQ(written, "/f/a");
  ASSERT_TRUE(disk.sync_folder("/f"));
  ASSERT_TRUE(disk.rename("/f/a", "/f/b"));
  ASSERT_TRUE(file->write(0, "more"));
  EXPECT_EQ(written, "/f/b");
  disk.crash(nothing_lands);
  ASSERT_TRUE(disk.open("/f/a", Access::write).value()->write(0, "again"));
  EXPECT_EQ(written, "/f/a") << "the rename was undone";
}

TEST_F(MemoryDiskTest, after_a_failed_sync_a_second_one_succeeds_and_saves_nothing) {
  const auto file = create("/f/a", "old");
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(disk.sync_folder("/f"));
  ASSERT_TRUE(file->write(0, "new"));
  disk.fail_effect(disk.effects());
  EXPECT_FALSE(file->sync());
  EXPECT_TRUE(file->sync());
  EXPECT_EQ(disk.contents("/f/a"), "new") << "the page cache shows it";
  disk.crash(nothing_lands);
  EXPECT_EQ(disk.contents("/f/a"), "old");
}

TEST_F(MemoryDiskTest, without_power_nothing_happens_any_more) {
  const auto file = create("/f/a", "old");
  disk.lose_power_at(disk.effects());
  EXPECT_FALSE(file->write(0, "one"));  // done, but nobody hears of it
  EXPECT_FALSE(file->write(0, "two"));
  EXPECT_FALSE(disk.rename("/f/a", "/f/b"));
  EXPECT_FALSE(disk.sync_folder("/f"));
  EXPECT_EQ(disk.contents("/f/a"), "one");
}

TEST_F(MemoryDiskTest, the_hook_sees_each_effect_before_it_happens) {
  std::vector<Effect::Kind> kinds;
  disk.before_effect = [&](const Effect& effect) {
    kinds.push_back(effect.kind);
    EXPECT_FALSE(effect.kind == Effect::Kind::create && disk.exists("/f/a"));
  };
  ASSERT_TRUE(create("/f/a", "x")->sync());
  using enum Effect::Kind;
  EXPECT_THAT(kinds, testing::ElementsAre(Effect::Kind::create, write, sync));
}

}  // namespace
}  // namespace huying::journal
