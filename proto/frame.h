// The frame codec: one protobuf message a ZeroMQ message, bounded, and nothing unknown in it. Any thread.
#pragma once
#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "huying/v1/session.pb.h"

namespace huying {

// Parses into a message that the caller reuses (facts: 466 ns against 1,245 fresh). FRAME_TOO_LARGE, FRAME_UNREADABLE.
// Unknown fields are not looked for here: intake looks in what it digests (has_unknown_fields).
Result<void> parse_frame(std::string_view bytes, google::protobuf::MessageLite& into);

// Serializes; a frame of ours beyond the limit is a defect and stops the process.
void serialize_frame(const google::protobuf::MessageLite& message, std::string& out);

// True when the message or one inside it holds a field that this version does not know.
bool has_unknown_fields(const google::protobuf::Message& message);

}  // namespace huying
