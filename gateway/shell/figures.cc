#include "gateway/shell/figures.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include <sstream>

namespace huying::gateway {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

const prometheus::Histogram::BucketBoundaries bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

}  // namespace

Figures::Figures()
    : answers_(BuildCounter().Name("huying_gateway_answers_total").Help("Requests answered, by status").Register(registry_)),
      seconds_(prometheus::BuildHistogram()
                   .Name("huying_gateway_answer_seconds")
                   .Help("From a whole request to its answer; event streams are not counted")
                   .Register(registry_)
                   .Add({}, bounds)),
      logins_(BuildCounter().Name("huying_gateway_logins_total").Help("Logins").Register(registry_).Add({{"outcome", "done"}})),
      logins_failed_(
          BuildCounter().Name("huying_gateway_logins_failed_total").Help("Logins that failed, or had to wait").Register(registry_).Add({})),
      broker_(gauge(registry_, "huying_gateway_broker_connected", "1 while a session with the broker stands")),
      at_head_(gauge(registry_, "huying_gateway_ledger_at_head", "1 while all that is on disk is in the ledger")),
      behind_(gauge(registry_, "huying_gateway_ledger_behind_seconds", "Since when it is not")),
      events_(gauge(registry_, "huying_gateway_ledger_events", "Events taken into the ledger")),
      rebuilt_(gauge(registry_, "huying_gateway_ledger_rebuilt", "How often it was made anew since the start")),
      connections_(gauge(registry_, "huying_gateway_connections", "HTTP connections")),
      streams_(gauge(registry_, "huying_gateway_streams", "Event streams")),
      subscriptions_(gauge(registry_, "huying_gateway_subscriptions", "Subscriptions at the broker that they share")),
      unanswered_(gauge(registry_, "huying_gateway_unanswered", "Questions to the broker that wait for an answer")) {}

void Figures::answered(unsigned status, double seconds) {
  answers_.Add({{"status", std::to_string(status)}}).Increment();
  seconds_.Observe(seconds);
}

void Figures::login(bool succeeded) { (succeeded ? logins_ : logins_failed_).Increment(); }

std::string Figures::text(const Now& now) {
  broker_.Set(now.broker_connected ? 1 : 0);
  at_head_.Set(now.ledger_at_head ? 1 : 0);
  behind_.Set(now.ledger_behind_seconds);
  events_.Set(static_cast<double>(now.ledger_events));
  rebuilt_.Set(static_cast<double>(now.ledger_rebuilt));
  connections_.Set(static_cast<double>(now.connections));
  streams_.Set(static_cast<double>(now.streams));
  subscriptions_.Set(static_cast<double>(now.subscriptions));
  unanswered_.Set(static_cast<double>(now.unanswered));
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, registry_.Collect());
  return out.str();
}

}  // namespace huying::gateway
