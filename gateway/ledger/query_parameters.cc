#include "gateway/ledger/query_parameters.h"

#include <absl/strings/numbers.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "gateway/ledger/words.h"
#include "proto/errors.h"

namespace huying::ledger {
namespace {

using Take = std::function<bool(const std::string&)>;  // false: it is none

constexpr std::int64_t year_9999_ms = 253'402'300'800'000;

std::optional<Instant> instant_of(const std::string& text) {
  std::int64_t ms = 0;
  if (!absl::SimpleAtoi(text, &ms) || ms < 0 || ms >= year_9999_ms) return std::nullopt;
  return instant(ms);
}

Result<void> take_all(const Parameters& parameters, const std::map<std::string, Take>& known) {
  std::set<std::string> seen;
  for (const auto& [name, value] : parameters) {
    const auto found = known.find(name);
    if (found == known.end()) return fail(v1::ERROR_CODE_FIELD_INVALID, "no parameter of this list is called so");
    if (!seen.insert(name).second) return fail(v1::ERROR_CODE_FIELD_INVALID, name + ": twice");
    if (!value.empty() && !found->second(value)) return fail(v1::ERROR_CODE_FIELD_INVALID, name);
  }
  return {};
}

Take into(std::string& text) {
  return [&text](const std::string& value) {
    text = value;
    return true;
  };
}

Take into(std::optional<Instant>& at) {
  return [&at](const std::string& value) {
    at = instant_of(value);
    return at.has_value();
  };
}

// By the ledger's word or by the enumerator's whole name.
bool take_state(const std::string& value, std::string& state) {
  constexpr std::string_view head = "CASE_STATE_";
  state = value.starts_with(head) ? word(value, head) : value;
  return state_of(state) != v1::CASE_STATE_UNSPECIFIED && state == word_of(state_of(state));
}

bool take_which(const std::string& value, Which& which) {
  which = value == "0" ? Which::ended : value == "all" ? Which::both : Which::open;
  return value == "0" || value == "1" || value == "all";
}

bool take_by(const std::string& value, FiguresBy& by) {
  static const std::map<std::string, FiguresBy> known{{"street", FiguresBy::street},
                                                      {"unit", FiguresBy::unit},
                                                      {"cell", FiguresBy::cell},
                                                      {"category", FiguresBy::category},
                                                      {"month", FiguresBy::month}};
  const auto found = known.find(value);
  if (found != known.end()) by = found->second;
  return found != known.end();
}

}  // namespace

Result<RegisterAsked> register_asked(const Parameters& parameters) {
  RegisterAsked asked;
  auto& filter = asked.filter;
  const std::map<std::string, Take> known{
      {"open", [&](const std::string& value) { return take_which(value, filter.which); }},
      {"unit", into(filter.unit)},
      {"cell", into(filter.cell)},
      {"category", into(filter.category)},
      {"state", [&](const std::string& value) { return take_state(value, filter.state); }},
      {"q", into(filter.text)},
      {"from", into(filter.from)},
      {"to", into(filter.to)},
      {"order", [](const std::string& value) { return value == "worst"; }},
      {"limit",
       [&](const std::string& value) {
         return absl::SimpleAtoi(value, &asked.page.limit) && asked.page.limit >= 1 && asked.page.limit <= register_rows_max;
       }},
      {"after", into(asked.page.after)},
  };
  if (auto taken = take_all(parameters, known); !taken) return tl::unexpected(taken.error());
  return asked;
}

Result<FiguresAsked> figures_asked(const Parameters& parameters) {
  FiguresAsked asked;
  std::optional<Instant> from, to;
  const std::map<std::string, Take> known{
      {"from", into(from)},
      {"to", into(to)},
      {"by", [&](const std::string& value) { return take_by(value, asked.by); }},
  };
  if (auto taken = take_all(parameters, known); !taken) return tl::unexpected(taken.error());
  if (!from || !to) return fail(v1::ERROR_CODE_FIELD_MISSING, from ? "to" : "from");
  if (*from > *to) return fail(v1::ERROR_CODE_FIELD_INVALID, "from: behind to");
  asked.period = {*from, *to};
  return asked;
}

Result<std::vector<Figures>> figures(SQLite::Database& database, const FiguresAsked& asked, const CivilZone& zone, Instant now) {
  switch (asked.by) {
    case FiguresBy::month: return figures_by_month(database, asked.period, zone, now);
    case FiguresBy::unit: return figures(database, asked.period, GroupBy::unit, now);
    case FiguresBy::cell: return figures(database, asked.period, GroupBy::cell, now);
    case FiguresBy::category: return figures(database, asked.period, GroupBy::category, now);
    case FiguresBy::street: break;
  }
  return figures(database, asked.period, GroupBy::street, now);
}

}  // namespace huying::ledger
