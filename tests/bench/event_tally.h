// Which events the streams of a street had to bring, and which of them came when. What had to come is said by an observer's
// subscription at the broker, which knows nothing of the gateway; each event is known by subject, sequence and index. One thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "huying/v1/session.pb.h"
#include "tests/bench/load.h"

namespace huying::bench {

class EventTally {
 public:
  // The cell of each stream, by its number.
  EventTally(std::vector<std::uint32_t> cell_of_stream, std::uint32_t cells);

  // An event of a case of this cell, told by the broker at this instant (steady, nanoseconds).
  void told(const v1::EventDelivery& delivery, std::uint32_t cell, std::int64_t at_ns);
  // The same on a stream: the data of an `event: case`.
  void came(std::uint32_t stream, std::string_view data, std::int64_t at_ns);

  std::uint64_t wanted() const { return wanted_; }  // an event once for each stream of its cell
  std::uint64_t arrived() const { return arrivals_.size(); }

  struct Counts {
    std::uint64_t events = 0;   // that were told
    std::uint64_t wanted = 0, lost = 0, doubled = 0;
    std::uint64_t strange = 0;  // unreadable, of another cell, or never told
  };
  Counts counts() const;

  // Nanoseconds from when the request was due to each event of its case: on the streams, and as the broker told the observer.
  // Of the given requests only.
  struct Took {
    std::vector<std::int64_t> stream_ns, broker_ns;
  };
  Took took(const LoadResult& load) const;

 private:
  struct Event {
    bool is_told = false;
    std::uint32_t cell = 0;
    CaseSerial number;
    std::int64_t told_ns = 0;
  };
  struct Arrival {
    std::uint32_t stream = 0, event = 0;
    std::int64_t at_ns = 0;
  };
  std::uint32_t event_of(const std::string& subject, std::uint64_t sequence, std::uint32_t index);

  const std::vector<std::uint32_t> cell_of_stream_;
  std::vector<std::uint32_t> streams_of_cell_;
  std::vector<Event> events_;
  std::vector<Arrival> arrivals_;
  absl::flat_hash_map<std::string, std::uint32_t> by_name_;
  // Thirty streams bring the same text: it is read once.
  absl::flat_hash_map<std::string, std::uint32_t> by_text_;
  std::uint64_t wanted_ = 0, unreadable_ = 0;
};

}  // namespace huying::bench
