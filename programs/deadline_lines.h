// What `huying deadline` answers: one JSON line a question. Without the command line, so that tests can ask. One
// thread.
//
// Of a span:   {"id":…,"due":"2026-11-24T00:00:00+08:00","provisional":false}
// Of a policy: {"id":…,"arrange":"…","feed_back":"…","solve":"…","provisional":false}
// With `explain`, "explain":["…"] (of a policy one list a stage): the reckoning of each step, Chinese and English.
// A line that cannot be read: {"id":…,"error":8001,"detail":"line 3: …"}.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil_time.h"
#include "workers/clocks/reckoning.h"
#include "workers/clocks/rule_book.h"

namespace huying::programs {

inline constexpr std::size_t deadline_line_bytes_max = 64 * 1024;

// working_hour, working_day, natural_day, natural_month, minute; nothing for another word.
std::optional<v1::SpanUnit> span_unit_named(std::string_view name);
// same_time, midnight, close_of_business.
std::optional<v1::DayEnd> day_end_named(std::string_view name);
// counted, not_counted.
std::optional<v1::FirstDay> first_day_named(std::string_view name);

// An instant with its offset (time_text.h), or a local time of the zone: 2026-02-13T15:00, "2026-02-13 15:00:30".
std::optional<Instant> instant_or_local_in(const std::string& text, const CivilZone& zone);
// "FROM/TO", each as above; nothing when `to` is before `from`.
std::optional<clocks::Pause> pause_in(const std::string& text, const CivilZone& zone);

// What is asked; a policy asks for its stages, else the span is what is reckoned.
struct DeadlineQuestion {
  Instant from{};
  v1::Span span;
  std::string category;
  v1::Urgency urgency = v1::URGENCY_NORMAL;
  std::vector<clocks::Pause> pauses;
};

class DeadlineAnswers {
 public:
  DeadlineAnswers(clocks::Calendar calendar, CivilZone zone, std::optional<clocks::RuleBook> policy, bool explain)
      : calendar_(std::move(calendar)), zone_(std::move(zone)), policy_(std::move(policy)), explain_(explain) {}

  // `id` is JSON already. Appends a line with its end. POLICY_INVALID, CALENDAR_INVALID; CATEGORY_UNKNOWN names those that the
  // policy has.
  Result<void> answer(const DeadlineQuestion& question, std::string_view id, std::string& out) const;

  // {"id"?, "from", "within", "unit", "day_end", "first_day"?, "pauses"?: ["FROM/TO"]}, under a policy
  // {"id"?, "from", "category"?, "urgency"?, "pauses"?}. False: `out` got an error line.
  bool answer_line(std::string_view line, std::uint64_t number, std::string& out) const;

  const CivilZone& zone() const { return zone_; }
  bool has_policy() const { return policy_.has_value(); }

 private:
  std::vector<std::string> explained(const v1::Span& span, const DeadlineQuestion& question, Instant due) const;

  clocks::Calendar calendar_;
  CivilZone zone_;
  std::optional<clocks::RuleBook> policy_;
  bool explain_;
};

}  // namespace huying::programs
