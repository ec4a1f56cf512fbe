#include "client/publisher.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "client/retry.h"
#include "proto/errors.h"
#include "proto/frame.h"

namespace huying::client {
namespace {

// A tag names the slot and which of the slot's requests it is: an answer that comes late, or twice, is of no other.
constexpr std::uint64_t slots_max = 1u << 13, orders_max = 1u << 26;
static_assert(limits::publish_window < slots_max);
static_assert(publisher_tags_from + slots_max * orders_max <= actor_tags_from);

std::uint64_t tag_of(std::size_t slot, std::uint64_t order) {
  return publisher_tags_from + order % orders_max * slots_max + slot;
}

bool is_to_be_tried_again(std::uint32_t error) {
  return error == v1::ERROR_CODE_BUSY || error == v1::ERROR_CODE_WINDOW_EXCEEDED ||
         error == v1::ERROR_CODE_SHUTTING_DOWN;
}

}  // namespace

Publisher::Publisher(FrameSink& sink, OnAnswer on_answer, std::size_t window_max)
    : sink_(sink), on_answer_(std::move(on_answer)), window_max_(std::clamp<std::size_t>(window_max, 1, slots_max)),
      window_(window_max_) {}

bool Publisher::publish(std::uint64_t tag, const v1::Request& request) {
  if (!has_room()) return false;
  if (free_.empty()) {
    free_.push_back(slots_.size());
    slots_.emplace_back();
  }
  const std::size_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.tag = tag;
  slot.order = ++published_;
  slot.taken = true;
  auto& publish = *frame_.mutable_publish();
  publish.set_tag(tag_of(index, slot.order));
  *publish.mutable_request() = request;
  serialize_frame(frame_, slot.bytes);
  slot.sent = !waits() && sink_.send_serialized(slot.bytes);
  ++unanswered_;
  if (!slot.sent) ++unsent_;
  return true;
}

void Publisher::on_welcome(const v1::Welcome& welcome) {
  window_ = window_max_;
  if (welcome.publish_window() > 0) window_ = std::min<std::size_t>(window_max_, welcome.publish_window());
  send_waiting();
}

void Publisher::on_lost() {
  for (auto& slot : slots_)
    if (slot.taken) slot.sent = false;
  unsent_ = unanswered_;
}

void Publisher::on_tick(SteadyInstant now) {
  if (wait_) again_at_ = std::max(again_at_.value_or(now), now + *std::exchange(wait_, std::nullopt));
  if (again_at_ && *again_at_ <= now) again_at_.reset();
  send_waiting();
}

// In the order of publishing, as far as the window goes.
void Publisher::send_waiting() {
  if (unsent_ == 0 || waits()) return;
  std::vector<Slot*> waiting;
  for (auto& slot : slots_)
    if (slot.taken && !slot.sent) waiting.push_back(&slot);
  std::sort(waiting.begin(), waiting.end(), [](const Slot* a, const Slot* b) { return a->order < b->order; });
  for (Slot* slot : waiting) {
    if (unanswered_ - unsent_ >= window_) return;
    if (!sink_.send_serialized(slot->bytes)) return;
    slot->sent = true;
    --unsent_;
  }
}

void Publisher::wait_as_told(const Slot& slot, const v1::PublishAck& ack) {
  const auto told = with_jitter_of(slot.bytes, Milliseconds(ack.retry_after_ms()));
  wait_ = std::max(wait_.value_or(told), told);
}

void Publisher::on_frame(const v1::BrokerFrame& frame) {
  if (frame.has_publish_acks()) {
    for (const auto& ack : frame.publish_acks().acks()) answer(ack);
    return;
  }
  if (!frame.has_refusal()) return;
  v1::PublishAck ack;
  ack.set_tag(frame.refusal().tag());
  ack.set_error(frame.refusal().error());
  ack.set_detail(frame.refusal().detail());
  ack.set_retry_after_ms(frame.refusal().retry_after_ms());
  answer(ack);
}

void Publisher::answer(const v1::PublishAck& ack) {
  const std::size_t index = (ack.tag() - publisher_tags_from) % slots_max;
  if (index >= slots_.size() || !slots_[index].taken || !slots_[index].sent) return;
  Slot& slot = slots_[index];
  if (ack.tag() != tag_of(index, slot.order)) return;  // not of this publisher, or of a request before
  if (is_to_be_tried_again(ack.error())) {
    slot.sent = false;
    ++unsent_;
    return wait_as_told(slot, ack);
  }
  slot.taken = slot.sent = false;
  free_.push_back(index);
  --unanswered_;
  const auto tag = slot.tag;
  send_waiting();
  on_answer_(tag, ack);
}

}  // namespace huying::client
