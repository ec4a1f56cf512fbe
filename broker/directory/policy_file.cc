#include "broker/directory/policy_file.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <string>

#include "base/limits.h"
#include "base/text.h"
#include "broker/directory/text_file.h"

namespace huying::directory {
namespace {

constexpr std::uint32_t span_count_max = 1000;
constexpr std::uint32_t minutes_max = 525'600;  // a year
constexpr int rules_max = 100, categories_max = 1000;
constexpr std::uint32_t hops_max = 100;

class Check {
 public:
  explicit Check(Findings& findings) : findings_(findings) {}
  void policy(const v1::Policy& policy);

 private:
  void rule(const v1::Rule& rule);
  void span(const std::string& where, bool is_there, const v1::Span& span);
  void rung(const std::string& where, v1::Rung rung);
  void category(const v1::Category& category);
  void rule_exists(const std::string& where, const std::string& name);
  void refuse(const std::string& where, std::string what) {
    findings_.add(v1::ERROR_CODE_POLICY_INVALID, fmt::format("policy.txtpb: {}", where), std::move(what));
  }

  Findings& findings_;
  absl::flat_hash_set<std::string> rules_, categories_;
};

void Check::span(const std::string& where, bool is_there, const v1::Span& span) {
  if (!is_there) return refuse(where, "is missing; every span of a rule must be given");
  if (span.count() < 1 || span.count() > span_count_max)
    refuse(where, fmt::format("count is {}; it must be 1 to {}", span.count(), span_count_max));
  if (span.unit() == v1::SPAN_UNIT_UNSPECIFIED || !v1::SpanUnit_IsValid(span.unit()))
    refuse(where, "its unit must be SPAN_UNIT_MINUTE, _NATURAL_DAY, _NATURAL_MONTH, _WORKING_HOUR or _WORKING_DAY");
  if (!v1::FirstDay_IsValid(span.first_day()))
    refuse(where, "first_day must be FIRST_DAY_COUNTED or FIRST_DAY_NOT_COUNTED");
  if (!v1::DayEnd_IsValid(span.day_end()))
    refuse(where, "day_end must be DAY_END_MIDNIGHT, DAY_END_SAME_TIME or DAY_END_CLOSE_OF_BUSINESS");
  if (span.at_least_minutes() > minutes_max)
    refuse(where, fmt::format("at_least_minutes is {}; at most {}", span.at_least_minutes(), minutes_max));
  if (span.remind_before_minutes() > minutes_max)
    refuse(where, fmt::format("remind_before_minutes is {}; at most {}", span.remind_before_minutes(), minutes_max));
}

void Check::rung(const std::string& where, v1::Rung rung) {
  if (rung == v1::RUNG_CELL || !v1::Rung_IsValid(rung))
    refuse(where, "it must be RUNG_UNIT, RUNG_STREET or RUNG_DISTRICT, or be left out");
}

void Check::rule(const v1::Rule& rule) {
  const std::string where = fmt::format("rule '{}'", rule.name());
  if (!is_code(rule.name(), limits::code_bytes_max)) refuse(where, "its name must be 1 to 64 of a-z, 0-9, '.', '_', '-'");
  if (!rules_.insert(rule.name()).second) refuse(where, "two rules have this name");
  const auto part = [&](const char* name) { return fmt::format("{}: {}", where, name); };
  span(part("arrange"), rule.has_arrange(), rule.arrange());
  span(part("feed_back"), rule.has_feed_back(), rule.feed_back());
  span(part("solve"), rule.has_solve(), rule.solve());
  span(part("solve_complex"), rule.has_solve_complex(), rule.solve_complex());
  span(part("verify"), rule.has_verify(), rule.verify());
  span(part("desk"), rule.has_desk(), rule.desk());
  if (rule.has_review()) span(part("review"), true, rule.review());
  if (rule.has_return_within()) span(part("return_within"), true, rule.return_within());
  rung(part("extension_rung"), rule.extension_rung());
  rung(part("shelving_rung"), rule.shelving_rung());
  rung(part("plan_rung"), rule.plan_rung());
  if (rule.hops_max() > hops_max) refuse(part("hops_max"), fmt::format("is {}; at most {}", rule.hops_max(), hops_max));
  if (!rule.has_ladder()) return refuse(part("ladder"), "is missing; unanswered cases must climb");
  span(part("ladder.unit"), rule.ladder().has_unit(), rule.ladder().unit());
  span(part("ladder.street"), rule.ladder().has_street(), rule.ladder().street());
  span(part("ladder.district"), rule.ladder().has_district(), rule.ladder().district());
  span(part("ladder.monthly"), rule.ladder().has_monthly(), rule.ladder().monthly());
}

void Check::rule_exists(const std::string& where, const std::string& name) {
  if (!name.empty() && !rules_.contains(name)) refuse(where, fmt::format("names rule '{}', which is not there", name));
}

void Check::category(const v1::Category& category) {
  const std::string where = fmt::format("category '{}'", category.code());
  if (!is_code(category.code(), limits::code_bytes_max))
    refuse(where, "its code must be 1 to 64 of a-z, 0-9, '.', '_', '-'");
  if (!categories_.insert(category.code()).second) refuse(where, "two categories have this code");
  if (category.name().empty() || category.name().size() > limits::name_bytes_max)
    refuse(where, "its name is missing or longer than 128 bytes");
  if (category.guidance().size() > 1024) refuse(where, "its guidance is longer than 1,024 bytes");
  if (category.code() == "general" && !category.guidance().empty())
    refuse(where, "general takes what fits nowhere else; it cannot be answered with guidance");
  rule_exists(where, category.rule());
  rule_exists(where, category.urgent_rule());
}

void Check::policy(const v1::Policy& policy) {
  if (!is_code(policy.name(), limits::code_bytes_max))
    refuse("name", "it must be 1 to 64 of a-z, 0-9, '.', '_', '-'");
  if (policy.rules_size() > rules_max || policy.categories_size() > categories_max)
    return refuse("rules, categories", fmt::format("at most {} rules and {} categories", rules_max, categories_max));
  for (const auto& one : policy.rules()) rule(one);
  if (policy.default_rule().empty()) refuse("default_rule", "is missing");
  rule_exists("default_rule", policy.default_rule());
  rule_exists("urgent_rule", policy.urgent_rule());
  for (const auto& one : policy.categories()) category(one);
  if (!categories_.contains("general")) refuse("categories", "'general' is missing; it takes what fits nowhere else");
}

}  // namespace

void read_policy(std::string_view text, v1::Policy& policy, Findings& findings) {
  if (!read_text_file("policy.txtpb", text, v1::ERROR_CODE_POLICY_SYNTAX, policy, findings)) return;
  Check(findings).policy(policy);
}

}  // namespace huying::directory
