// Goal: whatever instant the power goes or the disk fails, nothing acknowledged is lost, nothing is read that may still
// vanish, and no crash alone ever looks like damage.
//
// Method: a life of a broker (open, claim, 30 batches over several segments and the pool, marks, cursors, close) makes about
// 150 effects on a disk in memory. For each effect the power is lost there; unsynced sectors land old, new or zero,
// names in any prefix, as seeded dice say. Then recovery itself is crashed at each of its effects. After every crash the folder
// must open; what it shows must be a prefix of what was written, at least what was acknowledged, and at least what any
// recovery that completed has shown. Arithmetic: 150 effects x 8 seeds x about 12 effects of recovery = 14,000 times three lives.
#include "broker/journal/verify.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

constexpr std::uint64_t batches = 30;

EmbeddedOptions crash_options(std::uint64_t seed) {
  auto options = small_options(seed);
  options.segment_bytes = 4096;
  options.pool_segments = 2;
  options.mark_after = Milliseconds{0};
  return options;
}

// A broker's whole life; stops at the first failure, as the process would. Answers how many texts were acknowledged.
std::uint64_t live(MemoryDisk& disk, std::uint64_t seed) {
  auto journal = EmbeddedJournal::open(disk, test_folder, crash_options(seed));
  if (!journal) return 0;
  const auto term = (*journal)->claim("test", instant(1));
  if (!term) return 0;
  std::uint64_t acknowledged = 0;
  for (std::uint64_t n = 1; n <= batches; ++n) {
    if (!append_text(**journal, *term, n)) return acknowledged;
    acknowledged = n;
    if (n % 4 == 0 && !(*journal)->idle(instant(5000))) return acknowledged;
    if (n % 10 == 0 && !(*journal)->set_cursor("board", text_of(n))) return acknowledged;
  }
  (void)(*journal)->close(instant(6000));
  return acknowledged;
}

// Opens and reads; the number of texts shown, or nullopt when the disk failed on the way.
std::optional<std::uint64_t> shown(MemoryDisk& disk, std::uint64_t seed) {
  auto journal = EmbeddedJournal::open(disk, test_folder, crash_options(seed));
  if (!journal) {
    EXPECT_EQ(journal.error().code, v1::ERROR_CODE_JOURNAL_WRITE_FAILED) << journal.error().detail;
    return std::nullopt;
  }
  const auto found = payloads(**journal);
  EXPECT_EQ(found, texts(1, found.size()));
  return found.size();
}

void expect_clean(MemoryDisk& disk) {
  const auto report = verify_journal(disk, test_folder);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_TRUE(report->clean()) << to_string(report->findings[0]);
}

std::uint64_t effects_of_a_life() {
  MemoryDisk disk;
  EXPECT_EQ(live(disk, 1), batches);
  return disk.effects();
}

TEST(Crash, power_lost_at_each_effect_and_again_at_each_effect_of_recovery_loses_nothing_acknowledged) {
  const std::uint64_t effects = effects_of_a_life();
  ASSERT_GT(effects, 100u);
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    for (std::uint64_t first = 0; first < effects; ++first) {
      for (std::uint64_t second = 0;; ++second) {
        SCOPED_TRACE(fmt::format("seed {} power lost at effect {}, then at effect {} of recovery", seed, first, second));
        Dice dice{seed * 1'000'000 + first * 1000 + second};
        MemoryDisk disk;
        disk.lose_power_at(first);
        const std::uint64_t acknowledged = live(disk, seed);
        disk.crash(dice);
        const std::uint64_t effects_before = disk.effects();
        disk.lose_power_at(effects_before + second);
        const auto seen = shown(disk, seed + 10);
        const bool recovery_was_over = disk.effects() <= effects_before + second;
        disk.crash(dice);
        const auto seen_after = shown(disk, seed + 20);
        ASSERT_TRUE(seen_after);
        ASSERT_GE(*seen_after, acknowledged);
        ASSERT_LE(*seen_after, acknowledged + 1);  // one batch may have been on its way
        ASSERT_EQ(*seen_after, seen.value_or(*seen_after)) << "what a recovery has shown lasts";
        expect_clean(disk);
        ASSERT_FALSE(testing::Test::HasFailure());
        if (recovery_was_over) break;
      }
    }
  }
}

// A failed write or sync is final. The page cache may show what the disk will never get: what a new process has shown
// must survive the power going off right after.
TEST(Crash, after_a_failed_write_or_sync_all_is_refused_and_a_new_process_shows_only_what_lasts) {
  const std::uint64_t effects = effects_of_a_life();
  for (std::uint64_t failing = 0; failing < effects; ++failing) {
    SCOPED_TRACE(fmt::format("effect {} fails", failing));
    MemoryDisk disk;
    disk.fail_effect(failing);
    const std::uint64_t acknowledged = live(disk, 1);
    const auto seen = shown(disk, 2);
    ASSERT_TRUE(seen);
    disk.crash([](std::uint64_t) { return std::uint64_t{0}; });  // nothing unsynced lands
    const auto seen_after = shown(disk, 3);
    ASSERT_TRUE(seen_after);
    ASSERT_GE(*seen, acknowledged);
    ASSERT_EQ(*seen_after, *seen);
    expect_clean(disk);
  }
}

// A checkpoint is written beside the journal: wherever the power goes, it is one that was written, or none, and the
// journal is what it was. The same when an effect fails and the process goes on.
TEST(Crash, power_lost_or_a_failure_at_each_effect_of_a_checkpoint_leaves_one_that_was_written_or_none) {
  const std::string first(3'000, 'a'), second(5'000, 'b');
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    for (const bool power_goes : {true, false}) {
      for (std::uint64_t effect = 0;; ++effect) {
        SCOPED_TRACE(fmt::format("seed {}, {} at effect {}", seed, power_goes ? "power lost" : "a failure", effect));
        Dice dice{seed * 1000 + effect};
        MemoryDisk disk;
        auto journal = *EmbeddedJournal::open(disk, test_folder, crash_options(seed));
        const auto term = *journal->claim("test", instant(1));
        ASSERT_TRUE(append_text(*journal, term, 1));
        ASSERT_TRUE(journal->store_checkpoint(StreamId{5}, {{1, 1}, Sequence{1}, 2, first}));
        const auto before = disk.effects();
        power_goes ? disk.lose_power_at(before + effect) : disk.fail_effect(before + effect);
        const bool stored = journal->store_checkpoint(StreamId{5}, {{1, 2}, Sequence{2}, 2, second}).has_value();
        const bool was_all = disk.effects() <= before + effect;
        disk.fail_effect(~std::uint64_t{0});
        if (!power_goes) {
          EXPECT_EQ(stored, was_all);
          EXPECT_TRUE(append_text(*journal, term, 2)) << "the journal goes on";
        }
        journal.reset();
        disk.crash(dice);
        journal = *EmbeddedJournal::open(disk, test_folder, crash_options(seed + 10));
        if (const auto found = journal->latest_checkpoint(StreamId{5})) {
          EXPECT_TRUE(found->through == Sequence{1} ? found->state == first : found->state == second);
        }
        EXPECT_EQ(payloads(*journal), texts(1, power_goes ? 1 : 2));
        if (was_all) break;
      }
    }
  }
}

TEST(Crash, many_lives_in_a_row_keep_everything_and_every_position) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Dice dice{seed};
    MemoryDisk disk;
    std::uint64_t written = 0;  // acknowledged, or shown by a recovery
    std::vector<std::uint64_t> positions;
    for (int life = 0; life < 25; ++life) {
      SCOPED_TRACE(fmt::format("seed {} life {}", seed, life));
      disk.lose_power_at(disk.effects() + dice(60));
      auto journal = EmbeddedJournal::open(disk, test_folder, crash_options(dice.next()));
      if (journal) {
        std::vector<std::uint64_t> now;
        ASSERT_TRUE((*journal)->read_cell(StreamId{5}, Sequence{1}, [&](const Record& record) {
          now.push_back(record.position.value);
          return Sink::more;
        }));
        ASSERT_GE(now.size(), written);
        ASSERT_TRUE(std::equal(positions.begin(), positions.begin() + static_cast<std::ptrdiff_t>(written), now.begin()));
        ASSERT_EQ(payloads(**journal), texts(1, now.size()));
        positions = now;
        written = now.size();
        const auto term = (*journal)->claim("test", instant(1));
        while (term) {
          const auto appended = append_text(**journal, *term, written + 1);
          if (!appended) break;
          positions.push_back(appended->places[0].position.value);
          ++written;
          if (dice(3) == 0 && !(*journal)->idle(instant(9000))) break;
        }
      }
      journal = tl::unexpected(Error{});
      disk.crash(dice);
    }
    expect_clean(disk);
  }
}

}  // namespace
}  // namespace huying::journal
