// The directory, the administrator's view, health and figures; and the ledger beside them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

std::int64_t rows_in(const World& world, const std::string& table) {
  SQLite::Database ledger(world.gateway_data() + "/ledger.sqlite", SQLite::OPEN_READONLY, 5'000);
  return ledger.execAndGet("SELECT count(*) FROM " + table).getInt64();
}

TEST(GatewaySystem, TellsTheStreetItsMapAndItsPeople) {
  World world;
  const auto street = world.browser().get("/api/v1/street").json();
  EXPECT_EQ(street["street"]["name"], "文苑街道");
  EXPECT_EQ(street["units"].size(), 14u + 1u) << "and the desk";
  EXPECT_EQ(street["demonstration"], true);
  ASSERT_EQ(street["bounds"].size(), 4u);
  EXPECT_LT(street["bounds"][0], street["bounds"][2]);
  const auto map = world.browser().get("/api/v1/map");
  ASSERT_EQ(map.status, 200u);
  const auto features = map.json()["features"];
  EXPECT_EQ(features.size(), 67u);
  EXPECT_EQ(features[0]["geometry"]["type"], "MultiPolygon");
  const auto& ring = features[0]["geometry"]["coordinates"][0][0];
  EXPECT_EQ(ring.front(), ring.back());
  EXPECT_NEAR(ring[0][0].get<double>(), 113.2, 0.2);
  EXPECT_THAT(map.body, Not(HasSubstr("worker")));
  EXPECT_EQ(world.browser().get("/api/v1/map", {{"If-None-Match", map.header("etag")}}).status, 304u);
  auto worker = world.browser_of("shiqiao-01.worker");
  const auto people = worker.get("/api/v1/people?role=ROLE_UNIT_SUPERVISOR&place=shiqiao").json();
  ASSERT_EQ(people.size(), 1u);
  EXPECT_EQ(people[0]["person"], "shiqiao.supervisor");
  EXPECT_EQ(worker.get("/api/v1/people?role=KING").status, 400u);
  EXPECT_EQ(world.browser().get("/api/v1/people").status, 401u);
}

TEST(GatewaySystem, ShowsItselfToTheAdministratorAndTheDesk) {
  World world;
  ASSERT_TRUE(wait_until([&] { return world.gateway_ledger().at_head; })) << "it may be ready before";
  for (const auto* person : {"administrator", "desk-1"}) {
    const auto page = world.browser_of(person).get("/api/v1/system");
    ASSERT_EQ(page.status, 200u) << page.body;
    EXPECT_EQ(page.json()["status"]["street"], "410871061");
    EXPECT_EQ(page.json()["ledger"]["atHead"], true);
    const auto versions = world.browser_of(person).get("/api/v1/system/versions").json();
    ASSERT_EQ(versions.size(), 1u);
    EXPECT_EQ(versions[0]["version"], "1");
    EXPECT_EQ(versions[0]["inForce"], true);
    EXPECT_EQ(versions[0]["publishedBy"], "administrator");
    EXPECT_GT(versions[0]["atMs"].get<std::int64_t>(), 0);
    EXPECT_EQ(versions[0]["blake2b256"].get<std::string>().size(), 64u);
  }
  EXPECT_EQ(world.browser_of("street.supervisor-1").get("/api/v1/system").number(), v1::ERROR_CODE_NOT_ALLOWED);
  const auto metrics = world.browser().get("/metrics");
  EXPECT_THAT(metrics.body, HasSubstr("huying_gateway_broker_connected 1"));
  EXPECT_THAT(metrics.body, HasSubstr("huying_gateway_ledger_at_head 1"));
  EXPECT_THAT(metrics.body, HasSubstr("huying_gateway_answers_total{status=\"200\"}"));
  EXPECT_THAT(world.browser().get("/errors").body, HasSubstr("<dt id=\"E9014\">"));
}

void collect_expressions(const Json& json, std::string& all) {
  if (json.is_object())
    for (const auto& [name, value] : json.items())
      name == "expr" ? void(all += value.get<std::string>() + "\n") : collect_expressions(value, all);
  if (json.is_array())
    for (const auto& one : json) collect_expressions(one, all);
}

// Our metrics' names in a text, each that follows `before`.
std::set<std::string> names_in(std::string_view text, std::string_view before) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz_";
  const std::string start = std::string(before) + "huying_";
  std::set<std::string> names;
  for (auto at = text.find(start); at != text.npos; at = text.find(start, at + 1)) {
    const auto name = text.substr(at + before.size());
    names.emplace(name.substr(0, name.find_first_not_of(kLetters)));
  }
  return names;
}

// A metric that is renamed leaves a panel empty and nobody notices; one that is new is on no panel.
TEST(GatewaySystem, TheGrafanaBoardAsksForTheMetricsThatAreServedAndForAllOfThem) {
  World world;
  ASSERT_EQ(world.browser().get("/healthz/live").status, 200u);  // the first answer that is counted
  const std::string served = "\n" + world.browser().get("/metrics").body;
  std::ifstream file(HUYING_SOURCE_FOLDER "/deploy/grafana/huying-gateway.json");
  const auto board = Json::parse(file, nullptr, false);
  ASSERT_TRUE(board.is_object()) << "JSON";
  std::string expressions;
  collect_expressions(board, expressions);
  const auto asked = names_in(expressions, "");
  const auto samples = names_in(served, "\n");
  ASSERT_GT(asked.size(), 10u);
  for (const auto& name : asked) EXPECT_TRUE(samples.contains(name)) << name << " is not served";
  for (const auto& name : samples) EXPECT_TRUE(asked.contains(name)) << name << " is on no panel";
  EXPECT_GE(board["schemaVersion"], 36) << "Grafana 9";
  ASSERT_EQ(board["templating"]["list"].size(), 1u);
  EXPECT_EQ(board["templating"]["list"][0]["type"], "datasource");
  std::set<int> ids;
  for (const auto& panel : board["panels"]) {
    EXPECT_TRUE(ids.insert(panel["id"].get<int>()).second) << panel["title"];
    EXPECT_EQ(panel["datasource"]["uid"], "${datasource}") << panel["title"];
    for (const auto& target : panel["targets"]) EXPECT_EQ(target["datasource"]["uid"], "${datasource}") << panel["title"];
  }
}

TEST(GatewaySystem, FeedsTheLedgerGoesOnAfterAStartAndMakesItAnewForAnotherHistory) {
  World world;
  for (int i = 0; i < 3; ++i) world.publish_in("shiqiao-01");
  ASSERT_TRUE(wait_until([&] { return rows_in(world, "cases") == 3; }));
  world.stop_gateway();
  std::string number;
  world.start_gateway();
  number = world.publish_in("liulin-03");
  ASSERT_TRUE(wait_until([&] { return rows_in(world, "cases") == 4; }));
  const auto events = rows_in(world, "events");
  world.on_gateway([&] { EXPECT_EQ(world.gateway().ledger_state().rebuilt, 0u); });
  // The ledger of another history: an older journal was restored, or the file was copied.
  world.stop_gateway();
  {
    SQLite::Database ledger(world.gateway_data() + "/ledger.sqlite", SQLite::OPEN_READWRITE);
    ledger.exec("UPDATE progress SET token = x'00112233'; DELETE FROM cases; UPDATE events SET number = 'nonsense' || number");
  }
  world.start_gateway();
  ASSERT_TRUE(wait_until([&] { return rows_in(world, "cases") == 4 && rows_in(world, "events") == events; }));
  world.on_gateway([&] { EXPECT_EQ(world.gateway().ledger_state().rebuilt, 1u); });
}

TEST(GatewaySystem, IsNotReadyWithoutABroker) {
  WorldOptions options;
  World world(options);
  world.stop_broker();
  Page page;
  ASSERT_TRUE(wait_until([&] {
    page = world.browser().get("/healthz/ready");
    return page.status == 503;
  }));
  EXPECT_EQ(page.json()["reason"], "the broker is away");
  EXPECT_EQ(world.browser().get("/healthz/live").status, 200u);
}

}  // namespace
}  // namespace huying::gateway
