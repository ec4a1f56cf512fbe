#include "tests/e2e/outside_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace huying::e2e {
namespace {

v1::Subscribe from_the_start(const std::string& name, const std::string& subject) {
  v1::Subscribe subscribe;
  subscribe.set_name(name);
  subscribe.add_subjects(subject);
  subscribe.set_start(true);
  return subscribe;
}

}  // namespace

Publishing::Publishing(Outside& outside, const std::string& principal, std::size_t window)
    : session_(outside.open(principal, v1::ROLE_PUBLISHER)),
      publisher_(session_, [this](auto tag, const auto& ack) { answered(tag, ack); }, window) {
  session_.attach(publisher_);
  const auto started = session_.start();
  EXPECT_TRUE(started.has_value());
}

Publishing::~Publishing() { session_.detach(publisher_); }

void Publishing::publish(const std::vector<v1::Request>& requests) {
  requests_.insert(requests_.end(), requests.begin(), requests.end());
  pump();
}

void Publishing::pump() {
  while (next_ < requests_.size() && publisher_.publish(next_ + 1, requests_[next_])) ++next_;
}

void Publishing::answered(std::uint64_t tag, const v1::PublishAck& ack) {
  EXPECT_TRUE(answers_.emplace(tag, ack).second) << "answered twice: " << tag;
  if (ack.error() == 0) ++acknowledged_;
  if (told_) told_();
  pump();
}

std::map<std::string, std::string> Publishing::numbers() const {
  std::map<std::string, std::string> found;
  for (const auto& [tag, ack] : answers_)
    if (ack.error() == 0) found[requests_[tag - 1].source_id()] = ack.case_number();
  return found;
}

Listening::Listening(Outside& outside, const std::string& principal, v1::Role role, const std::string& name,
                     const std::string& subject)
    : session_(outside.open(principal, role)),
      subscriber_(session_, {.subscribe = from_the_start(name, subject)},
                  {.on_event =
                       [this](const v1::EventDelivery& delivery) {
                         contiguous_ = contiguous_ && delivery.consumer_sequence() == last_consumer_sequence_ + 1;
                         last_consumer_sequence_ = delivery.consumer_sequence();
                         auto& one = heard_.emplace_back();
                         one.delivery = delivery;
                         EXPECT_TRUE(one.event.ParseFromString(delivery.event()));
                       },
                   .on_progress = {},
                   .on_subscribed = {},
                   .on_gap = {},
                   .on_refused = [](const Error& error) { ADD_FAILURE() << error.code << " " << error.detail; }}) {
  session_.attach(subscriber_);
  const auto started = session_.start();
  EXPECT_TRUE(started.has_value());
}

Listening::~Listening() { session_.detach(subscriber_); }

std::size_t Listening::count(v1::EventKind kind) const {
  return static_cast<std::size_t>(
      std::count_if(heard_.begin(), heard_.end(), [&](const auto& one) { return one.event.kind() == kind; }));
}

std::string contradiction_in(const std::vector<Heard>& heard) {
  std::set<std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>> places;
  std::map<std::string, std::set<std::uint64_t>> revisions;
  std::map<std::string, std::set<std::uint32_t>> climbs;
  std::map<std::string, std::int64_t> rung_due;
  for (const auto& [delivery, event] : heard) {
    const std::string where = event.case_number() + " at " + std::to_string(delivery.sequence());
    if (!places.emplace(delivery.stream(), delivery.sequence(), delivery.index()).second)
      return "the same place twice: " + where;
    if (!revisions[event.case_number()].insert(event.revision()).second) return "the same revision twice: " + where;
    if (event.kind() == v1::EVENT_KIND_ESCALATED &&
        !climbs[event.case_number()].insert(event.escalation().generation()).second)
      return "escalated twice: " + where;
    const bool unanswered = event.escalation().reason() == v1::ESCALATION_REASON_UNANSWERED;
    if (unanswered && event.at_ms() < rung_due[event.case_number()])
      return "climbed before it was due: " + where;
    for (const auto& clock : event.clocks_set())
      if (clock.kind() == v1::CLOCK_KIND_RUNG) rung_due[event.case_number()] = clock.due_at_ms();
  }
  for (const auto& [number, seen] : revisions)
    if (*seen.begin() != 1 || *seen.rbegin() != seen.size()) return "a revision is missing: " + number;
  for (const auto& [number, seen] : climbs)
    if (*seen.begin() != 1 || *seen.rbegin() != seen.size()) return "an escalation is missing: " + number;
  return {};
}

}  // namespace huying::e2e
