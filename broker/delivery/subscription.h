// One subscription as the broker holds it. Owned by Subscribing; one thread.
#pragma once
#include <deque>
#include <optional>
#include <string>

#include "broker/delivery/cursor.h"
#include "broker/delivery/interest.h"
#include "broker/delivery/window.h"
#include "broker/state/effects.h"

namespace huying::delivery {

using broker::PeerId;

// Events of one record that were sent and not acknowledged.
struct SentEvents {
  std::uint64_t consumer_sequence = 0;  // of the last of them
  Position position;                    // of the record; 0 until it landed
  std::uint32_t record = 0;             // of the batch of the round, until it landed
  std::uint32_t events_done = 0;        // of the record, with those before that were not asked for
  std::uint64_t bytes = 0;              // of the window
};

struct Subscription {
  std::uint64_t id = 0;
  std::string key;        // the name; of an unnamed one something no name can be
  bool durable = false;
  std::string principal, person;
  PeerId peer;            // 0: not connected
  Interest interest;
  std::string case_number;  // only events of this case; empty: of all
  Window window;
  std::uint64_t basis = 0;
  Cursor acknowledged;    // resume here
  Cursor next;            // look here next; at the head its place is the head
  Cursor saved;           // as it was taken to be saved last
  std::deque<SentEvents> sent;  // in order
  bool at_head = false;
  bool reading = false;   // a read of the journal is asked for
  bool queued = false;    // waits for a turn to read
  bool touched = false;   // sent something in this round
  bool changed = false;   // the cursor waits to be saved
  bool is_beyond = false; // the cursor lies behind the journal's end
  std::optional<std::size_t> fell_behind_at;  // record of the batch of the round
  std::uint64_t progress_said = 0;            // position of the last Progress
  std::uint64_t connection = 0;               // counts them; what was put down for an earlier one is void

  const std::string& wire_name() const { return durable ? key : no_name; }
  bool is_connected() const { return peer != PeerId{}; }

  static inline const std::string no_name;
};

// Whether a serialized CaseEvent is one of those that the subscription is for, as far as the case goes.
bool is_about(const Subscription& s, std::string_view event);

}  // namespace huying::delivery
