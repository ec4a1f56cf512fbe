#include "broker/intake/request_reader.h"

#include <gmock/gmock.h>

#include <string>

namespace huying::intake {
namespace {

v1::Request full_request() {
  v1::Request request;
  request.set_source_id("1");
  request.mutable_location()->set_cell("c1");
  request.mutable_location()->mutable_point()->set_latitude(35.1);
  request.mutable_text()->set_plain("路灯不亮");
  request.mutable_contact()->mutable_name()->set_plain("x");
  request.mutable_report()->set_reporter("c1.worker");
  request.mutable_report()->mutable_solved_on_spot()->mutable_words()->set_plain("修好");
  request.add_attachments()->set_size_bytes(3);
  return request;
}

TEST(RequestReader, ReadsWhatTheParserReads) {
  RequestReader reader;
  for (int times = 0; times < 3; ++times) {
    ASSERT_TRUE(reader.read(full_request().SerializeAsString()));
    EXPECT_EQ(reader.request().SerializeAsString(), full_request().SerializeAsString());
  }
}

TEST(RequestReader, ARequestHasNothingOfTheOneBefore) {
  RequestReader reader;
  ASSERT_TRUE(reader.read(full_request().SerializeAsString()));
  v1::Request bare;
  bare.set_source_id("2");
  ASSERT_TRUE(reader.read(bare.SerializeAsString()));
  EXPECT_EQ(reader.request().SerializeAsString(), bare.SerializeAsString());
  EXPECT_FALSE(reader.request().has_location());
  EXPECT_FALSE(reader.request().has_text());
  EXPECT_FALSE(reader.request().has_report());
}

TEST(RequestReader, AfterBytesThatAreNoRequestTheNextOneIsReadWell) {
  RequestReader reader;
  const std::string whole = full_request().SerializeAsString();
  EXPECT_FALSE(reader.read(whole.substr(0, whole.size() - 1)));
  EXPECT_FALSE(reader.read("\xff\xff\xff"));
  ASSERT_TRUE(reader.read(whole));
  EXPECT_EQ(reader.request().SerializeAsString(), whole);
}

TEST(RequestReader, TextThatIsNotUtf8IsNoRequest) {
  v1::Request request;
  request.set_source_id("12");
  std::string bytes = request.SerializeAsString();
  bytes.back() = '\xff';
  RequestReader reader;
  EXPECT_FALSE(reader.read(bytes));
}

}  // namespace
}  // namespace huying::intake
