// The shell around HostCore: a session with the broker, and a timer that wakes the core whenever it wants to be. Decides
// nothing. Owner: whoever runs the io_context; everything runs on its one thread, except stop(), which any thread may
// call. Errors: start() refuses an endpoint that is not private; a lost session is dialled anew, and the cells come back
// with the next leases.
#pragma once
#include <functional>
#include <memory>

#include "client/session.h"
#include "workers/host/host_core.h"

namespace huying::host {

struct HostSettings {
  std::string endpoint;
  std::string principal;           // of role host in the directory
  std::string program = "huying";  // for the administrator's view
  std::uint32_t capacity = 0;      // cells at most; 0: any
  std::uint32_t catch_up_a_second = limits::catch_up_a_second;  // overdue clocks, after an outage
};

class Host {
 public:
  // `on_lost` hears why a session is over; the host goes on dialling until stop().
  Host(asio::io_context& context, HostSettings settings, std::function<void(const client::Lost&)> on_lost = {});
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  Result<void> start();
  void stop();

  bool connected() const;
  std::size_t cells() const;
  std::size_t open_cases() const;

 private:
  class Link;
  std::shared_ptr<Link> link_;
};

}  // namespace huying::host
