// Journals as the engine writes them: whole, rolled, torn and taken up again, damaged.
#include "tests/broker/journal/memory_disk.h"
#include "tests/fuzz/corpora.h"
#include "tests/fuzz/journal_folder.h"

namespace huying::fuzz {
namespace {

using journal::EmbeddedJournal;
using journal::MemoryDisk;

constexpr char as_it_is = 0, made_right = 1;

// One life of a broker, ended in order or not.
void live(MemoryDisk& disk, std::uint64_t seed, int records, bool orderly) {
  auto journal = EmbeddedJournal::open(disk, data_folder, journal_options(seed));
  HUYING_CHECK(journal.has_value(), "{}", journal.error().detail);
  const auto now = [&](int n) { return std::max((*journal)->last_recorded_at(), instant(1000 * n)); };
  const auto term = (*journal)->claim("fuzz", now(1));
  HUYING_CHECK(term.has_value());
  for (int n = 0; n < records; ++n) {
    const auto text = journal::text_of(static_cast<std::uint64_t>(n)).substr(0, 90);
    append_text(**journal, *term, static_cast<std::uint32_t>(n % 3), text, now(n));
  }
  if (orderly) HUYING_CHECK((*journal)->close(now(records)).has_value());
}

MemoryDisk fresh() {
  MemoryDisk disk;
  disk.set_contents(std::string(data_folder) + "/format", folder_format());
  return disk;
}

std::string input_of(const MemoryDisk& disk, char flags) {
  std::string out(1, flags);
  std::size_t files = 0;
  for (const auto& path : disk.files()) {
    const auto name = journal::parse_part_name(path.substr(path.rfind('/') + 1));
    if (!name || files++ == files_max) continue;
    out += static_cast<char>(name->segment | name->part << 4);
    out += piece_of(disk.contents(path));
  }
  return out;
}

MemoryDisk damaged(const MemoryDisk& whole) {
  auto disk = whole.copy();
  const auto path = std::string(data_folder) + "/journal/" + journal::part_name(1, 0);
  auto bytes = disk.contents(path);
  bytes[1024 + 60] = 'X';
  disk.set_contents(path, bytes);
  return disk;
}

}  // namespace

Corpus journals() {
  auto orderly = fresh(), torn = fresh(), rolled = fresh();
  live(orderly, 1, 1, true);
  live(torn, 1, 1, false);
  live(torn, 2, 1, false);
  live(rolled, 1, 4, true);
  const auto bad = damaged(orderly);
  return {{"empty", std::string(1, as_it_is)},
          {"orderly", input_of(orderly, as_it_is)},
          {"orderly-made-right", input_of(orderly, made_right)},
          {"torn-and-taken-up", input_of(torn, as_it_is)},
          {"torn-made-right", input_of(torn, made_right)},
          {"rolled", input_of(rolled, as_it_is)},
          {"rolled-made-right", input_of(rolled, made_right)},
          {"damaged", input_of(bad, as_it_is)}};
}

}  // namespace huying::fuzz
