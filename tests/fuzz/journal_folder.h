// The small journal folder of the fuzz target and of its corpus: the same ids, the same dice. One thread.
#pragma once
#include <string>
#include <string_view>

#include "base/check.h"
#include "broker/journal/embedded_journal.h"
#include "broker/journal/folder.h"
#include "tests/broker/journal/journal_world.h"

namespace huying::fuzz {

inline constexpr const char* data_folder = "/data";
inline constexpr std::size_t files_max = 4;  // of an input

inline std::string folder_format() {
  journal::FolderFormat format;
  format.folder_id = 7;
  format.partition = "street";
  return journal::encode(format);
}

inline journal::EmbeddedOptions journal_options(std::uint64_t seed) {
  auto options = journal::small_options(seed);
  options.segment_bytes = 2048;
  return options;
}

inline void append_text(journal::Journal& journal, Term term, std::uint32_t stream, std::string_view text, Instant now) {
  journal::Batch batch;
  batch.begin_item();
  batch.add_record(StreamId{stream}, v1::RECORD_KIND_MESSAGE, {term.value, 0}, text);
  const auto appended = journal::append(journal, term, batch, now);
  HUYING_CHECK(appended.has_value(), "{}", appended.error().detail);
}

}  // namespace huying::fuzz
