#include "broker/state/append_queue.h"

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"

namespace huying::broker {
namespace {
// One frame can add at most its own size again, plus headers; see limits.h.
constexpr std::size_t full_bytes = limits::batch_bytes_max - limits::frame_bytes_max * 3 / 2;
constexpr std::size_t full_records = limits::batch_records_max / 2;
}  // namespace

Sequence AppendQueue::add(StreamId stream, v1::RecordKind kind, EpochId epoch, std::string_view payload) {
  HUYING_CHECK(payload.size() <= limits::record_bytes_max, "a record of {} bytes", payload.size());
  if (stream.value >= last_.size()) last_.resize(stream.value + 1);
  const std::uint64_t sequence = ++last_[stream.value];
  batch_.add_record(stream, kind, epoch, payload);
  foretold_.push_back(sequence);
  return Sequence(sequence);
}

bool AppendQueue::full() const {
  return batch_.payload_bytes() > full_bytes || batch_.records().size() > full_records;
}

Sequence AppendQueue::last(StreamId stream) const {
  return Sequence(stream.value < last_.size() ? last_[stream.value] : 0);
}

void AppendQueue::replayed(StreamId stream, Sequence sequence) {
  if (stream.value >= last_.size()) last_.resize(stream.value + 1);
  HUYING_CHECK(sequence.value == last_[stream.value] + 1, "stream {} has {} after {}", stream.value, sequence.value,
               last_[stream.value]);
  last_[stream.value] = sequence.value;
}

void AppendQueue::replayed_behind_gap(StreamId stream, Sequence sequence) {
  if (stream.value >= last_.size()) last_.resize(stream.value + 1);
  last_[stream.value] = std::max(last_[stream.value], sequence.value);
}

void AppendQueue::encode(Encoder& out) const {
  out.number(static_cast<std::uint32_t>(last_.size()));
  for (const std::uint64_t sequence : last_) out.number(sequence);
}

bool AppendQueue::decode(Decoder& in) {
  const auto streams = in.number<std::uint32_t>();
  if (!in.ok() || streams > in.left() / sizeof(std::uint64_t)) return false;
  last_.resize(streams);
  for (std::uint64_t& sequence : last_) sequence = in.number<std::uint64_t>();
  return in.ok();
}

void AppendQueue::landed(const journal::Appended& appended) {
  HUYING_CHECK(appended.conflicts.empty(), "{} items met keys that were looked up before", appended.conflicts.size());
  HUYING_CHECK(appended.places.size() == foretold_.size());
  for (std::size_t i = 0; i < foretold_.size(); ++i)
    HUYING_CHECK(appended.places[i].sequence.value == foretold_[i], "record {} landed at {}, not {}", i,
                 appended.places[i].sequence.value, foretold_[i]);
  batch_.clear();
  foretold_.clear();
}

}  // namespace huying::broker
