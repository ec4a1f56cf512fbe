// What the gateway counts of itself, for Prometheus (docs/gateway.md). No label holds a person, a case or an address. One thread.
#pragma once
#include <prometheus/registry.h>

#include <cstdint>
#include <string>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}

namespace huying::gateway {

class Figures {
 public:
  Figures();
  void answered(unsigned status, double seconds);
  void login(bool succeeded);

  struct Now {
    bool broker_connected = false, ledger_at_head = false;
    double ledger_behind_seconds = 0;
    std::uint64_t ledger_events = 0, ledger_rebuilt = 0;
    std::size_t connections = 0, streams = 0, subscriptions = 0, unanswered = 0;
  };
  std::string text(const Now& now);  // Prometheus' text format

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& answers_;
  prometheus::Histogram& seconds_;
  prometheus::Counter &logins_, &logins_failed_;
  prometheus::Gauge &broker_, &at_head_, &behind_, &events_, &rebuilt_, &connections_, &streams_, &subscriptions_, &unanswered_;
};

}  // namespace huying::gateway
