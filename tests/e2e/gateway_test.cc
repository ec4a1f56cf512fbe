// huying serve with its pages, huying gateway beside a broker, and huying account, as whole processes. Goal: what is printed is
// what works. Method: log in over HTTP with what the process printed; take the account away while it runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "tests/e2e/huying.h"
#include "tests/e2e/lines.h"
#include "tests/e2e/wenyuan.h"
#include "tests/gateway/shell/browser.h"

namespace huying::e2e {
namespace {

using gateway::Browser;
using testing::HasSubstr;
using testing::Not;

std::uint16_t port_of(Process& process) {
  const std::string said = "pages at http://127.0.0.1:";
  EXPECT_TRUE(wait_until([&] { return !process.is_running() || process.out().find(said) != std::string::npos; })) << process.err();
  const auto at = process.out().find(said);
  return at == std::string::npos ? std::uint16_t{0} : static_cast<std::uint16_t>(std::stoul(process.out().substr(at + said.size())));
}

bool is_ready(std::uint16_t port) {
  return wait_until([&] { return Browser(port).get("/healthz/ready").status == 200; });
}

// The last word of the line that names the person.
std::string printed_for(Process& process, const std::string& person) {
  EXPECT_TRUE(wait_until([&] { return process.out().find(person) != std::string::npos; })) << process.out();
  const auto out = process.out();
  const auto at = out.find(person);
  const auto line = out.substr(at, out.find('\n', at) - at);
  return line.substr(line.find_last_of(" :") + 1);
}

unsigned log_in(Browser& browser, const std::string& person, const std::string& password) {
  return browser.post("/api/v1/session", {{"person", person}, {"password", password}}).status;
}

TEST(GatewayProgram, TheDemonstrationPrintsWhereItsPagesAreAndWhoMayLogIn) {
  Place place;
  std::string first;
  for (int start = 0; start < 2; ++start) {
    const auto server = place.serve({"--directory", wenyuan(), "--http", "127.0.0.1:0"});
    const auto port = port_of(*server);
    ASSERT_NE(port, 0);
    ASSERT_TRUE(is_ready(port));
    for (const auto* person : {"shiqiao-01.worker", "shiqiao-01.cadre", "shiqiao.supervisor", "street.supervisor-1", "district.supervisor-1",
                               "desk-1", "administrator"}) {
      Browser browser(port);
      EXPECT_EQ(log_in(browser, person, printed_for(*server, person)), 200u) << person;
      EXPECT_EQ(browser.get("/api/v1/me").json()["person"], person);
    }
    Browser wall(port);
    EXPECT_EQ(wall.post("/api/v1/session/key", {{"key", "wall-1:" + printed_for(*server, "wall-1:")}}).status, 200u);
    const auto password = printed_for(*server, "shiqiao-01.worker");
    EXPECT_NE(password, first) << "another with each start";
    first = password;
    EXPECT_EQ(stop(*server), (Ended{0, 0})) << server->err();
    EXPECT_EQ(without_word_of_silence(server->err()), "");
  }
  const auto mode = std::filesystem::status(place.data() + "/gateway/accounts.sqlite").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_TRUE(verify(place).ok()) << "the journal does not mind the gateway's folder";
}

TEST(GatewayProgram, ServesBesideABrokerAndAccountsAreMadeAndTakenAwayWhileItRuns) {
  Place place;
  const auto server = place.serve({"--directory", wenyuan()});
  EXPECT_THAT(server->out(), Not(HasSubstr("pages at")));
  const auto pages = place.start({"gateway", "--endpoint", place.endpoint(), "--data", place.path("g"), "--http", "127.0.0.1:0"});
  const auto port = port_of(*pages);
  ASSERT_TRUE(is_ready(port));
  Browser browser(port);
  EXPECT_EQ(log_in(browser, "shiqiao-01.worker", "made up for a test"), 401u);
  const auto made = place.run({"account", "password", "shiqiao-01.worker", "--data", place.path("g")}, "made up for a test\n");
  EXPECT_TRUE(made.ok()) << made.err;
  EXPECT_THAT(made.out + made.err, Not(HasSubstr("made up for a test")));
  EXPECT_EQ(log_in(browser, "shiqiao-01.worker", "made up for a test"), 200u);
  EXPECT_EQ(place.run({"account", "list", "--data", place.path("g")}).out, "shiqiao-01.worker\n");
  const auto key = place.run({"account", "key", "wall-1", "--data", place.path("g")});
  ASSERT_TRUE(key.ok());
  Browser wall(port);
  EXPECT_EQ(wall.post("/api/v1/session/key", {{"key", key.out.substr(0, key.out.find('\n'))}}).status, 200u);
  EXPECT_TRUE(place.run({"account", "remove", "shiqiao-01.worker", "--data", place.path("g")}).ok());
  EXPECT_EQ(browser.get("/api/v1/me").status, 401u) << "at once";
  EXPECT_EQ(place.run({"account", "remove", "shiqiao-01.worker", "--data", place.path("g")}).ended.code, 2);
  EXPECT_EQ(place.run({"account", "password", "A Name", "--data", place.path("g")}, "made up for a test\n").ended.code, 2);
  EXPECT_EQ(place.run({"account", "password", "shiqiao-01.worker", "--data", place.path("g")}, "short\n").ended.code, 3);
  EXPECT_EQ(place.run({"account", "list", "--data", place.path("nowhere")}).ended.code, 2);
  EXPECT_EQ(stop(*pages), (Ended{0, 0})) << pages->err();
  EXPECT_EQ(stop(*server), (Ended{0, 0}));
}

// The ledger is a cache: a gateway that is killed, and whose ledger is deleted, tells the same figures out of the journal.
TEST(GatewayProgram, KilledAndWithoutItsLedgerItComesBackWithEqualFigures) {
  Place place;
  const auto server = place.serve({"--directory", wenyuan()});
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += line_of(request_in_cell("r-" + std::to_string(i), i % 2 == 0 ? "shiqiao-01" : "wenhua-05"));
  ASSERT_EQ(answers_of(place.ask({"publish"}, "hotline-12345", requests).out).size(), 20u);
  const auto start = [&] { return place.start({"gateway", "--endpoint", place.endpoint(), "--data", place.path("g"), "--http", "127.0.0.1:0"}); };
  const auto figures = [&](Process& pages) {
    const auto port = port_of(pages);
    EXPECT_TRUE(is_ready(port));
    Browser browser(port);
    EXPECT_EQ(log_in(browser, "street.supervisor-1", "made up for a test"), 200u);
    gateway::Json told;
    EXPECT_TRUE(wait_until([&] {
      const auto page = browser.get("/api/v1/figures?from=0&to=9999999999999&by=cell");
      told = page.json();
      if (page.status != 200) return false;  // the ledger is not open yet
      std::int64_t filed = 0;
      for (const auto& row : told) filed += row.value("filed", 0);
      return filed == 20;
    })) << told;
    return told;
  };
  auto pages = start();
  ASSERT_TRUE(is_ready(port_of(*pages)));  // its folder is there
  ASSERT_TRUE(place.run({"account", "password", "street.supervisor-1", "--data", place.path("g")}, "made up for a test\n").ok());
  const auto before = figures(*pages);
  pages->signal(SIGKILL);
  EXPECT_EQ(pages->wait().value_or(Ended{}).signal, SIGKILL);
  int removed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(place.path("g") + "/gateway"))
    if (entry.path().filename().string().starts_with("ledger.")) removed += std::filesystem::remove(entry.path()) ? 1 : 0;
  EXPECT_GT(removed, 0);
  pages = start();
  EXPECT_EQ(figures(*pages), before);
  EXPECT_EQ(stop(*pages), (Ended{0, 0})) << pages->err();
  EXPECT_EQ(stop(*server), (Ended{0, 0}));
}

TEST(GatewayProgram, AnAddressThatIsTakenStopsWhoAskedForIt) {
  Place place;
  const auto server = place.serve({"--directory", wenyuan(), "--http", "127.0.0.1:0"});
  const auto taken = "127.0.0.1:" + std::to_string(port_of(*server));
  const auto second = place.run({"gateway", "--endpoint", place.endpoint(), "--data", place.path("g"), "--http", taken});
  EXPECT_EQ(second.ended.code, 2) << second.err;
  for (const std::string wrong : {"8010", "localhost:x", "127.0.0.1:99999", "[::1:8010"})
    EXPECT_EQ(place.run({"gateway", "--endpoint", place.endpoint(), "--data", place.path("g"), "--http", wrong}).ended.code, 2) << wrong;
  EXPECT_EQ(stop(*server), (Ended{0, 0}));
}

}  // namespace
}  // namespace huying::e2e
