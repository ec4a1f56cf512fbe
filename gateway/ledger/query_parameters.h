// What a page asks of the ledger, from the parameters of its URL. Unknown parameters, and known ones that come twice, are refused:
// a filter that is not understood would show more than was meant. Pure; any thread. FIELD_INVALID, whose detail names the parameter.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "gateway/ledger/exports.h"
#include "gateway/ledger/figures.h"
#include "gateway/ledger/register_query.h"

namespace huying::ledger {

using Parameters = std::vector<std::pair<std::string, std::string>>;  // decoded

struct RegisterAsked {
  RegisterFilter filter;
  PageOf page;
};
// open (1 or empty: open ones; 0: ended ones; all), unit, cell, state (accepted or CASE_STATE_ACCEPTED), category, q, from, to
// (milliseconds), order (worst), limit, after. An empty parameter equals an absent one.
Result<RegisterAsked> register_asked(const Parameters& parameters);

struct FiguresAsked {
  Period period{};
  FiguresBy by = FiguresBy::street;
};
// from, to (milliseconds; both needed), by (street, unit, cell, category, month).
Result<FiguresAsked> figures_asked(const Parameters& parameters);
// By whichever it asks.
Result<std::vector<Figures>> figures(SQLite::Database& database, const FiguresAsked& asked, const CivilZone& zone, Instant now);

}  // namespace huying::ledger
