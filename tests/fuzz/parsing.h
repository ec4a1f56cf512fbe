// Protobuf's own reading, which the fuzz targets compare ours with. Any thread.
#pragma once
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/unknown_field_set.h>

#include <optional>
#include <string>
#include <string_view>

namespace huying::fuzz {

// What protobuf writes to the screen of each input that it refuses tells nobody anything here.
inline const auto protobuf_is_quiet = google::protobuf::SetLogHandler(nullptr);

template <class Message>
std::optional<Message> parse(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  return message;
}

// The fields as they lie there, whatever message they are of; false when there is no message.
inline bool read_fields(std::string_view bytes, google::protobuf::UnknownFieldSet& into) {
  return into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

inline bool has_unknown_at_top(const google::protobuf::Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

// The same for equal messages of one build.
inline std::string plain_bytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

}  // namespace huying::fuzz
