// What the parts of the broker's core share. Each part owns what is its own; this is the common ground: the moment,
// the configuration in force, who is connected, the cells, what will be appended and what will be said.
#pragma once
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "broker/state/append_queue.h"
#include "broker/state/cells.h"
#include "broker/state/disk_room.h"
#include "broker/state/effects.h"
#include "broker/state/outbox.h"
#include "broker/state/reopenings.h"
#include "broker/state/sessions.h"
#include "broker/state/version.h"

namespace huying::broker {

struct CoreOptions {
  std::string program = "huying";        // version, for TermClaimed and the administrator
  bool scaled = false;                   // time is not the system's: a demonstration
  std::uint32_t rate_permille = 1000;    // of time
  Instant real_origin{};                 // of the time base, for the record
  Watermarks watermarks;                 // of the disk's free space
  std::size_t causes_undecided_max = limits::causes_undecided_max;
  std::uint64_t snapshot_after_records = 50'000;  // when the broker is idle; when it never is, after eight times as many
  directory::ConfigurationCheck check_configuration = nullptr;  // of a new directory; run off the loop thread
  bool read_only = false;                // nothing is taken, decided or kept; replay goes on behind what is missing
  std::string missing;                   // read-only: what of the journal cannot be read, for everybody's eyes
};

struct Context {
  CoreOptions options;
  DigestKey digest_key{};
  Term term;
  Moment now{};                          // of the round; wall never goes back
  Instant recorded_at{};                 // of the last record of the journal
  SteadyInstant attentive_since;         // the broker itself was there since then: nobody is judged by the time before
  SteadyInstant given_up_until;          // the last time it was away for so long that its peers may have given it up
  std::uint64_t free_bytes = ~std::uint64_t{0};  // of the data folder's disk, told by the shell
  DiskRoom disk;
  SteadyInstant had_no_room_at;          // last; what hosts decided until then may have waited here
  Milliseconds clock_ahead{0};           // of the partition's time, the system's clock; told by the shell
  bool clock_announced = false;          // that it is off was said, and is not over
  bool stopping = false;

  std::shared_ptr<const Version> version;  // in force; null: none yet
  Sessions sessions;
  Cells cells;
  AppendQueue append;
  Outbox out;
  absl::flat_hash_set<Digest128> set_aside_steps;  // keys of actions set aside, which a person may let be decided again
  Reopenings reopenings;
  std::vector<Lookup> lookups;
  std::vector<ReadRequest> reads;        // after the batch is durable
  std::vector<ReadRequest> reads_first;  // before it is sealed, to answer look-ups
  std::size_t said_bytes = 0;            // in this round, of what may be large: events and answers

  std::int64_t now_ms() const { return to_ms(now.wall); }
  bool demonstration() const {
    return options.scaled || (version && version->directory().demonstration());
  }
  Digest128 key(char kind, std::string_view a) const { return key_of({std::string_view(&kind, 1), a}); }
  Digest128 key(char kind, std::string_view a, std::string_view b) const {
    return key_of({std::string_view(&kind, 1), a, std::string_view("\0", 1), b});
  }
  // Of a snapshot (core_snapshot.cc): what is nobody's own.
  void encode(Encoder& into) const;
  bool decode(Decoder& in);
  // Of an action's key: what leads to the commit that decided it.
  Digest128 decided_key(const Digest128& action) const { return key('d', action.bytes()); }

 private:
  // Keys are short as a rule: they are put together without touching the heap.
  Digest128 key_of(std::initializer_list<std::string_view> parts) const {
    char text[512];
    std::size_t size = 0;
    for (const auto part : parts) size += part.size();
    if (size > sizeof text) {
      std::string joined;
      for (const auto part : parts) joined += part;
      return key_digest(digest_key, joined);
    }
    char* at = text;
    for (const auto part : parts) at = std::copy(part.begin(), part.end(), at);
    return key_digest(digest_key, {text, size});
  }
};

// Kinds of keys of the journal; the first byte of what is digested.
inline constexpr char key_request = 's';  // source, source_id
inline constexpr char key_number = 'n';   // case number → its request
inline constexpr char key_action = 'a';   // person, action_id → the action's record
// 'd': an action's key → the commit that decided it (Context::decided_key)
inline constexpr char key_ended = 'e';    // case number → the commit that ended it; replaceable

}  // namespace huying::broker
