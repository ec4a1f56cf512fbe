// Many open event streams (docs/api.md, Events), each on one cell, and an observer's subscription at the broker beside them that
// says what they have to bring. A thread of their own reads them all. Owned by the measurement (streams.h), which reads the tally
// when stop() has returned.
#pragma once
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "client/session.h"
#include "client/subscriber.h"
#include "tests/bench/event_tally.h"
#include "tests/bench/http_client.h"

namespace huying::bench {

struct StreamPlace {
  std::uint32_t cell = 0;
  std::string cookie;  // of whoever reads it
};

// What the owner may look at while they run.
struct StreamProgress {
  std::atomic<std::uint64_t> at_head = 0;  // streams that were told so once
  std::atomic<std::uint64_t> ended = 0;    // by the gateway, or refused
  std::atomic<std::uint64_t> wanted = 0, arrived = 0;
  std::atomic<std::uint64_t> cases_ended = 0;  // told by the broker: closed, or dispatched where they are left open
  std::atomic<bool> observes = false;
};

class StreamReaders {
 public:
  StreamReaders(const std::string& endpoint, std::uint16_t port, std::vector<StreamPlace> places, std::uint32_t cells, Life life);
  ~StreamReaders();
  StreamReaders(const StreamReaders&) = delete;
  StreamReaders& operator=(const StreamReaders&) = delete;

  // Connects them all, one after the other, asks, and begins to read. NOT_CONNECTED.
  Result<void> start();
  void stop();
  const StreamProgress& progress() const { return progress_; }
  const EventTally& tally() const { return tally_; }  // after stop()
  // Why the first one that ended did; empty: none. After stop().
  const std::string& trouble() const { return trouble_; }

 private:
  struct One;
  void read(const std::shared_ptr<One>& one);
  void take(One& one, std::string_view text, std::int64_t now_ns);
  void is_over(One& one);
  client::SubscriberCallbacks callbacks();

  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  const std::uint16_t port_;
  const std::vector<StreamPlace> places_;
  const std::string last_event_;  // of a case: the end of its subject
  EventTally tally_;
  StreamProgress progress_;
  std::vector<std::shared_ptr<One>> streams_;
  std::string trouble_;
  absl::flat_hash_map<std::string, std::uint32_t> cells_;  // by code
  client::Session session_;
  client::Subscriber observer_;
  std::thread thread_;
};

}  // namespace huying::bench
