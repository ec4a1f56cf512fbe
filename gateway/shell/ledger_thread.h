// Keeps the ledger up to date: a session of its own with the broker, subscribed to every case and coverage of the street, on a
// thread of its own, so that catching up on months keeps no page waiting. Where the broker does not have the ledger's place any
// more (a backup was restored, the file is another street's), or the rows do not fit what comes, it is made anew from the first
// record.
//
// Owned by the gateway. state() may be asked on any thread; the callbacks come on the ledger's.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/ledger/names.h"

namespace huying::gateway {

struct LedgerThreadOptions {
  std::string endpoint, principal, path;
  std::function<void()> on_configuration = {};  // a directory was published
};

struct LedgerState {
  bool is_open = false;
  bool at_head = false;             // all that is on disk at the broker is in it
  Instant current_at{};             // the broker's time when that was so last; epoch: never yet
  Milliseconds behind{};            // since when it is not; 0: it is
  std::uint64_t events = 0, rebuilt = 0;
  Error trouble;                    // the last one, until it is over; code 0: none
};

class LedgerThread {
 public:
  explicit LedgerThread(LedgerThreadOptions options);
  ~LedgerThread();  // as stop()
  LedgerThread(const LedgerThread&) = delete;
  LedgerThread& operator=(const LedgerThread&) = delete;

  Result<void> start();
  void stop();  // and waits
  void set_names(std::vector<ledger::Name> names);  // any thread; of the directory in force
  LedgerState state() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace huying::gateway
