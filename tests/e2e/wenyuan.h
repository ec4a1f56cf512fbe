// Requests and steps of the demonstration street, all made up: roles and numbers, no person.
#pragma once
#include <string>
#include <string_view>

#include "huying/v1/error.pb.h"
#include "huying/v1/request.pb.h"
#include "huying/v1/session.pb.h"
#include "tests/e2e/huying.h"

namespace huying::e2e {

v1::Request request_in_cell(std::string_view source_id, std::string_view cell);
v1::Request request_at_point(std::string_view source_id, double latitude, double longitude);
v1::Request request_at_address(std::string_view source_id, std::string_view address);
v1::Request request_without_place(std::string_view source_id);

// `huying case act`: the last answer of the step. `words` are what follows the number.
v1::ActionReply act(Place& place, const std::string& who, const std::string& verb, const std::string& number,
                    Words words = {});
// The number of the catalogue it was refused with, 0 when it was done.
std::uint32_t error_of(const v1::ActionReply& reply);
// `huying case show`.
v1::CaseView show(Place& place, const std::string& who, const std::string& number);
v1::StatusReply status(Place& place);

// The fourth token of case.<street>.<unit>.<cell>.<event>.
std::string cell_of(std::string_view subject);

}  // namespace huying::e2e
