#include "broker/intake/request_view.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "broker/intake/content.h"
#include "broker/intake/validate.h"

namespace huying::intake {
namespace {

using Read = RequestView::Read;

v1::Request full_request() {
  v1::Request request;
  request.set_source_id("1");
  request.set_street("410871061");
  request.set_category("general");
  request.set_urgency(v1::URGENCY_URGENT);
  auto& location = *request.mutable_location();
  location.set_cell("c1");
  location.set_address("柳林村");
  location.mutable_point()->set_latitude(35.1);
  location.mutable_point()->set_longitude(113.2);
  location.mutable_point()->set_datum(v1::DATUM_GCJ02);
  location.mutable_point()->set_accuracy_metres(7);
  request.mutable_text()->set_plain("路灯不亮");
  request.mutable_contact()->mutable_name()->set_plain("x");
  request.mutable_contact()->mutable_telephone()->set_sealed("y");
  request.mutable_contact()->mutable_exact_address()->set_plain("z");
  request.add_attachments()->set_size_bytes(3);
  request.mutable_attachments(0)->set_media_type("image/png");
  request.add_attachments()->set_blake2b_256("b");
  request.set_observed_at_ms(5);
  request.mutable_report()->set_reporter("c1.worker");
  request.mutable_report()->set_on_behalf_of_citizen(true);
  request.mutable_report()->mutable_solved_on_spot()->mutable_words()->set_plain("修好");
  request.mutable_report()->mutable_solved_on_spot()->add_attachments()->set_size_bytes(4);
  return request;
}

TEST(RequestView, ShowsEveryFieldThatTheParserReads) {
  RequestView view;
  const std::string bytes = full_request().SerializeAsString();
  ASSERT_EQ(view.read(bytes), Read::whole);
  EXPECT_EQ(view.source_id, "1");
  EXPECT_EQ(view.street, "410871061");
  EXPECT_EQ(view.category, "general");
  EXPECT_EQ(view.urgency, v1::URGENCY_URGENT);
  EXPECT_TRUE(view.has_location && view.has_point && view.has_contact && view.has_report && view.solved_on_spot);
  EXPECT_EQ(view.cell, "c1");
  EXPECT_EQ(view.address, "柳林村");
  EXPECT_EQ(view.point.latitude, 35.1);
  EXPECT_EQ(view.point.longitude, 113.2);
  EXPECT_EQ(view.point.datum, v1::DATUM_GCJ02);
  EXPECT_EQ(view.point.accuracy_metres, 7u);
  EXPECT_EQ(view.text.form, v1::Words::kPlain);
  EXPECT_EQ(view.text.bytes, "路灯不亮");
  EXPECT_EQ(view.contact_name.bytes, "x");
  EXPECT_EQ(view.contact_telephone.form, v1::Words::kSealed);
  EXPECT_EQ(view.contact_telephone.bytes, "y");
  EXPECT_EQ(view.contact_exact_address.bytes, "z");
  ASSERT_EQ(view.attachments.size(), 2u);
  EXPECT_EQ(view.attachments[0].size_bytes, 3u);
  EXPECT_EQ(view.attachments[0].media_type, "image/png");
  EXPECT_EQ(view.attachments[1].blake2b_256, "b");
  EXPECT_EQ(view.observed_at_ms, 5);
  EXPECT_EQ(view.reporter, "c1.worker");
  EXPECT_TRUE(view.on_behalf_of_citizen);
  EXPECT_EQ(view.solved_words.bytes, "修好");
  ASSERT_EQ(view.solved_attachments.size(), 1u);
  EXPECT_EQ(view.solved_attachments[0].size_bytes, 4u);
}

TEST(RequestView, ARequestHasNothingOfTheOneBefore) {
  RequestView view;
  const std::string full = full_request().SerializeAsString();
  ASSERT_EQ(view.read(full), Read::whole);
  v1::Request bare;
  bare.set_source_id("2");
  const std::string bytes = bare.SerializeAsString();
  ASSERT_EQ(view.read(bytes), Read::whole);
  EXPECT_EQ(view.source_id, "2");
  EXPECT_FALSE(view.has_location || view.has_point || view.has_contact || view.has_report || view.solved_on_spot);
  EXPECT_TRUE(view.street.empty() && view.cell.empty() && view.attachments.empty() && view.solved_attachments.empty());
  EXPECT_EQ(view.text.form, v1::Words::FORM_NOT_SET);
}

TEST(RequestView, EveryCutIsUnreadableOrShorter) {
  RequestView view;
  const std::string whole = full_request().SerializeAsString();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string_view cut = std::string_view(whole).substr(0, size);
    v1::Request parsed;
    const bool parses = parsed.ParseFromArray(cut.data(), static_cast<int>(cut.size()));
    EXPECT_EQ(view.read(cut) == Read::whole, parses) << size;
  }
  ASSERT_EQ(view.read(whole), Read::whole) << "after what was none";
}

// Protobuf would take the last of two, or merge them: what was validated would not be what is read later.
TEST(RequestView, AFieldThatComesTwiceIsUnreadable) {
  RequestView view;
  v1::Request once, again;
  once.set_source_id("1");
  again.set_source_id("2");
  EXPECT_EQ(view.read(once.SerializeAsString() + again.SerializeAsString()), Read::unreadable);
  once.mutable_location()->set_cell("a");
  again.Clear();
  again.mutable_location()->set_cell("b");
  EXPECT_EQ(view.read(once.SerializeAsString() + again.SerializeAsString()), Read::unreadable);
  v1::Words plain, sealed;
  plain.set_plain("a");
  sealed.set_sealed("b");
  const std::string both = plain.SerializeAsString() + sealed.SerializeAsString();
  std::string text{'\x32', static_cast<char>(both.size())};  // Request.text
  EXPECT_EQ(view.read(text + both), Read::unreadable);
}

TEST(RequestView, AFieldThatNobodyKnowsIsTold) {
  RequestView view;
  v1::Request request;
  request.mutable_location()->mutable_point()->set_latitude(1);
  request.mutable_location()->mutable_point()->GetReflection()->MutableUnknownFields(request.mutable_location()->mutable_point())
      ->AddVarint(9, 1);
  EXPECT_EQ(view.read(request.SerializeAsString()), Read::unknown_field);
  EXPECT_EQ(view.read(std::string("\x98\x06\x01")), Read::unknown_field);  // field 99
  EXPECT_EQ(view.read(std::string("\x08\x01")), Read::unknown_field) << "source_id as a number";
}

// What is accepted is journalled, and must be readable for good: by the parser, with the same meaning. Bytes are changed,
// cut, doubled and put in between, seeded; and what no random change finds stands there by itself.
TEST(RequestView, WhateverItReadsTheParserReadsTheSame) {
  v1::Request valid = full_request();
  for (auto* attachments : {valid.mutable_attachments(), valid.mutable_report()->mutable_solved_on_spot()->mutable_attachments()})
    for (auto& attachment : *attachments) {
      attachment.set_blake2b_256(std::string(32, 'b'));
      attachment.set_size_bytes(3);
      attachment.set_media_type("image/png");
    }
  const std::string good = valid.SerializeAsString();
  std::vector<std::string> tries{good, good + '\0'};
  const auto words = good.find("柳林村");
  ASSERT_EQ(good[words - 1], 9);
  tries.push_back(good.substr(0, words - 1) + "\x89\x80\x80\x80\x80\x01" + good.substr(words));
  std::mt19937_64 dice(7);
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes = good;
    for (int change = 0; change < 2; ++change) {
      const std::size_t at = dice() % (bytes.size() + 1);
      switch (dice() % 3) {
        case 0: bytes.insert(at, 1, static_cast<char>(dice())); break;
        case 1: bytes.erase(at, dice() % 3); break;
        default: if (at < bytes.size()) bytes[at] = static_cast<char>(dice());
      }
    }
    tries.push_back(std::move(bytes));
  }
  std::string scratch;
  int read = 0;
  for (const auto& bytes : tries) {
    RequestView view;
    if (view.read(bytes) != Read::whole || !validate(view)) continue;
    ++read;
    v1::Request parsed;
    ASSERT_TRUE(parsed.ParseFromString(bytes)) << testing::PrintToString(bytes);
    const std::string again = parsed.SerializeAsString();
    RequestView of_parsed;
    ASSERT_EQ(of_parsed.read(again), Read::whole);
    EXPECT_TRUE(request_content(view, scratch) == request_content(of_parsed, scratch));
  }
  EXPECT_GT(read, 1'000);
}

}  // namespace
}  // namespace huying::intake
