// The citizen's way through the gateway, and the ways of who guesses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/limits.h"
#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string png = std::string("\x89PNG\r\n\x1a\n", 8) + "made up, and no picture";

class GatewayCitizen : public testing::Test {
 protected:
  Json request(const std::string& id) {
    return {{"sourceId", id}, {"words", "路灯不亮 (made up)"}, {"point", {{"latitude", 35.17796}, {"longitude", 113.17457}, {"accuracyMetres", 8}}}};
  }
  Json filed(const std::string& id = "one") {
    const auto page = citizen.post("/api/v1/citizen/requests", request(id));
    EXPECT_EQ(page.status, 201u) << page.body;
    return page.json();
  }
  Page act(Browser& browser, const std::string& number, const std::string& kind, Json more = Json::object()) {
    more["actionId"] = kind + std::to_string(++steps_);
    more["kind"] = "ACTION_KIND_" + kind;
    return browser.post("/api/v1/cases/" + number + "/actions", more);
  }
  World world;
  Browser citizen = world.browser();

 private:
  int steps_ = 0;
};

TEST_F(GatewayCitizen, ReportsSeesHowItStandsAndRates) {
  auto asked = request("one");
  asked["telephone"] = "made-up-tel";
  const auto page = citizen.post("/api/v1/citizen/requests", asked);
  ASSERT_EQ(page.status, 201u) << page.body;
  const auto receipt = page.json();
  const std::string number = receipt["caseNumber"], code = receipt["code"];
  EXPECT_THAT(code, testing::MatchesRegex("[A-HJ-NP-Z2-9]{4}"));
  EXPECT_EQ(receipt["link"], "/#" + number + "." + code);
  EXPECT_EQ(citizen.post("/api/v1/citizen/requests", asked).json()["caseNumber"], number) << "sent twice, filed once";

  const Json opened{{"caseNumber", number}, {"code", code}};
  ASSERT_TRUE(wait_until([&] { return citizen.post("/api/v1/citizen/track", opened).status == 200; }));
  auto seen = citizen.post("/api/v1/citizen/track", opened).json();
  EXPECT_EQ(seen["state"], "CASE_STATE_DISPATCHED");
  EXPECT_EQ(seen["cellName"], "石桥村 01 网格");
  EXPECT_EQ(seen["words"], "路灯不亮 (made up)");
  EXPECT_GT(seen["latestAnswerMs"], 0);
  EXPECT_EQ(seen["mayRate"], false);

  auto worker = world.browser_of("shiqiao-01.worker"), supervisor = world.browser_of("shiqiao.supervisor");
  EXPECT_EQ(act(worker, number, "ACCEPT").status, 200u);
  EXPECT_EQ(act(worker, number, "ADD_NOTE", {{"words", {{"plain", "between us (made up)"}}}}).status, 200u);
  EXPECT_EQ(act(worker, number, "RESOLVE", {{"words", {{"plain", "灯泡已换 (made up)"}}}}).status, 200u);
  EXPECT_EQ(act(supervisor, number, "VERIFY", {{"verdict", "VERDICT_PASSED"}}).status, 200u);
  const auto page2 = citizen.post("/api/v1/citizen/track", {{"caseNumber", " " + number}, {"code", code}});
  seen = page2.json();
  EXPECT_EQ(seen["done"], Json::array({"灯泡已换 (made up)"})) << page2.body;
  EXPECT_EQ(seen["mayRate"], true);
  EXPECT_EQ(seen["rated"], false);
  for (const auto* hidden : {"between us", "worker", "supervisor", "made-up-tel"}) EXPECT_THAT(page2.body, Not(HasSubstr(hidden)));

  const Json rating{{"caseNumber", number}, {"code", code}, {"actionId", "r"}, {"solved", true}, {"satisfaction", 3}};
  EXPECT_EQ(citizen.post("/api/v1/citizen/rate", rating).status, 200u);
  EXPECT_EQ(citizen.post("/api/v1/citizen/rate", rating).status, 200u) << "the same id, the same answer";
  EXPECT_EQ(citizen.post("/api/v1/citizen/track", opened).json()["rated"], true);
  const auto story = worker.get("/api/v1/cases/" + number).body;
  EXPECT_THAT(story, HasSubstr("EVENT_KIND_CALLED_BACK"));
}

TEST_F(GatewayCitizen, WhatTheyCallNotSolvedIsDoneAgainBeforeItIsClosedAndAfter) {
  const auto receipt = filed();
  const std::string number = receipt["caseNumber"], code = receipt["code"];
  const auto tracked = [&] { return citizen.post("/api/v1/citizen/track", {{"caseNumber", number}, {"code", code}}).json(); };
  const auto rate = [&](const char* id, bool solved) {
    return citizen.post("/api/v1/citizen/rate",
                        {{"caseNumber", number}, {"code", code}, {"actionId", id}, {"solved", solved}, {"satisfaction", 1}});
  };
  auto worker = world.browser_of("shiqiao-01.worker"), supervisor = world.browser_of("shiqiao.supervisor");
  EXPECT_EQ(act(worker, number, "ACCEPT").status, 200u);
  EXPECT_EQ(act(worker, number, "RESOLVE", {{"words", {{"plain", "made up"}}}}).status, 200u);
  EXPECT_EQ(rate("not yet", false).status, 200u);
  auto seen = tracked();
  EXPECT_EQ(seen["state"], "CASE_STATE_REWORK") << seen;
  EXPECT_EQ(seen["mayRate"], false);
  const auto& last = seen["steps"].back();
  EXPECT_EQ(last["zh"], "会重新办理，编号不变");

  EXPECT_EQ(act(worker, number, "RESOLVE", {{"words", {{"plain", "made up"}}}}).status, 200u);
  EXPECT_EQ(tracked()["mayReopen"], false);
  EXPECT_EQ(act(supervisor, number, "CLOSE").status, 200u);
  seen = tracked();
  EXPECT_EQ(seen["state"], "CASE_STATE_CLOSED");
  EXPECT_EQ(seen["mayRate"], false);
  EXPECT_EQ(seen["mayReopen"], true);
  EXPECT_EQ(rate("solved", true).status, 409u) << "nothing is left to say but that it is not";
  EXPECT_EQ(rate("again", false).status, 200u);
  EXPECT_EQ(tracked()["state"], "CASE_STATE_REWORK");
  EXPECT_EQ(act(worker, number, "FEED_BACK", {{"words", {{"plain", "made up"}}}}).status, 200u);
  EXPECT_EQ(rate("again", false).status, 200u) << "the same id, the same answer";
  EXPECT_EQ(tracked()["state"], "CASE_STATE_FED_BACK");
}

TEST_F(GatewayCitizen, WhoRatesTooOftenWaitsAndARetryIsAnsweredAsItWas) {
  const auto receipt = filed(), second = filed("two");
  const auto rate = [&](const Json& of, const std::string& id) {
    return citizen.post("/api/v1/citizen/rate", {{"caseNumber", of["caseNumber"]}, {"code", of["code"]}, {"actionId", id}, {"solved", false}});
  };
  const auto first = rate(receipt, "0");
  EXPECT_EQ(first.status, 409u) << "nobody said that it was solved; it counts all the same";
  for (int i = 1; i < 6; ++i) EXPECT_EQ(rate(receipt, std::to_string(i)).status, 409u);
  const auto refused = rate(receipt, "6");
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(refused.number(), v1::ERROR_CODE_TRIES_EXCEEDED);
  EXPECT_GT(refused.json()["retryAfterMs"], 3'000'000);
  EXPECT_EQ(rate(receipt, "0").body, first.body);
  EXPECT_EQ(rate(second, "0").status, 409u) << "another case";
}

TEST_F(GatewayCitizen, AWrongNumberAndAWrongCodeAreAnsweredAlikeAndCounted) {
  const auto receipt = filed();
  const std::string number = receipt["caseNumber"], code = receipt["code"];
  const std::string wrong = code == "AAAA" ? "BBBB" : "AAAA";
  auto other_number = number;
  other_number.back() = other_number.back() == '1' ? '2' : '1';
  const auto by_code = citizen.post("/api/v1/citizen/track", {{"caseNumber", number}, {"code", wrong}});
  const auto by_number = citizen.post("/api/v1/citizen/track", {{"caseNumber", other_number}, {"code", code}});
  EXPECT_EQ(by_code.status, 404u);
  EXPECT_EQ(by_code.body, by_number.body);
  EXPECT_EQ(citizen.post("/api/v1/citizen/track", {{"caseNumber", number}, {"code", code}}).status, 200u) << "a right one is not counted";
  for (int i = 0; i < 3; ++i) citizen.post("/api/v1/citizen/track", {{"caseNumber", number}, {"code", wrong}});
  const auto too_many = citizen.post("/api/v1/citizen/track", {{"caseNumber", number}, {"code", code}});
  EXPECT_EQ(too_many.status, 429u) << "five wrong ones from this address";
  EXPECT_GT(too_many.json()["retryAfterMs"], 300'000);  // of the ten minutes, on the slowest machine
  // From elsewhere, by a proxy's word: the address is another, and the number has four wrong tries.
  const Headers elsewhere{{"X-Forwarded-For", "203.0.113.7"}};
  EXPECT_EQ(citizen.post("/api/v1/citizen/track", {{"caseNumber", number}, {"code", code}}, elsewhere).status, 200u);
  citizen.post("/api/v1/citizen/track", {{"caseNumber", number}, {"code", wrong}}, elsewhere);
  EXPECT_EQ(citizen.post("/api/v1/citizen/track", {{"caseNumber", number}, {"code", code}}, {{"X-Forwarded-For", "203.0.113.8"}}).status,
            429u) << "five of this number";
  EXPECT_EQ(citizen.post("/api/v1/citizen/track", {{"caseNumber", number}, {"code", code}}, elsewhere).status, 200u)
      << "where the right one was given before, strangers keep nobody out";
}

TEST_F(GatewayCitizen, APointElsewhereAndFieldsThatNobodyAsksForAreRefused) {
  auto outside = request("a");
  outside["point"] = {{"latitude", 39.9}, {"longitude", 116.4}};
  const auto page = citizen.post("/api/v1/citizen/requests", outside);
  EXPECT_EQ(page.status, 400u);
  EXPECT_EQ(page.number(), v1::ERROR_CODE_OUTSIDE_STREET);
  auto unknown = request("b");
  unknown["category"] = "road";
  EXPECT_EQ(citizen.post("/api/v1/citizen/requests", unknown).number(), v1::ERROR_CODE_UNKNOWN_FIELD);
  EXPECT_EQ(citizen.post("/api/v1/citizen/requests", {{"sourceId", "c"}, {"words", "x"}}).number(), v1::ERROR_CODE_FIELD_MISSING);
  auto datum = request("d");
  datum["point"]["datum"] = "DATUM_BD09";
  EXPECT_EQ(citizen.post("/api/v1/citizen/requests", datum).status, 400u);
}

TEST_F(GatewayCitizen, OneAddressReportsNotTooOften) {
  unsigned status = 0;
  int taken = 0;
  for (int i = 0; i < 25 && status != 429; ++i) {
    status = citizen.post("/api/v1/citizen/requests", request("r-" + std::to_string(i))).status;
    taken += status == 201 ? 1 : 0;
  }
  EXPECT_EQ(status, 429u);
  EXPECT_EQ(taken, 20);
}

TEST_F(GatewayCitizen, ImagesGoWithARequestAndAreSeenByWhoMayReadIt) {
  const auto put = [&](const std::string& bytes) {
    return citizen.ask("POST", "/api/v1/citizen/attachments", bytes, {{"Content-Type", "image/png"}});
  };
  EXPECT_EQ(put("<svg onload=alert(1)>").number(), v1::ERROR_CODE_ATTACHMENT_UNFIT);
  const auto kept = put(png);
  ASSERT_EQ(kept.status, 201u) << kept.body;
  EXPECT_EQ(kept.json()["mediaType"], "image/png");
  auto asked = request("with image");
  asked["attachments"] = Json::array({kept.json()});
  const auto receipt = citizen.post("/api/v1/citizen/requests", asked);
  ASSERT_EQ(receipt.status, 201u) << receipt.body;
  const std::string number = receipt.json()["caseNumber"];
  auto worker = world.browser_of("shiqiao-01.worker");
  Page text;
  ASSERT_TRUE(wait_until([&] {
    text = worker.get("/api/v1/cases/" + number + "/text");
    return text.status == 200;
  }));
  ASSERT_EQ(text.json()["attachments"].size(), 1u) << text.body;
  const std::string digest = hexadecimal_of(blake2b_256(png));
  const auto image = worker.get("/api/v1/cases/" + number + "/attachments/" + digest);
  EXPECT_EQ(image.status, 200u);
  EXPECT_EQ(image.body, png);
  EXPECT_EQ(image.header("content-type"), "image/png");
  EXPECT_THAT(image.header("content-security-policy"), HasSubstr("sandbox"));
  EXPECT_EQ(world.browser_of("wenhua-05.worker").get("/api/v1/cases/" + number + "/attachments/" + digest).status, 403u);
  EXPECT_EQ(worker.get("/api/v1/cases/" + number + "/attachments/" + std::string(64, '0')).status, 404u);
  // One that was never sent.
  asked["sourceId"] = "another";
  asked["attachments"][0]["blake2b256"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  EXPECT_EQ(citizen.post("/api/v1/citizen/requests", asked).number(), v1::ERROR_CODE_ATTACHMENT_UNKNOWN);
}

TEST_F(GatewayCitizen, AddsToARunningCaseWhatItsWorkerReadsAndNobodyElse) {
  const auto receipt = filed();
  const std::string number = receipt["caseNumber"], code = receipt["code"];
  const Json opened{{"caseNumber", number}, {"code", code}};
  ASSERT_TRUE(wait_until([&] { return citizen.post("/api/v1/citizen/track", opened).status == 200; }));
  EXPECT_EQ(citizen.post("/api/v1/citizen/track", opened).json()["mayAdd"], true);
  const auto image = citizen.ask("POST", "/api/v1/citizen/attachments", png, {{"Content-Type", "image/png"}}).json();
  auto note = opened;
  note["actionId"] = "n-1";
  note["words"] = "晃得更厉害了 (made up)";
  note["attachments"] = Json::array({image});
  const auto added = citizen.post("/api/v1/citizen/notes", note);
  ASSERT_EQ(added.status, 200u) << added.body;
  EXPECT_EQ(added.json()["stage"], "DECIDED");
  EXPECT_FALSE(added.json().contains("events"));
  EXPECT_EQ(citizen.post("/api/v1/citizen/notes", note).json(), added.json()) << "sent twice, added once";

  auto worker = world.browser_of("shiqiao-01.worker"), elsewhere = world.browser_of("wenhua-05.worker");
  const auto story = worker.get("/api/v1/cases/" + number).json()["story"];
  std::vector<Json> notes;
  for (const auto& sentence : story)
    if (sentence.value("kind", "") == "EVENT_KIND_NOTE_ADDED") notes.push_back(sentence);
  ASSERT_EQ(notes.size(), 1u) << story;
  EXPECT_THAT(notes[0]["zh"].get<std::string>(), HasSubstr("晃得更厉害了"));
  EXPECT_EQ(notes[0]["attachments"], 1);
  const std::string step = "?cell=" + notes[0]["cell"].get<std::string>() + "&sequence=" + notes[0]["sequence"].get<std::string>();
  const std::string words = "/api/v1/cases/" + number + "/words" + step;
  EXPECT_EQ(worker.get(words).json()["text"]["plain"], "晃得更厉害了 (made up)");
  const std::string picture = "/api/v1/cases/" + number + "/attachments/" + hexadecimal_of(blake2b_256(png)) + step;
  EXPECT_EQ(worker.get(picture).body, png);
  EXPECT_EQ(elsewhere.get(words).status, 403u);
  EXPECT_EQ(elsewhere.get(picture).status, 403u);
  EXPECT_EQ(elsewhere.get("/api/v1/cases/" + number).status, 403u);
  EXPECT_THAT(world.browser_of("street.supervisor-1").get("/api/v1/register").body, Not(HasSubstr("晃得")));
  auto seen = citizen.post("/api/v1/citizen/track", opened).json();
  EXPECT_EQ(seen["steps"].back()["zh"], "已收到您的补充");
  EXPECT_EQ(seen["steps"].back()["words"], "晃得更厉害了 (made up)") << "their own words";
  EXPECT_EQ(seen["steps"].back()["images"], 1);
  EXPECT_EQ(act(worker, number, "ADD_NOTE", {{"words", {{"plain", "a worker's word (made up)"}}}}).status, 200u);
  auto second = opened;
  second["actionId"] = "n-a";
  second["words"] = "还有一句 (made up)";
  EXPECT_EQ(citizen.post("/api/v1/citizen/notes", second).status, 200u);
  const auto page = citizen.post("/api/v1/citizen/track", opened);
  EXPECT_THAT(page.body, Not(HasSubstr("a worker's word")));
  std::vector<std::string> own;
  const auto steps = page.json()["steps"];  // a range over a part of a temporary would dangle
  for (const auto& one : steps)
    if (one.contains("words")) own.push_back(one["words"]);
  EXPECT_THAT(own, testing::ElementsAre("晃得更厉害了 (made up)", "还有一句 (made up)"));
  const auto stranger = filed("of somebody else");
  ASSERT_TRUE(wait_until([&] {
    return citizen.post("/api/v1/citizen/track", {{"caseNumber", stranger["caseNumber"]}, {"code", stranger["code"]}}).status == 200;
  }));
  EXPECT_THAT(citizen.post("/api/v1/citizen/track", {{"caseNumber", stranger["caseNumber"]}, {"code", stranger["code"]}}).body,
              Not(HasSubstr("晃得")));

  const std::string wrong = code == "AAAA" ? "BBBB" : "AAAA";
  auto other = note;
  other["code"] = wrong;
  EXPECT_EQ(citizen.post("/api/v1/citizen/notes", other).number(), v1::ERROR_CODE_CITIZEN_CODE_WRONG);
  note["words"] = "another";
  EXPECT_EQ(citizen.post("/api/v1/citizen/notes", note).number(), v1::ERROR_CODE_ACTION_DIFFERS) << "the same id, another content";
  EXPECT_EQ(act(worker, number, "ACCEPT").status, 200u);
  EXPECT_EQ(act(worker, number, "RESOLVE", {{"words", {{"plain", "made up"}}}}).status, 200u);
  EXPECT_EQ(citizen.post("/api/v1/citizen/track", opened).json()["mayAdd"], true) << "it is open until it is checked";
  auto supervisor = world.browser_of("shiqiao.supervisor");
  EXPECT_EQ(act(supervisor, number, "CLOSE").status, 200u);
  EXPECT_EQ(citizen.post("/api/v1/citizen/track", opened).json()["mayAdd"], false);
  note["actionId"] = "n-2";
  EXPECT_EQ(citizen.post("/api/v1/citizen/notes", note).number(), v1::ERROR_CODE_CASE_ENDED);
}

TEST_F(GatewayCitizen, WhoAddsTooOftenWaitsAndWhatIsNoNoteIsRefused) {
  const auto receipt = filed(), second = filed("two");
  const auto note = [&](const Json& of, const std::string& id, const Json& words) {
    return citizen.post("/api/v1/citizen/notes",
                        {{"caseNumber", of["caseNumber"]}, {"code", of["code"]}, {"actionId", id}, {"words", words}});
  };
  EXPECT_EQ(note(receipt, "empty", "").number(), v1::ERROR_CODE_FIELD_MISSING);
  EXPECT_EQ(note(receipt, "long", std::string(limits::words_bytes_max + 1, 'x')).number(), v1::ERROR_CODE_FIELD_TOO_LONG);
  EXPECT_EQ(note(receipt, "", "made up").status, 400u);
  EXPECT_EQ(citizen.post("/api/v1/citizen/notes", {{"caseNumber", receipt["caseNumber"]}, {"code", receipt["code"]},
                                                   {"actionId", "x"}, {"words", "x"}, {"toCell", "wenhua-05"}}).number(),
            v1::ERROR_CODE_UNKNOWN_FIELD);
  for (int i = 0; i < 6; ++i) {
    const auto page = note(receipt, std::to_string(i), "made up");
    ASSERT_EQ(page.status, 200u) << page.body << " what was refused above was not counted";
  }
  const auto refused = note(receipt, "7", "made up");
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(refused.number(), v1::ERROR_CODE_TRIES_EXCEEDED);
  EXPECT_GT(refused.json()["retryAfterMs"], 3'000'000);
  EXPECT_EQ(note(receipt, "0", "made up").status, 200u) << "a retry is answered as it was";
  EXPECT_EQ(note(second, "0", "made up").status, 200u) << "another case";
}

}  // namespace
}  // namespace huying::gateway
