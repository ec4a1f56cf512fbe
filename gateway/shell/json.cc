#include "gateway/shell/json.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <sodium.h>

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/text.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::size_t field_name_bytes_max = 64;
constexpr int base64_form = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

// "(location.point.latitude): invalid value …" begins with the path; what follows may quote the input.
std::string path_in(std::string_view said) {
  if (!said.starts_with('(')) return {};
  const auto path = said.substr(1, said.find(')') - 1);
  const bool is_clean = path.size() <= 128 && std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '[' || c == ']';
  });
  return is_clean ? std::string(path) : std::string();
}

// The path of the first field that the message does not have: its parents' names are ours, its own is bounded and printable.
std::optional<std::string> unknown_field(const Json& json, const google::protobuf::Descriptor& type) {
  for (const auto& [name, value] : json.items()) {
    const google::protobuf::FieldDescriptor* field = nullptr;
    for (int i = 0; i < type.field_count() && field == nullptr; ++i)
      if (type.field(i)->json_name() == name || type.field(i)->name() == name) field = type.field(i);
    if (field == nullptr) return quotable(name, field_name_bytes_max);
    if (field->message_type() == nullptr) continue;
    const auto of_one = [&name = name, field](const Json& one) -> std::optional<std::string> {
      const auto found = one.is_object() ? unknown_field(one, *field->message_type()) : std::nullopt;
      return found ? std::optional(fmt::format("{}.{}", name, *found)) : std::nullopt;
    };
    if (!value.is_array()) {
      if (auto found = of_one(value)) return found;
      continue;
    }
    for (const auto& one : value)
      if (auto found = of_one(one)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

http::Response json_response(const Json& json, unsigned status) {
  return {status, {{"Content-Type", "application/json"}}, dumped(json)};
}

std::string text_of(const google::protobuf::Message& message) {
  std::string out;
  const auto status = google::protobuf::util::MessageToJsonString(message, &out);
  HUYING_CHECK(status.ok(), "{}", std::string(status.message()));
  return out;
}

Json json_of(const google::protobuf::Message& message) { return Json::parse(text_of(message), nullptr, false); }

Result<void> message_of(const Json& json, google::protobuf::Message& message) {
  message.Clear();
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = false;
  const std::string text = dumped(json);
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(text.data(), text.size()), &message, options);
  if (status.ok()) return {};
  const std::string said(status.message());
  if (said.ends_with("Cannot find field."))
    return fail(v1::ERROR_CODE_UNKNOWN_FIELD, unknown_field(json, *message.GetDescriptor()).value_or(path_in(said)));
  return fail(v1::ERROR_CODE_BODY_UNREADABLE, path_in(said));
}

Result<Json> object_of(const http::Request& request) {
  const auto type = request.header("content-type");
  if (type.substr(0, type.find(';')) != "application/json") return fail(v1::ERROR_CODE_BODY_NOT_JSON);
  if (!request.header("content-encoding").empty()) return fail(v1::ERROR_CODE_BODY_NOT_JSON, "content-encoding");
  // Reading needs no stack for what is nested, but copying and writing do.
  bool is_too_deep = false;
  std::size_t fields = 0;  // an object of ours is a list: to find whether a name is there already takes as long as it has names
  const auto bound = [&](int depth, Json::parse_event_t event, const Json&) {
    is_too_deep = is_too_deep || depth > json_depth_max;
    if (event == Json::parse_event_t::key) ++fields;
    return !is_too_deep && fields <= json_fields_max;
  };
  Json json = Json::parse(request.body, bound, false);
  if (fields > json_fields_max) return fail(v1::ERROR_CODE_BODY_UNREADABLE, fmt::format("more than {} fields", json_fields_max));
  if (is_too_deep) return fail(v1::ERROR_CODE_BODY_UNREADABLE, fmt::format("nested more than {} deep", json_depth_max));
  if (json.is_discarded()) return fail(v1::ERROR_CODE_BODY_UNREADABLE, "not JSON");
  if (!json.is_object()) return fail(v1::ERROR_CODE_BODY_UNREADABLE, "not an object");
  return json;
}

Result<void> check_fields(const Json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object.items())
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fail(v1::ERROR_CODE_UNKNOWN_FIELD, quotable(name, field_name_bytes_max));
  return {};
}

Result<std::string> text_in(const Json& object, const char* name, std::size_t bytes_max, Need need) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) {
    if (need == Need::required) return fail(v1::ERROR_CODE_FIELD_MISSING, name);
    return std::string();
  }
  if (!found->is_string()) return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("{} is a text", name));
  const auto& text = found->get_ref<const std::string&>();
  if (text.size() > bytes_max) return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("{}: at most {} bytes", name, bytes_max));
  if (!is_clean_text(text)) return fail(v1::ERROR_CODE_INVALID_TEXT, name);
  if (text.empty() && need == Need::required) return fail(v1::ERROR_CODE_FIELD_MISSING, name);
  return text;
}

Result<std::uint64_t> number_in(const Json& object, const char* name, std::uint64_t most) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return 0;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > most)
    return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("{} is a whole number from 0 to {}", name, most));
  return found->get<std::uint64_t>();
}

Result<bool> flag_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return fail(v1::ERROR_CODE_FIELD_MISSING, name);
  if (!found->is_boolean()) return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("{} is true or false", name));
  return found->get<bool>();
}

std::string to_base64url(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), base64_form), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), base64_form);
  text.pop_back();  // its zero
  return text;
}

Result<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int done = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(),
                                     nullptr, &size, &end, base64_form);
  if (done != 0 || end != text.data() + text.size()) return fail(v1::ERROR_CODE_FIELD_INVALID, "not base64url");
  bytes.resize(size);
  // libsodium 1.0.18 takes bytes beyond ASCII for signs of its alphabet.
  if (to_base64url(bytes) != text) return fail(v1::ERROR_CODE_FIELD_INVALID, "not base64url");
  return bytes;
}

}  // namespace huying::gateway
