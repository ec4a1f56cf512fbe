// What `huying subscribe` says of a subscription, Chinese first, English second: that a subject can match nothing, that
// it began elsewhere than one would think, news of a cell's host as a line, and a notice of what was caught up. Pure; one
// thread.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/civil_time.h"
#include "client/coalesce.h"
#include "huying/v1/record.pb.h"
#include "huying/v1/session.pb.h"

namespace huying::programs {

// Why no subject that a broker of `street` ever publishes matches this pattern, in two lines; empty when one may. The
// grammar is that of docs/protocol.md (Subjects). An empty street is not compared; cells and units come and go with the
// directory and are not judged. A pattern that is none at all the broker refuses itself (SUBJECT_INVALID).
std::string why_nothing_matches(std::string_view pattern, std::string_view street);

// Where a subscription begins and what that means, in two lines; empty where it is as asked (RESUMED, AS_ASKED).
std::string begin_text(v1::Subscribed::Begin begin, std::string_view name);

// Coverage events as lines: the time, the cell, what happened. What is over says since when it was.
class CoverageLines {
 public:
  explicit CoverageLines(CivilZone zone) : zone_(std::move(zone)) {}
  std::string line(const v1::EventDelivery& delivery);

 private:
  CivilZone zone_;
  std::map<std::pair<std::string, v1::Coverage::Change>, Instant> since_;  // (cell, its trouble), while it lasts
};

// "11月23日 09:41  名录第 2 版已生效 directory version 2 is in force"
std::string configuration_line(const v1::EventDelivery& delivery, const CivilZone& zone);

// "11月30日 08:00  村/社区 unit shiqiao  集中超期 41 件，涉及 12 个网格 · 41 overdue in 12 cells  …"
std::string notice_line(const client::Notice& notice, const CivilZone& zone);

}  // namespace huying::programs
