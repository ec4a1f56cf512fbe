// Cases through the gateway: what is asked and done is the person's, and what comes back is the broker's word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::HasSubstr;

class GatewayCases : public testing::Test {
 protected:
  Page act(Browser& browser, const std::string& number, const std::string& id, const std::string& kind, Json more = Json::object()) {
    more["actionId"] = id;
    more["kind"] = "ACTION_KIND_" + kind;
    return browser.post("/api/v1/cases/" + number + "/actions", more);
  }
  World world;
  Browser worker = world.browser_of("shiqiao-01.worker");
  Browser supervisor = world.browser_of("shiqiao.supervisor");
};

TEST_F(GatewayCases, AreWorkedOnFromReportToClosedAndTellTheirStory) {
  const auto reported = worker.post("/api/v1/requests", {{"sourceId", "r-1"},
                                                         {"category", "road"},
                                                         {"text", {{"plain", "井盖松动 (made up)"}}},
                                                         {"location", {{"cell", "shiqiao-01"}}},
                                                         {"report", {{"onBehalfOfCitizen", true}}}});
  ASSERT_EQ(reported.status, 201u) << reported.body;
  const std::string number = reported.json()["caseNumber"];
  EXPECT_EQ(reported.json()["cell"], "shiqiao-01");
  EXPECT_EQ(reported.json()["known"], false);

  const auto accepted = act(worker, number, "a-1", "ACCEPT");
  ASSERT_EQ(accepted.status, 200u) << accepted.body;
  EXPECT_EQ(accepted.json()["stage"], "DECIDED");
  EXPECT_EQ(accepted.json()["events"][0]["kind"], "EVENT_KIND_ACCEPTED");
  EXPECT_EQ(accepted.json()["events"][0]["actor"]["via"], "gateway-1");
  EXPECT_EQ(act(worker, number, "a-2", "RESOLVE", {{"words", {{"plain", "井盖已换 (made up)"}}}}).status, 200u);

  const auto page = worker.get("/api/v1/cases/" + number);
  ASSERT_EQ(page.status, 200u) << page.body;
  const auto json = page.json();
  EXPECT_EQ(json["case"]["whole"]["state"], "CASE_STATE_RESOLVED");
  EXPECT_EQ(json["card"]["state"], "resolved");
  EXPECT_EQ(json["card"]["place"], "石桥村 01 网格");
  EXPECT_EQ(json["card"]["holder"], "石桥村 督导") << json["card"].dump();
  ASSERT_GE(json["story"].size(), 4u) << page.body;
  EXPECT_EQ(json["story"][0]["kind"], "EVENT_KIND_FILED");
  bool told = false;
  for (const auto& sentence : json["story"])
    told = told || (sentence.value("kind", "") == "EVENT_KIND_RESOLVED" && sentence["zh"].get<std::string>().find("井盖已换") != std::string::npos);
  EXPECT_TRUE(told) << "with the words of who did it";
  EXPECT_EQ(json["story"].back()["now"], true);

  EXPECT_EQ(act(supervisor, number, "a-3", "CLOSE").status, 200u);
  const auto closed = worker.get("/api/v1/cases/" + number).json();
  EXPECT_EQ(closed["case"]["whole"]["state"], "CASE_STATE_CLOSED");
  EXPECT_EQ(closed["case"]["allowed"], Json::array());
  EXPECT_EQ(supervisor.get("/api/v1/cases/" + number).json()["case"]["allowed"], Json::array({"ACTION_KIND_REOPEN"}));
}

TEST_F(GatewayCases, AreListedWorstFirstPageByPage) {
  std::set<std::string> published;
  for (int i = 0; i < 5; ++i) published.insert(world.publish_in("shiqiao-01"));
  std::set<std::string> seen;
  std::string after;
  for (int page = 0; page < 3; ++page) {
    const auto json = worker.get("/api/v1/cases?cell=shiqiao-01&limit=2&after=" + after).json();
    EXPECT_EQ(json["total"], 5);
    EXPECT_EQ(json["more"], page < 2);
    for (const auto& view : json["cases"]) {
      EXPECT_EQ(view["card"]["clock"]["kind"], "CLOCK_KIND_ARRANGE");
      EXPECT_THAT(view["allowed"], testing::Contains(Json("ACTION_KIND_ACCEPT")));
      seen.insert(view["whole"]["caseNumber"]);
    }
    after = json.value("after", "");
  }
  EXPECT_EQ(seen, published);
  EXPECT_EQ(worker.get("/api/v1/cases").json()["total"], 5) << "of every cell that is theirs";
  const auto elsewhere = worker.get("/api/v1/cases?cell=wenhua-05");
  EXPECT_EQ(elsewhere.number(), v1::ERROR_CODE_NOT_YOUR_CELL);
  EXPECT_EQ(elsewhere.json()["detail"], "wenhua-05") << "as it was asked";
  EXPECT_EQ(worker.get("/api/v1/cases?limit=0").status, 400u);
  EXPECT_EQ(worker.get("/api/v1/cases?limit=201").status, 400u);
  EXPECT_EQ(worker.get("/api/v1/cases?after=%21").status, 400u);
}

TEST_F(GatewayCases, AStepIsTakenOnceHoweverOftenItIsSent) {
  const auto number = world.publish_in("shiqiao-01");
  const auto first = act(worker, number, "once", "ACCEPT");
  ASSERT_EQ(first.status, 200u) << first.body;
  const auto again = act(worker, number, "once", "ACCEPT");
  EXPECT_EQ(again.status, 200u);
  EXPECT_EQ(again.json()["events"], first.json()["events"]);
  EXPECT_EQ(act(worker, number, "once", "FEED_BACK", {{"words", {{"plain", "another"}}}}).number(), v1::ERROR_CODE_ACTION_DIFFERS);
  // The key in the header is the same key.
  const auto in_header =
      worker.post("/api/v1/cases/" + number + "/actions", {{"kind", "ACTION_KIND_ACCEPT"}}, {{"Idempotency-Key", "once"}});
  EXPECT_EQ(in_header.json()["events"], first.json()["events"]);
  EXPECT_EQ(worker.post("/api/v1/cases/" + number + "/actions", {{"actionId", "x"}, {"kind", "ACTION_KIND_ACCEPT"}},
                        {{"Idempotency-Key", "once"}}).status, 400u);
  EXPECT_EQ(worker.post("/api/v1/cases/" + number + "/actions", {{"kind", "ACTION_KIND_ACCEPT"}}).number(), v1::ERROR_CODE_FIELD_MISSING);
  // Two people's reports of one id are two reports.
  const Json report{{"sourceId", "same"}, {"text", {{"plain", "made up"}}}, {"location", {{"cell", "shiqiao-01"}}}};
  const auto one = worker.post("/api/v1/requests", report), two = supervisor.post("/api/v1/requests", report);
  EXPECT_EQ(one.status, 201u);
  EXPECT_NE(one.json()["caseNumber"], two.json()["caseNumber"]);
  EXPECT_EQ(worker.post("/api/v1/requests", report).json()["known"], true);
}

TEST_F(GatewayCases, ARefusalByTheTableSaysWhatMayBeDone) {
  const auto number = world.publish_in("shiqiao-01");
  const auto page = act(supervisor, number, "a", "CLOSE");
  ASSERT_EQ(page.status, 409u) << page.body;
  EXPECT_EQ(page.number(), v1::ERROR_CODE_STATE_REFUSES);
  EXPECT_EQ(page.header("content-type"), "application/problem+json");
  const auto json = page.json();
  EXPECT_EQ(json["state"], "CASE_STATE_DISPATCHED");
  EXPECT_THAT(json.value("allowed", Json::array()), testing::Contains(Json("ACTION_KIND_REMIND"))) << page.body;
  EXPECT_FALSE(json["title_zh"].get<std::string>().empty());
  EXPECT_EQ(json["type"], "/errors#E" + std::to_string(json["number"].get<int>()));
}

TEST_F(GatewayCases, ThePersonIsWhoIsLoggedInWhateverABodySays) {
  const auto number = world.publish_in("shiqiao-01");
  EXPECT_EQ(act(worker, number, "a", "ACCEPT", {{"person", "shiqiao.supervisor"}}).status, 400u);
  EXPECT_EQ(act(worker, number, "b", "ACCEPT", {{"caseNumber", number}}).status, 400u);
  EXPECT_EQ(worker.post("/api/v1/requests", {{"sourceId", "r"}, {"text", {{"plain", "x"}}}, {"location", {{"cell", "shiqiao-01"}}},
                                             {"report", {{"reporter", "shiqiao-02.worker"}}}}).status, 400u);
  auto other = world.browser_of("wenhua-05.worker");
  EXPECT_EQ(act(other, number, "c", "ACCEPT").number(), v1::ERROR_CODE_NOT_YOUR_CELL);
  EXPECT_EQ(other.get("/api/v1/cases/" + number).status, 403u);
  EXPECT_EQ(other.get("/api/v1/cases/" + number + "/text").status, 403u);
  for (const auto& page : {act(other, number, "d", "ACCEPT"), other.get("/api/v1/cases/" + number),
                           other.get("/api/v1/cases/" + number + "/text"), other.get("/api/v1/cases/" + number + "/location")})
    EXPECT_THAT(page.body, testing::Not(testing::HasSubstr("shiqiao"))) << "nor where the case is";
}

TEST_F(GatewayCases, ALookAtAContactLeavesATraceAndOnlyWhoWorksOnItHasOne) {
  const auto number = world.publish_in("shiqiao-01");
  EXPECT_EQ(supervisor.get("/api/v1/cases/" + number + "/contact").status, 403u);
  const auto page = worker.get("/api/v1/cases/" + number + "/contact");
  ASSERT_EQ(page.status, 200u) << page.body;
  EXPECT_EQ(page.json()["contact"]["telephone"]["plain"], "000");
  EXPECT_EQ(worker.get("/api/v1/cases/" + number + "/text").json()["text"]["plain"], "路灯不亮 (made up)");
  EXPECT_EQ(worker.get("/api/v1/cases/" + number + "/location").json()["location"]["cell"], "shiqiao-01");
  SQLite::Database looks(world.gateway_data() + "/contact_looks.sqlite", SQLite::OPEN_READONLY);
  SQLite::Statement rows(looks, "SELECT person, case_number FROM look");
  ASSERT_TRUE(rows.executeStep());
  EXPECT_EQ(rows.getColumn(0).getString(), "shiqiao-01.worker");
  EXPECT_EQ(rows.getColumn(1).getString(), number);
  EXPECT_FALSE(rows.executeStep()) << "who was refused saw nothing";
}

TEST_F(GatewayCases, OfANumberThatIsNoneThereIsNothing) {
  EXPECT_EQ(worker.get("/api/v1/cases/WY-261123-00001-0").status, 400u) << "its check digit";
  EXPECT_EQ(worker.get("/api/v1/cases/x").status, 400u);
  EXPECT_EQ(worker.get("/api/v1/cases/x/words?cell=shiqiao-01").status, 400u);
}

TEST(GatewayWithoutAHost, AStepIsOnDiskAndNotDecidedAndAQuestionNamesTheCell) {
  WorldOptions options;
  options.with_host = false;
  World world(options);
  auto worker = world.browser_of("shiqiao-01.worker");
  const auto reported = worker.post("/api/v1/requests", {{"sourceId", "r"}, {"text", {{"plain", "made up"}}}, {"location", {{"cell", "shiqiao-01"}}}});
  ASSERT_EQ(reported.status, 201u) << "on disk, whoever decides";
  const std::string number = reported.json()["caseNumber"];
  const auto page = worker.post("/api/v1/cases/" + number + "/actions", {{"actionId", "a"}, {"kind", "ACTION_KIND_ACCEPT"}});
  EXPECT_EQ(page.status, 504u) << page.body;
  EXPECT_EQ(page.number(), v1::ERROR_CODE_NOT_DECIDED_YET);
  // The gateway's own patience is 2 s longer than that for an owner; a machine that stood still may need both.
  const auto no_owner = [&] {
    const auto asked = worker.get("/api/v1/cases/" + number);
    EXPECT_EQ(asked.status, 503u) << asked.body;
    return asked.number() == v1::ERROR_CODE_NO_OWNER;
  };
  EXPECT_TRUE(wait_until(no_owner));
}

TEST_F(GatewayCases, WhileTheBrokerIsAwayTheyAreAnsweredLater) {
  const auto number = world.publish_in("shiqiao-01");
  world.stop_broker();
  ASSERT_TRUE(wait_until([&] { return world.browser().get("/healthz/ready").status == 503; }));
  EXPECT_EQ(world.browser().get("/healthz/live").status, 200u);
  const auto page = act(worker, number, "a", "ACCEPT");
  EXPECT_EQ(page.status, 503u) << page.body;
  EXPECT_GT(page.json()["retryAfterMs"], 0);
  world.start_broker();
  ASSERT_TRUE(wait_until([&] { return world.browser().get("/healthz/ready").status == 200; }));
  ASSERT_TRUE(wait_until([&] { return act(worker, number, "a", "ACCEPT").status == 200; })) << "the same id";
}

}  // namespace
}  // namespace huying::gateway
