// What `huying route` answers: one JSON line a question. Without the command line, so that tests can ask. One thread.
//
// An answer: {"id":…,"cell":"…","rule":"explicit|point|address|desk","candidates":["…"],"border_metres":12.34,
// "reason":"…"}, in this order; border_metres is null where there is no point or no other cell. Cells go by the ids of
// the administrator's file. A line that cannot be read: {"id":…,"error":8001,"detail":"line 3: …"}.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "broker/dispatch/dispatcher.h"

namespace huying::programs {

inline constexpr std::size_t route_line_bytes_max = 64 * 1024;

// wgs84, gcj02, bd09, in any case and with hyphens; anything else is unknown (never guessed).
v1::Datum datum_named(std::string_view name);

class LineRouter {
 public:
  explicit LineRouter(const v1::Directory& directory, std::optional<double> border_metres = std::nullopt);

  // `id` is JSON already. Appends a line with its end.
  void answer(const v1::Location& location, std::string_view id, std::string& out) const;
  // {"id"?, "lat","lon","datum" | "address" | "cell"}. False: `out` got an error line. INPUT_LINE, COORDINATE_RANGE.
  bool answer_line(std::string_view line, std::uint64_t number, std::string& out) const;

 private:
  void append_cell(const std::string& code, std::string& out) const;
  dispatch::Dispatcher dispatcher_;
  absl::flat_hash_map<std::string, std::string> shown_;  // code → the id in JSON
};

}  // namespace huying::programs
