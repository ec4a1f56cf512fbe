#include "tests/bench/load.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>

#include <charconv>

#include "base/limits.h"
#include "proto/errors.h"
#include "proto/event_cost.h"
#include "tests/bench/bench_directory.h"
#include "tests/bench/precise_timer.h"

namespace huying::bench {
namespace {

using v1::BrokerFrame;

constexpr Milliseconds dial_patience{60'000};
constexpr std::chrono::seconds stall_max{60};
constexpr std::uint32_t event_credit = 65'536;
constexpr std::uint64_t event_credit_bytes = 128 * limits::MiB;

std::int64_t ns_of(SteadyInstant at) { return at.time_since_epoch().count(); }

// The first field of a CaseEvent, without parsing the rest; empty when it is not there.
std::string_view case_number_of(const std::string& event) {
  using google::protobuf::io::CodedInputStream;
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(event.data()), static_cast<int>(event.size()));
  constexpr std::uint32_t tag = v1::CaseEvent::kCaseNumberFieldNumber << 3 | 2;
  std::uint32_t length = 0;
  if (in.ReadTag() != tag || !in.ReadVarint32(&length)) return {};
  return std::string_view(event).substr(static_cast<std::size_t>(in.CurrentPosition()), length);
}

template <class Body>
Result<void> parse_body(const FrameBody& body, Body& into) {
  if (into.ParseFromArray(body.bytes.data(), static_cast<int>(body.bytes.size()))) return {};
  return fail(v1::ERROR_CODE_FRAME_UNREADABLE, fmt::format("kind {}", body.field));
}

}  // namespace

CaseSerial case_serial_of(std::string_view text) {
  CaseSerial number;
  const auto first = text.find('-');
  if (first == text.npos || text.size() < first + 8) return number;
  const char* at = text.data() + first + 1;
  std::from_chars(at, at + 6, number.date);
  std::from_chars(at + 7, text.data() + text.size(), number.serial);
  return number;
}

Result<Load> Load::prepare(const std::string& endpoint, const PipelineOptions& options, std::function<bool()> still_there) {
  auto publisher = Line::dial(endpoint, publisher_code, v1::ROLE_PUBLISHER, dial_patience);
  if (!publisher) return tl::make_unexpected(publisher.error());
  auto observer = Line::dial(endpoint, observer_code, v1::ROLE_OBSERVER, dial_patience);
  if (!observer) return tl::make_unexpected(observer.error());
  Load load(std::move(*publisher), std::move(*observer), options, std::move(still_there));
  if (auto subscribed = load.subscribe(); !subscribed) return tl::make_unexpected(subscribed.error());
  return load;
}

Result<void> Load::subscribe() {
  v1::ClientFrame frame;
  auto& request = *frame.mutable_subscribe();
  request.add_subjects(options_.life == Life::leave_open ? "case.*.*.*.dispatched" : "case.*.*.*.closed");
  request.set_head(true);
  request.mutable_credit()->set_messages(event_credit);
  request.mutable_credit()->set_bytes(event_credit_bytes);
  observer_.send(frame);
  for (;;) {
    const auto answer = observer_.wait(dial_patience);
    if (!answer) return tl::make_unexpected(answer.error());
    if (answer->field == BrokerFrame::kSubscribedFieldNumber) return {};
  }
}

std::int64_t& Load::committed_at(CaseSerial number) {
  Day* day = nullptr;
  for (auto& known : days_)
    if (known.date == number.date) day = &known;
  if (day == nullptr) day = &days_.emplace_back(Day{number.date, {}});
  if (number.serial >= day->committed_at.size()) day->committed_at.resize(number.serial * 2 + 1024);
  return day->committed_at[number.serial];
}

Result<LoadResult> Load::run(std::uint64_t requests, double rate) {
  first_ = next_number_;
  target_ = requests;
  sent_ = acknowledged_ = committed_ = decided_ = 0;
  rate_ = rate;
  timeline_.begun.assign(requests, 0);
  timeline_.acknowledged.assign(requests, 0);
  numbers_.assign(requests, {});
  steps_.assign(options_.life == Life::by_action ? requests : 0, 0);
  PreciseTimer timer;
  auto now = SteadyInstant::clock::now();
  moved_at_ = watched_at_ = now;
  start_ns_ = ns_of(now);
  while (!is_done()) {
    send_what_may(ns_of(now));
    timer.arm(window_is_open() ? next_due_ns() : 0);
    zmq::pollitem_t items[] = {{publisher_.socket().handle(), 0, ZMQ_POLLIN, 0},
                               {observer_.socket().handle(), 0, ZMQ_POLLIN, 0},
                               {nullptr, timer.descriptor(), ZMQ_POLLIN, 0}};
    zmq::poll(items, 3, Milliseconds{200});
    now = SteadyInstant::clock::now();
    if (auto taken = take_answers(ns_of(now)); !taken) return tl::make_unexpected(taken.error());
    if (auto taken = take_events(ns_of(now)); !taken) return tl::make_unexpected(taken.error());
    if (auto fine = watch(now); !fine) return tl::make_unexpected(fine.error());
  }
  next_number_ += requests;
  timeline_.committed.resize(requests);
  for (std::uint64_t i = 0; i < requests; ++i) timeline_.committed[i] = committed_at(numbers_[i]);
  return LoadResult{ns_of(now) - start_ns_, std::move(timeline_), std::move(numbers_)};
}

bool Load::is_done() const {
  const std::uint64_t actions = options_.life == Life::by_action ? target_ * steps_of_life : 0;
  return acknowledged_ >= target_ && committed_ >= target_ && decided_ >= actions;
}

void Load::send_what_may(std::int64_t now_ns) {
  while (sent_ < target_ && window_is_open()) {
    const std::int64_t due = rate_ > 0 ? next_due_ns() : now_ns;
    if (due > now_ns) return;
    timeline_.begun[sent_] = due;
    publisher_.send(frames_.publish(first_ + sent_));
    ++sent_;
  }
}

// 0: nothing is waited for.
std::int64_t Load::next_due_ns() const {
  if (rate_ <= 0 || sent_ >= target_) return 0;
  return start_ns_ + static_cast<std::int64_t>(static_cast<double>(sent_) * 1e9 / rate_);
}

Result<void> Load::take_answers(std::int64_t now_ns) {
  for (;;) {
    const auto body = publisher_.take();
    if (!body) return tl::make_unexpected(body.error());
    if (!*body) return {};
    Result<void> taken;
    if ((*body)->field == BrokerFrame::kPublishAcksFieldNumber) {
      if (taken = parse_body(**body, acks_); taken) taken = take(acks_, now_ns);
    } else if ((*body)->field == BrokerFrame::kActionRepliesFieldNumber) {
      if (taken = parse_body(**body, replies_); taken) taken = take(replies_);
    }
    if (!taken) return taken;
  }
}

Result<void> Load::take(const v1::PublishAcks& acks, std::int64_t now_ns) {
  for (const auto& ack : acks.acks()) {
    const std::uint64_t index = ack.tag() - tag_base - first_;
    if (ack.error() != 0) return fail(ack.error(), ack.detail());
    if (ack.known() || index >= sent_ || timeline_.acknowledged[index] != 0)
      return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("request {} was acknowledged twice or never sent", index));
    timeline_.acknowledged[index] = now_ns;
    numbers_[index] = case_serial_of(ack.case_number());
    ++acknowledged_;
    if (options_.life == Life::by_action) act(index, 0, ack.case_number());
  }
  return {};
}

void Load::act(std::uint64_t index, std::uint32_t step, const std::string& case_number) {
  const std::uint64_t number = first_ + index;
  publisher_.send(act_frame(number, step, case_number, worker_code(frames_.cell_of(number))));
  steps_[index] = static_cast<std::uint8_t>(step + 1);
}

Result<void> Load::take(const v1::ActionReplies& replies) {
  for (const auto& reply : replies.replies()) {
    if (reply.stage() == v1::ActionReply::RECEIVED) continue;
    const std::uint64_t index = reply.tag() - tag_base - first_;
    const auto error = reply.error() != 0 ? reply.error() : reply.outcome().error();
    if (error != 0) return fail(error, reply.detail());
    if (index >= sent_) return fail(v1::ERROR_CODE_FIELD_INVALID, "an action that was never sent");
    ++decided_;
    if (steps_[index] < steps_of_life) act(index, steps_[index], reply.case_number());
  }
  return {};
}

Result<void> Load::take_events(std::int64_t now_ns) {
  for (;;) {
    const auto body = observer_.take();
    if (!body) return tl::make_unexpected(body.error());
    if (!*body) return {};
    if ((*body)->field != BrokerFrame::kEventsFieldNumber) continue;
    if (auto parsed = parse_body(**body, events_); !parsed) return parsed;
    std::uint64_t bytes = 0;  // as both sides count credit
    for (const auto& delivery : events_.events()) {
      const auto number = case_number_of(delivery.event());
      auto& at = committed_at(case_serial_of(number));
      if (at != 0) return fail(v1::ERROR_CODE_FIELD_INVALID, "an event came twice");
      at = now_ns;
      ++committed_;
      bytes += event_cost(delivery.subject(), delivery.event());
    }
    if (events_.events_size() > 0)
      count_events(static_cast<std::uint64_t>(events_.events_size()),
                   events_.events(events_.events_size() - 1).consumer_sequence(), bytes);
  }
}

// Acknowledges and gives credit for what was taken, now and then.
void Load::count_events(std::uint64_t events, std::uint64_t last, std::uint64_t bytes) {
  events_unanswered_ += events;
  event_bytes_unanswered_ += bytes;
  if (events_unanswered_ < event_credit / 16 && event_bytes_unanswered_ < event_credit_bytes / 16) return;
  v1::ClientFrame frame;
  frame.mutable_acknowledge_events()->set_consumer_sequence(last);
  observer_.send(frame);
  frame.mutable_credit()->set_messages(static_cast<std::uint32_t>(events_unanswered_));
  frame.mutable_credit()->set_bytes(event_bytes_unanswered_);
  observer_.send(frame);
  events_unanswered_ = event_bytes_unanswered_ = 0;
}

void Load::beat() {
  const auto now = SteadyInstant::clock::now();
  publisher_.beat(now);
  observer_.beat(now);
}

Result<void> Load::watch(SteadyInstant now) {
  publisher_.beat(now);
  observer_.beat(now);
  if (now - watched_at_ < std::chrono::seconds{1}) return {};
  watched_at_ = now;
  if (!still_there_()) return fail(v1::ERROR_CODE_NOT_CONNECTED, "a server ended");
  const std::uint64_t moved = sent_ + acknowledged_ + committed_ + decided_;
  if (moved != moved_) moved_at_ = now;
  moved_ = moved;
  if (now - moved_at_ < stall_max) return {};
  return fail(v1::ERROR_CODE_NOT_CONNECTED,
              fmt::format("nothing moves: {} sent, {} acknowledged, {} committed, {} actions decided", sent_, acknowledged_,
                          committed_, decided_));
}

}  // namespace huying::bench
