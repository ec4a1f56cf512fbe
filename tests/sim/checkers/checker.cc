#include "tests/sim/checkers/checker.h"

#include "base/check.h"

namespace huying::sim {
namespace {

template <class Message>
Message parsed(const std::string& bytes) {
  Message message;
  HUYING_CHECK(message.ParseFromString(bytes), "what the journal holds cannot be read");
  return message;
}

}  // namespace

v1::RequestRecord request_of(const SeenRecord& record) { return parsed<v1::RequestRecord>(record.payload); }
v1::ActionRecord action_of(const SeenRecord& record) { return parsed<v1::ActionRecord>(record.payload); }
v1::Commit commit_of(const SeenRecord& record) { return parsed<v1::Commit>(record.payload); }

std::vector<v1::CaseEvent> case_events_of(const v1::Commit& commit) {
  std::vector<v1::CaseEvent> events;
  for (const auto& committed : commit.events()) {
    if (committed.kind() == v1::EVENT_KIND_ACTION_REFUSED) continue;
    events.push_back(parsed<v1::CaseEvent>(committed.event()));
  }
  return events;
}

bool ends_the_case(v1::CaseState state) {
  return state == v1::CASE_STATE_CLOSED || state == v1::CASE_STATE_VOID || state == v1::CASE_STATE_NOT_ACCEPTED;
}

}  // namespace huying::sim
