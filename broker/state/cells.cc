#include "broker/state/cells.h"

namespace huying::broker {

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
