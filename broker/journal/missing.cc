#include "broker/journal/missing.h"

#include <algorithm>
#include <charconv>

#include "huying/v1/event.pb.h"
#include "huying/v1/record.pb.h"

namespace huying::journal {
namespace {

template <class Message>
std::optional<Message> parsed(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  return message;
}

struct Given {
  std::uint32_t local_date = 0, serial = 0;
};

// Of "WY-261124-0395-3": 261124 and 395.
std::optional<Given> given_as(std::string_view case_number) {
  const auto date = case_number.find('-');
  if (date == std::string_view::npos) return std::nullopt;
  const auto serial = case_number.find('-', date + 1);
  if (serial == std::string_view::npos) return std::nullopt;
  const auto number_at = [&](std::size_t at) {
    std::uint32_t number = 0;
    std::from_chars(case_number.data() + at, case_number.data() + case_number.size(), number);
    return number;
  };
  return Given{number_at(date + 1), number_at(serial + 1)};
}

bool lies_in(std::uint32_t serial, const std::vector<NumberRange>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const NumberRange& range) { return range.first <= serial && serial <= range.last; });
}

}  // namespace

Result<void> MissingReader::take(const SegmentSet& set, const BatchView& batch) {
  const Position end = set.position(batch.part, behind(set.parts()[batch.part], batch.offset, batch.header.length));
  if (batch.header.number <= kept_through_) {
    keep(batch, end);
    return {};
  }
  missing_.to = std::max(missing_.to, end);
  count_batch(batch.header.number);
  leave_out(batch);
  return {};
}

void MissingReader::keep(const BatchView& batch, Position end) {
  missing_.from = missing_.to = end;
  visit_records(batch.bytes, batch.header.records, [&](const RecordView& record, std::size_t) {
    kept_ends_[record.header.stream] = record.header.sequence;
    if (record.header.kind != v1::RECORD_KIND_REQUEST) return;
    const auto held = parsed<v1::RequestRecord>(record.payload);
    if (!held) return;
    kept_serials_[held->filed().local_date()] = held->filed().serial();
    last_serials_[held->filed().local_date()] = held->filed().serial();
  });
}

void MissingReader::count_batch(std::uint64_t number) {
  const std::uint64_t expected = std::max(next_batch_, kept_through_ + 1);
  if (number > expected) missing_.unreadable_batches.push_back({expected, number - 1});
  next_batch_ = std::max(next_batch_, number + 1);
  missing_.last_batch_seen = std::max(missing_.last_batch_seen, number);
}

void MissingReader::leave_out(const BatchView& batch) {
  visit_records(batch.bytes, batch.header.records,
                [&](const RecordView& record, std::size_t) { count_record(record); });
}

void MissingReader::count_record(const RecordView& record) {
  const std::uint32_t stream = record.header.stream;
  MissingStream& missing = missing_.streams[stream];
  const auto kept = kept_ends_.find(stream);
  missing.first = Sequence{1 + (kept == kept_ends_.end() ? 0 : kept->second)};
  missing.last_seen = std::max(missing.last_seen, Sequence{record.header.sequence});
  ++missing.readable;
  switch (record.header.kind) {
    case v1::RECORD_KIND_REQUEST: return request(record.payload);
    case v1::RECORD_KIND_COMMIT: return commit(record.payload);
    case v1::RECORD_KIND_ACTION: ++missing_.actions; return;
    default: return;
  }
}

void MissingReader::request(std::string_view payload) {
  ++missing_.requests;
  const auto record = parsed<v1::RequestRecord>(payload);
  if (!record) return;
  missing_.cases.insert(record->filed().case_number());
  serial(record->filed().local_date(), record->filed().serial());
}

void MissingReader::commit(std::string_view payload) {
  ++missing_.commits;
  const auto record = parsed<v1::Commit>(payload);
  if (!record) return;
  for (const auto& committed : record->events()) {
    const auto event = parsed<v1::CaseEvent>(committed.event());
    if (event && !event->case_number().empty()) missing_.cases_set_back.insert(event->case_number());
  }
}

// Serials are contiguous in a local day: what lies between two that can be read was given in what cannot.
void MissingReader::serial(std::uint32_t local_date, std::uint32_t serial) {
  const auto [last, fresh] = last_serials_.try_emplace(local_date, 0);
  if (serial > last->second + 1) missing_.serials[local_date].push_back({last->second + 1, serial - 1});
  last->second = std::max(last->second, serial);
}

void MissingReader::finish() {
  for (const std::string& number : missing_.cases) missing_.cases_set_back.erase(number);
  tell_cases_without_request();
}

// A commit can be read whose request cannot, and is not kept: that case is missing, too. Its serial, and those of its day before
// it, were given.
void MissingReader::tell_cases_without_request() {
  for (const std::string& number : missing_.cases_set_back) {
    const auto given = given_as(number);
    if (!given) continue;
    auto& serials = missing_.serials[given->local_date];
    const auto kept = kept_serials_.find(given->local_date);
    const bool is_missing = kept == kept_serials_.end() || given->serial > kept->second || lies_in(given->serial, serials);
    if (!is_missing) continue;
    missing_.cases_without_request.insert(number);
    std::uint32_t& last = last_serials_[given->local_date];
    if (given->serial > last) serials.push_back({last + 1, given->serial});
    last = std::max(last, given->serial);
  }
  for (const std::string& number : missing_.cases_without_request) missing_.cases_set_back.erase(number);
  std::erase_if(missing_.serials, [](const auto& day) { return day.second.empty(); });
}

}  // namespace huying::journal
