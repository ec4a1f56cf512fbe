// Frames on their way out. Answers of one kind to one peer are gathered into one frame (facts.md: batches inside a frame
// are worth half the speed), in the order in which they were said where order matters. Nothing leaves before the
// batch that holds what it says is durable: the core seals the outbox with the batch and releases it when it landed (I1).
// Owned by the core, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "broker/state/effects.h"
#include "huying/v1/session.pb.h"

namespace huying::broker {

class Outbox {
 public:
  // Each adds one to the frame under way for that peer.
  v1::PublishAck& publish_ack(PeerId peer, std::size_t detail_bytes = 0);  // beside number and cell
  v1::ActionReply& action_reply(PeerId peer, std::size_t bytes);
  v1::Delivery& delivery(PeerId peer, std::size_t bytes);
  v1::CommitAck& commit_ack(PeerId peer);
  // A frame of their own. What was said before them to that peer stays before, what is said after stays after.
  v1::Leases& leases(PeerId peer, std::size_t checkpoint_bytes = 0);
  v1::Events& events(PeerId peer, std::uint64_t subscription, std::size_t bytes);
  template <class Body>
  Body& single(PeerId peer, int field) {
    auto owned = std::make_unique<Body>();
    Body& body = *owned;
    add_single(peer, field, std::move(owned));
    return body;
  }
  void refuse(PeerId peer, const Error& error, std::uint64_t tag, bool session_over);

  // Serializes all that was said, stamped with now, behind what was sealed before.
  void seal(std::int64_t now_ms);
  // Takes what was sealed. The core calls it when the batch sealed with it is durable.
  void release(std::vector<OutFrame>& out);
  bool anything_said() const { return !dirty_.empty(); }
  // Peers that were sent something by the last seal, to know who needs a heartbeat.
  const std::vector<PeerId>& sealed_peers() const { return sealed_peers_; }
  void forget(PeerId peer);

 private:
  struct Chunk {
    int field = 0;
    bool ordered = false;  // nothing may be gathered across it
    std::uint64_t subscription = 0;
    std::size_t bytes = 0;
    std::unique_ptr<google::protobuf::MessageLite> message;
  };
  struct PeerChunks {
    std::vector<Chunk> chunks;
    bool dirty = false;
  };

  template <class Body>
  Body& gather(PeerId peer, int field, std::size_t bytes, std::uint64_t subscription = 0);
  void add_single(PeerId peer, int field, std::unique_ptr<google::protobuf::MessageLite> body);
  PeerChunks& chunks_of(PeerId peer);

  absl::flat_hash_map<PeerId, PeerChunks> open_;
  std::vector<PeerId> dirty_, sealed_peers_;
  // Messages whose memory is reused, by the field of BrokerFrame.
  absl::flat_hash_map<int, std::vector<std::unique_ptr<google::protobuf::MessageLite>>> pool_;
  std::vector<OutFrame> sealed_;
};

}  // namespace huying::broker
