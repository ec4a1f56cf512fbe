#include "proto/frame.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/unknown_field_set.h>

#include <vector>

#include "base/check.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying {

Result<void> parse_frame(std::string_view bytes, google::protobuf::MessageLite& into) {
  if (bytes.size() > limits::frame_bytes_max)
    return fail(v1::ERROR_CODE_FRAME_TOO_LARGE, fmt::format("{} bytes", bytes.size()));
  if (!into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail(v1::ERROR_CODE_FRAME_UNREADABLE, fmt::format("{} bytes", bytes.size()));
  return {};
}

namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr std::uint32_t varint = 0, length_delimited = 2;

tl::unexpected<Error> unreadable(std::string_view frame) {
  return fail(v1::ERROR_CODE_FRAME_UNREADABLE, fmt::format("{} bytes", frame.size()));
}

CodedInputStream reader_of(std::string_view bytes) {
  return CodedInputStream(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
}

// Reads a length and steps over so many bytes.
bool read_bytes(CodedInputStream& in, std::string_view whole, std::string_view& out) {
  std::uint32_t length = 0;
  if (!in.ReadVarint32(&length) || length > limits::frame_bytes_max) return false;
  const auto at = static_cast<std::size_t>(in.CurrentPosition());
  if (whole.size() - at < length) return false;
  out = whole.substr(at, length);
  return in.Skip(static_cast<int>(length));
}

}  // namespace

Result<FrameBody> open_client_frame(std::string_view frame) {
  if (frame.size() > limits::frame_bytes_max)
    return fail(v1::ERROR_CODE_FRAME_TOO_LARGE, fmt::format("{} bytes", frame.size()));
  auto in = reader_of(frame);
  const std::uint32_t tag = in.ReadTag();
  FrameBody out;
  out.field = static_cast<int>(tag >> 3);
  if (tag == 0 || (tag & 7) != length_delimited || !read_bytes(in, frame, out.bytes)) return unreadable(frame);
  if (static_cast<std::size_t>(in.CurrentPosition()) != frame.size()) return unreadable(frame);
  return out;
}

Result<PublishView> open_publish(std::string_view publish) {
  auto in = reader_of(publish);
  PublishView out;
  bool has_tag = false, has_request = false;
  for (std::uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    bool read = false;
    if (tag == (v1::Publish::kTagFieldNumber << 3 | varint) && !has_tag)
      read = has_tag = in.ReadVarint64(&out.tag);
    else if (tag == (v1::Publish::kRequestFieldNumber << 3 | length_delimited) && !has_request)
      read = has_request = read_bytes(in, publish, out.request);
    if (!read) return unreadable(publish);
  }
  if (static_cast<std::size_t>(in.CurrentPosition()) != publish.size()) return unreadable(publish);
  return out;
}

Result<std::vector<std::string_view>> open_publish_batch(std::string_view batch) {
  auto in = reader_of(batch);
  std::vector<std::string_view> out;
  for (std::uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    std::string_view publish;
    if (tag != (v1::PublishBatch::kPublishesFieldNumber << 3 | length_delimited) || !read_bytes(in, batch, publish))
      return unreadable(batch);
    out.push_back(publish);
  }
  if (static_cast<std::size_t>(in.CurrentPosition()) != batch.size()) return unreadable(batch);
  return out;
}

Result<BrokerFrameBody> open_broker_frame(std::string_view frame) {
  if (frame.size() > limits::frame_bytes_max)
    return fail(v1::ERROR_CODE_FRAME_TOO_LARGE, fmt::format("{} bytes", frame.size()));
  auto in = reader_of(frame);
  BrokerFrameBody out;
  for (std::uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    const int field = static_cast<int>(tag >> 3);
    if (field == v1::BrokerFrame::kNowMsFieldNumber && (tag & 7) == varint) {
      std::uint64_t value = 0;
      if (!in.ReadVarint64(&value)) return unreadable(frame);
      out.now_ms = static_cast<std::int64_t>(value);
    } else {
      if ((tag & 7) != length_delimited || out.body.field != 0) return unreadable(frame);
      out.body.field = field;
      if (!read_bytes(in, frame, out.body.bytes)) return unreadable(frame);
    }
  }
  if (out.body.field == 0 || static_cast<std::size_t>(in.CurrentPosition()) != frame.size()) return unreadable(frame);
  return out;
}

void write_broker_frame(std::int64_t now_ms, int field, const google::protobuf::MessageLite& body, std::string& out) {
  const std::size_t size = body.ByteSizeLong();
  std::uint8_t head[32];
  std::uint8_t* at = head;
  at = CodedOutputStream::WriteTagToArray(v1::BrokerFrame::kNowMsFieldNumber << 3 | varint, at);
  at = CodedOutputStream::WriteVarint64ToArray(static_cast<std::uint64_t>(now_ms), at);
  at = CodedOutputStream::WriteTagToArray(static_cast<std::uint32_t>(field) << 3 | length_delimited, at);
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
