#include "broker/journal/dump.h"

#include <date/date.h>
#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include "broker/journal/embedded_journal.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view kind_prefix = "RECORD_KIND_";

std::string kind_name(v1::RecordKind kind) {
  const std::string& name = v1::RecordKind_Name(kind);
  return name.empty() ? fmt::format("{}", static_cast<int>(kind)) : name.substr(kind_prefix.size());
}

std::string to_json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return R"({"unreadable":true})";
  return json;
}

// Parses, lets `redact` take out what must not be seen, prints.
template <class Message, class Redact>
std::string redacted(std::string_view payload, Redact&& redact) {
  Message message;
  if (!message.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return R"({"unreadable":true})";
  message.DiscardUnknownFields();
  redact(message);
  return to_json(message);
}

std::string commit_json(std::string_view payload) {
  v1::Commit commit;
  if (!commit.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return R"(,"payload":{"unreadable":true})";
  std::string events;
  for (v1::CommittedEvent& committed : *commit.mutable_events()) {
    v1::CaseEvent event;
    const bool readable = event.ParseFromString(committed.event());
    events += fmt::format("{}{}", events.empty() ? "" : ",", readable ? to_json(event) : R"({"unreadable":true})");
    committed.clear_event();
  }
  return fmt::format(R"(,"payload":{},"events":[{}])", to_json(commit), events);
}

std::string payload_json(const Record& record) {
  const auto as_it_is = [](auto&) {};
  const auto without_private_part = [](auto& message) { message.clear_private_part(); };
  const auto plain = [&](std::string json) { return R"(,"payload":)" + json; };
  switch (record.kind) {
    case v1::RECORD_KIND_REQUEST: return plain(redacted<v1::RequestRecord>(record.payload, without_private_part));
    case v1::RECORD_KIND_ACTION: return plain(redacted<v1::ActionRecord>(record.payload, without_private_part));
    case v1::RECORD_KIND_MESSAGE: return plain(redacted<v1::CellMessage>(record.payload, as_it_is));
    case v1::RECORD_KIND_CONFIGURATION_CHANGED: return plain(redacted<v1::ConfigurationChanged>(record.payload, as_it_is));
    case v1::RECORD_KIND_COMMIT: return commit_json(record.payload);
    case v1::RECORD_KIND_SUSPECT: return plain(redacted<v1::Suspect>(record.payload, as_it_is));
    case v1::RECORD_KIND_SET_ASIDE: return plain(redacted<v1::SetAside>(record.payload, as_it_is));
    case v1::RECORD_KIND_TERM: return plain(redacted<v1::TermClaimed>(record.payload, as_it_is));
    case v1::RECORD_KIND_TIME_BASE: return plain(redacted<v1::TimeBase>(record.payload, as_it_is));
    case v1::RECORD_KIND_CONFIGURATION_PART:
      return plain(redacted<v1::ConfigurationPart>(record.payload, [](auto& part) { part.clear_bytes(); }));
    case v1::RECORD_KIND_CONFIGURATION_COMPLETE: return plain(redacted<v1::ConfigurationComplete>(record.payload, as_it_is));
    case v1::RECORD_KIND_STOPPED: return plain(redacted<v1::BrokerStopped>(record.payload, as_it_is));
    case v1::RECORD_KIND_COVERAGE: return plain(redacted<v1::Coverage>(record.payload, as_it_is));
    default: return {};
  }
}

// A time that no clock tells, as only a damaged journal holds it, is not one of the calendar.
std::string time_text(Instant at) {
  constexpr Instant year_10000 = date::sys_days{date::year{10'000} / 1 / 1};
  if (at < Instant{} || at >= year_10000) return fmt::format("{} ms", at.time_since_epoch().count());
  return date::format("%FT%TZ", at);
}

std::string line_of(const Record& r, const DumpOptions& options) {
  return fmt::format(R"({{"position":{},"batch":{},"recorded_at":"{}","stream":{},"sequence":{},"kind":"{}","term":{},)"
                     R"("grant":{},"item_begins":{},"bytes":{}{}}})",
                     r.position.value, r.batch_number, time_text(r.recorded_at), r.stream.value,
                     r.sequence.value, kind_name(r.kind), r.epoch.term, r.epoch.grant, r.item_begins, r.payload.size(),
                     options.payload ? payload_json(r) : std::string());
}

}  // namespace

Result<void> dump_journal(Disk& disk, const std::string& folder, const DumpOptions& options,
                          const std::function<void(std::string_view line)>& sink) {
  auto journal = EmbeddedJournal::open(disk, folder, {.mode = OpenMode::read_only});
  if (!journal) return tl::unexpected(journal.error());
  std::uint64_t told = 0;
  auto read = (*journal)->read(options.from, [&](const Record& record) {
    if (options.stream && record.stream != *options.stream) return Sink::more;
    sink(line_of(record, options));
    return ++told == options.records_max ? Sink::enough : Sink::more;
  });
  if (!read) return read;
  const auto& damage = (*journal)->damage();
  if (damage) return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, to_string(*damage));
  return {};
}

}  // namespace huying::journal
