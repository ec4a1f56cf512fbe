#include "broker/state/cells.h"

#include <algorithm>
#include <utility>

namespace huying::broker {
namespace {

void encode_digest(const Digest128& digest, Encoder& out) {
  out.number(digest.high);
  out.number(digest.low);
}

Digest128 decode_digest(Decoder& in) {
  Digest128 digest;
  digest.high = in.number<std::uint64_t>();
  digest.low = in.number<std::uint64_t>();
  return digest;
}

// No more than what is left could hold.
bool read_count(Decoder& in, std::size_t least_bytes, std::uint32_t& count) {
  count = in.number<std::uint32_t>();
  return in.ok() && count <= in.left() / least_bytes;
}

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
    encode_digest(cause.action, out);
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
  std::uint32_t undecided = 0;
  if (!read_count(in, cause_bytes, undecided)) return false;
  for (std::uint32_t i = 0; i < undecided; ++i) {
    Cause cause;
    cause.sequence = in.number<std::uint64_t>();
    cause.is_action = in.number<bool>();
    cause.action = decode_digest(in);
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
    encode_digest(number, out);
    out.number(stream.value);
  }
}

bool Cells::decode(Decoder& in) {
  constexpr std::uint32_t stream_max = 1u << 24;  // far beyond limits::cells_max: by_stream_ is as long as the greatest
  std::uint32_t cells = 0, cases = 0;
  if (!read_count(in, cell_bytes_least, cells)) return false;
  for (std::uint32_t i = 0; i < cells; ++i) {
    CellState read;
    if (!broker::decode(read, in) || read.stream.value > stream_max || find(read.stream) != nullptr) return false;
    undecided_ += read.undecided.size();
    const StreamId stream = read.stream;
    add(stream, read.place) = std::move(read);
  }
  if (!read_count(in, case_bytes, cases)) return false;
  cases_.reserve(cases);
  for (std::uint32_t i = 0; i < cases; ++i) {
    const Digest128 number = decode_digest(in);
    cases_[number] = StreamId{in.number<std::uint32_t>()};
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

StreamId Cells::cell_of(const Digest128& number) const {
  const auto at = cases_.find(number);
  return at == cases_.end() ? partition_stream : at->second;
}

}  // namespace huying::broker
