#include "broker/door.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "client/endpoint.h"
#include "proto/errors.h"

namespace huying::broker {
namespace {

constexpr auto look_interval = std::chrono::milliseconds(5);
constexpr int kept_max = 512;  // more than a burst of connections between two looks, and room for the journal's files

int raised_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<int>::max();
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<int>::max()));
}

// Descriptors are given out from the lowest on: the next one tells how many are in use. -1: none is left.
int next_descriptor() {
  const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (next >= 0) ::close(next);
  return next;
}

}  // namespace

int Door::kept() const { return std::min(kept_max, limit_ / 4); }

Result<void> Door::open(zmq::socket_t& router, const std::string& endpoint) {
  if (limit_ == 0) limit_ = raised_limit();
  try {
    router.bind(endpoint);
    endpoint_ = router.get(zmq::sockopt::last_endpoint);
  } catch (const zmq::error_t& e) {
    return fail(v1::ERROR_CODE_USAGE, client::why_not_bound(endpoint, e.num()));
  }
  open_ = true;
  return {};
}

bool Door::look(zmq::socket_t& router, SteadyInstant now) {
  if (endpoint_.empty() || now - looked_at_ < look_interval) return false;
  looked_at_ = now;
  const int next = next_descriptor();
  const bool scarce = next < 0 || next > limit_ - kept();
  if (open_ && scarce) {
    router.unbind(endpoint_);
    open_ = false;
    spdlog::warn("{} connections and files of {} are open: nobody new is let in until some are closed", next, limit_);
    return true;
  }
  // With room to spare, so that it is not shut again at once.
  if (open_ || scarce || next > limit_ - kept() - kept() / 2) return false;
  if (auto opened = open(router, endpoint_); !opened) return false;
  spdlog::info("new connections are let in again");
  return true;
}

}  // namespace huying::broker
