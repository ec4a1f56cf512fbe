#include "broker/state/cells.h"

#include <algorithm>
#include <utility>

namespace huying::broker {
namespace {

constexpr std::size_t cause_bytes = 8 + 1 + 16, case_bytes = 16 + 4, cell_bytes_least = 40;

}  // namespace

void encode(const CellState& cell, Encoder& out) {
  out.number(cell.stream.value);
  out.bytes(cell.place.street);
  out.bytes(cell.place.unit);
  out.bytes(cell.place.cell);
  out.number(cell.retired);
  out.number(cell.configuration_version);
  out.number(cell.suspect_times);
  out.number(cell.uncovered_announced);
  out.number(cell.nobody_announced);
  out.number(cell.trouble_announced);
  cell.on_record.encode(out);
  out.number(cell.consumed_through);
  out.number(static_cast<std::uint32_t>(cell.undecided.size()));
  for (const Cause& cause : cell.undecided) {
    out.number(cause.sequence);
    out.number(cause.is_action);
    out.digest(cause.action);
  }
}

bool decode(CellState& cell, Decoder& in) {
  cell.stream = StreamId{in.number<std::uint32_t>()};
  cell.place.street = in.bytes();
  cell.place.unit = in.bytes();
  cell.place.cell = in.bytes();
  cell.retired = in.number<bool>();
  cell.configuration_version = in.number<std::uint64_t>();
  cell.suspect_times = in.number<std::uint32_t>();
  cell.uncovered_announced = in.number<bool>();
  cell.nobody_announced = in.number<bool>();
  cell.trouble_announced = in.number<bool>();
  if (!cell.on_record.decode(in)) return false;
  cell.consumed_through = in.number<std::uint64_t>();
  for (auto undecided = in.count(cause_bytes); undecided > 0; --undecided) {
    Cause cause;
    cause.sequence = in.number<std::uint64_t>();
    cause.is_action = in.number<bool>();
    cause.action = in.digest();
    cell.undecided.push_back(cause);
  }
  return in.ok();
}

void Cells::encode(Encoder& out) const {
  out.number(static_cast<std::uint32_t>(all_.size()));
  for (const auto& cell : all_) broker::encode(*cell, out);
  std::vector<std::pair<Digest128, StreamId>> cases(cases_.begin(), cases_.end());
  std::sort(cases.begin(), cases.end());
  out.number(static_cast<std::uint32_t>(cases.size()));
  for (const auto& [number, stream] : cases) {
    out.digest(number);
    out.number(stream.value);
  }
}

bool Cells::decode(Decoder& in) {
  constexpr std::uint32_t stream_max = 1u << 24;  // far beyond limits::cells_max: by_stream_ is as long as the greatest
  for (auto cells = in.count(cell_bytes_least); cells > 0; --cells) {
    CellState read;
    if (!broker::decode(read, in) || read.stream.value > stream_max || find(read.stream) != nullptr) return false;
    undecided_ += read.undecided.size();
    const StreamId stream = read.stream;
    add(stream, read.place) = std::move(read);
  }
  auto cases = in.count(case_bytes);
  cases_.reserve(cases);
  for (; cases > 0; --cases) {
    const Digest128 number = in.digest();
    const StreamId stream{in.number<std::uint32_t>()};
    if (stream.value > stream_max) return false;
    opened(number, stream);
  }
  return in.ok();
}

CellState* Cells::find(StreamId stream) {
  return stream.value < by_stream_.size() ? by_stream_[stream.value] : nullptr;
}

CellState& Cells::add(StreamId stream, SubjectPlace place) {
  if (stream.value >= by_stream_.size()) by_stream_.resize(stream.value + 1);
  auto cell = std::make_unique<CellState>();
  cell->stream = stream;
  cell->place = std::move(place);
  by_stream_[stream.value] = cell.get();
  all_.push_back(std::move(cell));
  return *all_.back();
}

void Cells::opened(const Digest128& number, StreamId stream) {
  StreamId& at = cases_[number];
  if (at == stream) return;
  if (at != partition_stream) count(at, -1);
  at = stream;
  count(stream, +1);
}

void Cells::ended(const Digest128& number) {
  const auto at = cases_.find(number);
  if (at == cases_.end()) return;
  count(at->second, -1);
  cases_.erase(at);
}

void Cells::count(StreamId stream, int change) {
  if (stream.value >= open_in_.size()) open_in_.resize(stream.value + 1);
  std::uint32_t& open = open_in_[stream.value];
  const bool had_any = open != 0;
  open += static_cast<std::uint32_t>(change);
  const CellState* cell = find(stream);
  if (had_any != (open != 0) && cell != nullptr && cell->retired) ++retired_changes_;
}

StreamId Cells::cell_of(const Digest128& number) const {
  const auto at = cases_.find(number);
  return at == cases_.end() ? partition_stream : at->second;
}

}  // namespace huying::broker
