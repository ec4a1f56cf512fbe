// Subjects, as NATS writes them: tokens joined by dots; `*` is any one token, `>` the rest (at least one) at the end.
//   case.<street>.<unit>.<cell>.<event>
//   escalation.<rung>.<street>.<unit>.<cell>
//   coverage.<street>.<cell>
//   configuration.<street>
// Pure; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/state/cells.h"
#include "huying/v1/event.pb.h"

namespace huying::delivery {

class SubjectPattern {
 public:
  // SUBJECT_INVALID.
  static Result<SubjectPattern> parse(std::string_view text);

  bool matches(std::string_view subject) const;  // of a subject without wildcards
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::string> tokens_;
  bool open_end_ = false;  // ends with >
};

using broker::SubjectPlace;

// "accepted" of EVENT_KIND_ACCEPTED; "cell" of RUNG_CELL.
std::string_view event_token(v1::EventKind kind);
std::string_view rung_token(v1::Rung rung);

std::string case_subject(const SubjectPlace& place, v1::EventKind kind);
std::string escalation_subject(const SubjectPlace& place, v1::Rung rung);
std::string coverage_subject(std::string_view street, std::string_view cell);
std::string configuration_subject(std::string_view street);

// Which events of one cell a set of patterns asks for, so that matching an event is a bit test.
struct EventMask {
  std::uint64_t kinds = 0;       // bit of EventKind, under case.…
  std::uint8_t escalations = 0;  // bit of Rung, under escalation.…
  bool empty() const { return kinds == 0 && escalations == 0; }
  bool wants_case(v1::EventKind kind) const { return kinds >> kind & 1; }
  bool wants_escalation(v1::Rung rung) const { return rung != 0 && (escalations >> rung & 1); }
};
EventMask mask_of(const std::vector<SubjectPattern>& patterns, const SubjectPlace& place);

}  // namespace huying::delivery
