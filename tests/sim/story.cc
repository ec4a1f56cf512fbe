#include "tests/sim/story.h"

#include <fmt/format.h>

#include <algorithm>

namespace huying::sim {
namespace {

constexpr std::size_t last_lines = 40, lines_that_matter = 60;
constexpr int items_told = 6;  // of a frame

std::string tail_of(const std::string& enumerator, std::size_t prefix) { return enumerator.substr(prefix); }
std::string name(v1::RecordKind kind) { return tail_of(v1::RecordKind_Name(kind), 12); }
std::string name(v1::EventKind kind) { return tail_of(v1::EventKind_Name(kind), 11); }
std::string name(v1::ActionKind kind) { return tail_of(v1::ActionKind_Name(kind), 12); }

template <class Items, class Tell>
std::string list(const Items& items, Tell tell) {
  std::string text;
  int told = 0;
  for (const auto& item : items) {
    if (++told > items_told) return text + fmt::format(" … {} in all", items.size());
    text += (text.empty() ? "" : "; ") + tell(item);
  }
  return text;
}

std::string describe_commit(const std::string& bytes) {
  v1::Commit commit;
  if (!commit.ParseFromString(bytes)) return "a commit that cannot be read";
  return fmt::format("stream {} commit {} of {}.{} consumes {}: {}", commit.stream(), commit.commit_number(),
                     commit.epoch().term(), commit.epoch().grant(), commit.consumes(),
                     list(commit.events(), [](const v1::CommittedEvent& event) { return name(event.kind()); }));
}

std::string describe_event(const v1::CaseEvent& event) {
  std::string text = fmt::format("case {} revision {} {}", event.case_number(), event.revision(), name(event.kind()));
  for (const auto& ended : event.clocks_ended())
    text += fmt::format(", {} {} ends {}", tail_of(v1::ClockKind_Name(ended.kind()), 11), ended.generation(),
                        tail_of(v1::ClockOutcome_Name(ended.outcome()), 14));
  for (const auto& set : event.clocks_set())
    text += fmt::format(", {} {} due {}", tail_of(v1::ClockKind_Name(set.kind()), 11), set.generation(), set.due_at_ms());
  return text;
}

}  // namespace

std::string describe(const v1::ClientFrame& frame) {
  switch (frame.body_case()) {
    case v1::ClientFrame::kPublish:
      return fmt::format("publish {}", frame.publish().request().source_id());
    case v1::ClientFrame::kAct: {
      const auto& action = frame.act().action();
      return fmt::format("{} {} by {}, case {}", name(action.kind()), action.action_id(), action.person(),
                         action.case_number());
    }
    case v1::ClientFrame::kCommits:
      return list(frame.commits().commits(), describe_commit);
    case v1::ClientFrame::kAcknowledgeEvents:
      return fmt::format("acknowledge {} through {}", frame.acknowledge_events().name(),
                         frame.acknowledge_events().consumer_sequence());
    case v1::ClientFrame::kCredit:
      return fmt::format("credit {} {}", frame.credit().name(), frame.credit().messages());
    default: {
      const auto* field = v1::ClientFrame::GetDescriptor()->FindFieldByNumber(frame.body_case());
      return field == nullptr ? std::string("nothing") : field->name();
    }
  }
}

std::string describe(const v1::BrokerFrame& frame) {
  switch (frame.body_case()) {
    case v1::BrokerFrame::kPublishAcks:
      return list(frame.publish_acks().acks(), [](const v1::PublishAck& ack) {
        return fmt::format("ack of case {}{}{}", ack.case_number(), ack.known() ? ", known" : "",
                           ack.error() != 0 ? fmt::format(", error {}", ack.error()) : "");
      });
    case v1::BrokerFrame::kActionReplies:
      return list(frame.action_replies().replies(), [](const v1::ActionReply& reply) {
        return fmt::format("{} case {} error {}", v1::ActionReply::Stage_Name(reply.stage()), reply.case_number(),
                           reply.error());
      });
    case v1::BrokerFrame::kDeliveries:
      return list(frame.deliveries().deliveries(), [](const v1::Delivery& one) {
        return fmt::format("stream {} grant {} sequence {} {}", one.stream(), one.grant(), one.sequence(),
                           name(one.kind()));
      });
    case v1::BrokerFrame::kCommitAcks:
      return list(frame.commit_acks().acks(), [](const v1::CommitAck& ack) {
        return fmt::format("stream {} grant {} commit {} is {}", ack.stream(), ack.grant(), ack.commit_number(),
                           ack.error() == 0 ? fmt::format("sequence {}", ack.sequence())
                                            : fmt::format("refused, {}", ack.error()));
      });
    case v1::BrokerFrame::kLeases:
      return "granted " + list(frame.leases().granted(), [](const v1::Lease& lease) {
        return fmt::format("stream {} as {}.{} through {}", lease.stream(), lease.epoch().term(), lease.epoch().grant(),
                           lease.end_sequence());
      }) + ", revoked " + list(frame.leases().revoked(), [](std::uint32_t stream) {
        return fmt::format("stream {} ", stream);
      });
    case v1::BrokerFrame::kEvents:
      return fmt::format("events of {}: {}{}", frame.events().name(),
                         list(frame.events().events(), [](const v1::EventDelivery& one) {
                           return fmt::format("number {} {} stream {} sequence {}.{}", one.consumer_sequence(),
                                              one.subject(), one.stream(), one.sequence(), one.index());
                         }),
                         frame.events().has_progress()
                             ? fmt::format(", progress through {}", frame.events().progress().through_consumer_sequence())
                             : "");
    case v1::BrokerFrame::kSubscribed:
      return fmt::format("subscribed {} generation {} next {}", frame.subscribed().name(),
                         frame.subscribed().generation(), frame.subscribed().next_consumer_sequence());
    case v1::BrokerFrame::kRefusal:
      return fmt::format("refusal {} {}{}", frame.refusal().error(), frame.refusal().detail(),
                         frame.refusal().session_over() ? ", the session is over" : "");
    default: {
      const auto* field = v1::BrokerFrame::GetDescriptor()->FindFieldByNumber(frame.body_case());
      return field == nullptr ? std::string("nothing") : field->name();
    }
  }
}

template <class Word>
std::string suspected(const Word& word) {
  if (word.fold()) return ": the fold";
  if (word.has_clock())
    return ": " + text_of(word.clock().case_number(), word.clock().kind(), word.clock().generation());
  return fmt::format(": cause {}", word.cause());
}

std::string describe(const SeenRecord& record) {
  std::string text = fmt::format("journal: stream {} sequence {} {}", record.stream.value, record.sequence.value,
                                 name(record.kind));
  switch (record.kind) {
    case v1::RECORD_KIND_REQUEST:
      return text + fmt::format(", case {} of {}", record.request.filed().case_number(),
                                record.request.private_part().source_id());
    case v1::RECORD_KIND_ACTION:
      return text + fmt::format(", {} {} by {}, case {}", name(record.action.stamped().kind()),
                                record.action.stamped().action_id(), record.action.stamped().actor().principal(),
                                record.action.stamped().case_number());
    case v1::RECORD_KIND_MESSAGE:
      if (record.message.has_set_aside())
        return text + fmt::format(", case {} was set aside in {}", record.message.set_aside().filed().case_number(),
                                  record.message.from_cell());
      return text + (record.message.has_transfer()
                         ? fmt::format(", case {} comes from {}", record.message.transfer().whole().case_number(),
                                       record.message.from_cell())
                         : fmt::format(", {} for case {} is sent on", record.message.forwarded_action().action_id(),
                                       record.message.forwarded_action().case_number()));
    case v1::RECORD_KIND_COMMIT:
      return text + fmt::format(" {} of {}.{} consumes {} decided at {}: ", record.commit.commit_number(),
                                record.epoch.term, record.epoch.grant, record.commit.consumes(),
                                record.commit.decided_at_ms()) +
             list(record.events, describe_event);
    case v1::RECORD_KIND_SUSPECT:
      return text + suspected(record.suspect) + fmt::format(", times {}", record.suspect.times());
    case v1::RECORD_KIND_SET_ASIDE:
      return text + suspected(record.set_aside);
    case v1::RECORD_KIND_COVERAGE:
      return text + fmt::format(", {} for stream {} ", v1::Coverage::Change_Name(record.coverage.change()),
                                record.coverage.stream());
    default:
      return text;
  }
}

// ---- The lines ---------------------------------------------------------------------------------------------------

std::string timed(SteadyInstant when, const std::string& line) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(when.time_since_epoch()).count();
  return fmt::format("{:>8}.{:06} {}", us / 1'000'000, us % 1'000'000, line);
}

void Story::add(SteadyInstant when, std::string line) {
  std::string text = timed(when, line);
  const auto speaks_of = [&](const std::string& word) { return line.find(word) != std::string::npos; };
  if (std::any_of(about_.begin(), about_.end(), speaks_of)) {
    matter_.push_back(text);
    if (matter_.size() > lines_that_matter) matter_.pop_front();
  }
  last_.push_back(std::move(text));
  if (last_.size() > last_lines) last_.pop_front();
}

}  // namespace huying::sim
