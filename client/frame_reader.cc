#include "client/frame_reader.h"

#include "proto/frame.h"

namespace huying::client {
namespace {

using v1::BrokerFrame;

// Parsing clears what is there and keeps its memory.
bool parse(google::protobuf::MessageLite& into, std::string_view bytes) {
  return into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

void FrameReader::take_back() {
  switch (frame_.body_case()) {
    case BrokerFrame::kDeliveries: return deliveries_.reset(frame_.release_deliveries());
    case BrokerFrame::kCommitAcks: return commit_acks_.reset(frame_.release_commit_acks());
    case BrokerFrame::kPublishAcks: return publish_acks_.reset(frame_.release_publish_acks());
    case BrokerFrame::kEvents: return events_.reset(frame_.release_events());
    default: return;
  }
}

// Whether the body is of a kind that is lent, and was read.
bool FrameReader::lend(int field, std::string_view body) {
  switch (field) {
    case BrokerFrame::kDeliveriesFieldNumber:
      if (!parse(*deliveries_, body)) return false;
      frame_.set_allocated_deliveries(deliveries_.release());
      return true;
    case BrokerFrame::kCommitAcksFieldNumber:
      if (!parse(*commit_acks_, body)) return false;
      frame_.set_allocated_commit_acks(commit_acks_.release());
      return true;
    case BrokerFrame::kPublishAcksFieldNumber:
      if (!parse(*publish_acks_, body)) return false;
      frame_.set_allocated_publish_acks(publish_acks_.release());
      return true;
    case BrokerFrame::kEventsFieldNumber:
      if (!parse(*events_, body)) return false;
      frame_.set_allocated_events(events_.release());
      return true;
    default:
      return false;
  }
}

Result<void> FrameReader::read(std::string_view bytes) {
  take_back();
  frame_.Clear();
  if (const auto opened = open_broker_frame(bytes); opened && lend(opened->body.field, opened->body.bytes)) {
    frame_.set_now_ms(opened->now_ms);
    return {};
  }
  return parse_frame(bytes, frame_);
}

}  // namespace huying::client
