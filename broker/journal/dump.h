// Every record of a journal as one line of JSON, for the administrator's eyes. Takes no lock, changes nothing, goes on
// behind damage. Never prints contacts, words, points or addresses: what only Fetch may answer is left out, and of a
// configuration's parts only the size is told.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "broker/journal/disk.h"

namespace huying::journal {

struct DumpOptions {
  bool payload = false;            // decode payloads, by protobuf's JSON mapping
  std::optional<StreamId> stream;  // this one alone
  Position from;                   // at or after
  std::uint64_t records_max = 0;   // 0: all
};

// {"position":…,"batch":…,"recorded_at":"…Z","stream":…,"sequence":…,"kind":"REQUEST","term":…,"grant":…,
//  "item_begins":…,"bytes":…[,"payload":{…}][,"events":[…]]}
// JOURNAL_UNREADABLE, JOURNAL_VERSION; JOURNAL_DAMAGED after all that is readable was told.
Result<void> dump_journal(Disk& disk, const std::string& folder, const DumpOptions& options,
                          const std::function<void(std::string_view line)>& sink);

}  // namespace huying::journal
