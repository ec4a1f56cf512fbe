#include "tests/e2e/wenyuan.h"

#include <gtest/gtest.h>

#include "tests/e2e/lines.h"

namespace huying::e2e {

v1::Request request_without_place(std::string_view source_id) {
  v1::Request request;
  request.set_source_id(std::string(source_id));
  request.mutable_text()->set_plain("路灯不亮 (made up)");
  return request;
}

v1::Request request_in_cell(std::string_view source_id, std::string_view cell) {
  auto request = request_without_place(source_id);
  request.mutable_location()->set_cell(std::string(cell));
  return request;
}

v1::Request request_at_point(std::string_view source_id, double latitude, double longitude) {
  auto request = request_without_place(source_id);
  auto& point = *request.mutable_location()->mutable_point();
  point.set_latitude(latitude);
  point.set_longitude(longitude);
  point.set_datum(v1::DATUM_WGS84);
  return request;
}

v1::Request request_at_address(std::string_view source_id, std::string_view address) {
  auto request = request_without_place(source_id);
  request.mutable_location()->set_address(std::string(address));
  return request;
}

v1::ActionReply act(Place& place, const std::string& who, const std::string& verb, const std::string& number,
                    Words words) {
  words.insert(words.begin(), {"case", "act", verb, number, "--json", "--wait", "60"});
  const auto output = place.ask(std::move(words), who);
  const auto replies = replies_of(output.out);
  EXPECT_FALSE(replies.empty()) << verb << ": " << output.err;
  return replies.empty() ? v1::ActionReply() : replies.back();
}

std::uint32_t error_of(const v1::ActionReply& reply) {
  return reply.error() != 0 ? reply.error() : reply.outcome().error();
}

// A question may be asked again: a broker or a host that stood still for its limit is no failure of what the test looks at.
static Output ask_until_answered(Place& place, const Words& words, const std::string& who) {
  Output output;
  EXPECT_TRUE(wait_until([&] { return (output = place.ask(words, who)).ok(); })) << output.err;
  return output;
}

v1::CaseView show(Place& place, const std::string& who, const std::string& number) {
  const auto output = ask_until_answered(place, {"case", "show", number, "--json"}, who);
  return output.ok() ? view_of(output.out) : v1::CaseView();
}

v1::StatusReply status(Place& place) {
  const auto output = ask_until_answered(place, {"status", "--json"}, "administrator");
  return output.ok() ? status_of(output.out) : v1::StatusReply();
}

std::string cell_of(std::string_view subject) {
  for (int token = 0; token < 3; ++token) {
    const auto dot = subject.find('.');
    if (dot == std::string_view::npos) return {};
    subject.remove_prefix(dot + 1);
  }
  return std::string(subject.substr(0, subject.find('.')));
}

}  // namespace huying::e2e
