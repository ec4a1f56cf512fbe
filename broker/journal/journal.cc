#include "broker/journal/journal.h"

#include "base/check.h"

namespace huying::journal {

std::size_t Batch::begin_item() {
  items_.push_back({static_cast<std::uint32_t>(records_.size()), 0});
  return items_.size() - 1;
}

std::size_t Batch::add_record(StreamId stream, v1::RecordKind kind, EpochId epoch, std::string_view payload) {
  HUYING_CHECK(!items_.empty(), "a record needs an item");
  Record record;
  record.stream = stream;
  record.kind = kind;
  record.epoch = epoch;
  record.payload_offset = bytes_.size();
  record.payload_size = payload.size();
  record.first_key = static_cast<std::uint32_t>(keys_.size());
  bytes_.append(payload);
  records_.push_back(record);
  ++items_.back().records;
  return records_.size() - 1;
}

void Batch::add_key(const Digest128& key, KeyRule rule) {
  HUYING_CHECK(!records_.empty(), "a key needs a record");
  Record& record = records_.back();
  if (rule == KeyRule::unique) {
    HUYING_CHECK(record.replaceable_keys == 0, "unique keys come before replaceable ones");
    ++record.unique_keys;
  } else {
    ++record.replaceable_keys;
  }
  keys_.push_back(key);
}

void Batch::clear() {
  items_.clear();
  records_.clear();
  keys_.clear();
  bytes_.clear();
}

std::optional<Position> Journal::position_of(StreamId stream, Sequence sequence) {
  std::optional<Position> place;
  const auto read = read_cell(stream, sequence, [&](const Record& record) {
    if (record.sequence == sequence) place = record.position;
    return Sink::enough;
  });
  return read ? place : std::nullopt;
}

}  // namespace huying::journal
