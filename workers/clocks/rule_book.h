// A policy, ready for look-up: which rule a case is worked on under. Immutable after it was made; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "huying/v1/common.pb.h"
#include "huying/v1/policy.pb.h"
#include "workers/clocks/due.h"
#include "workers/clocks/text_map.h"

namespace huying::clocks {

class RuleBook {
 public:
  // POLICY_INVALID when a rule, a category or a span is not usable; the directory's check refuses such a policy before
  // it gets here. What a rule leaves out is filled in after 13710 and by our defaults; the first rule is the default where none is
  // named.
  static Result<RuleBook> make(const v1::Policy& policy);

  // By category and urgency. A category that this version does not have has the default rule: the case was filed
  // under an earlier one. What lives in the rule outlives the answer only as long as the book does.
  const v1::Rule& rule_of(std::string_view category, v1::Urgency urgency) const;
  // `general` is every policy's: what a request has that names none.
  bool has_category(std::string_view category) const;
  const auto& categories() const { return policy_.categories(); }

 private:
  struct Pair {
    int normal = 0, urgent = 0;  // places in policy_.rules
  };
  explicit RuleBook(const v1::Policy& policy) : policy_(policy) {}

  v1::Policy policy_;
  Pair default_;
  TextMap<Pair> by_category_;
};

}  // namespace huying::clocks
