#include "broker/time_base.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/limits.h"
#include "proto/errors.h"

namespace huying::broker {

namespace {

using std::chrono::nanoseconds;
constexpr Milliseconds step_min = limits::clock_step_min;
constexpr nanoseconds believed_after = std::chrono::minutes(1);
constexpr int slower_by = 16;

}  // namespace

Instant PartitionClock::follow(SteadyInstant steady, Instant system) {
  if (last_steady_ == SteadyInstant{}) {  // the first look
    last_ = std::max(last_, system);
    last_steady_ = steady;
    off_ = system - last_;
    return last_;
  }
  const nanoseconds elapsed = std::max(nanoseconds{0}, nanoseconds{steady - last_steady_});
  last_steady_ = std::max(last_steady_, steady);
  const auto go_on = [&](nanoseconds by) {
    rest_ += by;
    const auto whole = std::chrono::duration_cast<Milliseconds>(rest_);
    last_ += whole;
    rest_ -= whole;
  };
  const Milliseconds ahead = system - (last_ + std::chrono::duration_cast<Milliseconds>(rest_ + elapsed));
  if (ahead < step_min) set_forward_at_ = {};
  if (ahead < Milliseconds{0}) {
    go_on(std::max(elapsed - elapsed / slower_by, elapsed + ahead));
  } else if (ahead < step_min) {
    last_ = std::max(last_, system);
    rest_ = {};
  } else {
    if (set_forward_at_ == SteadyInstant{}) set_forward_at_ = steady;
    go_on(elapsed);
    if (steady - set_forward_at_ >= believed_after) last_ = system, set_forward_at_ = {};
  }
  const auto off = std::chrono::duration_cast<Milliseconds>(system - last_);
  const bool is_news = (off_ > -step_min && off_ < step_min) != (off > -step_min && off < step_min);
  off_ = off;
  if (is_news) spdlog::warn("the system's clock is {} ms ahead of the partition's time", off_.count());
  return last_;
}

Instant PartitionClock::at(SteadyInstant steady, Instant system) {
  if (!scaled_) return follow(steady, system);
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

Result<TimeBaseChoice> time_base_behind_gaps(journal::Journal& journal) {
  TimeBaseChoice choice;
  auto read = journal.read(Position{}, [&](const journal::Record& record) {
    v1::TimeBase base;
    if (record.kind == v1::RECORD_KIND_TIME_BASE &&
        base.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())))
      choice = {true, base.rate_permille()};
    return journal::Sink::more;
  });
  if (!read) return tl::unexpected(read.error());
  return choice;
}

}  // namespace huying::broker
