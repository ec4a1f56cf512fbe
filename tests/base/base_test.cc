#include <gtest/gtest.h>

#include <algorithm>

#include "base/civil_time.h"
#include "base/crc32c.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"

namespace huying {
namespace {

TEST(Crc32c, EqualsTheKnownAnswersOfRfc3720) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43u);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
}

// The definition, a bit at a time.
std::uint32_t bitwise_crc32c(std::string_view bytes) {
  std::uint32_t remainder = ~0u;
  for (const char byte : bytes) {
    remainder ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) remainder = remainder >> 1 ^ ((remainder & 1) != 0 ? 0x82F63B78u : 0);
  }
  return ~remainder;
}

TEST(Crc32c, EqualsItsDefinitionWholeAndInParts) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes.push_back(static_cast<char>(i * 37 + i / 256));
  for (std::size_t size = 0; size <= bytes.size(); size = size < 300 ? size + 1 : size + 397) {
    const std::string_view all = std::string_view(bytes).substr(size % 7, size);
    EXPECT_EQ(crc32c(all), bitwise_crc32c(all)) << size;
    const std::size_t cut = size / 3;
    EXPECT_EQ(crc32c(all.substr(std::min(cut, all.size())), crc32c(all.substr(0, cut))), crc32c(all)) << size;
  }
}

TEST(Text, RefusesWhatIsNotCleanUtf8) {
  EXPECT_TRUE(is_clean_text("污水从井盖外溢\nnow"));
  EXPECT_FALSE(is_clean_text("\xC0\xAF"));              // overlong
  EXPECT_FALSE(is_clean_text("\xED\xA0\x80"));          // surrogate
  EXPECT_FALSE(is_clean_text("\xF4\x90\x80\x80"));      // beyond U+10FFFF
  EXPECT_FALSE(is_clean_text("\xE6\xB1"));              // cut short
  EXPECT_FALSE(is_clean_text(std::string_view("\0", 1)));
  EXPECT_FALSE(is_clean_text("\x1b[31m"));
  EXPECT_FALSE(is_clean_text("\xC2\x9B"));              // C1 control
}

TEST(Text, IsCutBehindAWholeCharacter) {
  EXPECT_EQ(clip("污水", 6), "污水");
  EXPECT_EQ(clip("污水", 5), "污");
  EXPECT_EQ(clip("污水", 2), "");
  EXPECT_EQ(clip("abc", 2), "ab");
}

TEST(Text, WhatAMessageQuotesIsCleanOnOneLineAndBounded) {
  EXPECT_EQ(quotable("污水\nnow", 40), "污水 now");
  EXPECT_EQ(quotable("a\x1b[31m\xE6\xB1", 40), "a?[31m??");
  EXPECT_EQ(quotable(std::string_view("\0b", 2), 40), "?b");
  EXPECT_EQ(quotable("", 40), "");
  const std::string text = "x污水从井盖外溢污水从井盖外溢";
  for (std::size_t bytes_max = 0; bytes_max <= text.size() + 1; ++bytes_max) {
    const auto quoted = quotable(text, bytes_max);
    EXPECT_LE(quoted.size(), bytes_max);
    EXPECT_TRUE(is_clean_text(quoted)) << bytes_max;
    EXPECT_EQ(quoted.ends_with(" …"), bytes_max >= 4 && bytes_max < text.size()) << bytes_max;
  }
}

TEST(Text, WhatIsQuotedTurnsNothingThatStandsAroundIt) {
  EXPECT_EQ(quotable("a\u202eb\u202ac\u2066d\u2069e\u200ef\u200fg\u061ch", 40), "abcdefgh");
  EXPECT_EQ(quotable("井\u2018盖\u2030外\u2065溢", 40), "井\u2018盖\u2030外\u2065溢") << "neighbours in the code stay";
}

TEST(Text, ACodeIsLowerCaseAndBounded) {
  EXPECT_TRUE(is_code("shiqiao-01.w_1", 64));
  EXPECT_FALSE(is_code("", 64));
  EXPECT_FALSE(is_code("Shiqiao", 64));
  EXPECT_FALSE(is_code("abc", 2));
}

TEST(Encoding, ADecoderNeverReadsPastItsEnd) {
  std::string bytes;
  Encoder encoder(bytes);
  encoder.number<std::uint32_t>(7);
  encoder.bytes("seven");
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    Decoder decoder(std::string_view(bytes).substr(0, cut));
    decoder.number<std::uint32_t>();
    decoder.bytes();
    EXPECT_FALSE(decoder.ok()) << cut;
  }
  Decoder whole(bytes);
  EXPECT_EQ(whole.number<std::uint32_t>(), 7u);
  EXPECT_EQ(whole.bytes(), "seven");
  EXPECT_TRUE(whole.at_end());
}

TEST(Digest, PartsAndWholeAgreeAndKeysMatter) {
  initialise_digests();
  Blake2b256 parts;
  parts.add("hu");
  parts.add("ying");
  EXPECT_EQ(parts.finish(), blake2b_256("huying"));
  DigestKey one{}, two{};
  two[0] = 1;
  EXPECT_NE(key_digest(one, "a"), key_digest(two, "a"));
  EXPECT_EQ(key_digest(one, "a"), key_digest(one, "a"));
}

TEST(CivilZone, KnowsTheDaysOfShanghaiAndRefusesNoPlace) {
  const auto zone = CivilZone::named("Asia/Shanghai");
  ASSERT_TRUE(zone);
  const Instant at = instant(1795363200000);  // 2026-11-22T16:00:00Z: midnight in Shanghai
  EXPECT_EQ(zone->midnight(zone->day_of(at)), at);
  EXPECT_EQ(zone->midnight(zone->day_of(at - Milliseconds(1))), at - std::chrono::hours(24));
  EXPECT_EQ(zone->text(at), "2026-11-23T00:00:00+08:00");
  EXPECT_EQ(zone->from_local_ms(zone->local_ms(at)), at);
  EXPECT_FALSE(CivilZone::named("Nowhere/At_All"));
}

}  // namespace
}  // namespace huying
