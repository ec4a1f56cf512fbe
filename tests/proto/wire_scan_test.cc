#include "proto/wire_scan.h"

#include <gtest/gtest.h>

#include <string>

#include "huying/v1/common.pb.h"

namespace huying {
namespace {

// Tag 1 as a varint, tag 2 as bytes: an Attachment's size is field 2, its digest field 1; here only the wire matters.
bool is_read_whole(std::string_view bytes) {
  WireScan in(bytes);
  while (const auto tag = in.tag()) {
    if (tag == varint_tag(1))
      in.value();
    else if (tag == bytes_tag(2))
      in.bytes();
    else
      return false;
  }
  return in.complete();
}

TEST(WireScan, ReadsToTheEnd) {
  EXPECT_TRUE(is_read_whole(""));
  EXPECT_TRUE(is_read_whole(std::string("\x08\x05\x12\x02hi", 6)));
}

TEST(WireScan, TakesNothingThatTheParserRefuses) {
  const auto is_read = [](const std::string& bytes) { return is_read_whole(bytes); };
  EXPECT_FALSE(is_read(std::string("\x08\x05\x00", 3))) << "a tag of nothing behind the last field";
  EXPECT_FALSE(is_read(std::string("\x00", 1)));
  WireScan nameless("\x02");
  EXPECT_EQ(nameless.tag(), 0u) << "a field of number 0";
  EXPECT_FALSE(nameless.complete());
  EXPECT_FALSE(is_read(std::string("\x88\x00\x05", 3))) << "a tag in two bytes where one will do";
  EXPECT_FALSE(is_read(std::string("\x88\x80\x80\x80\x80\x01\x05", 7))) << "a tag beyond 32 bits";
  EXPECT_FALSE(is_read(std::string("\x12\x82\x00hi", 5))) << "a length in two bytes where one will do";
  EXPECT_FALSE(is_read(std::string("\x12\x82\x80\x80\x80\x80\x01hi", 9))) << "a length beyond 32 bits";
  EXPECT_FALSE(is_read(std::string("\x12\x05hi", 4))) << "a length beyond the end";
  EXPECT_FALSE(is_read(std::string("\x08", 1)));
}

}  // namespace
}  // namespace huying
