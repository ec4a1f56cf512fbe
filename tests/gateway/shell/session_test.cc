// Who gets in, and what a browser is told to keep to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* worker = "shiqiao-01.worker";
const std::string password = "made up for a test 1";

TEST(GatewaySession, APersonLogsInIsTheyAndLogsOut) {
  World world;
  world.set_password(worker, password);
  auto browser = world.browser();
  EXPECT_EQ(browser.get("/api/v1/me").number(), v1::ERROR_CODE_NOT_LOGGED_IN);
  const auto wrong = browser.post("/api/v1/session", {{"person", worker}, {"password", "made up for a test 2"}});
  EXPECT_EQ(wrong.status, 401u);
  EXPECT_EQ(wrong.number(), v1::ERROR_CODE_LOGIN_FAILED);
  const auto nobody = browser.post("/api/v1/session", {{"person", "nobody.9"}, {"password", password}});
  EXPECT_EQ(nobody.body, wrong.body) << "whether there is an account does not show";

  const auto page = browser.post("/api/v1/session", {{"person", worker}, {"password", password}});
  ASSERT_EQ(page.status, 200u) << page.body;
  EXPECT_THAT(page.header("set-cookie"), HasSubstr("HttpOnly; SameSite=Strict; Path=/"));
  EXPECT_THAT(page.header("set-cookie"), Not(HasSubstr("Secure"))) << "the listener is loopback";
  EXPECT_EQ(page.header("cache-control"), "no-store");
  const auto me = browser.get("/api/v1/me").json();
  EXPECT_EQ(me["person"], worker);
  EXPECT_EQ(me["cells"], Json::array({"shiqiao-01"}));
  EXPECT_EQ(me["roles"][0]["role"], "ROLE_GRID_WORKER");
  EXPECT_EQ(me["readOnly"], false);
  EXPECT_EQ(me["timeZone"], "Asia/Shanghai");
  EXPECT_EQ(me["csrf"], browser.csrf);

  auto thief = browser;
  thief.csrf = "x";
  EXPECT_EQ(thief.ask("DELETE", "/api/v1/session", "", {}).number(), v1::ERROR_CODE_CSRF_WRONG);
  EXPECT_EQ(browser.ask("DELETE", "/api/v1/session", "", {}).status, 204u);
  browser.cookie = thief.cookie;
  EXPECT_EQ(browser.get("/api/v1/me").status, 401u);
}

TEST(GatewaySession, AfterFiveWrongPasswordsTheNextTryWaits) {
  World world;
  world.set_password(worker, password);
  auto browser = world.browser();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(browser.post("/api/v1/session", {{"person", worker}, {"password", "wrong"}}).number(), v1::ERROR_CODE_LOGIN_FAILED);
  const auto page = browser.post("/api/v1/session", {{"person", worker}, {"password", password}});
  EXPECT_EQ(page.status, 429u);
  EXPECT_EQ(page.number(), v1::ERROR_CODE_LOGIN_LOCKED);
  EXPECT_GT(page.json()["retryAfterMs"], 0);
  EXPECT_FALSE(page.header("retry-after").empty());
}

TEST(GatewaySession, AKeyOfTheWallReadsAndDoesNothing) {
  World world;
  world.set_password("wall-1", "a key that is long enough");
  auto wall = world.browser();
  EXPECT_EQ(wall.post("/api/v1/session/key", {{"key", "wall-1:another key"}}).number(), v1::ERROR_CODE_LOGIN_FAILED);
  const auto page = wall.post("/api/v1/session/key", {{"key", "wall-1:a key that is long enough"}});
  ASSERT_EQ(page.status, 200u) << page.body;
  EXPECT_EQ(page.json()["me"]["readOnly"], true);
  EXPECT_EQ(wall.get("/api/v1/cases").status, 200u);
  const auto number = world.publish_in("shiqiao-01");
  EXPECT_EQ(wall.post("/api/v1/cases/" + number + "/actions", {{"actionId", "a"}, {"kind", "ACTION_KIND_ACCEPT"}}).number(),
            v1::ERROR_CODE_LOGIN_READS_ONLY);
  EXPECT_EQ(wall.get("/api/v1/cases/" + number + "/contact").status, 403u);
  EXPECT_EQ(wall.get("/api/v1/cases/" + number + "/text").status, 403u);
  EXPECT_EQ(wall.get("/api/v1/people").status, 403u);
  // A person's password is no key.
  world.set_password(worker, password);
  EXPECT_EQ(wall.post("/api/v1/session/key", {{"key", std::string(worker) + ":" + password}}).status, 401u);
}

TEST(GatewaySession, AnAccountOfSomebodyWhomTheDirectoryDoesNotKnowOpensNothing) {
  World world;
  world.set_password("stranger.1", password);
  auto browser = world.browser();
  EXPECT_EQ(browser.post("/api/v1/session", {{"person", "stranger.1"}, {"password", password}}).number(), v1::ERROR_CODE_LOGIN_FAILED);
  EXPECT_EQ(world.browser_of("stranger.1").get("/api/v1/me").number(), v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  EXPECT_EQ(world.browser_of("host-1").get("/api/v1/me").number(), v1::ERROR_CODE_UNKNOWN_PRINCIPAL) << "a system that does not read";
}

TEST(GatewaySession, EveryAnswerCarriesTheCentresTimeAndAStrictPolicy) {
  World world;
  for (const auto* path : {"/api/v1/street", "/api/v1/me", "/nothing", "/errors"}) {
    const auto page = world.browser().get(path);
    EXPECT_THAT(page.header("content-security-policy"), HasSubstr("default-src 'self'")) << path;
    EXPECT_THAT(page.header("content-security-policy"), Not(HasSubstr("unsafe"))) << path;
    EXPECT_EQ(page.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(page.header("referrer-policy"), "no-referrer");
    EXPECT_GT(std::stoll(page.header("huying-now")), 1'600'000'000'000) << path;
  }
}

TEST(GatewaySession, BehindAProxyTheCookieIsSecure) {
  World world;
  world.set_password(worker, password);
  const auto page = world.browser().post("/api/v1/session", {{"person", worker}, {"password", password}}, {{"X-Forwarded-Proto", "https"}});
  EXPECT_THAT(page.header("set-cookie"), HasSubstr("; Secure"));
}

}  // namespace
}  // namespace huying::gateway
