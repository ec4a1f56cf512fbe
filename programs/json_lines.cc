#include "programs/json_lines.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "huying/v1/record.pb.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json parsed(const google::protobuf::Message& message) {
  return Json::parse(message_line(message), nullptr, false);
}

// The names of a Request at the head of the converter's sentence, "(location.point.latitude): invalid value …".
std::string path_in(std::string_view sentence) {
  std::string path;
  if (!sentence.starts_with('(')) return path;
  sentence = sentence.substr(1, sentence.find(')') - 1);
  const auto* message = v1::Request::descriptor();
  while (message != nullptr && !sentence.empty()) {
    const auto part = sentence.substr(0, sentence.find('.'));
    sentence.remove_prefix(std::min(sentence.size(), part.size() + 1));
    const auto* field = message->FindFieldByName(std::string(part.substr(0, part.find('['))));
    if (field == nullptr) break;
    path += (path.empty() ? "" : ".") + field->name();
    message = field->message_type();
  }
  return path;
}

// What the parser and the converter say, but for what they quote of the input: only the parser's own sentence, which stands
// above the piece of the input that it points at, and names of a Request.
std::string without_quotes_of_input(std::string_view said) {
  if (said.ends_with('^')) return std::string(said.substr(0, said.find('\n')));
  const auto path = path_in(said);
  const std::string where = path.empty() ? "" : path + ": ";
  return where + (said.ends_with("Cannot find field.") ? "a field that nobody knows" : "not a value of this field");
}

template <class M>
Json event_as(const std::string& bytes) {
  M message;
  if (!message.ParseFromString(bytes)) return nullptr;
  return parsed(message);
}

}  // namespace

Result<void> request_from_json(std::string_view json, v1::Request& request) {
  request.Clear();
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = false;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), &request, options);
  if (!status.ok())
    return fail(v1::ERROR_CODE_INPUT_LINE,
                "not a Request in JSON: " + without_quotes_of_input(std::string(status.message())));
  return {};
}

std::string rule_name(v1::DispatchRule rule) {
  constexpr std::string_view prefix = "DISPATCH_RULE_";
  std::string name = v1::DispatchRule_Name(rule);
  if (name.size() > prefix.size()) name.erase(0, prefix.size());
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

std::string ack_line(std::uint64_t line, std::string_view source_id, const v1::PublishAck& ack) {
  return dumped({{"line", line},
                 {"source_id", source_id},
                 {"case_number", ack.case_number()},
                 {"known", ack.known()},
                 {"cell", ack.cell()},
                 {"rule", rule_name(ack.rule())}});
}

std::string refusal_line(std::uint64_t line, std::string_view source_id, const Error& error,
                         std::string_view case_number, std::uint64_t retry_after_ms) {
  Json json{{"line", line}, {"source_id", source_id}, {"error", error.code}, {"name", words_of(error.code).name},
            {"detail", error.detail}};
  if (!case_number.empty()) json["case_number"] = case_number;
  if (retry_after_ms != 0) json["retry_after_ms"] = retry_after_ms;
  return dumped(json);
}

std::string event_line(const v1::EventDelivery& delivery) {
  Json event;
  if (delivery.subject().starts_with("coverage."))
    event = event_as<v1::Coverage>(delivery.event());
  else if (delivery.subject().starts_with("configuration."))
    event = event_as<v1::ConfigurationComplete>(delivery.event());
  else
    event = event_as<v1::CaseEvent>(delivery.event());
  return dumped({{"consumer_sequence", delivery.consumer_sequence()},
                 {"subject", delivery.subject()},
                 {"sequence", delivery.sequence()},
                 {"index", delivery.index()},
                 {"recorded_at_ms", delivery.recorded_at_ms()},
                 {"event", std::move(event)}});
}

std::string story_line(const words::StoryLine& line) {
  return dumped({{"at_ms", to_ms(line.at)},
                 {"now", line.is_now},
                 {"zh", line.sentence.zh},
                 {"en", line.sentence.en},
                 {"detail_zh", line.detail.zh},
                 {"detail_en", line.detail.en}});
}

std::string message_line(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string out;
  const auto status = google::protobuf::util::MessageToJsonString(message, &out, options);
  HUYING_CHECK(status.ok(), "{}", std::string(status.message()));
  return out;
}

}  // namespace huying::programs
