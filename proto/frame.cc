#include "proto/frame.h"

#include <google/protobuf/descriptor.h>
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
