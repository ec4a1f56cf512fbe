// I11 A subscriber sees each event of its subjects at least once, in order within a cell, and can prove that none is
// missing. Each subscription's own list of what it must see is made from the journal; what it is handed is struck off
// that list, stream by stream and in order. When it had time to read on, every list is empty. What comes ahead of another is
// judged with the next of its stream: whether the other is missing, or the two changed places.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <tuple>

#include "tests/sim/checkers/checker.h"
#include "tests/sim/checkers/subjects.h"

namespace huying::sim {
namespace {

constexpr Span on_its_way = std::chrono::seconds(4);  // an event may be, when all are counted

using Place = std::pair<std::uint64_t, std::uint32_t>;  // sequence, index

struct Awaited {
  Place place;
  SteadyInstant landed;
};
struct Ahead {  // came while an earlier one was awaited
  Place place;
  std::uint64_t number = 0;  // consumer sequence
  SteadyInstant came;
};
struct Stream {
  std::deque<Awaited> awaited;
  std::optional<Place> first, last_seen;
  std::optional<Ahead> ahead;
};
struct Subscription {
  SubscriptionSeen seen;
  std::map<std::uint32_t, Stream> streams;
  std::vector<std::optional<bool>> matches;  // by subjects, once asked
};
// The subjects of an event; a year has millions of events under some thousands of them.
using Subjects = std::uint32_t;
struct Told {
  Place place;
  std::uint32_t stream = 0;
  Subjects subjects = 0;
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
    for (const auto& told : told_) expect(at->second, told);
  }

  void record(const SeenRecord& record) override {
    if (record.kind == v1::RECORD_KIND_COVERAGE)
      tell(0, {record.sequence.value, 0}, {of_coverage, record.coverage.stream(), 0, 0});
    if (record.kind == v1::RECORD_KIND_CONFIGURATION_COMPLETE)
      tell(0, {record.sequence.value, 0}, {of_configuration, 0, 0, 0});
  }

  void event(const SeenEvent& seen) override {
    const auto& event = seen.event;
    if (event.revision() > seen.before.revision + 1)
      broken(fmt::format("case {}: revision {} is told behind revision {}", event.case_number(), event.revision(),
                         seen.before.revision),
             {event.case_number()});
    tell(seen.record.stream.value, {seen.record.sequence.value, seen.index},
         {of_case, seen.record.stream.value, event.kind(), seen.committed.rung()});
  }

  void saw(const std::string& subscriber, const v1::EventDelivery& delivery) override {
    const auto at = subscriptions_.find(subscriber);
    if (at == subscriptions_.end()) return;
    Stream& stream = at->second.streams[delivery.stream()];
    const Place place{delivery.sequence(), delivery.index()};
    if (stream.ahead) return judge_ahead(subscriber, delivery.stream(), stream, place, delivery.consumer_sequence());
    if (!stream.awaited.empty() && stream.awaited.front().place == place) {
      stream.awaited.pop_front();
      stream.last_seen = place;
      return;
    }
    const bool again = stream.last_seen && place <= *stream.last_seen;
    const bool before_it_began = !stream.first || place < *stream.first;
    if (again || before_it_began) return;
    stream.ahead = Ahead{place, delivery.consumer_sequence(), now_};
    any_ahead_ = true;
    if (stream.awaited.empty()) say_not_seen(subscriber, delivery.stream(), stream);  // nothing can come late
  }

  void moment(const Facts& facts) override {
    now_ = facts.now;
    if (!any_ahead_) return;
    for (const auto& [name, subscription] : subscriptions_)
      for (const auto& [number, stream] : subscription.streams)
        if (stream.ahead && now_ - stream.ahead->came > on_its_way) say_not_seen(name, number, stream);
  }

  void healed(std::int64_t, std::int64_t) override {
    for (const auto& [name, subscription] : subscriptions_) {
      for (const auto& [number, stream] : subscription.streams) {
        if (stream.awaited.empty() || now_ - stream.awaited.front().landed < on_its_way) continue;
        const Place& missing = stream.awaited.front().place;
        broken(fmt::format("{} never saw stream {} sequence {}.{}, nor {} events behind it", name, number,
                           missing.first, missing.second, stream.awaited.size() - 1),
               {name, stream_word(number)});
      }
    }
  }

 private:
  enum What : int { of_case, of_coverage, of_configuration };
  using Key = std::tuple<int, std::uint32_t, int, int>;  // what, stream, kind of the event, rung

  Subjects subjects_of(const Key& key) {
    const auto [at, fresh] = known_.try_emplace(key, static_cast<Subjects>(subjects_.size()));
    if (!fresh) return at->second;
    const auto& [what, stream, kind, rung] = key;
    if (what == of_case)
      subjects_.emplace_back(case_subject(street_, stream, static_cast<v1::EventKind>(kind)),
                             escalation_subject(street_, stream, static_cast<v1::Rung>(rung)));
    else
      subjects_.emplace_back(
          what == of_coverage ? coverage_subject(street_, stream) : "configuration." + street_.code(), "");
    return at->second;
  }

  // Numbers that go on say that it is no repeat: an earlier one that comes now comes too late.
  void judge_ahead(const std::string& subscriber, std::uint32_t number, const Stream& stream, Place place,
                   std::uint64_t consumer) {
    const bool is_repeat = consumer <= stream.ahead->number;
    const bool comes_late = place >= stream.awaited.front().place && place < stream.ahead->place;
    if (is_repeat || !comes_late) return say_not_seen(subscriber, number, stream);
    broken(fmt::format("{} is handed stream {} sequence {}.{} behind {}.{}, out of order", subscriber, number, place.first,
                       place.second, stream.ahead->place.first, stream.ahead->place.second),
           {subscriber, stream_word(number)});
  }

  void say_not_seen(const std::string& subscriber, std::uint32_t number, const Stream& stream) {
    broken(fmt::format("{} is handed stream {} sequence {}.{} and has not seen {}", subscriber, number,
                       stream.ahead->place.first, stream.ahead->place.second,
                       stream.awaited.empty() ? "that it exists"
                                              : fmt::format("{}.{}", stream.awaited.front().place.first,
                                                            stream.awaited.front().place.second)),
           {subscriber, stream_word(number)});
  }

  void tell(std::uint32_t stream, Place place, const Key& key) {
    told_.push_back({place, stream, subjects_of(key)});
    for (auto& [name, subscription] : subscriptions_) expect(subscription, told_.back());
  }

  void expect(Subscription& subscription, const Told& told) {
    if (subscription.matches.size() <= told.subjects) subscription.matches.resize(told.subjects + 1);
    auto& matches = subscription.matches[told.subjects];
    if (!matches) matches = any_matches(subscription.seen.subjects, subjects_[told.subjects]);
    if (!*matches) return;
    Stream& stream = subscription.streams[told.stream];
    if (!stream.first) stream.first = told.place;
    stream.awaited.push_back({told.place, now_});
  }

  static bool any_matches(const std::vector<std::string>& patterns, const std::pair<std::string, std::string>& subjects) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return subject_matches(pattern, subjects.first) ||
             (!subjects.second.empty() && subject_matches(pattern, subjects.second));
    });
  }

  const Street& street_;
  SteadyInstant now_{};
  bool any_ahead_ = false;  // so that a run in which nothing is wrong does not look for one
  std::map<std::string, Subscription> subscriptions_;
  std::map<Key, Subjects> known_;
  std::vector<std::pair<std::string, std::string>> subjects_;
  std::vector<Told> told_;  // for who subscribes later, from the start
};

}  // namespace

std::unique_ptr<Checker> check_i11(const Street& street, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<NoneIsMissing>(street, ledger, found);
}

}  // namespace huying::sim
