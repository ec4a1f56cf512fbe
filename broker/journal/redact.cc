#include "broker/journal/redact.h"

namespace huying::journal {
namespace {

// Parses, lets `take_out` say whether it took something out, serializes again: unknown fields do not pass.
template <class Message, class TakeOut>
Redacted without(std::string_view payload, TakeOut&& take_out) {
  Message message;
  if (!message.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return {{}, true, false};
  message.DiscardUnknownFields();
  Redacted redacted;
  redacted.left_out = take_out(message);
  message.SerializeToString(&redacted.payload);
  return redacted;
}

template <class Message>
bool private_part(Message& message) {
  const bool any = message.has_private_part();
  message.clear_private_part();
  return any;
}

bool nothing(auto&) { return false; }

}  // namespace

Redacted redact(v1::RecordKind kind, std::string_view payload) {
  switch (kind) {
    case v1::RECORD_KIND_REQUEST: return without<v1::RequestRecord>(payload, private_part<v1::RequestRecord>);
    case v1::RECORD_KIND_ACTION: return without<v1::ActionRecord>(payload, private_part<v1::ActionRecord>);
    case v1::RECORD_KIND_MESSAGE: return without<v1::CellMessage>(payload, nothing<v1::CellMessage>);
    case v1::RECORD_KIND_CONFIGURATION_CHANGED:
      return without<v1::ConfigurationChanged>(payload, nothing<v1::ConfigurationChanged>);
    case v1::RECORD_KIND_COMMIT: return without<v1::Commit>(payload, nothing<v1::Commit>);
    case v1::RECORD_KIND_SUSPECT: return without<v1::Suspect>(payload, nothing<v1::Suspect>);
    case v1::RECORD_KIND_SET_ASIDE: return without<v1::SetAside>(payload, nothing<v1::SetAside>);
    case v1::RECORD_KIND_TERM: return without<v1::TermClaimed>(payload, nothing<v1::TermClaimed>);
    case v1::RECORD_KIND_TIME_BASE: return without<v1::TimeBase>(payload, nothing<v1::TimeBase>);
    case v1::RECORD_KIND_CONFIGURATION_PART:
      return without<v1::ConfigurationPart>(payload, [](v1::ConfigurationPart& part) {
        const bool any = !part.bytes().empty();
        part.clear_bytes();
        return any;
      });
    case v1::RECORD_KIND_CONFIGURATION_COMPLETE:
      return without<v1::ConfigurationComplete>(payload, nothing<v1::ConfigurationComplete>);
    case v1::RECORD_KIND_COVERAGE: return without<v1::Coverage>(payload, nothing<v1::Coverage>);
    case v1::RECORD_KIND_STOPPED: return without<v1::BrokerStopped>(payload, nothing<v1::BrokerStopped>);
    default: return {{}, !payload.empty(), true};
  }
}

}  // namespace huying::journal
