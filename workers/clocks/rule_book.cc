#include "workers/clocks/rule_book.h"

#include <fmt/format.h>

#include <utility>

#include "huying/v1/error.pb.h"
#include "workers/clocks/due.h"

namespace huying::clocks {
namespace {

void fill(v1::Span& span, std::uint32_t count, v1::SpanUnit unit = v1::SPAN_UNIT_NATURAL_DAY) {
  if (span.count() != 0) return;
  span.Clear();
  span.set_count(count);
  span.set_unit(unit);
  span.set_first_day(v1::FIRST_DAY_COUNTED);
}

// What a rule leaves out it has from 13710 (days 1, 3, 7; one month when complex) and from our defaults.
void fill_missing(v1::Rule& rule) {
  fill(*rule.mutable_arrange(), 1);
  fill(*rule.mutable_feed_back(), 3);
  fill(*rule.mutable_solve(), 7);
  fill(*rule.mutable_solve_complex(), 1, v1::SPAN_UNIT_NATURAL_MONTH);
  fill(*rule.mutable_verify(), 3);
  fill(*rule.mutable_desk(), 1);
  auto& ladder = *rule.mutable_ladder();
  fill(*ladder.mutable_unit(), 1);
  fill(*ladder.mutable_street(), 1);
  fill(*ladder.mutable_district(), 1);
  fill(*ladder.mutable_monthly(), 1, v1::SPAN_UNIT_NATURAL_MONTH);
  fill(*rule.mutable_review(), 1, v1::SPAN_UNIT_NATURAL_MONTH);
  if (!rule.has_return_within()) {  // Shandong: two working days, with a reason
    fill(*rule.mutable_return_within(), 2, v1::SPAN_UNIT_WORKING_DAY);
    rule.mutable_return_within()->set_first_day(v1::FIRST_DAY_NOT_COUNTED);
  }
  if (rule.extension_rung() == v1::RUNG_UNSPECIFIED) rule.set_extension_rung(v1::RUNG_UNIT);
  if (rule.shelving_rung() == v1::RUNG_UNSPECIFIED) rule.set_shelving_rung(v1::RUNG_STREET);
  if (rule.plan_rung() == v1::RUNG_UNSPECIFIED) rule.set_plan_rung(v1::RUNG_STREET);
  if (rule.hops_max() == 0) rule.set_hops_max(3);
}

Result<void> check_rule(const v1::Rule& rule) {
  const auto& ladder = rule.ladder();
  const std::pair<const char*, const v1::Span*> spans[] = {
      {"arrange", &rule.arrange()},
      {"feed_back", &rule.feed_back()},
      {"solve", &rule.solve()},
      {"solve_complex", &rule.solve_complex()},
      {"verify", &rule.verify()},
      {"desk", &rule.desk()},
      {"ladder.unit", &ladder.unit()},
      {"ladder.street", &ladder.street()},
      {"ladder.district", &ladder.district()},
      {"ladder.monthly", &ladder.monthly()},
      {"review", &rule.review()},
      {"return_within", &rule.return_within()},
  };
  for (const auto& [name, span] : spans) {
    if (auto checked = check_span(*span); !checked) {
      return fail(checked.error().code, fmt::format("rule {}, {}: {}", rule.name(), name, checked.error().detail));
    }
  }
  for (const auto& [name, rung] : {std::pair("extension_rung", rule.extension_rung()),
                                   std::pair("shelving_rung", rule.shelving_rung()),
                                   std::pair("plan_rung", rule.plan_rung())}) {
    if (rung < v1::RUNG_UNIT || rung > v1::RUNG_DISTRICT)
      return fail(v1::ERROR_CODE_POLICY_INVALID, fmt::format("rule {}, {}: unit, street or district", rule.name(), name));
  }
  return {};
}

Result<int> place_of(const v1::Policy& policy, const std::string& name) {
  for (int i = 0; i < policy.rules_size(); ++i) {
    if (policy.rules(i).name() == name) return i;
  }
  return fail(v1::ERROR_CODE_POLICY_INVALID, fmt::format("no rule is called '{}'", name));
}

}  // namespace

Result<RuleBook> RuleBook::make(const v1::Policy& policy) {
  RuleBook book(policy);
  if (policy.rules().empty()) return fail(v1::ERROR_CODE_POLICY_INVALID, "the policy has no rule");
  for (auto& rule : *book.policy_.mutable_rules()) {
    fill_missing(rule);
    if (auto checked = check_rule(rule); !checked) return tl::unexpected(checked.error());
  }
  const auto normal = policy.default_rule().empty() ? Result<int>(0) : place_of(policy, policy.default_rule());
  if (!normal) return tl::unexpected(normal.error());
  const auto urgent = policy.urgent_rule().empty() ? normal : place_of(policy, policy.urgent_rule());
  if (!urgent) return tl::unexpected(urgent.error());
  book.default_ = {*normal, *urgent};
  for (const auto& category : policy.categories()) {
    const auto own = category.rule().empty() ? normal : place_of(policy, category.rule());
    if (!own) return tl::unexpected(own.error());
    // An urgent case: the category's urgent rule, else the policy's, else as any other of its category.
    const auto fallback = policy.urgent_rule().empty() ? own : urgent;
    const auto own_urgent = category.urgent_rule().empty() ? fallback : place_of(policy, category.urgent_rule());
    if (!own_urgent) return tl::unexpected(own_urgent.error());
    book.by_category_[category.code()] = {*own, *own_urgent};
  }
  return book;
}

bool RuleBook::has_category(std::string_view category) const {
  return category == "general" || by_category_.find(category) != by_category_.end();
}

const v1::Rule& RuleBook::rule_of(std::string_view category, v1::Urgency urgency) const {
  const auto found = by_category_.find(category);
  const Pair& pair = found == by_category_.end() ? default_ : found->second;
  return policy_.rules(urgency == v1::URGENCY_URGENT ? pair.urgent : pair.normal);
}

}  // namespace huying::clocks
