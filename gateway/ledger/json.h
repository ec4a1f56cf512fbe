// The ledger's answers as JSON, as docs/api.md names them: lowerCamelCase, enumerators by their name in proto/huying/v1, milliseconds
// as numbers. Every field is written, whether it has its default or not. The resume token is URL-safe base64, as it stands in a URL
// and in the id of an event. Pure; any thread.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "gateway/ledger/card.h"
#include "gateway/ledger/figures.h"
#include "gateway/ledger/register_query.h"
#include "gateway/ledger/today.h"
#include "gateway/ledger/wall.h"

namespace huying::ledger {

nlohmann::json json_of(const Card& card);
// {"rows": […], "more", "after", "asOf"}: each row with its `card`.
nlohmann::json json_of(const RegisterPage& page, const Names& names, const Today& today);
nlohmann::json json_of(const RegisterRow& row, const Names& names, const Today& today);
nlohmann::json json_of(const Rate& rate);
nlohmann::json json_of(const std::vector<Figures>& figures);  // an array
nlohmann::json json_of(const Wall& wall);

}  // namespace huying::ledger
