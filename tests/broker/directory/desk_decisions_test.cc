#include "broker/directory/desk_decisions.h"

#include <gmock/gmock.h>

namespace huying::directory {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Decisions : public testing::Test {
 protected:
  void request(const std::string& number, const std::string& address) {
    v1::RequestRecord record;
    record.mutable_filed()->set_case_number(number);
    record.mutable_private_part()->mutable_request()->mutable_location()->set_address(address);
    record.mutable_private_part()->mutable_request()->mutable_contact()->mutable_name()->set_plain("a name");
    decisions_.take(v1::RECORD_KIND_REQUEST, record.SerializeAsString());
  }
  void event(const std::string& number, v1::EventKind kind, const std::string& to_cell,
             v1::Role role = v1::ROLE_UNSPECIFIED) {
    v1::CaseEvent event;
    event.set_case_number(number);
    event.set_kind(kind);
    event.mutable_move()->set_to_cell(to_cell);
    event.mutable_actor()->set_role(role);
    v1::Commit commit;
    auto& committed = *commit.add_events();
    committed.set_kind(kind);
    committed.set_event(event.SerializeAsString());
    decisions_.take(v1::RECORD_KIND_COMMIT, commit.SerializeAsString());
  }
  DeskDecisions decisions_;
};

TEST_F(Decisions, TheDesksAssignmentStandsWhenItHasArrived) {
  request("N1", "x");
  EXPECT_THAT(decisions_.known(), IsEmpty());
  event("N1", v1::EVENT_KIND_ASSIGNED, "a-01");
  event("N1", v1::EVENT_KIND_DISPATCHED, "a-01");
  ASSERT_THAT(decisions_.known(), SizeIs(1));
  EXPECT_EQ(decisions_.known()[0].cell, "a-01");
  EXPECT_EQ(decisions_.known()[0].contact, "a name");
  EXPECT_TRUE(decisions_.known()[0].by_desk);
}

TEST_F(Decisions, WhatWasRoutedIsKnownAndNotByTheDesk) {
  request("N1", "x");
  event("N1", v1::EVENT_KIND_DISPATCHED, "a-01");
  ASSERT_THAT(decisions_.known(), SizeIs(1));
  EXPECT_FALSE(decisions_.known()[0].by_desk);
}

TEST_F(Decisions, AReturnTakesTheDesksWordBackAndItsNextOneCounts) {
  request("N1", "x");
  event("N1", v1::EVENT_KIND_ASSIGNED, "a-01");
  event("N1", v1::EVENT_KIND_RETURNED, "desk");
  EXPECT_THAT(decisions_.known(), IsEmpty());
  event("N1", v1::EVENT_KIND_ASSIGNED, "a-02");
  ASSERT_THAT(decisions_.known(), SizeIs(1));
  EXPECT_EQ(decisions_.known()[0].cell, "a-02");
}

TEST_F(Decisions, WhatAWorkerHandedOnIsWhereItWent) {
  request("N1", "x");
  event("N1", v1::EVENT_KIND_ASSIGNED, "a-01");
  event("N1", v1::EVENT_KIND_TRANSFERRED_OUT, "a-02");
  ASSERT_THAT(decisions_.known(), SizeIs(1));
  EXPECT_EQ(decisions_.known()[0].cell, "a-02");
  EXPECT_FALSE(decisions_.known()[0].by_desk);
}

TEST_F(Decisions, WhatTheDeskItselfSendsElsewhereIsItsWord) {
  request("N1", "x");
  event("N1", v1::EVENT_KIND_ASSIGNED, "a-01");
  event("N1", v1::EVENT_KIND_TRANSFERRED_OUT, "a-02", v1::ROLE_DESK);
  ASSERT_THAT(decisions_.known(), SizeIs(1));
  EXPECT_EQ(decisions_.known()[0].cell, "a-02");
  EXPECT_TRUE(decisions_.known()[0].by_desk);
}

TEST_F(Decisions, RequestsWithoutAnAddressAndWhatCannotBeReadTellNothing) {
  request("N1", "");
  event("N1", v1::EVENT_KIND_ASSIGNED, "a-01");
  event("N2", v1::EVENT_KIND_ASSIGNED, "a-01");
  decisions_.take(v1::RECORD_KIND_REQUEST, "\xFF\xFF");
  decisions_.take(v1::RECORD_KIND_COMMIT, "\xFF\xFF");
  EXPECT_THAT(decisions_.known(), IsEmpty());
  EXPECT_EQ(decisions_.with_address(), 0u);
}

}  // namespace
}  // namespace huying::directory
