#include "broker/intake/content.h"

#include <gtest/gtest.h>

#include <set>

namespace huying::intake {
namespace {

Digest128 content_of(const v1::Request& request, std::string& buffer) {
  RequestView view;
  const std::string bytes = request.SerializeAsString();
  EXPECT_EQ(view.read(bytes), RequestView::Read::whole);
  return request_content(view, buffer);
}

// Every known field counts: each of these differs from all others.
TEST(Content, EveryFieldOfARequestChangesTheDigest) {
  initialise_digests();
  std::vector<v1::Request> variants(1);
  const auto vary = [&](auto change) {
    v1::Request request;
    change(request);
    variants.push_back(request);
  };
  vary([](auto& r) { r.set_street("x"); });
  vary([](auto& r) { r.set_category("x"); });
  vary([](auto& r) { r.set_urgency(v1::URGENCY_URGENT); });
  vary([](auto& r) { r.mutable_location(); });
  vary([](auto& r) { r.mutable_location()->set_cell("x"); });
  vary([](auto& r) { r.mutable_location()->set_address("x"); });
  vary([](auto& r) { r.mutable_location()->mutable_point(); });
  vary([](auto& r) { r.mutable_location()->mutable_point()->set_latitude(1); });
  vary([](auto& r) { r.mutable_location()->mutable_point()->set_longitude(1); });
  vary([](auto& r) { r.mutable_location()->mutable_point()->set_datum(v1::DATUM_BD09); });
  vary([](auto& r) { r.mutable_location()->mutable_point()->set_accuracy_metres(1); });
  vary([](auto& r) { r.mutable_text()->set_plain("x"); });
  vary([](auto& r) { r.mutable_text()->set_sealed("x"); });
  vary([](auto& r) { r.mutable_contact(); });
  vary([](auto& r) { r.mutable_contact()->mutable_name()->set_plain("x"); });
  vary([](auto& r) { r.mutable_contact()->mutable_telephone()->set_plain("x"); });
  vary([](auto& r) { r.mutable_contact()->mutable_exact_address()->set_plain("x"); });
  vary([](auto& r) { r.add_attachments(); });
  vary([](auto& r) { r.add_attachments()->set_size_bytes(1); });
  vary([](auto& r) { r.set_observed_at_ms(1); });
  vary([](auto& r) { r.mutable_report(); });
  vary([](auto& r) { r.mutable_report()->set_reporter("x"); });
  vary([](auto& r) { r.mutable_report()->set_on_behalf_of_citizen(true); });
  vary([](auto& r) { r.mutable_report()->mutable_solved_on_spot(); });
  vary([](auto& r) { r.mutable_report()->mutable_solved_on_spot()->mutable_words()->set_plain("x"); });
  std::set<std::string> seen;
  std::string buffer;
  for (const auto& variant : variants) EXPECT_TRUE(seen.insert(content_of(variant, buffer).bytes()).second) << variant.DebugString();
}

TEST(Content, TheIdIsNotPartOfTheContent) {
  initialise_digests();
  std::string buffer;
  v1::Request one, two;
  one.set_source_id("1");
  two.set_source_id("2");
  EXPECT_EQ(content_of(one, buffer), content_of(two, buffer));
}

}  // namespace
}  // namespace huying::intake
