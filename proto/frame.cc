#include "proto/frame.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/unknown_field_set.h>

#include <utility>
#include <vector>

#include "base/check.h"
#include "base/limits.h"
#include "proto/errors.h"
#include "proto/wire_scan.h"

namespace huying {

Result<void> parse_frame(std::string_view bytes, google::protobuf::MessageLite& into) {
  if (bytes.size() > limits::frame_bytes_max)
    return fail(v1::ERROR_CODE_FRAME_TOO_LARGE, fmt::format("{} bytes", bytes.size()));
  if (!into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail(v1::ERROR_CODE_FRAME_UNREADABLE, fmt::format("{} bytes", bytes.size()));
  return {};
}

namespace {

using google::protobuf::io::CodedOutputStream;

tl::unexpected<Error> unreadable(std::string_view frame) {
  return fail(v1::ERROR_CODE_FRAME_UNREADABLE, fmt::format("{} bytes", frame.size()));
}

}  // namespace

Result<FrameBody> open_client_frame(std::string_view frame) {
  if (frame.size() > limits::frame_bytes_max)
    return fail(v1::ERROR_CODE_FRAME_TOO_LARGE, fmt::format("{} bytes", frame.size()));
  WireScan in(frame);
  const auto tag = in.tag();
  FrameBody out;
  out.field = static_cast<int>(tag >> 3);
  if (tag == 0 || tag != bytes_tag(out.field)) return unreadable(frame);
  out.bytes = in.bytes();
  if (in.tag() != 0 || !in.complete()) return unreadable(frame);
  return out;
}

Result<PublishView> open_publish(std::string_view publish) {
  WireScan in(publish);
  PublishView out;
  bool has_tag = false, has_request = false;
  while (const auto tag = in.tag()) {
    if (tag == varint_tag(v1::Publish::kTagFieldNumber) && !std::exchange(has_tag, true))
      out.tag = in.value();
    else if (tag == bytes_tag(v1::Publish::kRequestFieldNumber) && !std::exchange(has_request, true))
      out.request = in.bytes();
    else
      return unreadable(publish);
  }
  if (!in.complete()) return unreadable(publish);
  return out;
}

Result<std::vector<std::string_view>> open_publish_batch(std::string_view batch) {
  WireScan in(batch);
  std::vector<std::string_view> out;
  while (const auto tag = in.tag()) {
    if (tag != bytes_tag(v1::PublishBatch::kPublishesFieldNumber)) return unreadable(batch);
    out.push_back(in.bytes());
  }
  if (!in.complete()) return unreadable(batch);
  return out;
}

Result<void> open_commits(std::string_view body, CommitsView& into) {
  into.next_wake_within_ms = 0;
  into.commits.clear();
  WireScan in(body);
  while (const auto tag = in.tag()) {
    if (tag == bytes_tag(v1::Commits::kCommitsFieldNumber))
      into.commits.push_back(in.bytes());
    else if (tag == varint_tag(v1::Commits::kNextWakeWithinMsFieldNumber))
      into.next_wake_within_ms = static_cast<std::uint32_t>(in.value());
    else
      return unreadable(body);
  }
  if (!in.complete()) return unreadable(body);
  return {};
}

Result<BrokerFrameBody> open_broker_frame(std::string_view frame) {
  if (frame.size() > limits::frame_bytes_max)
    return fail(v1::ERROR_CODE_FRAME_TOO_LARGE, fmt::format("{} bytes", frame.size()));
  WireScan in(frame);
  BrokerFrameBody out;
  while (const auto tag = in.tag()) {
    const int field = static_cast<int>(tag >> 3);
    if (tag == varint_tag(v1::BrokerFrame::kNowMsFieldNumber)) {
      out.now_ms = static_cast<std::int64_t>(in.value());
    } else if (tag == bytes_tag(field) && out.body.field == 0) {
      out.body = {field, in.bytes()};
    } else {
      return unreadable(frame);
    }
  }
  if (out.body.field == 0 || !in.complete()) return unreadable(frame);
  return out;
}

void write_broker_frame(std::int64_t now_ms, int field, const google::protobuf::MessageLite& body, std::string& out) {
  const std::size_t size = body.ByteSizeLong();
  std::uint8_t head[32];
  std::uint8_t* at = head;
  at = CodedOutputStream::WriteTagToArray(varint_tag(v1::BrokerFrame::kNowMsFieldNumber), at);
  at = CodedOutputStream::WriteVarint64ToArray(static_cast<std::uint64_t>(now_ms), at);
  at = CodedOutputStream::WriteTagToArray(bytes_tag(field), at);
  at = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(size), at);
  const auto head_size = static_cast<std::size_t>(at - head);
  HUYING_CHECK(head_size + size <= limits::frame_bytes_max, "a frame of {} bytes", head_size + size);
  out.resize(head_size + size);
  std::copy(head, at, out.begin());
  body.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(out.data()) + head_size);
}

void serialize_frame(const google::protobuf::MessageLite& message, std::string& out) {
  const bool done = message.SerializeToString(&out);
  HUYING_CHECK(done && out.size() <= limits::frame_bytes_max, "a frame of {} bytes", out.size());
}

bool has_unknown_fields(const google::protobuf::Message& message) {
  const auto* reflection = message.GetReflection();
  if (!reflection->GetUnknownFields(message).empty()) return true;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i)
        if (has_unknown_fields(reflection->GetRepeatedMessage(message, field, i))) return true;
    } else if (has_unknown_fields(reflection->GetMessage(message, field))) {
      return true;
    }
  }
  return false;
}

}  // namespace huying
