// The broker's shell: one thread owns the ROUTER, the core and the journal (facts.md: one thread with an inline sync beats a
// journal thread). It receives a round of frames, lets the core decide, makes the batch durable and sends what was said.
//
// start() opens the folder, recovers, replays and binds; run() serves until stop() is called (any thread, or a signal
// handler's thread) or the journal fails. Errors: those of the journal, ENDPOINT_NOT_PRIVATE, USAGE
// (options.endpoint cannot be bound), TIME_BASE, and of a first directory.
//
// Read-only it opens a folder that is damaged, or whose disk has no room, and writes not one byte into it: nothing is
// claimed, repaired, taken, decided or kept, no host is let in. The folder's lock is shared while it serves, so that no
// broker begins to write beside it.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "broker/directory/directory_files.h"
#include "broker/state/disk_room.h"

namespace huying::broker {

struct BrokerOptions {
  std::string data_folder;
  std::string endpoint;              // empty: ipc://<data folder>/broker.sock
  std::string directory_folder;      // taken when none is in force yet
  std::optional<std::uint32_t> rate_permille;   // scales time: of a new folder, or another rate for a scaled one
  std::optional<Instant> virtual_origin;        // of a new scaled folder; else the real now
  bool allow_plain_contacts = false; // serve a directory that is not marked `demonstration`
  std::uint64_t segment_bytes = 0;   // 0: the default of limits.h
  std::uint32_t pool_segments = 4;   // zero-filled ahead
  Watermarks watermarks;             // of free space on the disk; half of the second is the journal's own last line
  directory::ConfigurationCheck check_configuration = nullptr;  // whether hosts can decide by a directory
  std::string program = "huying";
  bool read_only = false;            // endpoint empty: in a folder of its own, which goes when the broker does
};

class Broker {
 public:
  explicit Broker(BrokerOptions options);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  Result<void> start();
  // Serves on the calling thread. JOURNAL_WRITE_FAILED, TERM_STALE: the process must stop. Without room on the disk it
  // waits; told to stop then, it may return JOURNAL_FULL.
  Result<void> run();
  void stop() noexcept;  // any thread; run() answers what is on its way and returns

  // After start(), which settles them: any thread.
  const std::string& endpoint() const;
  std::uint32_t rate_permille() const;
  bool demonstration() const;            // of the directory with which it started; a later one does not change it
  const std::string& missing() const;    // read-only: what of the journal cannot be read; empty: nothing
  const std::vector<std::string>& findings() const;  // of the first directory

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace huying::broker
