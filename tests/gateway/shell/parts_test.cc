// The shell's pure parts, and its small files.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/digest.h"
#include "gateway/shell/allowance.h"
#include "gateway/shell/attachment_store.h"
#include "gateway/shell/citizen_words.h"
#include "gateway/shell/event_texts.h"
#include "gateway/shell/pages.h"
#include "gateway/shell/problem.h"
#include "gateway/shell/query_code.h"
#include "gateway/shell/router.h"
#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::HasSubstr;

constexpr Instant now = instant(1'800'000'000'000);

TEST(GatewayProblem, EveryNumberThatAClientCanMeetHasAStatus) {
  const auto* codes = v1::ErrorCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    const auto number = static_cast<std::uint32_t>(codes->value(i)->number());
    if (number == 0) continue;
    const auto response = problem({number, {}});
    const auto json = Json::parse(response.body);
    EXPECT_EQ(json["number"], number);
    EXPECT_FALSE(json["title_zh"].get<std::string>().empty()) << number;
    const bool is_of_cases = number / 1000 == 4, is_of_the_gateway = number >= 9000;
    EXPECT_TRUE(response.status != 500 || !(is_of_cases || is_of_the_gateway)) << codes->value(i)->name();
  }
}

TEST(GatewayJson, TakesNothingForATokenThatItWouldNotWrite) {
  for (const auto& bytes : {std::string(), std::string("a"), std::string("\0\xff\x10", 3), std::string("any bytes")})
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  for (const char* text : {"!!", "YQ==", "YR", "Y", "Y Q", "\xe8\xb7\xaf\xe7\x81\xafli", "\xff\xff"})
    EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(GatewayQueryCode, FollowsFromNumberAndKeyAndIsReadAloud) {
  TemporaryFolder folder;
  const auto codes = QueryCodes::open(folder.path("key"));
  ASSERT_TRUE(codes);
  std::set<std::string> seen;
  for (int i = 0; i < 500; ++i) {
    const auto code = codes->code_of("WY-261123-" + std::to_string(i));
    EXPECT_EQ(code.size(), 4u);
    EXPECT_EQ(code.find_first_of("0O1I"), std::string::npos);
    seen.insert(code);
  }
  EXPECT_GT(seen.size(), 490u);
  const auto again = QueryCodes::open(folder.path("key")), other = QueryCodes::open(folder.path("other"));
  ASSERT_TRUE(again && other);
  EXPECT_EQ(again->code_of("WY-1"), codes->code_of("WY-1")) << "the folder's key stays";
  EXPECT_NE(other->code_of("WY-1") + other->code_of("WY-2"), codes->code_of("WY-1") + codes->code_of("WY-2"));
  auto typed = codes->code_of("WY-1");
  for (auto& c : typed) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  EXPECT_TRUE(codes->matches("WY-1", typed.substr(0, 2) + " " + typed.substr(2)));
  EXPECT_FALSE(codes->matches("WY-1", ""));
  EXPECT_FALSE(codes->matches("WY-1", codes->code_of("WY-1") + "A"));
  const auto mode = std::filesystem::status(folder.path("key")).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ofstream(folder.path("short")) << "x";
  EXPECT_FALSE(QueryCodes::open(folder.path("short")));
}

TEST(GatewayTries, AreFiveInTenMinutesAndForgottenThen) {
  Tries tries({});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(tries.wait("a", now).count(), 0);
    tries.was_wrong("a", now);
  }
  EXPECT_EQ(tries.wait("a", now), std::chrono::minutes(10));
  EXPECT_EQ(tries.wait("b", now).count(), 0);
  EXPECT_EQ(tries.wait("a", now + std::chrono::minutes(10)).count(), 0);
  tries.was_wrong("a", now + std::chrono::minutes(10));
  EXPECT_EQ(tries.wait("a", now + std::chrono::minutes(11)).count(), 0);
}

TEST(GatewayTries, WhenFullNobodyIsForgottenForTheSakeOfOthers) {
  Tries tries({.wrong_max = 1, .kept_max = 2});
  for (const auto* name : {"a", "b"}) tries.was_wrong(name, now);
  EXPECT_GT(tries.wait("c", now).count(), 0);
  EXPECT_GT(tries.wait("a", now).count(), 0);
  EXPECT_EQ(tries.wait("c", now + std::chrono::minutes(11)).count(), 0);
}

TEST(GatewayTries, AHouseholdOfIPv6IsOne) {
  EXPECT_EQ(household_of("2001:db8:1:2::1"), household_of("2001:db8:1:2:ffff::9"));
  EXPECT_NE(household_of("2001:db8:1:2::1"), household_of("2001:db8:1:3::1"));
  EXPECT_EQ(household_of("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(household_of("::ffff:203.0.113.7"), "203.0.113.7") << "not one for all of IPv4";
}

TEST(GatewayAllowance, IsSoManyOfANameInItsWindowAndARetryCostsNothing) {
  Allowance allowance({.most = 2, .window = std::chrono::hours(1), .names_max = 2});
  EXPECT_EQ(allowance.take("a", "1", now).count(), 0);
  EXPECT_EQ(allowance.take("a", "1", now).count(), 0);
  EXPECT_EQ(allowance.take("a", "2", now).count(), 0);
  EXPECT_EQ(allowance.take("a", "3", now + std::chrono::minutes(20)), std::chrono::minutes(40));
  EXPECT_EQ(allowance.take("a", "2", now).count(), 0) << "the same again";
  EXPECT_EQ(allowance.take("b", "1", now).count(), 0);
  EXPECT_EQ(allowance.take("c", "1", now), std::chrono::hours(1)) << "full: nobody is forgotten for the sake of others";
  EXPECT_EQ(allowance.take("c", "1", now + std::chrono::hours(1)).count(), 0);
  EXPECT_EQ(allowance.take("a", "3", now + std::chrono::hours(1)).count(), 0);
}

TEST(GatewayRouter, FindsTheRouteOfMethodAndPath) {
  Router router;
  router.add(http::Method::get, "/a/{}/b", Access::open, {});
  router.add(http::Method::post, "/a/{}/b", Access::change, {});
  const auto found = router.find(http::Method::head, "/a/x y/b");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->parts, std::vector<std::string>{"x y"});
  EXPECT_EQ(router.find(http::Method::remove, "/a/x/b").error().code, v1::ERROR_CODE_METHOD_UNKNOWN);
  EXPECT_EQ(router.methods("/a/x/b"), (std::vector{http::Method::get, http::Method::post}));
  EXPECT_TRUE(router.methods("/a/x").empty());
  for (const auto* path : {"/a//b", "/a/x", "/a/x/b/", "/", ""})
    EXPECT_EQ(router.find(http::Method::get, path).error().code, v1::ERROR_CODE_PAGE_UNKNOWN) << path;
}

TEST(GatewayEventTexts, WriteAnEventOnceForAllWhoReadIt) {
  EventTexts texts(64);
  v1::CaseEvent event;
  event.set_case_number("WY-1");
  event.set_kind(v1::EVENT_KIND_FILED);
  v1::EventDelivery delivery;
  delivery.set_subject("case.s.u.c.filed");
  delivery.set_sequence(7);
  delivery.set_kind(v1::EVENT_KIND_FILED);
  delivery.set_event(event.SerializeAsString());
  const std::string first = texts.of(delivery);
  ASSERT_TRUE(first.starts_with("event: case\ndata: ") && first.ends_with("\n\n")) << first;
  const auto json = Json::parse(first.substr(18));
  EXPECT_EQ(json["subject"], "case.s.u.c.filed");
  EXPECT_EQ(json["cell"], "c");
  EXPECT_EQ(json["sequence"], "7");
  EXPECT_EQ(json["event"]["caseNumber"], "WY-1");
  delivery.set_consumer_sequence(3);
  EXPECT_EQ(texts.of(delivery), first) << "of another subscription";
  EXPECT_EQ(texts.made(), 1u);
  event.set_case_number("WY-2");
  delivery.set_event(event.SerializeAsString());
  EXPECT_THAT(texts.of(delivery), HasSubstr("WY-2")) << "of another journal, under the same place";
  delivery.set_subject("nothing.that.is.told");
  EXPECT_EQ(texts.of(delivery), "");
}

TEST(GatewayCitizenWords, WhatWasClosedMayBeCalledNotSolvedForFourteenDays) {
  const auto closed_at = instant(1'700'000'000'000);
  v1::CaseWhole whole;
  whole.set_state(v1::CASE_STATE_CLOSED);
  whole.set_updated_at_ms(closed_at.time_since_epoch().count());
  EXPECT_TRUE(may_reopen(whole, closed_at));
  EXPECT_TRUE(may_reopen(whole, closed_at + std::chrono::days(14) - Milliseconds(1)));
  EXPECT_FALSE(may_reopen(whole, closed_at + std::chrono::days(14)));
  for (const auto state : {v1::CASE_STATE_VOID, v1::CASE_STATE_NOT_ACCEPTED, v1::CASE_STATE_RESOLVED}) {
    whole.set_state(state);
    EXPECT_FALSE(may_reopen(whole, closed_at)) << v1::CaseState_Name(state);
  }
}

TEST(GatewayPages, SendTheCodedFormToWhoTakesIt) {
  TemporaryFolder folder;
  std::ofstream(folder.path("a.js")) << "plain";
  std::ofstream(folder.path("a.js.gz")) << "zipped";
  std::ofstream(folder.path("a.js.br")) << "brotli";
  const auto pages = Pages::read(folder.path());
  ASSERT_TRUE(pages);
  const auto asked = [&](const std::string& accepted) {
    http::Request request;
    request.path = "/a.js";
    request.headers = {{"accept-encoding", accepted}};
    return pages->answer(request).body;
  };
  EXPECT_EQ(asked("gzip, deflate, br"), "brotli");
  EXPECT_EQ(asked("gzip"), "zipped");
  EXPECT_EQ(asked("br;q=0, gzip;q=0.5"), "zipped");
  EXPECT_EQ(asked(""), "plain");
  EXPECT_EQ(asked("brx"), "plain");
  EXPECT_TRUE(pages->has("/a.js"));
  EXPECT_FALSE(pages->has("/b.js"));
  EXPECT_FALSE(Pages::read(folder.path("nothing")));
}

TEST(AttachmentsOfStrangers, LeaveRoomForStaff) {
  TemporaryFolder folder;
  auto store = AttachmentStore::open(folder.path("a"));
  ASSERT_TRUE(store);
  std::uint32_t refused = 0;
  for (int i = 0; i < 1'000 && refused == 0; ++i)
    if (auto put = store->put(fmt::format("\xff\xd8\xff{}", i), AttachmentStore::From::stranger); !put) refused = put.error().code;
  EXPECT_EQ(refused, v1::ERROR_CODE_DISK_LOW);
  EXPECT_TRUE(store->put("\xff\xd8\xff of a worker"));
}

TEST(GatewayAttachments, AreKnownByTheirBytesAndKeptWhenNamed) {
  TemporaryFolder folder;
  auto store = AttachmentStore::open(folder.path("a"));
  ASSERT_TRUE(store);
  const std::string jpeg = "\xff\xd8\xff made up", webp = "RIFF1234WEBPVP8 made up";
  EXPECT_EQ(store->put("GIF89a").error().code, v1::ERROR_CODE_ATTACHMENT_UNFIT);
  EXPECT_EQ(store->put("").error().code, v1::ERROR_CODE_ATTACHMENT_UNFIT);
  EXPECT_EQ(store->put(webp)->media_type(), "image/webp");
  const auto one = store->put(jpeg);
  ASSERT_TRUE(one);
  EXPECT_EQ(store->put(jpeg)->blake2b_256(), one->blake2b_256()) << "once";
  const std::vector<v1::Attachment> named{*one};
  EXPECT_TRUE(store->check(named));
  auto other = *one;
  other.set_media_type("image/png");
  EXPECT_FALSE(store->check(std::vector<v1::Attachment>{other}));
  other = *one;
  other.set_size_bytes(1);
  EXPECT_FALSE(store->check(std::vector<v1::Attachment>{other}));
  store->keep(named);
  store->forget_old(std::chrono::system_clock::now() + std::chrono::hours(25));
  EXPECT_EQ(*store->bytes_of(hexadecimal_of(one->blake2b_256())), jpeg);
  EXPECT_FALSE(store->bytes_of(hexadecimal_of(blake2b_256(webp)))) << "nothing named it within a day";
  for (const auto* name : {"", "..", "../../etc/passwd", "ABCDEF"}) EXPECT_FALSE(store->bytes_of(name));
}

TEST(GatewayCitizenWords, EveryStateHasAWordAndStaffsMattersHaveNone) {
  for (int state = 1; state < v1::CaseState_ARRAYSIZE; ++state) {
    EXPECT_FALSE(citizen_state(static_cast<v1::CaseState>(state), "石桥村 01 网格", "").zh.empty()) << state;
    EXPECT_FALSE(citizen_state(static_cast<v1::CaseState>(state), "石桥村 01 网格", "").en.empty()) << state;
  }
  v1::CaseEvent event;
  for (const auto kind : {v1::EVENT_KIND_ESCALATED, v1::EVENT_KIND_RETURNED, v1::EVENT_KIND_NOTE_ADDED, v1::EVENT_KIND_TRANSFERRED_OUT,
                          v1::EVENT_KIND_FLAGGED_HARD, v1::EVENT_KIND_BREACHED, v1::EVENT_KIND_REMINDED}) {
    event.set_kind(kind);
    EXPECT_FALSE(citizen_step(event, "x")) << kind;
  }
  event.set_kind(v1::EVENT_KIND_FILED);
  EXPECT_TRUE(citizen_step(event, "x"));
  event.set_kind(v1::EVENT_KIND_NOTE_ADDED);
  event.mutable_actor()->set_role(v1::ROLE_GRID_WORKER);
  EXPECT_FALSE(citizen_step(event, "x"));
  event.mutable_actor()->set_role(v1::ROLE_CITIZEN);
  EXPECT_EQ(citizen_step(event, "x")->zh, "已收到您的补充") << "their own";
}

TEST(CitizenWords, APausedCaseNamesTheDayOnWhichItIsTakenUpAgain) {
  const auto zone = CivilZone::named("Asia/Shanghai").value();
  v1::CaseWhole whole;
  auto& clock = *whole.add_clocks();
  clock.set_kind(v1::CLOCK_KIND_REVIEW);
  clock.set_due_at_ms(1'796'486'400'000);  // 2026-12-05 24:00 there
  EXPECT_EQ(review_day(whole, zone), "12月05日");
  EXPECT_EQ(citizen_state(v1::CASE_STATE_SHELVED, "", review_day(whole, zone)).zh, "暂停，12月05日 再办");
  clock.set_outcome(v1::CLOCK_OUTCOME_MOOT);
  EXPECT_EQ(review_day(whole, zone), "");
}

}  // namespace
}  // namespace huying::gateway
