// What a checker of an invariant is told: only what an outsider sees. Frames that left the broker, answers that reached
// who asked, and the journal as the production reader reads it back after each crash and at the end. Pure; one thread.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "huying/v1/record.pb.h"
#include "huying/v1/session.pb.h"

namespace huying::sim {

struct SeenRecord {
  StreamId stream;
  Sequence sequence;
  v1::RecordKind kind{};
  EpochId epoch;
  std::int64_t recorded_at_ms = 0;
  std::string payload;
};
using JournalView = std::vector<SeenRecord>;

enum class Reading {
  after_crash,  // read back before the broker serves again
  settled,      // at the end: no more faults, everybody was answered
};

struct Violation {
  std::string invariant;  // "I1"
  std::string what;
};

class Checker {
 public:
  Checker(std::string invariant, std::vector<Violation>& found) : invariant_(std::move(invariant)), found_(found) {}
  virtual ~Checker() = default;

  // A frame left the broker for a client ("host-1#3": its third life), whether or not it arrives.
  virtual void left(const std::string& /*client*/, const v1::BrokerFrame& /*frame*/) {}
  // An acknowledgement reached the publisher who sent this request.
  virtual void acknowledged(const std::string& /*source*/, const v1::Request& /*request*/,
                            const v1::PublishAck& /*ack*/) {}
  // An answer reached the person who sent this action.
  virtual void answered(const v1::Action& /*action*/, const v1::ActionReply& /*reply*/) {}
  // The whole journal; `now_ms` is the partition's time.
  virtual void read_back(const JournalView& /*journal*/, Reading /*reading*/, std::int64_t /*now_ms*/) {}

 protected:
  void broken(std::string what) {
    constexpr std::size_t enough = 20;
    if (found_.size() < enough) found_.push_back({invariant_, std::move(what)});
  }

 private:
  std::string invariant_;
  std::vector<Violation>& found_;
};

std::unique_ptr<Checker> check_i1(std::vector<Violation>& found);
std::unique_ptr<Checker> check_i2(std::vector<Violation>& found);
std::unique_ptr<Checker> check_i3(std::vector<Violation>& found);
std::unique_ptr<Checker> check_i5(std::vector<Violation>& found);
std::unique_ptr<Checker> check_i6(std::vector<Violation>& found);

// Reads a record's payload; a payload that cannot be read stops the process.
v1::RequestRecord request_of(const SeenRecord& record);
v1::ActionRecord action_of(const SeenRecord& record);
v1::Commit commit_of(const SeenRecord& record);
// The events of a commit, in order, without refusals (which change no case).
std::vector<v1::CaseEvent> case_events_of(const v1::Commit& commit);
bool ends_the_case(v1::CaseState state);

}  // namespace huying::sim
