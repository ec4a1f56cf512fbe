// What every reader of an administrator's file promises of its findings. Any thread.
#pragma once
#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "broker/directory/findings.h"

namespace huying::fuzz {

// Few enough, printable, each by its number; true when none is an error.
inline bool check_findings(const std::vector<directory::Finding>& findings) {
  HUYING_CHECK(findings.size() <= limits::findings_max, "{} findings", findings.size());
  bool is_good = true;
  for (const auto& finding : findings) {
    HUYING_CHECK(finding.code != 0 && !finding.what.empty(), "{}", finding.code);
    HUYING_CHECK(is_clean_text(to_string(finding)), "{}", to_string(finding));
    is_good = is_good && !finding.is_error();
  }
  return is_good;
}

}  // namespace huying::fuzz
