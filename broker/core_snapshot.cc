// A snapshot of the broker's state: all that replay of the journal gives, so that a start needs to replay only what came
// behind it. A cache, never truth (snapshots.h).
//
// What replay derives, who owns it, and what of it is in a snapshot. Who adds to what a record changes adds it to the pair
// `encode` and `decode` beside it, and raises snapshot_version (snapshots.h); tests/broker/snapshot_test.cc and the simulator
// compare every start with one from the beginning.
//
//   replayed                  changes                                                        encoded by
//   every record              last sequence of its stream                                    AppendQueue
//                             record time; where the last record lies                        Context; snapshots.cc
//   request                   how many were taken; the day and serial of the last            intake::Publishing
//                             which cell has the open case                                   Cells
//                             an undecided cause of its cell                                 Cells (CellState)
//   action, message           an undecided cause; a message: which cell has the case         Cells
//                             an ended case whose reopening waits                            Context (Reopenings)
//                             a step set aside that is decided again                         Context
//   configuration changed     an undecided cause; the version that the cell knows            Cells
//   commit                    consumed_through, times suspected; which cell has which case,  Cells
//                             one that was ended and is opened again, too
//   commit, suspect,          which clock was tried alone and how often; how often its fold  Cells (PoisonOnRecord)
//     set aside               was, by whose programs, whether it is parked, the last term
//                             in which it was folded
//   suspect                   times that the first undecided cause was tried alone           Cells
//   set aside                 consumed_through; the step that may be decided again           Cells, Context
//   coverage                  what was announced of the cell; of the system's clock           Cells, Context
//   term                      which history this is; the last one                            delivery::History, Context
//   stopped, term             whether the broker before stopped cleanly                      delivery::Suspicion
//   configuration             the versions hosts may ask for, the cells, their units         Configuring: where they lie; Cells
//   time base                 nothing of the core: time_base_of_folder reads it
//
// A core that is read-only takes none and is never begun with one (snapshots.cc): gaps may lie before it.
//
// Not of it: sessions, leases, deliveries, promises, what is announced next: of this process. Cursors have their own files.
#include "broker/core_parts.h"

namespace huying::broker {

void BrokerCore::Parts::encode(Encoder& out) const {
  context.encode(out);
  context.append.encode(out);
  context.cells.encode(out);
  publishing.encode(out);
  subscribing.encode(out);
  hosting.encode(out);
  configuring.encode(out);
}

bool BrokerCore::Parts::decode(Decoder& in, ConfigurationPlaces& places) {
  std::vector<Configuring::Place> versions;
  const bool whole = context.decode(in) && context.append.decode(in) && context.cells.decode(in) &&
                     publishing.decode(in) && subscribing.decode(in) && hosting.decode(in) &&
                     configuring.decode(in, versions) && in.at_end();
  for (const auto& place : versions) places.emplace_back(place.first_part, place.complete);
  return whole;
}

std::optional<std::string> BrokerCore::snapshot() const {
  if (is_read_only() || parts_->configuring.is_staging() || !parts_->context.append.empty()) return std::nullopt;
  std::string bytes;
  Encoder out(bytes);
  parts_->encode(out);
  return bytes;
}

std::optional<BrokerCore::ConfigurationPlaces> BrokerCore::restore(std::string_view snapshot) {
  auto parts = new_parts(parts_->context.options, parts_->context.digest_key);
  ConfigurationPlaces places;
  Decoder in(snapshot);
  if (!parts->decode(in, places)) return std::nullopt;
  parts_ = std::move(parts);
  return places;
}

// Worth it when the tail is long, and longer than what a snapshot would hold.
BrokerCore::SnapshotDue BrokerCore::snapshot_due() const {
  const auto& context = parts_->context;
  if (is_read_only()) return SnapshotDue::no;
  const std::uint64_t holds = context.cells.open_cases() + context.cells.undecided();
  const std::uint64_t enough = std::max(context.options.snapshot_after_records, 4 * holds);
  if (parts_->records_unsnapshot < enough) return SnapshotDue::no;
  return parts_->records_unsnapshot < 8 * enough ? SnapshotDue::when_idle : SnapshotDue::now;
}

void BrokerCore::snapshot_written() { parts_->records_unsnapshot = 0; }
Position BrokerCore::last_record() const { return parts_->last_record; }

}  // namespace huying::broker
