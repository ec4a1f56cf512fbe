// A record as one line of JSON:
// {"position":…,"batch":…,"recorded_at":"…Z","stream":…,"sequence":…,"kind":"REQUEST","term":…,
// "grant":…,"item_begins":…,"bytes":…[,"payload":{…}][,"events":[…]]}. Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "broker/journal/journal.h"

namespace huying::journal {

// The payload to print, by protobuf's JSON mapping: the record's own, or what redact.h left of it.
struct PayloadJson {
  std::string_view payload;
  bool readable = true;  // false: printed as {"unreadable":true}
};
std::string record_json(const Record& record, const std::optional<PayloadJson>& payload);

}  // namespace huying::journal
