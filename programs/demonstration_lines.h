// The lines that the demonstration prints: Chinese first, English second, with the partition's date and time and the
// case number. Pure; any thread.
#pragma once
#include <map>
#include <string>

#include "base/civil_time.h"
#include "huying/v1/session.pb.h"
#include "programs/demonstration_story.h"

namespace huying::programs {

class DemonstrationLines {
 public:
  explicit DemonstrationLines(CivilZone zone) : zone_(std::move(zone)) {}

  std::string heading(double minutes, int days) const;
  std::string day(int day) const;
  std::string request(Instant at, const Step& step, const v1::PublishAck& ack) const;
  std::string action(Instant at, const Step& step, const std::string& case_number) const;
  std::string refused(Instant at, const Step& step, const Error& error) const;
  // What nobody did: a clock that fired, a climb. Empty for any other event.
  std::string by_itself(const v1::EventDelivery& delivery, const v1::CaseEvent& event) const;

 private:
  std::string stamp(Instant at, const std::string& case_number) const;

  CivilZone zone_;
};

// What the days came to.
struct DemonstrationFigures {
  std::uint64_t taken = 0, known = 0, closed = 0, open = 0;
  std::uint64_t escalated_cases = 0, climbs = 0;
};
std::string figures_table(const DemonstrationFigures& figures);

// What to type next, with the real endpoint. `cases`: by label of the story, those that are open.
struct NextSteps {
  std::string program_folder, endpoint, data_folder;
  bool data_is_kept = false;
  std::map<std::string, std::string, std::less<>> cases;
};
std::string next_steps(const NextSteps& next);

}  // namespace huying::programs
