#include "broker/delivery/subject.h"

#include <gtest/gtest.h>

#include "proto/errors.h"

namespace huying::delivery {
namespace {

bool matches(std::string_view pattern, std::string_view subject) { return SubjectPattern::parse(pattern)->matches(subject); }

TEST(Subject, WildcardsMatchAsInNats) {
  EXPECT_TRUE(matches("case.s.a.a-01.filed", "case.s.a.a-01.filed"));
  EXPECT_TRUE(matches("case.*.*.a-01.*", "case.s.a.a-01.filed"));
  EXPECT_TRUE(matches("case.>", "case.s.a.a-01.filed"));
  EXPECT_TRUE(matches(">", "configuration.s"));
  EXPECT_FALSE(matches("case.>", "case"));
  EXPECT_FALSE(matches("case.*", "case.s.a"));
  EXPECT_FALSE(matches("case.s.a.a-01", "case.s.a.a-01.filed"));
  EXPECT_FALSE(matches("case.s.a.a-01.filed.x", "case.s.a.a-01.filed"));
  EXPECT_FALSE(matches("case.s.a.a-0", "case.s.a.a-01"));
}

TEST(Subject, WhatIsNoSubjectIsRefused) {
  for (const char* text : {"", ".", "a..b", "a.>.b", "a.b*", "A.b", "a b", "a.", ">.a", "案件.>"}) {
    const auto pattern = SubjectPattern::parse(text);
    ASSERT_FALSE(pattern.has_value()) << text;
    EXPECT_EQ(pattern.error().code, v1::ERROR_CODE_SUBJECT_INVALID);
  }
  EXPECT_FALSE(SubjectPattern::parse(std::string(300, 'a')).has_value());
}

TEST(Subject, TokensAreTheNamesOfTheContract) {
  EXPECT_EQ(event_token(v1::EVENT_KIND_FED_BACK), "fed_back");
  EXPECT_EQ(rung_token(v1::RUNG_DISTRICT), "district");
}

}  // namespace
}  // namespace huying::delivery
