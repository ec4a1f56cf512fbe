#include "broker/state/outbox.h"

#include "base/limits.h"
#include "broker/state/retry_hints.h"
#include "proto/errors.h"
#include "proto/frame.h"

namespace huying::broker {
namespace {
constexpr std::size_t chunk_bytes_max = limits::frame_bytes_max / 2;  // the rest is room for the last one added
static_assert(limits::record_bytes_max + chunk_bytes_max < limits::frame_bytes_max);
constexpr std::size_t acks_bytes = 64;
constexpr std::size_t pooled_max = 64;
using v1::BrokerFrame;
}  // namespace

Outbox::PeerChunks& Outbox::chunks_of(PeerId peer) {
  PeerChunks& entry = open_[peer];
  if (!entry.dirty) {
    entry.dirty = true;
    dirty_.push_back(peer);
  }
  return entry;
}

template <class Body>
Body& Outbox::gather(PeerId peer, int field, std::size_t bytes, std::uint64_t subscription) {
  auto& chunks = chunks_of(peer).chunks;
  for (std::size_t i = chunks.size(); i-- > 0;) {
    Chunk& chunk = chunks[i];
    if (chunk.ordered) break;
    if (chunk.field != field || chunk.subscription != subscription) continue;
    if (chunk.bytes + bytes > chunk_bytes_max) break;
    chunk.bytes += bytes;
    return static_cast<Body&>(*chunk.message);
  }
  Chunk chunk;
  chunk.field = field;
  chunk.subscription = subscription;
  chunk.bytes = bytes;
  auto& free = pool_[field];
  if (free.empty()) {
    chunk.message = std::make_unique<Body>();
  } else {
    chunk.message = std::move(free.back());
    free.pop_back();
  }
  chunks.push_back(std::move(chunk));
  return static_cast<Body&>(*chunks.back().message);
}

v1::PublishAck& Outbox::publish_ack(PeerId peer, std::size_t detail_bytes) {
  constexpr std::size_t number_and_cell_bytes = limits::case_number_bytes_max + limits::code_bytes_max;
  return *gather<v1::PublishAcks>(peer, BrokerFrame::kPublishAcksFieldNumber, acks_bytes + number_and_cell_bytes + detail_bytes)
              .add_acks();
}
v1::ActionReply& Outbox::action_reply(PeerId peer, std::size_t bytes) {
  return *gather<v1::ActionReplies>(peer, BrokerFrame::kActionRepliesFieldNumber, acks_bytes + bytes).add_replies();
}
v1::Delivery& Outbox::delivery(PeerId peer, std::size_t bytes) {
  return *gather<v1::Deliveries>(peer, BrokerFrame::kDeliveriesFieldNumber, acks_bytes + bytes).add_deliveries();
}
v1::CommitAck& Outbox::commit_ack(PeerId peer) {
  return *gather<v1::CommitAcks>(peer, BrokerFrame::kCommitAcksFieldNumber, acks_bytes).add_acks();
}
v1::Events& Outbox::events(PeerId peer, std::uint64_t subscription, std::size_t bytes) {
  return gather<v1::Events>(peer, BrokerFrame::kEventsFieldNumber, 2 * acks_bytes + bytes, subscription);
}

v1::Leases& Outbox::leases(PeerId peer, std::size_t checkpoint_bytes) {
  auto& chunks = chunks_of(peer).chunks;
  constexpr int field = BrokerFrame::kLeasesFieldNumber;
  constexpr std::size_t lease_bytes = 512;
  if (!chunks.empty() && chunks.back().field == field && chunks.back().bytes + checkpoint_bytes < chunk_bytes_max) {
    chunks.back().bytes += lease_bytes + checkpoint_bytes;
    return static_cast<v1::Leases&>(*chunks.back().message);
  }
  add_single(peer, field, std::make_unique<v1::Leases>());
  Chunk& added = chunks_of(peer).chunks.back();
  added.bytes = lease_bytes + checkpoint_bytes;
  return static_cast<v1::Leases&>(*added.message);
}

void Outbox::add_single(PeerId peer, int field, std::unique_ptr<google::protobuf::MessageLite> body) {
  Chunk chunk;
  chunk.field = field;
  chunk.ordered = true;
  chunk.message = std::move(body);
  chunks_of(peer).chunks.push_back(std::move(chunk));
}

void Outbox::refuse(PeerId peer, const Error& error, std::uint64_t tag, bool session_over) {
  auto& refusal = single<v1::Refusal>(peer, BrokerFrame::kRefusalFieldNumber);
  refusal.set_error(error.code);
  refusal.set_detail(error.detail);
  refusal.set_tag(tag);
  refusal.set_session_over(session_over);
  refusal.set_retry_after_ms(retry_after_ms(error.code));
}

void Outbox::seal(std::int64_t now_ms) {
  sealed_peers_.clear();
  for (const PeerId peer : dirty_) {
    const auto at = open_.find(peer);
    if (at == open_.end()) continue;  // forgotten
    for (Chunk& chunk : at->second.chunks) {
      sealed_.push_back({peer, {}});
      write_broker_frame(now_ms, chunk.field, *chunk.message, sealed_.back().bytes);
      auto& free = pool_[chunk.field];
      if (chunk.ordered || free.size() >= pooled_max) continue;
      // Clear keeps the elements' memory, except that of a burst.
      if (chunk.bytes > chunk_bytes_max) continue;
      chunk.message->Clear();
      free.push_back(std::move(chunk.message));
    }
    at->second.chunks.clear();
    at->second.dirty = false;
    sealed_peers_.push_back(peer);
  }
  dirty_.clear();
}

void Outbox::release(std::vector<OutFrame>& out) {
  if (out.empty()) {
    out.swap(sealed_);
  } else {
    for (auto& frame : sealed_) out.push_back(std::move(frame));
  }
  sealed_.clear();
}

void Outbox::forget(PeerId peer) { open_.erase(peer); }

}  // namespace huying::broker
