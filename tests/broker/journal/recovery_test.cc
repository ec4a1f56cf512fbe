// Goal: a 40-batch journal, cut at every byte, and with each 512-byte sector old, zero or stale-recycled, recovers to
// exactly what was acknowledged or says that it is damaged.
//
// Method: a journal of 40 batches (with the claim of the term: 41) of one to two sectors each is written once; each trial
// plays with a copy of its file and opens that. Batch n lies from start[n] for length[n] bytes. What a crash in the middle of
// batch n can leave is known: batches 1 … n-1 were acknowledged, n was not. Three lives of the file:
//   grown     the file ends where it was cut
//   zeroed    a prepared file: zeros from the cut on
//   recycled  a prepared file: from the cut on, what another journal of the same shape wrote there before
// Arithmetic: a header and 41 batches of one or two sectors are 31 KB in 60 sectors, so 31,000 cuts x 3 lives, 60 sectors x 2
// fates (old is zero in one life and stale in the other), 3^5 fates of the five sectors of a last batch on its way.
#include <cctype>

#include "broker/journal/format.h"
#include "broker/journal/verify.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::journal {
namespace {

constexpr std::uint64_t batches = 40;
constexpr std::uint64_t header_bytes = 76;  // of a segment, without its padding
const std::string file = std::string(test_folder) + "/journal/00000001-0000.segment";
const StreamId cell{5};

struct Written {
  MemoryDisk disk;
  std::vector<std::uint64_t> start, length;  // by batch number, from 1; in the file
  std::string bytes;                         // of the segment's file
};

struct Shape {
  bool prepared = true;  // in a file of 64 KiB from the pool
  bool closed = false;
  std::string last_text = "the last";  // payload of the 40th batch
  bool earlier_life = false;           // same lengths, other bytes: in capitals
};

std::string in_capitals(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

Written write_journal(const Shape& shape) {
  const auto [prepared, closed, last_text, earlier_life] = shape;
  const auto spelled = [&](std::string text) { return earlier_life ? in_capitals(text) : text; };
  Written written;
  const std::uint64_t seed = earlier_life ? 2 : 1;
  auto options = small_options(seed);
  options.segment_bytes = 65536;
  options.pool_segments = prepared ? 1 : 0;
  auto journal = EmbeddedJournal::open(written.disk, test_folder, options).value();
  const Term term = journal->claim("test", instant(1)).value();
  for (std::uint64_t n = 1; n <= batches; ++n) {
    Batch batch;
    add_item(batch, cell, spelled(n == batches ? last_text : text_of(n)), key_of(n));
    EXPECT_TRUE(append(*journal, term, batch, instant(static_cast<std::int64_t>(1000 + n))));
  }
  if (closed) {
    EXPECT_TRUE(journal->close(instant(6000)));
  }
  journal.reset();
  written.bytes = written.disk.contents(file);
  written.start.push_back(0);
  written.length.push_back(0);
  const auto header = decode_part_header(written.bytes).value();
  for (std::uint64_t at = header.alignment; at < written.bytes.size();) {
    const auto batch_header = peek_batch(std::string_view(written.bytes).substr(at), header.id);
    if (!batch_header) break;
    written.start.push_back(at);
    written.length.push_back(batch_header->length);
    at += aligned(batch_header->length, header.alignment);
  }
  EXPECT_EQ(written.start.size(), 1 + 1 + batches + (closed ? 1 : 0));
  return written;
}

struct Outcome {
  std::uint32_t error = 0;
  std::uint64_t batches = 0;  // recovered, the claim's not counted
};

// Opens a folder whose segment file has these bytes, twice (the second time what the first one recovered must be there
// again), and appends in between now and then.
Outcome open_with(const Written& written, std::string bytes, std::string_view last_text, bool append_too) {
  MemoryDisk disk = written.disk.copy();
  disk.set_contents(file, std::move(bytes));
  auto options = small_options(77);
  options.segment_bytes = 65536;
  Outcome outcome;
  for (int life = 0; life < (append_too ? 2 : 1); ++life) {
    const auto before = disk.files();
    auto journal = EmbeddedJournal::open(disk, test_folder, options);
    if (!journal) {
      EXPECT_EQ(disk.files(), before) << "damage changes nothing";
      return {journal.error().code, 0};
    }
    auto found = payloads(**journal);
    if (life == 1) {
      EXPECT_EQ(found.back(), "after the crash");
      found.pop_back();
    }
    auto expected = texts(1, std::min<std::uint64_t>(found.size(), batches - 1));
    if (found.size() == batches) expected.emplace_back(last_text);
    EXPECT_EQ(found, expected);
    if (life == 1) {
      EXPECT_EQ(outcome.batches, found.size());
    }
    outcome.batches = found.size();
    if (!append_too || life == 1) continue;
    const Term term = (*journal)->claim("test", instant(1)).value();
    Batch batch;
    add_item(batch, cell, "after the crash");
    EXPECT_TRUE(append(**journal, term, batch, instant(7000)));
  }
  return outcome;
}

// Batches that lie wholly below the cut, the claim's not counted.
std::uint64_t whole_below(const Written& written, std::uint64_t cut) {
  std::uint64_t count = 0;
  for (std::size_t n = 2; n < written.start.size(); ++n) count += written.start[n] + written.length[n] <= cut ? 1 : 0;
  return std::min(count, batches);
}

enum class Life { grown, zeroed, recycled };

void cut_at_every_byte(Life life) {
  const Written written = write_journal({.prepared = life != Life::grown});
  const Written before = write_journal({.earlier_life = true});  // what the file held in an earlier life
  const std::uint64_t end = written.start.back() + written.length.back();
  for (std::uint64_t cut = 0; cut <= end; ++cut) {
    std::string bytes = written.bytes.substr(0, cut);
    if (life == Life::zeroed) bytes.resize(written.bytes.size(), '\0');
    if (life == Life::recycled) bytes += before.bytes.substr(cut);
    const auto outcome = open_with(written, std::move(bytes), "the last", cut % 61 == 0);
    if (cut < header_bytes) {  // a segment gets its name when its header is on disk: a bad one is damage
      ASSERT_EQ(outcome.error, v1::ERROR_CODE_JOURNAL_DAMAGED) << "cut at " << cut;
      continue;
    }
    ASSERT_EQ(outcome.error, 0u) << "cut at " << cut;
    ASSERT_EQ(outcome.batches, whole_below(written, cut)) << "cut at " << cut;
  }
}

TEST(Recovery, a_growing_file_cut_at_every_byte_holds_exactly_what_was_acknowledged) { cut_at_every_byte(Life::grown); }
TEST(Recovery, a_prepared_file_zero_from_every_byte_on_holds_exactly_what_was_acknowledged) {
  cut_at_every_byte(Life::zeroed);
}
TEST(Recovery, a_recycled_file_stale_from_every_byte_on_holds_exactly_what_was_acknowledged) {
  cut_at_every_byte(Life::recycled);
}

TEST(Recovery, a_prepared_file_that_was_truncated_is_damaged_wherever) {
  const Written written = write_journal({});
  for (std::uint64_t cut = 0; cut < written.bytes.size(); cut += 509) {
    EXPECT_EQ(open_with(written, written.bytes.substr(0, cut), "the last", false).error, v1::ERROR_CODE_JOURNAL_DAMAGED) << cut;
  }
}

// Each sector in turn is what it was before it was written (zero, or stale from another life), or zero, or the same
// sector of another journal's life. Everything was acknowledged. `closed`: a mark proves the last batch too.
void replace_each_sector(bool closed) {
  const Written written = write_journal({.closed = closed});
  const Written before = write_journal({.closed = closed, .earlier_life = true});
  const std::uint64_t proven_end = written.start[closed ? batches + 2 : batches + 1];  // where the first unproven batch begins
  const std::uint64_t end = written.start.back() + aligned(written.length.back(), sector_bytes);
  for (std::uint64_t sector = 0; sector * sector_bytes < end + 4 * sector_bytes; ++sector) {
    for (const bool stale : {false, true}) {
      const std::uint64_t at = sector * sector_bytes;
      std::string bytes = written.bytes;
      if (stale) {
        bytes.replace(at, sector_bytes, before.bytes, at, sector_bytes);
      } else {
        bytes.replace(at, sector_bytes, sector_bytes, '\0');
      }
      const auto outcome = open_with(written, bytes, "the last", true);
      if (at < proven_end) {
        EXPECT_EQ(outcome.error, v1::ERROR_CODE_JOURNAL_DAMAGED) << "sector " << sector;
      } else {
        const bool last_is_hit = !closed && at < end;
        EXPECT_EQ(outcome.error, 0u) << "sector " << sector;
        EXPECT_EQ(outcome.batches, last_is_hit ? batches - 1 : batches) << "sector " << sector;
      }
    }
  }
}

TEST(Recovery, of_an_open_journal_a_bad_sector_below_the_last_batch_is_damage) { replace_each_sector(false); }
TEST(Recovery, of_a_closed_journal_a_bad_sector_is_damage_or_costs_nothing) { replace_each_sector(true); }

TEST(Recovery, the_sectors_of_the_last_batch_may_land_in_any_mixture) {
  const std::string text(2000, 'z');
  const Written written = write_journal({.last_text = text});
  const Written before = write_journal({.last_text = std::string(2000, 'q'), .earlier_life = true});
  const std::uint64_t start = written.start.back();
  const std::uint64_t sectors = aligned(written.length.back(), sector_bytes) / sector_bytes;
  ASSERT_EQ(sectors, 5u);
  for (int mixture = 0; mixture < 3 * 3 * 3 * 3 * 3; ++mixture) {
    std::string bytes = written.bytes;
    int rest = mixture;
    for (std::uint64_t s = 0; s < sectors; ++s, rest /= 3) {
      const std::uint64_t at = start + s * sector_bytes;
      if (rest % 3 == 1) bytes.replace(at, sector_bytes, sector_bytes, '\0');
      if (rest % 3 == 2) bytes.replace(at, sector_bytes, before.bytes, at, sector_bytes);
    }
    const auto outcome = open_with(written, bytes, text, true);
    EXPECT_EQ(outcome.error, 0u);
    EXPECT_EQ(outcome.batches, mixture == 0 ? batches : batches - 1) << "mixture " << mixture;
  }
}

TEST(Recovery, a_single_bit_anywhere_in_what_is_proven_is_damage) {
  const Written written = write_journal({.closed = true});
  Dice dice{9};
  for (int trial = 0; trial < 400; ++trial) {
    const std::uint64_t n = 1 + dice(batches + 1);
    const std::uint64_t at = written.start[n] + dice(written.length[n]);
    std::string bytes = written.bytes;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice(8)));
    EXPECT_EQ(open_with(written, bytes, "the last", false).error, v1::ERROR_CODE_JOURNAL_DAMAGED) << "byte " << at;
  }
}

// The same journal over several growing segments of 8 KiB: whatever sector of whatever file is zero, it is damage,
// unless it lies in the last batch of all.
TEST(Recovery, in_any_of_several_segments_a_zero_sector_is_damage_or_costs_nothing_acknowledged) {
  MemoryDisk disk;
  auto journal = EmbeddedJournal::open(disk, test_folder, small_options()).value();
  const Term term = journal->claim("test", instant(1)).value();
  for (std::uint64_t n = 1; n <= batches; ++n) ASSERT_TRUE(append_text(*journal, term, n));
  Position last;
  ASSERT_TRUE(journal->read_cell(cell, Sequence{batches}, [&](const Record& record) {
    last = record.position;
    return Sink::more;
  }));
  journal.reset();
  std::size_t files = 0, damaged = 0, cut = 0;
  for (const std::string& path : disk.files()) {
    if (!path.ends_with(".segment")) continue;
    ++files;
    const std::string bytes = disk.contents(path);
    const std::uint32_t segment = decode_part_header(bytes)->segment;
    for (std::uint64_t at = 0; at < bytes.size(); at += sector_bytes) {
      MemoryDisk trial = disk.copy();
      trial.set_contents(path, std::string(bytes).replace(at, sector_bytes, sector_bytes, '\0'));
      const auto opened = EmbeddedJournal::open(trial, test_folder, small_options(5));
      if (make_position(segment, static_cast<std::uint32_t>(at + sector_bytes)) > last) {
        ASSERT_TRUE(opened) << path << " " << at;
        EXPECT_EQ(payloads(**opened), texts(1, batches - 1));
        ++cut;
      } else {
        EXPECT_EQ(code_of(opened), v1::ERROR_CODE_JOURNAL_DAMAGED) << path << " " << at;
        ++damaged;
      }
    }
  }
  EXPECT_GT(files, 3u);
  EXPECT_GT(damaged, 50u);
  EXPECT_GT(cut, 0u);
}

TEST(Recovery, a_batch_left_out_or_swapped_is_damage) {
  const Written written = write_journal({.closed = true});
  std::string gone = written.bytes;
  gone.erase(written.start[20], written.start[21] - written.start[20]);
  gone.resize(written.bytes.size(), '\0');
  EXPECT_EQ(open_with(written, gone, "the last", false).error, v1::ERROR_CODE_JOURNAL_DAMAGED);
  std::string twice = written.bytes;
  twice.insert(written.start[21], written.bytes.substr(written.start[20], written.start[21] - written.start[20]));
  twice.resize(written.bytes.size());
  EXPECT_EQ(open_with(written, twice, "the last", false).error, v1::ERROR_CODE_JOURNAL_DAMAGED);
}

TEST(Recovery, read_only_tells_what_is_readable_on_both_sides_of_damage) {
  const Written written = write_journal({.closed = true});
  MemoryDisk disk = written.disk.copy();
  std::string bytes = written.bytes;
  bytes[written.start[20] + 60] = static_cast<char>(~bytes[written.start[20] + 60]);
  disk.set_contents(file, bytes);
  auto journal = EmbeddedJournal::open(disk, test_folder, {.mode = OpenMode::read_only});
  ASSERT_TRUE(journal) << journal.error().detail;
  ASSERT_TRUE((*journal)->damage());
  EXPECT_EQ((*journal)->damage()->number, 20u);
  std::vector<std::uint64_t> numbers;
  ASSERT_TRUE((*journal)->read({}, [&](const Record& record) {
    numbers.push_back(record.batch_number);
    return Sink::more;
  }));
  std::vector<std::uint64_t> expected;
  for (std::uint64_t n = 1; n <= batches + 1; ++n) {
    if (n != 20) expected.push_back(n);
  }
  EXPECT_EQ(numbers, expected);
  EXPECT_EQ(disk.contents(file), bytes);
  const auto report = verify_journal(disk, test_folder);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->clean());
  EXPECT_EQ(report->findings[0].offset, written.start[20]);
}

}  // namespace
}  // namespace huying::journal
