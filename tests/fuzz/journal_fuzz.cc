// A journal folder whose segment files hold any bytes. Looking (verify, dump, reading) and recovering never stop the process,
// and nothing is told as a record that does not lie whole, by its CRC, in one of the files. What is recovered can be written
// on: later it reads as before, with what was added.
//
// Input: a byte of flags (1: CRCs are made right, so that what they guard is looked at too), then files: a byte of name
// (segment, and part in the upper half), and the file's bytes behind their length.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "broker/journal/dump.h"
#include "broker/journal/embedded_journal.h"
#include "broker/journal/verify.h"
#include "tests/broker/journal/memory_disk.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/journal_folder.h"
#include "tests/fuzz/parsing.h"
#include "tests/fuzz/segment_file.h"

namespace huying::fuzz {
namespace {

using journal::EmbeddedJournal;
using journal::MemoryDisk;
using journal::Record;
using journal::Sink;

using Records = std::vector<Told>;

Records read_all(EmbeddedJournal& journal) {
  Records records;
  static_cast<void>(journal.read(Position{}, [&](const Record& record) {
    records.push_back(told(record));
    return Sink::more;
  }));
  return records;
}

// Every way of reading tells the same records.
void check_reading(EmbeddedJournal& journal, const Truth& truth) {
  const Records records = read_all(journal);
  for (const Told& one : records) {
    HUYING_CHECK(truth.contains(one), "a record at {} that lies nowhere", one.first);
    static_cast<void>(journal.read_at(Position{one.first}, [&](const Record& record) {
      HUYING_CHECK(told(record) == one);
      return Sink::more;
    }));
  }
  for (const StreamId stream : journal.streams()) {
    std::uint64_t sequence = 0;
    static_cast<void>(journal.read_cell(stream, Sequence{1}, [&](const Record& record) {
      HUYING_CHECK(record.stream == stream && record.sequence.value == ++sequence && truth.contains(told(record)));
      return Sink::more;
    }));
  }
  HUYING_CHECK(journal.at_time(Instant::min()) <= journal.head());
  HUYING_CHECK(journal.at_time(Instant::max()) <= journal.head());
}

void check_dump(MemoryDisk& disk) {
  static_cast<void>(journal::dump_journal(disk, data_folder, {.payload = true}, [](std::string_view line) {
    HUYING_CHECK(nlohmann::json::parse(line, nullptr, false).is_object(), "{}", line);
  }));
}

// One more life: a term, a record, and an orderly end.
void write_on(MemoryDisk& disk, Records& records) {
  auto journal = EmbeddedJournal::open(disk, data_folder, journal_options(2));
  HUYING_CHECK(journal.has_value(), "{}", journal.error().detail);
  HUYING_CHECK(read_all(**journal) == records);
  const Instant now = (*journal)->last_recorded_at();
  const auto term = (*journal)->claim("fuzz", now);
  HUYING_CHECK(term.has_value(), "{}", term.error().detail);
  append_text(**journal, *term, 7, "what was added", now);
  const Records more = read_all(**journal);
  HUYING_CHECK(more.size() == records.size() + 2 && std::equal(records.begin(), records.end(), more.begin()));
  HUYING_CHECK((*journal)->close(now).has_value());
  records = more;
}

void check_recovering(MemoryDisk& disk, const Truth& truth, bool is_clean, const Records* seen) {
  auto journal = EmbeddedJournal::open(disk, data_folder, journal_options(1));
  HUYING_CHECK(journal.has_value() || !is_clean, "clean, but refused: {}", journal.error().detail);
  if (!journal) return;
  check_reading(**journal, truth);
  Records records = read_all(**journal);
  HUYING_CHECK(seen == nullptr || records == *seen, "recovered other records than are seen without");
  journal->reset();
  write_on(disk, records);
  write_on(disk, records);
  const auto report = journal::verify_journal(disk, data_folder);
  HUYING_CHECK(!is_clean || (report && report->clean()), "{}", report ? to_string(report->findings.front()) : "unreadable");
}

MemoryDisk folder_of(Input& input) {
  MemoryDisk disk;
  disk.set_contents(std::string(data_folder) + "/format", folder_format());
  const bool seal = (input.byte() & 1) != 0;
  for (std::size_t i = 0; i < files_max && !input.empty(); ++i) {
    const std::uint8_t name = input.byte();
    std::string file(input.piece());
    if (seal) reseal(file);
    disk.set_contents(fmt::format("{}/journal/{}", data_folder, journal::part_name(name & 15u, name >> 4)), file);
  }
  return disk;
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying::fuzz;
  Input input(data, size);
  auto disk = folder_of(input);
  Truth truth;
  for (const auto& path : disk.files()) truth.gather(disk.contents(path));
  const auto report = huying::journal::verify_journal(disk, data_folder);
  check_dump(disk);
  Records seen;
  bool is_whole = false;
  {
    auto options = journal_options(1);
    options.mode = huying::journal::OpenMode::read_only;
    const auto journal = EmbeddedJournal::open(disk, data_folder, options);
    if (journal) {
      check_reading(**journal, truth);
      seen = read_all(**journal);
      is_whole = !(*journal)->damage();
    }
  }
  check_recovering(disk, truth, report && report->clean(), is_whole ? &seen : nullptr);
  return 0;
}
