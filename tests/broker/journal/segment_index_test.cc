// A start that does not read sealed segments answers what one answers that reads them all, whatever happened to the files it
// rests on; and what it did not read is verified later.
#include "broker/journal/segment_index.h"

#include <map>
#include <set>

#include "broker/journal/repair.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

constexpr std::uint32_t streams = 4;

// All that a journal answers about what it holds, as text.
std::string view_of(EmbeddedJournal& journal, std::uint64_t keys) {
  std::string view;
  const auto say = [&](const Record& record) {
    view += fmt::format("{} {} {} {} {} {} {}\n", record.position.value, record.next.value, record.stream.value,
                        record.sequence.value, to_ms(record.recorded_at), record.batch_number, record.payload);
    return Sink::more;
  };
  EXPECT_TRUE(journal.read(Position{}, say));
  std::vector<Position> positions;
  for (const StreamId stream : journal.streams()) {
    view += fmt::format("stream {} to {}\n", stream.value, journal.last_sequence(stream).value);
    EXPECT_TRUE(journal.read_cell(stream, Sequence{1}, say));
  }
  for (std::uint64_t n = 0; n < keys; ++n) {
    if (const auto at = journal.find(key_of(n))) {
      view += fmt::format("key {} at {}\n", n, at->value);
      positions.push_back(*at);
    }
  }
  for (std::size_t i = 0; i < positions.size(); i += 7) {
    int left = 3;
    EXPECT_TRUE(journal.read(positions[i], [&](const Record& record) {
      say(record);
      return --left > 0 ? Sink::more : Sink::enough;
    }));
  }
  for (std::int64_t ms = 900; ms < 3000; ms += 100) view += fmt::format("at {}: {}\n", ms, journal.at_time(instant(ms)).value);
  return view + fmt::format("{} {} {}\n", journal.head().value, to_ms(journal.last_recorded_at()), journal.last_term().value);
}

class SegmentIndexTest : public testing::Test {
 protected:
  void start() {
    journal.reset();
    journal = EmbeddedJournal::open(disk, test_folder, small_options(++lives)).value();
    term = journal->claim("test", instant(1)).value();
  }
  void append_texts(std::uint64_t count) {
    for (; count > 0; --count, ++next) {
      const StreamId stream{next % 11 == 0 ? 9 : 5 + static_cast<std::uint32_t>(next % streams)};
      ASSERT_TRUE(append_text(*journal, term, next, stream));
    }
  }
  void tidy() {
    for (int steps = 0; journal->idle(instant(0)).value() == SegmentPool::More::yes; ++steps) ASSERT_LT(steps, 100'000);
  }
  std::vector<std::string> files(std::string_view suffix) {
    std::vector<std::string> found;
    for (const std::string& path : disk.files())
      if (path.ends_with(suffix)) found.push_back(path);
    return found;
  }
  // What a start that reads everything says of the same disk.
  std::string view_by_reading(MemoryDisk of) {
    for (const std::string& path : of.files()) {
      if (!path.ends_with(".index")) continue;
      EXPECT_TRUE(of.remove(path));
    }
    auto other = EmbeddedJournal::open(of, test_folder, small_options(1000 + lives));
    EXPECT_TRUE(other) << other.error().detail;
    if (!other) return "none";
    EXPECT_EQ((*other)->parts_unread(), 0u);
    return view_of(**other, next);
  }

  MemoryDisk disk;
  std::uint64_t lives = 0, next = 1;
  std::unique_ptr<EmbeddedJournal> journal;
  Term term;
};

TEST_F(SegmentIndexTest, a_start_reads_no_sealed_segment_and_answers_the_same) {
  start();
  append_texts(150);
  tidy();
  const auto before = view_of(*journal, next);
  ASSERT_TRUE(journal->close(instant(0)));
  journal.reset();
  ASSERT_GT(files(".index").size(), 5u);
  const auto expected = view_by_reading(disk.copy());
  auto again = EmbeddedJournal::open(disk, test_folder, small_options(77));
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->parts_unread(), files(".index").size());
  EXPECT_EQ(view_of(**again, next), expected);
  EXPECT_EQ(view_of(**again, next), before);
}

TEST_F(SegmentIndexTest, lives_of_chance_answer_the_same_as_a_start_that_reads_everything) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    journal.reset();
    disk = MemoryDisk();
    next = 1;
    lives = seed * 100;
    Dice dice{seed};
    std::size_t unread = 0;
    start();
    for (int life = 0; life < 12; ++life) {
      append_texts(dice(60));
      for (auto steps = dice(40); steps > 0; --steps) ASSERT_TRUE(journal->idle(instant(static_cast<std::int64_t>(dice(5000)))));
      const auto end = dice(3);
      if (end == 0) {
        ASSERT_TRUE(journal->close(instant(0)));
      }
      journal.reset();
      if (end == 1) disk.kill();
      if (end == 2) disk.crash([&](std::uint64_t sides) { return dice(sides); });
      const auto expected = view_by_reading(disk.copy());
      auto opened = EmbeddedJournal::open(disk, test_folder, small_options(++lives));
      ASSERT_TRUE(opened) << opened.error().detail;
      journal = std::move(*opened);
      ASSERT_EQ(view_of(*journal, next), expected);
      ASSERT_TRUE(journal->verify_unread());
      unread += journal->parts_unread();
      term = journal->claim("test", instant(1)).value();
    }
    EXPECT_GT(unread, 20u);
  }
}

TEST_F(SegmentIndexTest, a_file_that_is_bad_or_gone_or_of_another_segment_costs_a_read_and_nothing_else) {
  start();
  append_texts(100);
  tidy();
  ASSERT_TRUE(journal->close(instant(0)));
  journal.reset();
  const MemoryDisk whole = disk.copy();
  const auto names = files(".index");
  const auto expected = view_by_reading(whole.copy());
  for (std::size_t i = 0; i < names.size(); i += 3) {
    const std::string bytes = whole.contents(names[i]);
    std::vector<std::string> harmed{"", bytes.substr(0, 10), bytes.substr(0, 4096), whole.contents(names[(i + 1) % names.size()])};
    for (std::size_t at = 0; at < bytes.size(); at += 97) {
      harmed.push_back(bytes);
      harmed.back()[at] = static_cast<char>(~bytes[at]);
    }
    for (const auto& bad : harmed) {
      journal.reset();
      disk = whole.copy();
      disk.set_contents(names[i], bad);
      auto opened = EmbeddedJournal::open(disk, test_folder, small_options(++lives));
      ASSERT_TRUE(opened) << opened.error().detail;
      ASSERT_EQ(view_of(**opened, next), expected) << names[i];
    }
  }
}

TEST_F(SegmentIndexTest, damage_in_what_was_not_read_is_found_while_idle_and_the_next_start_refuses) {
  start();
  append_texts(100);
  tidy();
  const Position place = journal->find(key_of(25)).value();
  journal.reset();
  const MemoryDisk whole = disk.copy();
  const std::string segment = fmt::format("{}/journal/{}", test_folder, part_name(segment_of(place), 0));
  for (const bool is_read : {false, true}) {
    disk = whole.copy();
    std::string bytes = disk.contents(segment);
    bytes[offset_of(place) + 60] = static_cast<char>(bytes[offset_of(place) + 60] ^ 1);
    disk.set_contents(segment, bytes);
    start();
    ASSERT_GT(journal->parts_unread(), 3u);
    if (is_read) {
      EXPECT_EQ(code_of(journal->read(Position{}, [](const Record&) { return Sink::more; })), v1::ERROR_CODE_JOURNAL_DAMAGED);
    } else {
      tidy();
      append_texts(1);  // who serves goes on
    }
    journal.reset();
    EXPECT_TRUE(files(".index").empty());
    const auto again = EmbeddedJournal::open(disk, test_folder, small_options(++lives));
    EXPECT_EQ(code_of(again), v1::ERROR_CODE_JOURNAL_DAMAGED);
  }
}

TEST_F(SegmentIndexTest, power_lost_at_each_effect_of_making_them_changes_no_answer) {
  start();
  append_texts(60);
  const MemoryDisk before = disk.copy();
  for (std::uint64_t at = 0; at < 200; ++at) {
    journal.reset();
    disk = before.copy();
    start();
    disk.lose_power_at(disk.effects() + at);
    bool dark = false;
    for (int steps = 0; steps < 300 && !dark; ++steps) dark = !journal->idle(instant(0));
    journal.reset();
    disk.crash([&](std::uint64_t sides) { return at % sides; });
    const auto expected = view_by_reading(disk.copy());
    auto opened = EmbeddedJournal::open(disk, test_folder, small_options(++lives));
    ASSERT_TRUE(opened) << opened.error().detail;
    ASSERT_EQ(view_of(**opened, next), expected) << at;
    if (!dark) break;
  }
}

TEST_F(SegmentIndexTest, old_records_are_found_by_their_sequence_in_every_stream) {
  start();
  append_texts(300);
  tidy();
  start();
  append_texts(3);
  for (std::uint32_t stream = 5; stream < 5 + streams; ++stream)
    EXPECT_EQ(payloads(*journal, StreamId{stream}).size(), journal->last_sequence(StreamId{stream}).value);
}

}  // namespace
}  // namespace huying::journal
