// Every record of a journal, or some, in a form that other programs read: protobuf (export.proto, each message behind
// its length) or JSON lines (as `huying journal dump --payload` prints them). Takes no lock, changes nothing, goes on
// behind damage. Contacts, words, places and people are left out unless asked for.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "broker/journal/damage.h"
#include "broker/journal/disk.h"

namespace huying::journal {

enum class ExportForm : std::uint8_t { protobuf, json_lines };
enum class PrivateParts : std::uint8_t { left_out, written };

struct ExportOptions {
  ExportForm form = ExportForm::protobuf;
  PrivateParts private_parts = PrivateParts::left_out;
  std::optional<StreamId> stream;
  Position from;                  // at or after
  std::optional<Instant> since;   // recorded at or after
  std::uint64_t records_max = 0;  // 0: all
};

struct ExportReport {
  std::uint64_t records = 0, bytes = 0, left_out = 0;  // left_out: records of which something was taken out
  std::optional<Damage> damage;  // the first: what was exported is all that can be read
};

// `sink` is given pieces in order. JOURNAL_UNREADABLE, JOURNAL_VERSION, an error of the sink.
Result<ExportReport> export_journal(Disk& disk, const std::string& folder, const ExportOptions& options,
                                    const std::function<Result<void>(std::string_view piece)>& sink);

}  // namespace huying::journal
