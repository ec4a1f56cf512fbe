#include "gateway/shell/card.h"

#include "gateway/ledger/card.h"
#include "gateway/ledger/json.h"
#include "gateway/ledger/today.h"

namespace huying::gateway {

Json card_of(const v1::CaseWhole& whole, const DirectoryView& directory, Instant now) {
  const auto today = ledger::today_of(directory.zone(), now);
  return ledger::json_of(ledger::card_of(ledger::facts_of(whole), directory, now, today.ends));
}

Json view_of(const v1::CaseView& view, const DirectoryView& directory, Instant now) {
  Json json = json_of(view);
  if (!json.contains("allowed")) json["allowed"] = Json::array();
  json["card"] = card_of(view.whole(), directory, now);
  return json;
}

}  // namespace huying::gateway
