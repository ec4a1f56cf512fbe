#include "broker/journal/record_json.h"

#include <date/date.h>
#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include "huying/v1/event.pb.h"

namespace huying::journal {
namespace {

constexpr std::string_view kind_prefix = "RECORD_KIND_", unreadable = R"({"unreadable":true})";

std::string kind_name(v1::RecordKind kind) {
  const std::string& name = v1::RecordKind_Name(kind);
  return name.empty() ? fmt::format("{}", static_cast<int>(kind)) : name.substr(kind_prefix.size());
}

std::string to_json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return std::string(unreadable);
  return json;
}

template <class Message>
std::string plain(std::string_view payload) {
  Message message;
  const bool readable = message.ParseFromArray(payload.data(), static_cast<int>(payload.size()));
  return R"(,"payload":)" + (readable ? to_json(message) : std::string(unreadable));
}

// Events stand beside the commit, decoded.
std::string commit(std::string_view payload) {
  v1::Commit commit;
  if (!commit.ParseFromArray(payload.data(), static_cast<int>(payload.size())))
    return fmt::format(R"(,"payload":{})", unreadable);
  std::string events;
  for (v1::CommittedEvent& committed : *commit.mutable_events()) {
    v1::CaseEvent event;
    const bool readable = event.ParseFromString(committed.event());
    events += fmt::format("{}{}", events.empty() ? "" : ",", readable ? to_json(event) : std::string(unreadable));
    committed.clear_event();
  }
  return fmt::format(R"(,"payload":{},"events":[{}])", to_json(commit), events);
}

// A time that no clock tells, as only a damaged journal holds it, is not one of the calendar.
std::string time_text(Instant at) {
  constexpr Instant year_10000 = date::sys_days{date::year{10'000} / 1 / 1};
  if (at < Instant{} || at >= year_10000) return fmt::format("{} ms", at.time_since_epoch().count());
  return date::format("%FT%TZ", at);
}

std::string payload_json(v1::RecordKind kind, const PayloadJson& shown) {
  if (!shown.readable) return fmt::format(R"(,"payload":{})", unreadable);
  const std::string_view payload = shown.payload;
  switch (kind) {
    case v1::RECORD_KIND_REQUEST: return plain<v1::RequestRecord>(payload);
    case v1::RECORD_KIND_ACTION: return plain<v1::ActionRecord>(payload);
    case v1::RECORD_KIND_MESSAGE: return plain<v1::CellMessage>(payload);
    case v1::RECORD_KIND_CONFIGURATION_CHANGED: return plain<v1::ConfigurationChanged>(payload);
    case v1::RECORD_KIND_COMMIT: return commit(payload);
    case v1::RECORD_KIND_SUSPECT: return plain<v1::Suspect>(payload);
    case v1::RECORD_KIND_SET_ASIDE: return plain<v1::SetAside>(payload);
    case v1::RECORD_KIND_TERM: return plain<v1::TermClaimed>(payload);
    case v1::RECORD_KIND_TIME_BASE: return plain<v1::TimeBase>(payload);
    case v1::RECORD_KIND_CONFIGURATION_PART: return plain<v1::ConfigurationPart>(payload);
    case v1::RECORD_KIND_CONFIGURATION_COMPLETE: return plain<v1::ConfigurationComplete>(payload);
    case v1::RECORD_KIND_COVERAGE: return plain<v1::Coverage>(payload);
    case v1::RECORD_KIND_STOPPED: return plain<v1::BrokerStopped>(payload);
    default: return {};
  }
}

}  // namespace

std::string record_json(const Record& r, const std::optional<PayloadJson>& payload) {
  return fmt::format(R"({{"position":{},"batch":{},"recorded_at":"{}","stream":{},"sequence":{},"kind":"{}","term":{},)"
                     R"("grant":{},"item_begins":{},"bytes":{}{}}})",
                     r.position.value, r.batch_number, time_text(r.recorded_at), r.stream.value,
                     r.sequence.value, kind_name(r.kind), r.epoch.term, r.epoch.grant, r.item_begins, r.payload.size(),
                     payload ? payload_json(r.kind, *payload) : std::string());
}

}  // namespace huying::journal
