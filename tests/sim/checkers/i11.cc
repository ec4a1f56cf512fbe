// I11 A subscriber sees each event of its subjects at least once, in order within a cell, and can prove that none is
// missing. Each subscription's own list of what it must see is made from the journal; what it is handed moves a finger
// along that list, stream by stream. When it had time to read on, every finger is at the end.
#include <fmt/format.h>

#include <map>
#include <tuple>

#include "tests/sim/checkers/checker.h"
#include "tests/sim/checkers/subjects.h"

namespace huying::sim {
namespace {

constexpr Span on_its_way = std::chrono::seconds(4);  // an event may be, when all are counted

using Place = std::pair<std::uint64_t, std::uint32_t>;  // sequence, index

struct Stream {
  std::vector<Place> expected;
  std::vector<SteadyInstant> landed;
  std::size_t seen = 0;
};
struct Subscription {
  SubscriptionSeen seen;
  std::map<std::uint32_t, Stream> streams;
};

class NoneIsMissing final : public Checker {
 public:
  NoneIsMissing(const Street& street, const Ledger& ledger, std::vector<Violation>& found)
      : Checker("I11", ledger, found), street_(street) {}

  // Told when the broker's answer leaves, for one that begins at the head: what lands after it must be seen.
  void subscribed(const SubscriptionSeen& seen) override {
    auto [at, fresh] = subscriptions_.try_emplace(seen.subscriber);
    if (!fresh) return;
    at->second.seen = seen;
    if (!seen.from_start) return;
    for (const auto& [stream, place, first, second] : told_) expect(at->second, stream, place, first, second);
  }

  void record(const SeenRecord& record) override {
    if (record.kind == v1::RECORD_KIND_COVERAGE)
      tell(0, {record.sequence.value, 0}, coverage_subject(street_, record.coverage.stream()), "");
    if (record.kind == v1::RECORD_KIND_CONFIGURATION_COMPLETE)
      tell(0, {record.sequence.value, 0}, "configuration." + street_.code(), "");
  }

  void event(const SeenEvent& seen) override {
    const auto& event = seen.event;
    if (event.revision() > seen.before.revision + 1)
      broken(fmt::format("case {}: revision {} is told behind revision {}", event.case_number(), event.revision(),
                         seen.before.revision),
             {event.case_number()});
    tell(seen.record.stream.value, {seen.record.sequence.value, seen.index},
         case_subject(street_, seen.record.stream.value, event.kind()),
         escalation_subject(street_, seen.record.stream.value, seen.committed.rung()));
  }

  void saw(const std::string& subscriber, const v1::EventDelivery& delivery) override {
    const auto at = subscriptions_.find(subscriber);
    if (at == subscriptions_.end()) return;
    Stream& stream = at->second.streams[delivery.stream()];
    const Place place{delivery.sequence(), delivery.index()};
    if (stream.seen < stream.expected.size() && stream.expected[stream.seen] == place) {
      ++stream.seen;
      return;
    }
    const bool again = stream.seen > 0 && place <= stream.expected[stream.seen - 1];
    const bool before_it_began = stream.expected.empty() || place < stream.expected.front();
    if (again || before_it_began) return;
    const bool awaited = stream.seen < stream.expected.size();
    broken(fmt::format("{} is handed stream {} sequence {}.{} and has not seen {}", subscriber, delivery.stream(),
                       place.first, place.second,
                       awaited ? fmt::format("{}.{}", stream.expected[stream.seen].first,
                                             stream.expected[stream.seen].second)
                               : "that it exists"),
           {subscriber, stream_word(delivery.stream())});
  }

  void moment(const Facts& facts) override { now_ = facts.now; }

  void healed(std::int64_t, std::int64_t) override {
    for (const auto& [name, subscription] : subscriptions_) {
      for (const auto& [number, stream] : subscription.streams) {
        if (stream.seen == stream.expected.size() || now_ - stream.landed[stream.seen] < on_its_way) continue;
        const Place& missing = stream.expected[stream.seen];
        broken(fmt::format("{} never saw stream {} sequence {}.{}, nor {} events behind it", name, number,
                           missing.first, missing.second, stream.expected.size() - stream.seen - 1),
               {name, stream_word(number)});
      }
    }
  }

 private:
  void tell(std::uint32_t stream, Place place, std::string first, std::string second) {
    for (auto& [name, subscription] : subscriptions_) expect(subscription, stream, place, first, second);
    told_.emplace_back(stream, place, std::move(first), std::move(second));
  }

  void expect(Subscription& subscription, std::uint32_t stream, Place place, const std::string& first,
              const std::string& second) {
    for (const auto& pattern : subscription.seen.subjects) {
      if (!subject_matches(pattern, first) && (second.empty() || !subject_matches(pattern, second))) continue;
      subscription.streams[stream].expected.push_back(place);
      subscription.streams[stream].landed.push_back(now_);
      return;
    }
  }

  const Street& street_;
  SteadyInstant now_{};
  std::map<std::string, Subscription> subscriptions_;
  std::vector<std::tuple<std::uint32_t, Place, std::string, std::string>> told_;  // with the subjects they have
};

}  // namespace

std::unique_ptr<Checker> check_i11(const Street& street, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<NoneIsMissing>(street, ledger, found);
}

}  // namespace huying::sim
