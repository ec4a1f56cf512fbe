#include "broker/time_base.h"

#include <fmt/format.h>

#include "proto/errors.h"

namespace huying::broker {

Instant PartitionClock::at(SteadyInstant steady, Instant system) const {
  if (!scaled_) return system;
  const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(steady - steady_origin_).count();
  // microseconds x permille / 1,000,000 = virtual milliseconds
  const auto scaled = static_cast<__int128>(elapsed) * rate_permille_ / 1'000'000;
  return virtual_origin_ + Milliseconds(static_cast<std::int64_t>(scaled));
}

Result<TimeBaseChoice> time_base_of_folder(journal::Journal& journal, std::optional<std::uint32_t> asked) {
  constexpr std::uint32_t rate_max = 1'000'000'000;
  if (asked && (*asked < 1000 || *asked > rate_max)) return fail(v1::ERROR_CODE_TIME_BASE, "a rate is 1 to 1,000,000");
  std::optional<std::uint32_t> held;
  auto read = journal.read_cell(partition_stream, Sequence(1), [&](const journal::Record& record) {
    v1::TimeBase base;
    if (record.kind == v1::RECORD_KIND_TIME_BASE &&
        base.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())))
      held = base.rate_permille();
    return journal::Sink::more;
  });
  if (!read) return tl::unexpected(read.error());
  if (held) return TimeBaseChoice{true, asked.value_or(*held)};
  const bool used = journal.last_sequence(partition_stream).value > 0;
  if (used && asked) return fail(v1::ERROR_CODE_TIME_BASE, "the folder runs on the real clock");
  return TimeBaseChoice{asked.has_value(), asked.value_or(1000)};
}

}  // namespace huying::broker
