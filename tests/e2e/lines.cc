#include "tests/e2e/lines.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/e2e/files.h"

namespace huying::e2e {
namespace {

using Json = nlohmann::json;

template <class M>
M message_of(std::string_view text) {
  M message;
  const auto status =
      google::protobuf::util::JsonStringToMessage(google::protobuf::StringPiece(text.data(), text.size()), &message);
  EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << text;
  return message;
}

template <class M>
std::vector<M> messages_of(std::string_view text) {
  std::vector<M> messages;
  for (const auto& line : lines_of(text)) messages.push_back(message_of<M>(line));
  return messages;
}

Json json_of(const std::string& line) {
  Json json = Json::parse(line, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << line;
  return json.is_object() ? json : Json::object();
}

}  // namespace

std::vector<Answer> answers_of(std::string_view text) {
  std::vector<Answer> answers;
  for (const auto& line : lines_of(text)) {
    const Json json = json_of(line);
    Answer answer;
    answer.line = json.value("line", std::uint64_t{0});
    answer.source_id = json.value("source_id", "");
    answer.case_number = json.value("case_number", "");
    answer.cell = json.value("cell", "");
    answer.rule = json.value("rule", "");
    answer.detail = json.value("detail", "");
    answer.known = json.value("known", false);
    answer.error = json.value("error", std::uint32_t{0});
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::map<std::string, Answer> by_source_id(const std::vector<Answer>& answers) {
  std::map<std::string, Answer> found;
  for (const auto& answer : answers) EXPECT_TRUE(found.emplace(answer.source_id, answer).second) << answer.source_id;
  return found;
}

std::vector<EventLine> events_of(std::string_view text) {
  std::vector<EventLine> events;
  for (const auto& line : lines_of(text)) {
    const Json json = json_of(line);
    EventLine event;
    event.consumer_sequence = json.value("consumer_sequence", std::uint64_t{0});
    event.sequence = json.value("sequence", std::uint64_t{0});
    event.index = json.value("index", std::uint32_t{0});
    event.subject = json.value("subject", "");
    if (event.subject.starts_with("case.") || event.subject.starts_with("escalation."))
      event.event = message_of<v1::CaseEvent>(json.value("event", Json::object()).dump());
    events.push_back(std::move(event));
  }
  return events;
}

std::vector<DumpedRecord> records_of(std::string_view text) {
  std::vector<DumpedRecord> records;
  for (const auto& line : lines_of(text)) {
    const Json json = json_of(line);
    DumpedRecord record;
    record.position = json.value("position", std::uint64_t{0});
    record.sequence = json.value("sequence", std::uint64_t{0});
    record.stream = json.value("stream", std::uint32_t{0});
    record.kind = json.value("kind", "");
    if (json.contains("events"))
      for (const auto& event : json["events"]) record.events.push_back(message_of<v1::CaseEvent>(event.dump()));
    records.push_back(std::move(record));
  }
  return records;
}

std::size_t count_of(const std::vector<DumpedRecord>& records, std::string_view kind) {
  return static_cast<std::size_t>(
      std::count_if(records.begin(), records.end(), [&](const auto& record) { return record.kind == kind; }));
}

v1::StatusReply status_of(std::string_view text) { return message_of<v1::StatusReply>(text); }
v1::CaseView view_of(std::string_view text) { return message_of<v1::CaseView>(text); }
std::vector<v1::CaseView> views_of(std::string_view text) { return messages_of<v1::CaseView>(text); }
std::vector<v1::ActionReply> replies_of(std::string_view text) { return messages_of<v1::ActionReply>(text); }

std::string line_of(const v1::Request& request) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(request, &text, options).ok());
  return text + "\n";
}

}  // namespace huying::e2e
