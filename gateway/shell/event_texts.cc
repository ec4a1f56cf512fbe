#include "gateway/shell/event_texts.h"

#include <absl/hash/hash.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "gateway/shell/json.h"
#include "huying/v1/record.pb.h"

namespace huying::gateway {
namespace {

// All but its number in the subscription, which is not told.
bool is_the_same(const v1::EventDelivery& a, const v1::EventDelivery& b) {
  return a.sequence() == b.sequence() && a.index() == b.index() && a.recorded_at_ms() == b.recorded_at_ms() &&
         a.kind() == b.kind() && a.subject() == b.subject() && a.event() == b.event();
}

template <class Message>
std::string told(std::string_view name, const v1::EventDelivery& delivery) {
  Message message;
  if (!message.ParseFromString(delivery.event())) return {};
  Json json{{"subject", delivery.subject()}, {"sequence", std::to_string(delivery.sequence())}, {"index", delivery.index()},
            {"recordedAtMs", delivery.recorded_at_ms()}};
  const auto tokens = std::count(delivery.subject().begin(), delivery.subject().end(), '.');
  if (tokens >= 2 && name != "configuration") {
    // case.<street>.<unit>.<cell>.<event>, escalation.<rung>.<street>.<unit>.<cell>, coverage.<street>.<cell>
    const auto last = delivery.subject().rfind('.');
    const auto before = delivery.subject().rfind('.', last - 1);
    json["cell"] = delivery.subject().starts_with("case.") ? delivery.subject().substr(before + 1, last - before - 1)
                                                           : delivery.subject().substr(last + 1);
  }
  if (delivery.kind() != v1::EVENT_KIND_UNSPECIFIED) json["kind"] = v1::EventKind_Name(delivery.kind());
  // protobuf's own text stands as the last member: reading it again as values would cost more than all the rest.
  std::string around = dumped(json);
  HUYING_CHECK(around.ends_with('}'));
  around.pop_back();
  return fmt::format("event: {}\ndata: {},\"event\":{}}}\n\n", name, around, text_of(message));
}

}  // namespace

std::string event_text(const v1::EventDelivery& delivery) {
  const std::string& subject = delivery.subject();
  if (subject.starts_with("case.")) return told<v1::CaseEvent>("case", delivery);
  if (subject.starts_with("escalation.")) return told<v1::CaseEvent>("escalation", delivery);
  if (subject.starts_with("coverage.")) return told<v1::Coverage>("coverage", delivery);
  if (subject.starts_with("configuration.")) return told<v1::ConfigurationComplete>("configuration", delivery);
  return {};
}

const std::string& EventTexts::of(const v1::EventDelivery& delivery) {
  const auto hash = absl::HashOf(delivery.subject(), delivery.sequence(), delivery.index());
  Place& place = places_[hash % places_.size()];
  if (place.text.empty() || !is_the_same(place.delivery, delivery)) {
    ++made_;
    place.text = event_text(delivery);
    place.delivery = delivery;
  }
  return place.text;
}

}  // namespace huying::gateway
