// JSON in and out. Messages of the contract go by protobuf's own mapping (json_util), what only the gateway has by nlohmann's
// values. A body from outside is an object of known fields, or it is refused; what it holds is never quoted. Any thread.
#pragma once
#include <google/protobuf/message.h>

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/http/message.h"

namespace huying::gateway {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json);
http::Response json_response(const Json& json, unsigned status = 200);

// A message as its JSON value, and as text.
Json json_of(const google::protobuf::Message& message);
std::string text_of(const google::protobuf::Message& message);
// BODY_UNREADABLE, UNKNOWN_FIELD with the path of the field.
Result<void> message_of(const Json& json, google::protobuf::Message& message);

inline constexpr int json_depth_max = 32;  // of a body; what is known of them nests less than ten deep

inline constexpr std::size_t json_fields_max = 512;  // of a body in all; what is known of them has less than a hundred

// The body's object. BODY_NOT_JSON; BODY_UNREADABLE, also for one that is nested deeper or has more fields.
Result<Json> object_of(const http::Request& request);
Result<void> check_fields(const Json& object, std::initializer_list<std::string_view> known);

// A member of an object: FIELD_MISSING where it must be there, FIELD_INVALID where it is of another type or out of bounds.
enum class Need : std::uint8_t { required, optional };
Result<std::string> text_in(const Json& object, const char* name, std::size_t bytes_max, Need need = Need::required);
Result<std::uint64_t> number_in(const Json& object, const char* name, std::uint64_t most);
Result<bool> flag_in(const Json& object, const char* name);

// base64url without padding, for tokens of the broker. Nothing: not of this form.
std::string to_base64url(std::string_view bytes);
Result<std::string> from_base64url(std::string_view text);

}  // namespace huying::gateway
