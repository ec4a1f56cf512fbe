// What a running broker holds: its journal, its core, its socket. Owned by Broker; the thread that calls start() and run()
// alone touches it, but for `bell`, `stop_asked` (any thread) and `results` (the validator's too, under the mutex).
// broker_start.cc makes it, broker.cc runs it.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>
#include <zmq.hpp>

#include "broker/bell.h"
#include "broker/broker.h"
#include "broker/broker_core.h"
#include "broker/journal/embedded_journal.h"
#include "broker/journal/posix_disk.h"
#include "broker/peer_queues.h"
#include "broker/socket_folder.h"
#include "broker/state/log_limit.h"
#include "broker/time_base.h"

namespace huying::broker {

// A frame that came and was not looked at yet.
struct Received {
  PeerId peer;
  std::size_t parts = 0;
  zmq::message_t body;
};

struct Broker::State {
  BrokerOptions options;
  std::string endpoint;
  journal::PosixDisk disk;
  std::unique_ptr<journal::Lock> shared_lock;  // read-only
  std::optional<SocketFolder> socket_folder;   // read-only, where none was asked for
  std::unique_ptr<journal::EmbeddedJournal> journal;
  std::unique_ptr<BrokerCore> core;
  PartitionClock clock;
  Term term;
  std::optional<zmq::socket_t> router;
  std::vector<PeerId> gone;  // for the next round: only its moment tells whether the broker itself stood still meanwhile
  PeerQueues queues{[this](PeerId peer, const std::string& bytes) { return try_send(peer, bytes); }};
  std::vector<Received> inbox;     // of the round
  std::vector<std::string> findings;

  Bell bell;
  std::atomic<bool> stop_asked{false};
  std::thread validator;           // at most one directory is validated at a time
  std::mutex results_mutex;
  std::vector<DirectoryJobResult> results;
  SteadyInstant housekept_at, last_round_at, disk_asked_at, signs_sent_at;
  std::uint64_t free_bytes = 0;
  std::string missing;
  bool demonstration_at_start = false;
  LogLimit cursors_logged, room_logged;

  ~State() {
    if (validator.joinable()) validator.join();
  }

  Moment moment() {
    const SteadyInstant steady = std::chrono::steady_clock::now();
    return {clock.at(steady, system_now()), steady};
  }
  static Instant system_now() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

  // Start.
  Result<void> choose_endpoint();
  std::string street_of_new_folder();
  Result<void> open();
  Result<void> open_read_only();
  CoreOptions core_options(const TimeBaseChoice& base) const;
  void begin_time(const TimeBaseChoice& base, SteadyInstant steady);
  Result<void> install_directory();
  Result<void> check_permission() const;
  Result<void> listen();

  // Serving.
  Result<void> round();
  void receive_frames();
  void take_frames();
  void send(std::vector<OutFrame>& frames);
  PeerQueues::Sent try_send(PeerId peer, const std::string& bytes);
  void look_at_disk(SteadyInstant now);
  bool wait_for_room(const Error& error);
  void start_validation(DirectoryJob job);
  void take_results();
  void housekeep(const Moment& now);
  void save_cursors();
  Result<void> wait();
};

}  // namespace huying::broker
