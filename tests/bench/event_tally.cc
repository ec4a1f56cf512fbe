#include "tests/bench/event_tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "huying/v1/record.pb.h"

namespace huying::bench {

EventTally::EventTally(std::vector<std::uint32_t> cell_of_stream, std::uint32_t cells)
    : cell_of_stream_(std::move(cell_of_stream)), streams_of_cell_(cells, 0) {
  for (const auto cell : cell_of_stream_) ++streams_of_cell_.at(cell);
}

std::uint32_t EventTally::event_of(const std::string& subject, std::uint64_t sequence, std::uint32_t index) {
  const auto [at, is_new] =
      by_name_.try_emplace(fmt::format("{}/{}/{}", subject, sequence, index), static_cast<std::uint32_t>(events_.size()));
  if (is_new) events_.emplace_back();
  return at->second;
}

void EventTally::told(const v1::EventDelivery& delivery, std::uint32_t cell, std::int64_t at_ns) {
  v1::CaseEvent content;
  auto& event = events_[event_of(delivery.subject(), delivery.sequence(), delivery.index())];
  if (event.is_told || !content.ParseFromString(delivery.event())) return;
  event = Event{true, cell, case_serial_of(content.case_number()), at_ns};
  wanted_ += streams_of_cell_.at(cell);
}

void EventTally::came(std::uint32_t stream, std::string_view data, std::int64_t at_ns) {
  auto known = by_text_.find(absl::string_view(data.data(), data.size()));
  if (known == by_text_.end()) {
    const auto json = nlohmann::json::parse(data, nullptr, false);
    try {
      const auto event = event_of(json.at("subject").get<std::string>(), std::stoull(json.at("sequence").get<std::string>()),
                                  json.at("index").get<std::uint32_t>());
      known = by_text_.emplace(std::string(data), event).first;
    } catch (const std::exception&) {  // no JSON, or other JSON than docs/api.md says
      ++unreadable_;
      return;
    }
  }
  arrivals_.push_back({stream, known->second, at_ns});
}

EventTally::Counts EventTally::counts() const {
  Counts counts;
  for (const auto& one : events_) counts.events += one.is_told ? 1 : 0;
  counts.wanted = wanted_;
  counts.strange = unreadable_;
  auto arrivals = arrivals_;
  const auto key = [](const Arrival& one) { return std::pair(one.stream, one.event); };
  std::sort(arrivals.begin(), arrivals.end(), [&](const Arrival& a, const Arrival& b) { return key(a) < key(b); });
  std::uint64_t rightly = 0;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    const auto& event = events_[arrivals[i].event];
    if (i > 0 && key(arrivals[i - 1]) == key(arrivals[i]))
      ++counts.doubled;
    else if (event.is_told && event.cell == cell_of_stream_[arrivals[i].stream])
      ++rightly;
    else
      ++counts.strange;
  }
  counts.lost = wanted_ - rightly;
  return counts;
}

EventTally::Took EventTally::took(const LoadResult& load) const {
  absl::flat_hash_map<std::uint64_t, std::int64_t> begun;
  const auto key = [](const CaseSerial& number) { return std::uint64_t{number.date} << 32 | number.serial; };
  for (std::size_t i = 0; i < load.numbers.size(); ++i) begun[key(load.numbers[i])] = load.timeline.begun[i];
  Took took;
  std::vector<std::int64_t> begun_of_event(events_.size(), 0);
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const auto known = begun.find(key(events_[i].number));
    if (!events_[i].is_told || known == begun.end()) continue;
    begun_of_event[i] = known->second;
    took.broker_ns.push_back(events_[i].told_ns - known->second);
  }
  for (const auto& arrival : arrivals_)
    if (const auto from = begun_of_event[arrival.event]; from != 0) took.stream_ns.push_back(arrival.at_ns - from);
  return took;
}

}  // namespace huying::bench
