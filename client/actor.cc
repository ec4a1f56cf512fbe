#include "client/actor.h"

#include "base/check.h"
#include "base/limits.h"
#include "client/retry.h"
#include "proto/errors.h"

namespace huying::client {

Actor::Pending& Actor::add(std::uint64_t tag) { return pending_[tag]; }

Actor::Pending Actor::take_out(std::uint64_t tag) {
  auto node = pending_.extract(tag);
  HUYING_CHECK(!node.empty());
  return std::move(node.mapped());
}

void Actor::act(const v1::Action& action, OnReply on_reply) {
  const auto tag = next_tag_++;
  auto& pending = add(tag);
  pending.frame.mutable_act()->set_tag(tag);
  *pending.frame.mutable_act()->mutable_action() = action;
  pending.on_action = std::move(on_reply);
  send(pending);
}

void Actor::query(v1::Query query, OnQuery on_reply) {
  const auto tag = next_tag_++;
  auto& pending = add(tag);
  query.set_tag(tag);
  *pending.frame.mutable_query() = std::move(query);
  pending.on_query = std::move(on_reply);
  send(pending);
}

void Actor::fetch(v1::Fetch fetch, OnFetch on_reply) {
  const auto tag = next_tag_++;
  auto& pending = add(tag);
  fetch.set_tag(tag);
  *pending.frame.mutable_fetch() = std::move(fetch);
  pending.on_fetch = std::move(on_reply);
  send(pending);
}

void Actor::status(OnStatus on_reply, bool retry_parked) {
  const auto tag = next_tag_++;
  auto& pending = add(tag);
  pending.frame.mutable_status()->set_tag(tag);
  pending.frame.mutable_status()->set_retry_parked(retry_parked);
  pending.on_status = std::move(on_reply);
  send(pending);
}

void Actor::on_welcome(const v1::Welcome&) {
  for (auto& [tag, pending] : pending_)  // who was told to wait waits, over a lost connection too
    if (!pending.wait && !pending.again_at) send(pending);
}

void Actor::on_frame(const v1::BrokerFrame& frame) {
  switch (frame.body_case()) {
    case v1::BrokerFrame::kActionReplies:
      for (const auto& reply : frame.action_replies().replies()) take_action(reply);
      return;
    case v1::BrokerFrame::kQueryReply:
      return take_query(frame.query_reply());
    case v1::BrokerFrame::kFetchReply:
      if (const auto found = pending_.find(frame.fetch_reply().tag()); found != pending_.end() && found->second.on_fetch)
        take_out(found->first).on_fetch(frame.fetch_reply());
      return;
    case v1::BrokerFrame::kStatus:
      if (const auto found = pending_.find(frame.status().tag()); found != pending_.end() && found->second.on_status)
        take_out(found->first).on_status(frame.status());
      return;
    case v1::BrokerFrame::kRefusal:
      return take_refusal(frame.refusal());
    default:
      return;
  }
}

void Actor::wait_as_told(Pending& pending, std::uint32_t retry_after_ms) {
  pending.wait = with_jitter_of(pending.frame.act().action().action_id(), Milliseconds(retry_after_ms));
}

void Actor::take_action(const v1::ActionReply& reply) {
  const auto found = pending_.find(reply.tag());
  if (found == pending_.end() || !found->second.on_action) return;
  if (reply.stage() == v1::ActionReply::RECEIVED) {
    if (std::exchange(found->second.received, true)) return;  // told before the connection was lost
    const auto on_action = found->second.on_action;
    return on_action(reply);
  }
  if (reply.stage() == v1::ActionReply::REFUSED &&
      (reply.error() == v1::ERROR_CODE_BUSY || reply.error() == v1::ERROR_CODE_WINDOW_EXCEEDED)) {
    return wait_as_told(found->second, reply.retry_after_ms());
  }
  take_out(found->first).on_action(reply);
}

void Actor::take_query(const v1::QueryReply& reply) {
  const auto found = pending_.find(reply.tag());
  if (found == pending_.end() || !found->second.on_query) return;
  if (reply.error() == v1::ERROR_CODE_BUSY) return wait_as_told(found->second, reply.retry_after_ms());
  if (reply.error() == v1::ERROR_CODE_NO_OWNER) {
    auto& pending = found->second;
    const bool ticked = now_ != SteadyInstant{};  // before the first tick nothing is known of the time
    if (ticked && pending.give_up_at == SteadyInstant{}) pending.give_up_at = now_ + limits::takeover_max;
    if (!ticked || now_ < pending.give_up_at) {
      pending.again = true;
      return;
    }
  }
  take_out(found->first).on_query(reply);
}

// A refusal by tag is the answer, in the form that was asked for.
void Actor::take_refusal(const v1::Refusal& refusal) {
  const auto found = pending_.find(refusal.tag());
  if (found == pending_.end()) return;
  const auto pending = take_out(found->first);
  const auto fill = [&](auto& reply) {
    reply.set_tag(refusal.tag());
    reply.set_error(refusal.error());
    if constexpr (requires { reply.set_detail(refusal.detail()); }) reply.set_detail(refusal.detail());
  };
  if (pending.on_action) {
    v1::ActionReply reply;
    fill(reply);
    reply.set_stage(v1::ActionReply::REFUSED);
    pending.on_action(reply);
  } else if (pending.on_query) {
    v1::QueryReply reply;
    fill(reply);
    pending.on_query(reply);
  } else if (pending.on_fetch) {
    v1::FetchReply reply;
    fill(reply);
    pending.on_fetch(reply);
  } else if (pending.on_status) {
    v1::StatusReply reply;
    fill(reply);
    pending.on_status(reply);
  }
}

void Actor::on_tick(SteadyInstant now) {
  now_ = now;
  for (auto& [tag, pending] : pending_) {
    if (pending.wait) pending.again_at = now + *std::exchange(pending.wait, std::nullopt);
    const bool waited = pending.again_at && *pending.again_at <= now;
    if (waited) pending.again_at.reset();
    if (std::exchange(pending.again, false) || waited) send(pending);
  }
}

}  // namespace huying::client
