#include "workers/cell/case_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <tuple>

namespace huying::cell {
namespace {

TEST(CaseTable, EveryActionHasAnAnswerInEveryState) {
  for (int state = 0; state < v1::CaseState_ARRAYSIZE; ++state) {
    for (int action = 1; action < v1::ActionKind_ARRAYSIZE; ++action) {
      const auto from = static_cast<v1::CaseState>(state);
      const auto kind = static_cast<v1::ActionKind>(action);
      const auto answer = answer_of(from, kind);
      bool has_row = false;
      for (int role = 0; role < v1::Role_ARRAYSIZE; ++role) {
        for (const auto verdict : {v1::VERDICT_PASSED, v1::VERDICT_FAILED}) {
          has_row |= row_of(from, kind, verdict, static_cast<v1::Role>(role)) != nullptr;
        }
      }
      EXPECT_EQ(has_row, answer == v1::ERROR_CODE_NONE) << v1::CaseState_Name(from) << " " << v1::ActionKind_Name(kind);
      if (has_row) continue;
      const std::set<v1::ErrorCode> names = {v1::ERROR_CODE_STATE_REFUSES, v1::ERROR_CODE_NOT_YET, v1::ERROR_CODE_CASE_ENDED,
                                             v1::ERROR_CODE_DESK_CANNOT_RETURN};
      EXPECT_TRUE(names.contains(answer)) << v1::CaseState_Name(from) << " " << v1::ActionKind_Name(kind);
    }
  }
  EXPECT_EQ(answer_of(v1::CASE_STATE_ACCEPTED, static_cast<v1::ActionKind>(99)), v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(answer_of(static_cast<v1::CaseState>(99), v1::ACTION_KIND_ACCEPT), v1::ERROR_CODE_STATE_REFUSES);
}

TEST(CaseTable, NoTwoRowsAnswerTheSameQuestion) {
  std::set<std::tuple<int, int, int, int>> seen;
  for (const auto& row : case_table()) {
    EXPECT_TRUE(seen.insert({row.from, static_cast<int>(row.cause), row.action, row.verdict}).second)
        << v1::CaseState_Name(row.from) << " " << v1::ActionKind_Name(row.action);
  }
}

TEST(CaseTable, NoOpenStateIsABlindAlley) {
  // From every state that a row leads to, a clock can fire, and some chain of rows leads to the end.
  std::set<v1::CaseState> ends = {v1::CASE_STATE_CLOSED, v1::CASE_STATE_VOID, v1::CASE_STATE_NOT_ACCEPTED};
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& row : case_table()) {
      if (ends.contains(row.to)) grew |= ends.insert(row.from).second;
    }
  }
  for (const auto& row : case_table()) {
    if (row.to == v1::CASE_STATE_UNSPECIFIED) continue;  // where it was parked from
    EXPECT_TRUE(ends.contains(row.to)) << v1::CaseState_Name(row.to);
    EXPECT_TRUE(is_ended(row.to) || is_open(row.to)) << v1::CaseState_Name(row.to);
    if (is_ended(row.to)) continue;
    EXPECT_NE(row_of(row.to, Cause::ladder_clock), nullptr);
    EXPECT_NE(row_of(row.to, Cause::poisoned_clock), nullptr) << "any clock may be set aside";
    // While a case is parked only the ladder's clocks fire, and nothing else happens to it by itself.
    const bool is_parked = row.to == v1::CASE_STATE_PARKED;
    for (const auto cause : {Cause::stage_clock, Cause::reminder, Cause::recount})
      EXPECT_EQ(row_of(row.to, cause) == nullptr, is_parked);
  }
}

TEST(CaseTable, OnlyThisVersionsStepsAreCarriedOut) {
  for (const auto later : {v1::ACTION_KIND_WHISTLE, v1::ACTION_KIND_REPORT_IN}) {
    EXPECT_EQ(answer_of(v1::CASE_STATE_ACCEPTED, later), v1::ERROR_CODE_NOT_YET);
  }
  EXPECT_EQ(answer_of(v1::CASE_STATE_CLOSED, v1::ACTION_KIND_REOPEN), v1::ERROR_CODE_NONE);
  EXPECT_EQ(answer_of(v1::CASE_STATE_VOID, v1::ACTION_KIND_REOPEN), v1::ERROR_CODE_CASE_ENDED);
  EXPECT_EQ(answer_of(v1::CASE_STATE_CLOSED, v1::ACTION_KIND_ACCEPT), v1::ERROR_CODE_CASE_ENDED);
  EXPECT_EQ(answer_of(v1::CASE_STATE_AT_DESK, v1::ACTION_KIND_RETURN), v1::ERROR_CODE_DESK_CANNOT_RETURN);
}

TEST(CaseTable, ItsDiagramIsTheOneInTheDocs) {
  std::ifstream file(HUYING_CASE_LIFE);
  ASSERT_TRUE(file.good()) << HUYING_CASE_LIFE;
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find("```mermaid\n" + diagram() + "```"), std::string::npos)
      << "the diagram of docs/case-life.md is old; it should be:\n"
      << diagram();
}

}  // namespace
}  // namespace huying::cell
