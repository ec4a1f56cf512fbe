// The JSON lines that `huying` prints for programs, read back. A line that is not what it should be fails the test.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "huying/v1/session.pb.h"

namespace huying::e2e {

// Of `huying publish` and `case act report --json`.
struct Answer {
  std::uint64_t line = 0;
  std::string source_id, case_number, cell, rule, detail;
  bool known = false;
  std::uint32_t error = 0;
};
std::vector<Answer> answers_of(std::string_view text);  // complete lines only
std::map<std::string, Answer> by_source_id(const std::vector<Answer>& answers);

// Of `huying subscribe --json`: a case event with the place it has in its cell.
struct EventLine {
  std::uint64_t consumer_sequence = 0, sequence = 0;
  std::uint32_t index = 0;
  std::string subject;
  v1::CaseEvent event;
};
std::vector<EventLine> events_of(std::string_view text);

// Of `huying journal dump --payload`.
struct DumpedRecord {
  std::uint64_t position = 0, sequence = 0;
  std::uint32_t stream = 0;
  std::string kind;                   // REQUEST, COMMIT, …
  std::vector<v1::CaseEvent> events;  // of a commit, in order
};
std::vector<DumpedRecord> records_of(std::string_view text);
std::size_t count_of(const std::vector<DumpedRecord>& records, std::string_view kind);

// A message of the contract in protobuf's JSON mapping.
v1::StatusReply status_of(std::string_view text);
v1::CaseView view_of(std::string_view text);
std::vector<v1::CaseView> views_of(std::string_view text);
std::vector<v1::ActionReply> replies_of(std::string_view text);

// A Request as a line for `huying publish`.
std::string line_of(const v1::Request& request);

}  // namespace huying::e2e
