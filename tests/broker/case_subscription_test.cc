// A subscription to one case: nothing else crosses the wire, it begins with the case's request, and shows no more than the
// reader may see.
#include <gtest/gtest.h>

#include "broker/journal/archive.h"
#include "broker/journal/format.h"
#include "proto/errors.h"
#include "tests/broker/subscribing_world.h"

namespace huying::broker {
namespace {

class CaseSubscription : public SubscribingWorld {
 protected:
  CaseSubscription() {
    for (const auto* id : {"before", "asked", "other"}) {
      v1::ClientFrame frame;
      numbers.push_back(world.publish(1, request_for(id, "a-01")).case_number());
    }
    for (const auto peer : {2, 3, 5}) world.frames(static_cast<std::uint64_t>(peer));
  }

  // One commit with an event of each of these cases, in cell a-01 or a-02.
  void commit_of_cases(const std::vector<std::string>& cases, v1::EventKind kind, const std::string& cell = "a-01") {
    auto& held = leases.at(cell);
    auto commit = world.commit_of(held, ++commits[cell], 0);
    for (const auto& one : cases) {
      v1::CaseEvent event;
      event.set_case_number(one);
      event.set_kind(kind);
      event.set_revision(++revisions[one]);
      auto& committed = *commit.add_events();
      committed.set_kind(kind);
      if (kind == v1::EVENT_KIND_ESCALATED) committed.set_rung(v1::RUNG_UNIT);
      committed.set_actor_only(kind == v1::EVENT_KIND_ACTION_REFUSED);
      committed.set_event(event.SerializeAsString());
    }
    world.commit(5, {commit});
  }

  void take_cells() { leases = world.host(5, "host-1"); }

  static v1::ClientFrame follow(const std::string& number_of_case) {
    v1::ClientFrame frame;
    frame.mutable_subscribe()->set_case_number(number_of_case);
    frame.mutable_subscribe()->mutable_credit()->set_messages(100);
    frame.mutable_subscribe()->mutable_credit()->set_bytes(1 << 20);
    return frame;
  }

  struct Got {
    std::vector<std::uint64_t> revisions;
    std::vector<std::string> cases, subjects;
    std::vector<std::uint32_t> refused;
    bool at_head = false;
  };
  Got got(std::uint64_t peer) {
    for (int i = 0; i < 4; ++i) world.round();
    Got out;
    for (const auto& frame : world.frames(peer)) {
      if (frame.has_refusal()) out.refused.push_back(frame.refusal().error());
      out.at_head = out.at_head || frame.events().progress().at_head();
      for (const auto& delivery : frame.events().events()) {
        v1::CaseEvent event;
        EXPECT_TRUE(event.ParseFromString(delivery.event()));
        EXPECT_EQ(delivery.consumer_sequence(), out.revisions.size() + before + 1) << "contiguous";
        out.revisions.push_back(event.revision());
        out.cases.push_back(event.case_number());
        out.subjects.push_back(delivery.subject());
      }
    }
    before += out.revisions.size();
    return out;
  }

  std::map<std::string, v1::Lease> leases;
  std::map<std::string, std::uint64_t> commits, revisions;
  std::vector<std::string> numbers;
  std::size_t before = 0;
};

using Revisions = std::vector<std::uint64_t>;

TEST_F(CaseSubscription, BringsTheEventsOfThatCaseAloneFromItsRequestOnAndThenWhatComes) {
  world.crash_and_restart();
  begin();
  leases["a-01"] = lease;
  commit_of_cases({numbers[0], numbers[1], numbers[2], numbers[1]}, v1::EVENT_KIND_ACCEPTED);
  commit_of_cases({numbers[2]}, v1::EVENT_KIND_ACCEPTED);
  commit_of_cases({numbers[1]}, v1::EVENT_KIND_ESCALATED);
  world.say(2, follow(numbers[1]));
  auto seen = got(2);
  EXPECT_EQ(seen.revisions, (Revisions{1, 2, 3}));
  EXPECT_EQ(seen.cases, std::vector<std::string>(3, numbers[1]));
  EXPECT_EQ(seen.subjects.back(), "case.s.a.a-01.escalated");
  EXPECT_TRUE(seen.at_head);

  commit_of_cases({numbers[0], numbers[1]}, v1::EVENT_KIND_FED_BACK);
  commit_of_cases({numbers[1]}, v1::EVENT_KIND_ACTION_REFUSED);  // its actor's alone
  seen = got(2);
  EXPECT_EQ(seen.revisions, (Revisions{4}));
  EXPECT_EQ(seen.cases, (std::vector<std::string>{numbers[1]}));
}

TEST_F(CaseSubscription, TheNumberMayBeWrittenInSmallLettersAndARestartChangesNothing) {
  leases["a-01"] = lease;
  commit_of_cases({numbers[1], numbers[0]}, v1::EVENT_KIND_ACCEPTED);
  world.crash_and_restart();
  begin();
  auto frame = follow(" " + numbers[1]);
  for (char& c : *frame.mutable_subscribe()->mutable_case_number()) c = static_cast<char>(std::tolower(c));
  world.say(2, frame);
  EXPECT_EQ(got(2).revisions, (Revisions{1}));
}

TEST_F(CaseSubscription, AWorkerSeesWhatHappenedInTheirCellAndAPublisherNothing) {
  world.crash_and_restart();
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.hello(3, "worker-1", v1::ROLE_GRID_WORKER);
  world.hello(4, "unit-1", v1::ROLE_UNIT_SUPERVISOR);
  world.round();
  take_cells();
  commit_of_cases({numbers[1]}, v1::EVENT_KIND_TRANSFERRED_OUT, "a-01");
  commit_of_cases({numbers[1]}, v1::EVENT_KIND_TRANSFERRED_IN, "a-02");
  world.say(3, follow(numbers[1]));
  EXPECT_EQ(got(3).revisions, (Revisions{1}));
  before = 0;
  world.say(4, follow(numbers[1]));
  EXPECT_EQ(got(4).revisions, (Revisions{1, 2})) << "both cells are of the unit";
  world.say(1, follow(numbers[1]));
  EXPECT_EQ(got(1).refused, (std::vector<std::uint32_t>{v1::ERROR_CODE_SUBJECT_NOT_ALLOWED}));
}

TEST_F(CaseSubscription, WhatIsNoCaseOrHasANameOrSubjectsIsRefusedAndNothingStays) {
  world.say(2, follow("SS-261123-9999-0"));
  const auto unknown = got(2).refused;
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_TRUE(unknown[0] == v1::ERROR_CODE_CASE_UNKNOWN || unknown[0] == v1::ERROR_CODE_CASE_NUMBER_INVALID);
  std::string never = numbers[2];  // the next serial, with each check digit: one of them is a number
  never.replace(never.size() - 3, 1, "9");
  std::size_t unknown_numbers = 0;
  for (char digit = '0'; digit <= '9'; ++digit) {
    never.back() = digit;
    world.say(2, follow(never));
    for (const auto error : got(2).refused) unknown_numbers += error == v1::ERROR_CODE_CASE_UNKNOWN;
  }
  EXPECT_EQ(unknown_numbers, 1u);
  auto named = follow(numbers[1]);
  named.mutable_subscribe()->set_name("kept");
  world.say(2, named);
  EXPECT_EQ(got(2).refused, (std::vector<std::uint32_t>{v1::ERROR_CODE_FIELD_INVALID}));
  auto with_subjects = follow(numbers[1]);
  with_subjects.mutable_subscribe()->add_subjects("case.>");
  world.say(2, with_subjects);
  EXPECT_EQ(got(2).refused, (std::vector<std::uint32_t>{v1::ERROR_CODE_FIELD_INVALID}));
  EXPECT_TRUE(world.core().take_changed_cursors().empty()) << "no cursor is kept";
}

TEST_F(CaseSubscription, OfACaseWhoseBeginningWasArchivedSaysSo) {
  BrokerWorld small(true, {}, 32 << 10);
  const auto greet = [&] {
    small.hello(1, "hotline", v1::ROLE_PUBLISHER);
    small.hello(2, "street-1", v1::ROLE_STREET_SUPERVISOR);
    small.round();
  };
  greet();
  std::string first;
  for (int n = 0; n < 60; ++n) {
    auto request = request_for("r-" + std::to_string(n), "a-01");
    request.mutable_text()->set_plain(std::string(900, 'w') + std::to_string(n));
    const auto taken = small.publish(1, request).case_number();
    if (n == 0) first = taken;
  }
  small.restart_after([&] {
    std::uint32_t last = 0;
    const auto names = small.disk().list("/data/journal").value();
    for (const auto& name : names)
      if (const auto part = journal::parse_part_name(name)) last = part->segment;
    ASSERT_TRUE(journal::archive_journal(small.disk(), "/data", "/archive", {.segment = last, .time = {}}));
    for (const auto& path : small.disk().files()) {
      if (!path.starts_with("/archive/")) continue;
      ASSERT_TRUE(small.disk().remove(path));
    }
  });
  greet();
  small.frames(2);
  small.say(2, follow(first));
  for (int i = 0; i < 4; ++i) small.round();
  std::vector<std::uint32_t> refused;
  for (const auto& frame : small.frames(2))
    if (frame.has_refusal()) refused.push_back(frame.refusal().error());
  EXPECT_EQ(refused, (std::vector<std::uint32_t>{v1::ERROR_CODE_ARCHIVED}));
}

}  // namespace
}  // namespace huying::broker
