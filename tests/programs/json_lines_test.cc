#include "programs/json_lines.h"

#include <gtest/gtest.h>

#include "proto/errors.h"

namespace huying::programs {
namespace {

TEST(JsonLines, ReadsARequestInProtobufsJsonMapping) {
  v1::Request request;
  const auto read = request_from_json(
      R"({"source_id":"a-1","location":{"point":{"latitude":35.2,"longitude":113.2,"datum":"DATUM_GCJ02"}},)"
      R"("text":{"plain":"路灯不亮"}})",
      request);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(request.source_id(), "a-1");
  EXPECT_EQ(request.location().point().datum(), v1::DATUM_GCJ02);
}

TEST(JsonLines, SaysWhatIsWrongWithoutQuotingTheLine) {
  v1::Request request;
  for (const auto* line : {R"({"source_id":1380000,})", R"({"contact":{"telephone":{"plain":["13800000000"]}}})", "13800000000",
                           R"({"13800000000":1})", R"({"13800000000 value x":1})", R"({"location":{"13800000000\" y":1}})",
                           R"({"(13800000000): invalid value\n^":1})", "", "[]", "{\"source_id\":\"\xff\"}"}) {
    const auto read = request_from_json(line, request);
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_INPUT_LINE));
    EXPECT_EQ(read.error().detail.find("1380000"), std::string::npos) << read.error().detail;
  }
}

TEST(JsonLines, SaysWhereAndWhatIsWrong) {
  v1::Request request;
  const auto detail = [&](const char* line) { return request_from_json(line, request).error().detail; };
  EXPECT_EQ(detail(R"({"location":{"point":{"latitude":"x"}}})"),
            "not a Request in JSON: location.point.latitude: not a value of this field");
  EXPECT_EQ(detail(R"({"location":{"town":"x"}})"), "not a Request in JSON: location: a field that nobody knows");
  EXPECT_EQ(detail(R"({"source_id":nul})"), "not a Request in JSON: Unexpected token.");
}

TEST(JsonLines, AnAcknowledgementIsOneObjectInAFixedOrder) {
  v1::PublishAck ack;
  ack.set_case_number("WY-261123-0042-7");
  ack.set_cell("shiqiao-01");
  ack.set_rule(v1::DISPATCH_RULE_POINT);
  EXPECT_EQ(ack_line(3, "a\"1", ack),
            R"({"line":3,"source_id":"a\"1","case_number":"WY-261123-0042-7","known":false,"cell":"shiqiao-01","rule":"point"})");
}

TEST(JsonLines, ARefusalNamesItsNumberAndTheCaseThatHasTheId) {
  EXPECT_EQ(refusal_line(2, "a-2", Error{v1::ERROR_CODE_CONTENT_DIFFERS, ""}, "WY-1"),
            R"({"line":2,"source_id":"a-2","error":2001,"name":"CONTENT_DIFFERS","detail":"","case_number":"WY-1"})");
  EXPECT_EQ(refusal_line(2, "a-2", Error{v1::ERROR_CODE_DISK_LOW, ""}, "", 5000),
            R"({"line":2,"source_id":"a-2","error":2006,"name":"DISK_LOW","detail":"","retry_after_ms":5000})");
}

TEST(JsonLines, AnEventHoldsItsOwnMessage) {
  v1::CaseEvent event;
  event.set_case_number("WY-1");
  event.set_kind(v1::EVENT_KIND_ACCEPTED);
  v1::EventDelivery delivery;
  delivery.set_consumer_sequence(7);
  delivery.set_subject("case.s.u.c.accepted");
  delivery.set_event(event.SerializeAsString());
  const auto line = event_line(delivery);
  EXPECT_NE(line.find(R"("consumer_sequence":7)"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("kind":"EVENT_KIND_ACCEPTED")"), std::string::npos) << line;
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace huying::programs
