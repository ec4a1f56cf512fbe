// Any bytes as policy.txtpb. What is accepted the clocks can work by: every span of every rule is over after it began.
#include "base/check.h"
#include "broker/directory/policy_file.h"
#include "tests/fuzz/findings_check.h"
#include "tests/fuzz/input.h"
#include "workers/clocks/deadlines.h"
#include "workers/clocks/rule_book.h"

namespace huying::fuzz {
namespace {

// An ordinary morning, the last instant of a leap day, and when Shanghai's clocks went forward once.
constexpr std::int64_t starts_ms[] = {1'795'400'000'000, 1'835'452'799'999, 515'527'200'000};

void check_span(const v1::Span& span) {
  static const CivilZone zone = *CivilZone::named("Asia/Shanghai");
  clocks::DayTable days(zone);
  for (const auto start_ms : starts_ms) {
    const Instant start = instant(start_ms);
    if (clocks::asks_the_calendar(span)) {
      static clocks::Deadlines deadlines(zone, clocks::Calendar::weekdays());
      HUYING_CHECK(deadlines.due(span, start).due > start, "{}", span.ShortDebugString());
      continue;
    }
    const auto due = clocks::due_at(span, start, zone);
    HUYING_CHECK(due.has_value() && *due > start, "{}", span.ShortDebugString());
    HUYING_CHECK(days.due_at(span, start) == *due);
  }
}

void check_rule(const v1::Rule& rule) {
  for (const auto* span : {&rule.arrange(), &rule.feed_back(), &rule.solve(), &rule.solve_complex(), &rule.verify(), &rule.desk(),
                           &rule.ladder().unit(), &rule.ladder().street(), &rule.ladder().district(), &rule.ladder().monthly()})
    check_span(*span);
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying;
  fuzz::Input input(data, size);
  v1::Policy policy;
  directory::Findings findings;
  directory::read_policy(input.rest(), policy, findings);
  if (!fuzz::check_findings(findings.take())) return 0;
  const auto book = clocks::RuleBook::make(policy);
  HUYING_CHECK(book.has_value(), "{}", book.error().detail);
  for (const auto& rule : policy.rules()) fuzz::check_rule(rule);
  for (const auto& category : policy.categories())
    for (const auto urgency : {v1::URGENCY_NORMAL, v1::URGENCY_URGENT}) fuzz::check_rule(book->rule_of(category.code(), urgency));
  return 0;
}
