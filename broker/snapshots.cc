#include "broker/snapshots.h"

#include <spdlog/spdlog.h>

#include "base/check.h"
#include "base/encoding.h"
#include "proto/errors.h"

namespace huying::broker {
namespace {

// The record that a snapshot was taken behind, and how it is known again.
struct LastRecord {
  Position position;
  Digest128 digest;
};

Digest128 digest_of(const journal::Record& record) {
  std::string bytes;
  Encoder out(bytes);
  out.number(record.stream.value);
  out.number(record.sequence.value);
  out.number(static_cast<std::uint32_t>(record.kind));
  out.number(record.epoch.term);
  out.number(record.epoch.grant);
  out.number(to_ms(record.recorded_at));
  out.bytes(record.payload);
  return content_digest(bytes);
}

std::optional<LastRecord> record_at(journal::Journal& journal, Position position) {
  std::optional<LastRecord> found;
  const auto read = journal.read_at(position, [&](const journal::Record& record) {
    found = LastRecord{record.position, digest_of(record)};
    return journal::Sink::enough;
  });
  return read ? found : std::nullopt;
}

// One version: its parts, and what completes them.
Result<void> replay_configuration(BrokerCore& core, journal::Journal& journal, Sequence first, Sequence last) {
  bool complete = false;
  const auto read = journal.read_cell(partition_stream, first, [&](const journal::Record& record) {
    core.replay_configuration(record);
    complete = record.sequence == last && record.kind == v1::RECORD_KIND_CONFIGURATION_COMPLETE;
    return record.sequence < last ? journal::Sink::more : journal::Sink::enough;
  });
  HUYING_CHECK(!read || complete, "the configuration that a snapshot names at {} is none", first.value);
  return read;
}

// Where the records begin that it does not hold; the first one: it is of no use.
Result<Position> restore(BrokerCore& core, journal::Journal& journal) {
  const auto checkpoint = journal.latest_checkpoint(partition_stream);
  if (!checkpoint || checkpoint->state_version != snapshot_version) return Position{};
  Decoder in(checkpoint->state);
  LastRecord last;
  last.position = Position{in.number<std::uint64_t>()};
  last.digest.low = in.number<std::uint64_t>();
  last.digest.high = in.number<std::uint64_t>();
  const auto state = in.bytes();
  if (!in.at_end()) return Position{};
  const auto held = record_at(journal, last.position);
  if (!held || held->digest != last.digest) return Position{};
  const auto places = core.restore(state);
  if (!places) return Position{};
  for (const auto& [first, complete] : *places)
    if (auto done = replay_configuration(core, journal, first, complete); !done) return tl::unexpected(done.error());
  return Position{last.position.value + 1};
}

}  // namespace

bool write_snapshot(BrokerCore& core, journal::Journal& journal) {
  const auto state = core.snapshot();
  const auto last = record_at(journal, core.last_record());
  if (!state || !last) return false;
  journal::Checkpoint checkpoint;
  checkpoint.through = journal.last_sequence(partition_stream);
  checkpoint.state_version = snapshot_version;
  Encoder out(checkpoint.state);
  out.number(last->position.value);
  out.number(last->digest.low);
  out.number(last->digest.high);
  out.bytes(*state);
  core.snapshot_written();  // or tried: not again at once
  if (auto stored = journal.store_checkpoint(partition_stream, checkpoint); !stored) {
    spdlog::warn("the snapshot of the broker's state is not written: {}", sentence(stored.error()));
    return false;
  }
  return true;
}

Result<Replayed> replay_journal(BrokerCore& core, journal::Journal& journal, ReplayFrom from) {
  if (core.is_read_only()) from = ReplayFrom::beginning;  // what it holds may be among what cannot be read
  const auto behind = from == ReplayFrom::snapshot ? restore(core, journal) : Position{};
  if (!behind) return tl::unexpected(behind.error());
  Replayed replayed{0, *behind != Position{}};
  auto read = journal.read(*behind, [&](const journal::Record& record) {
    core.replay(record);
    ++replayed.records;
    return journal::Sink::more;
  });
  if (!read) return tl::unexpected(read.error());
  core.replayed_until(journal.last_recorded_at(), journal.head());
  for (const auto& [name, state] : journal.cursors()) core.replay_cursor(name, state);
  for (const auto& name : journal.lost_cursors()) core.replay_lost_cursor(name);
  return replayed;
}

}  // namespace huying::broker
