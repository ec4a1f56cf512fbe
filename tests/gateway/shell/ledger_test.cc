// The ledger over HTTP: lists, search, figures, the wall and their files, each for who may read it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <set>

#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::size_t rows_for(Browser& browser, const std::string& query = "") {
  const auto page = browser.get("/api/v1/register" + query);
  return page.status == 200 ? page.json()["rows"].size() : 0;
}

struct GatewayLedger : testing::Test {
  GatewayLedger() {
    for (const auto* cell : {"shiqiao-01", "shiqiao-01", "liulin-03"}) numbers.push_back(world.publish_in(cell));
    street = world.browser_of("street.supervisor-1");
    EXPECT_TRUE(wait_until([&] { return rows_for(*street) == 3; }));
  }
  World world;
  std::vector<std::string> numbers;
  std::optional<Browser> street;
};

TEST_F(GatewayLedger, ListsToEachWhatTheyMayRead) {
  auto worker = world.browser_of("shiqiao-01.worker"), other = world.browser_of("xuefu-01.worker");
  auto unit = world.browser_of("liulin.supervisor");
  EXPECT_EQ(rows_for(worker), 2u);
  EXPECT_EQ(rows_for(other), 0u);
  EXPECT_EQ(rows_for(unit), 1u);
  EXPECT_EQ(rows_for(worker, "?cell=liulin-03"), 0u) << "a filter widens nothing";
  EXPECT_EQ(world.browser().get("/api/v1/register").status, 401u);
  const auto row = street->get("/api/v1/register?q=" + numbers[2]).json()["rows"][0];
  EXPECT_EQ(row["number"], numbers[2]);
  EXPECT_EQ(row["cell"], "liulin-03");
  EXPECT_GT(row["clock"]["dueAtMs"].get<std::int64_t>(), 0);
}

TEST_F(GatewayLedger, FindsByTheNamesOfTheDirectory) {
  ASSERT_TRUE(wait_until([&] { return rows_for(*street, "?q=%E7%9F%B3%E6%A1%A5") == 2; })) << "石桥";
  EXPECT_EQ(rows_for(*street, "?q=%E7%9F%B3"), 2u) << "石";
  EXPECT_EQ(rows_for(*street, "?q=nowhere"), 0u);
}

// One maker: whoever reads a case live and whoever reads its row are told the same of it.
TEST_F(GatewayLedger, ALiveCaseAndItsRowHaveTheSameCardInEveryState) {
  const auto act = [&](const char* person, const std::string& number, const char* kind, Json more = Json::object()) {
    more["actionId"] = std::string(kind) + number;
    more["kind"] = std::string("ACTION_KIND_") + kind;
    auto browser = world.browser_of(person);
    const auto page = browser.post("/api/v1/cases/" + number + "/actions", more);
    EXPECT_EQ(page.status, 200u) << kind << page.body;
  };
  const Json words{{"words", {{"plain", "made up"}}}};
  act("shiqiao-01.worker", numbers[0], "ACCEPT");
  act("shiqiao-01.worker", numbers[0], "ESCALATE", words);  // hard: its unit is asked at once
  act("shiqiao-01.worker", numbers[1], "RESOLVE", words);
  act("liulin-03.worker", numbers[2], "ACCEPT");
  auto pause = words;
  pause["untilMs"] = std::to_string(to_ms(world.now()) + 10ll * 24 * 3'600'000);
  act("street.supervisor-2", numbers[2], "SHELVE", pause);
  for (const auto* cell : {"desk", "wenhua-05", "wenhua-06"}) numbers.push_back(world.publish_in(cell));
  act("wenhua-06.worker", numbers[5], "RESOLVE", words);
  act("wenhua.supervisor", numbers[5], "CLOSE");
  std::map<std::string, Json> live;
  for (const auto& number : numbers) live[number] = street->get("/api/v1/cases/" + number).json()["card"];
  std::map<std::string, Json> rows;
  EXPECT_TRUE(wait_until([&] {
    rows.clear();
    const auto page = street->get("/api/v1/register?open=all");
    if (page.status != 200) return false;
    auto json = page.json();
    for (auto& row : json["rows"]) rows[row["number"].get<std::string>()] = row["card"];
    return rows == live;
  })) << Json(live) << "\n" << Json(rows);
  std::multiset<std::string> states;
  for (const auto& [number, card] : live) states.insert(card["state"].get<std::string>());
  EXPECT_EQ(states.count("escalated") + states.count("paused") + states.count("resolved"), 3u) << Json(live);
  EXPECT_THAT(live[numbers[0]]["answerer"].get<std::string>(), testing::Not(testing::IsEmpty()));
  EXPECT_TRUE(live[numbers[5]]["clock"].is_null());
}

TEST_F(GatewayLedger, GoesOnWhereAPageEnded) {
  const auto first = street->get("/api/v1/register?limit=2").json();
  ASSERT_EQ(first["rows"].size(), 2u);
  EXPECT_TRUE(first["more"].get<bool>());
  const auto rest = street->get("/api/v1/register?limit=2&after=" + first["after"].get<std::string>()).json();
  ASSERT_EQ(rest["rows"].size(), 1u);
  EXPECT_FALSE(rest["more"].get<bool>());
}

TEST_F(GatewayLedger, RefusesWhatItDoesNotUnderstand) {
  for (const auto* query : {"?colour=red", "?limit=0", "?limit=201", "?open=perhaps", "?after=%00", "?from=yesterday", "?cell=a&cell=b"}) {
    const auto page = street->get(std::string("/api/v1/register") + query);
    EXPECT_EQ(page.status, 400u) << query << page.body;
  }
  EXPECT_EQ(street->get("/api/v1/figures").status, 400u) << "of which time?";
}

TEST_F(GatewayLedger, ShowsTheWallToWhoReadsTheWholeStreet) {
  const auto wall = street->get("/api/v1/wall").json();
  EXPECT_EQ(wall["open"], 3);
  EXPECT_EQ(wall["flow"]["today"]["filed"], 3);
  EXPECT_TRUE(wall["lastEscalation"].is_null());
  EXPECT_GE(wall["cells"].size(), 67u);
  EXPECT_FALSE(wall["token"].get<std::string>().empty());
  auto unit = world.browser_of("shiqiao.supervisor");
  EXPECT_EQ(unit.get("/api/v1/wall").number(), v1::ERROR_CODE_NOT_ALLOWED);
  EXPECT_EQ(unit.get("/api/v1/figures?from=0&to=9999999999999").number(), v1::ERROR_CODE_NOT_ALLOWED);
  EXPECT_THAT(street->get("/api/v1/wall").body, testing::Not(HasSubstr("路灯不亮"))) << "no citizen's words";
}

TEST_F(GatewayLedger, TheWallsPlaceIsWhereTheEventsGoOn) {
  const auto token = street->get("/api/v1/wall").json()["token"].get<std::string>();
  const auto number = world.publish_in("xuefu-01");
  EventReader events(*street, world.port(), "/api/v1/events?after=" + token);
  EXPECT_TRUE(events.read_until(number));
}

TEST_F(GatewayLedger, GivesFilesThatSayWhatTheyAre) {
  const auto csv = street->get("/api/v1/register.csv");
  EXPECT_THAT(csv.header("content-type"), StartsWith("text/csv"));
  EXPECT_THAT(csv.header("content-disposition"), HasSubstr("register.csv"));
  EXPECT_THAT(csv.body, HasSubstr("状态"));
  EXPECT_THAT(csv.body, HasSubstr(numbers[0]));
  EXPECT_THAT(street->get("/api/v1/register.xlsx").body, StartsWith("PK"));
  EXPECT_THAT(street->get("/api/v1/figures.csv?from=0&to=9999999999999&by=cell").body, HasSubstr("应"));
  EXPECT_THAT(street->get("/api/v1/figures.xlsx?from=0&to=9999999999999&by=unit").body, StartsWith("PK"));
}

// A file of 50,000 rows takes seconds: whoever reads a list or the wall meanwhile does not wait for it.
TEST_F(GatewayLedger, AFileKeepsNoListAndNoWallWaiting) {
  std::promise<void> let_go;
  const auto held = let_go.get_future().share();
  world.on_gateway([&] {
    struct NoReply : http::Reply {
      void send(http::Response) override {}
      std::shared_ptr<Stream> stream(http::Response) override { return {}; }
    };
    auto call = std::make_shared<Call>();
    call->reply = std::make_shared<NoReply>();
    world.gateway().ledger_files().ask(call, [held](SQLite::Database&) -> Result<http::Response> {
      held.wait();
      return http::Response{};
    });
  });
  auto other = world.browser_of("street.supervisor-2");
  auto file = std::async(std::launch::async, [&other] { return other.get("/api/v1/register.csv").status; });
  EXPECT_EQ(rows_for(*street), 3u);
  EXPECT_EQ(street->get("/api/v1/wall").status, 200u);
  let_go.set_value();
  EXPECT_EQ(file.get(), 200u);
}

// The ledger is a cache: whoever deletes it while the gateway is dead gets it back from the journal with the same figures.
TEST_F(GatewayLedger, DeletedComesBackFromTheJournalWithEqualFigures) {
  const std::string figures = "/api/v1/figures?from=0&to=9999999999999&by=cell";
  const auto rows = [&] {
    auto json = street->get("/api/v1/register").json()["rows"];
    for (auto& row : json) row.erase("lateByMs"), row.erase("card");  // of the moment
    return json;
  };
  const auto before = street->get(figures).json();
  const auto rows_before = rows();
  world.stop_gateway();
  for (const auto& entry : std::filesystem::directory_iterator(world.gateway_data()))
    if (entry.path().filename().string().starts_with("ledger.")) std::filesystem::remove(entry.path());
  world.start_gateway();
  street = world.browser_of("street.supervisor-1");
  ASSERT_TRUE(wait_until([&] { return rows_for(*street) == 3 && rows() == rows_before; })) << rows() << rows_before;
  EXPECT_EQ(street->get(figures).json(), before);
}

}  // namespace
}  // namespace huying::gateway
