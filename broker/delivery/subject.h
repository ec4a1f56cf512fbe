// Subjects, as NATS writes them: tokens joined by dots; `*` is any one token, `>` the rest (at least one) at the end.
//   case.<street>.<unit>.<cell>.<event>
//   escalation.<rung>.<street>.<unit>.<cell>
//   coverage.<street>.<cell>
//   configuration.<street>
// Pure; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/state/cells.h"
#include "huying/v1/event.pb.h"

namespace huying::delivery {

class SubjectPattern {
 public:
  // SUBJECT_INVALID; the detail says what of it.
  static Result<SubjectPattern> parse(std::string_view text);

  bool matches(std::string_view subject) const;  // of a subject without wildcards
  const std::string& text() const { return text_; }
  const std::vector<std::string>& tokens() const { return tokens_; }  // without the >
  bool is_open() const { return open_end_; }                          // ends with >

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

}  // namespace huying::delivery
