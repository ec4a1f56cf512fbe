// What strangers send. Each is answered by a number, nothing of it is quoted, and the gateway goes on.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

class GatewayHostile : public testing::Test {
 protected:
  GatewayHostile() {
    std::filesystem::create_directories(pages_.path("web/phone"));
    std::ofstream(pages_.path("web/index.html")) << "<!DOCTYPE html><title>made up</title>";
    std::ofstream(pages_.path("web/phone/index.html")) << "phone";
    std::ofstream(pages_.path("web/app.js")) << "made up";
    std::ofstream(pages_.path("web/.hidden")) << "secret";
    std::ofstream(pages_.path("secret")) << "secret";
    std::filesystem::create_symlink(pages_.path("secret"), pages_.path("web/link.txt"));
    WorldOptions options;
    options.gateway.pages_folder = pages_.path("web");
    world_ = std::make_unique<World>(options);
    worker_ = std::make_unique<Browser>(world_->browser_of("shiqiao-01.worker"));
  }
  void TearDown() override { EXPECT_EQ(world_->browser().get("/healthz/ready").status, 200u) << "it goes on"; }

  TemporaryFolder pages_;
  std::unique_ptr<World> world_;
  std::unique_ptr<Browser> worker_;
};

TEST_F(GatewayHostile, WithoutACookieOrWithAnotherNothingIsDone) {
  const auto number = world_->publish_in("shiqiao-01");
  const Json accept{{"actionId", "a"}, {"kind", "ACTION_KIND_ACCEPT"}};
  const std::string path = "/api/v1/cases/" + number + "/actions";
  auto browser = *worker_;
  browser.csrf.clear();
  EXPECT_EQ(browser.post(path, accept).number(), v1::ERROR_CODE_CSRF_WRONG);
  browser.csrf = std::string(43, 'A');
  EXPECT_EQ(browser.post(path, accept).number(), v1::ERROR_CODE_CSRF_WRONG);
  browser.csrf = world_->browser_of("shiqiao-02.worker").csrf;
  EXPECT_EQ(browser.post(path, accept).number(), v1::ERROR_CODE_CSRF_WRONG) << "another session's";
  browser = *worker_;
  browser.cookie.clear();
  EXPECT_EQ(browser.post(path, accept).number(), v1::ERROR_CODE_NOT_LOGGED_IN);
  for (const std::string cookie : {"x", "huying=", "huying=; huying=x", "huying=' OR 1=1 --", "=;;=", "huying"})
    EXPECT_EQ(browser.get("/api/v1/me", {{"Cookie", cookie}}).status, 401u) << cookie;
  EXPECT_EQ(worker_->get("/api/v1/cases/" + number).json()["case"]["whole"]["state"], "CASE_STATE_DISPATCHED");
}

TEST_F(GatewayHostile, BodiesThatAreNoneAreRefusedAndNotQuoted) {
  const auto said = [&](const std::string& body, const std::string& type = "application/json") {
    return worker_->ask("POST", "/api/v1/requests", body, {{"Content-Type", type}});
  };
  for (const std::string body : {"", "{", "[]", "null", "\"secret\"", "{\"sourceId\":\"secret\"", "{\"text\":{\"plain\":17}}",
                                 "{\"location\":{\"point\":{\"latitude\":\"secret\"}}}", "{\"observedAtMs\":\"secret\"}",
                                 "{\"text\":{\"plain\":\"a\",\"sealed\":\"YQ==\"}}", "\xff\xfe", "{\"sourceId\":\"\\ud800\"}"}) {
    const auto page = said(body);
    EXPECT_EQ(page.status, 400u) << body << page.body;
    EXPECT_THAT(page.body, Not(HasSubstr("secret")));
  }
  EXPECT_EQ(said(std::string(200'000, '[')).status, 400u) << "deep, and no stack is lost";
  EXPECT_EQ(said("{\"text\":" + std::string(100'000, '{')).status, 400u);
  const std::string deep = std::string(400'000, '[') + std::string(400'000, ']');
  EXPECT_EQ(said("{\"text\":" + deep + "}").number(), v1::ERROR_CODE_BODY_UNREADABLE) << "deep, and closed again";
  const auto stranger = world_->browser().ask("POST", "/api/v1/citizen/requests",
                                              R"({"sourceId":"a","words":"b","point":{"latitude":)" + deep + "}}",
                                              {{"Content-Type", "application/json"}});
  EXPECT_EQ(stranger.number(), v1::ERROR_CODE_BODY_UNREADABLE) << "nor of somebody without a login";
  const auto unknown = [&](const std::string& body) {
    const auto page = said(body);
    EXPECT_EQ(page.number(), v1::ERROR_CODE_UNKNOWN_FIELD) << page.body;
    return page.json().value("detail", "");
  };
  EXPECT_EQ(unknown("{\"sourceId\":\"a\",\"evil\":1}"), "evil");
  EXPECT_EQ(unknown("{\"location\":{\"cell\":\"shiqiao-01\",\"evil\":\"secret\"}}"), "location.evil");
  EXPECT_EQ(unknown("{\"attachments\":[{\"mediaType\":\"image/png\"},{\"evil\":{}}]}"), "attachments.evil");
  EXPECT_EQ(unknown("{\"a\\nb\\u0007\":1}"), "a b?") << "printable";
  EXPECT_LE(unknown("{\"" + std::string(5'000, 'e') + "\":1}").size(), 64u);
  EXPECT_EQ(unknown("{\"x: Cannot find field.\":1}"), "x: Cannot find field.");
  EXPECT_EQ(said("{}", "text/plain").status, 415u);
  EXPECT_EQ(said("a=b", "application/x-www-form-urlencoded").status, 415u);
  EXPECT_EQ(said("{}", "").status, 415u);
  EXPECT_EQ(said("{\"sourceId\":\"a\\u0000b\",\"text\":{\"plain\":\"x\"},\"location\":{\"cell\":\"shiqiao-01\"}}").status, 400u);
  const auto login = world_->browser().post("/api/v1/session", {{"person", "a"}, {"password", "b"}, {"admin", true}});
  EXPECT_EQ(login.number(), v1::ERROR_CODE_UNKNOWN_FIELD);
  EXPECT_EQ(world_->browser().post("/api/v1/session", {{"person", {{"$ne", ""}}}, {"password", "b"}}).status, 400u);
  EXPECT_EQ(world_->browser().post("/api/v1/session", {{"person", "a"}, {"password", std::string(1000, 'b')}}).status, 400u);
}

TEST_F(GatewayHostile, ABodyOfVeryManyFieldsIsRefused) {
  // An object is a list here: 100,000 names, each compared with those before, would keep everybody waiting for seconds.
  std::string many = "{\"sourceId\":\"a\"", nested = "{\"text\":{\"plain\":\"a\"";
  for (int i = 0; i < 100'000; ++i) {
    many += fmt::format(",\"{}\":1", i);
    nested += fmt::format(",\"{}\":1", i);
  }
  for (const auto& body : {many + "}", nested + "}}"}) {
    const auto page = worker_->ask("POST", "/api/v1/requests", body, {{"Content-Type", "application/json"}});
    EXPECT_EQ(page.number(), v1::ERROR_CODE_BODY_UNREADABLE) << page.body;
    EXPECT_THAT(page.body, HasSubstr("512 fields"));
  }
}

TEST_F(GatewayHostile, ABodyThatIsTooLargeIsNotRead) {
  EXPECT_EQ(worker_->ask("POST", "/api/v1/attachments", std::string(1024 * 1024 + 1, 'x'), {}).status, 413u);
  const std::string largest = std::string("\xff\xd8\xff", 3) + std::string(1024 * 1024 - 3, 'x');
  EXPECT_EQ(worker_->ask("POST", "/api/v1/attachments", largest, {}).status, 201u);
  const std::string words(9'000, 'x');
  EXPECT_EQ(worker_->post("/api/v1/requests", {{"sourceId", "a"}, {"text", {{"plain", words}}}, {"location", {{"cell", "shiqiao-01"}}}}).number(),
            v1::ERROR_CODE_FIELD_TOO_LONG);
}

TEST_F(GatewayHostile, NoPathLeavesThePagesFolder) {
  auto browser = world_->browser();
  EXPECT_EQ(browser.get("/").status, 200u);
  EXPECT_EQ(browser.get("/phone").body, "phone");
  EXPECT_EQ(browser.get("/phone/").body, "phone");
  for (const std::string path : {"/../secret", "/%2e%2e/secret", "/phone/../../secret", "/phone/%2e%2e/%2e%2e/secret", "/..%2fsecret",
                                 "/.hidden", "/link.txt", "/%00", "//secret", "/phone/index.html/..", "/app.js%00.html", "/\\..\\secret"}) {
    const auto page = browser.get(path);
    EXPECT_TRUE(page.status == 400 || page.status == 404) << path << " " << page.status;
    EXPECT_THAT(page.body, Not(HasSubstr("secret")));
  }
  const auto script = browser.get("/app.js");
  EXPECT_EQ(script.header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(browser.get("/app.js", {{"If-None-Match", script.header("etag")}}).status, 304u);
  const auto posted = browser.post("/app.js", Json::object());
  EXPECT_EQ(posted.status, 405u);
  EXPECT_EQ(posted.header("allow"), "GET, HEAD");
  EXPECT_EQ(browser.post("/none.js", Json::object()).status, 404u);
}

TEST_F(GatewayHostile, AddressesAndMethodsThatAreNoneHaveNumbers) {
  EXPECT_EQ(worker_->get("/api/v1/nothing").number(), v1::ERROR_CODE_PAGE_UNKNOWN);
  EXPECT_EQ(worker_->get("/api/v1/cases/" + std::string(200, 'x')).status, 404u);
  EXPECT_EQ(worker_->ask("PUT", "/api/v1/me", "", {}).number(), v1::ERROR_CODE_METHOD_UNKNOWN);
  const auto refused = worker_->ask("POST", "/api/v1/me", "", {});
  EXPECT_EQ(refused.status, 405u);
  EXPECT_EQ(refused.header("allow"), "GET, HEAD");
  EXPECT_EQ(worker_->get("/api/v1/session").header("allow"), "POST, DELETE");
  EXPECT_EQ(worker_->get("/api/v1/cases/x%0Ay").status, 400u);
  EXPECT_EQ(worker_->get("/api/v1/system").status, 403u) << "a worker";
  EXPECT_EQ(world_->browser().get("/api/v1/system").status, 401u);
}

TEST_F(GatewayHostile, AWordOfAnotherAddressCountsOnlyFromAProxyHere) {
  // From loopback it is believed: a test cannot come from elsewhere. What is no address is not.
  for (const auto& said : {std::string("not an address"), std::string("1.2.3.4, <script>"), std::string(4000, '1')})
    EXPECT_EQ(world_->browser().post("/api/v1/citizen/track", {{"caseNumber", "WY-261123-00001-0"}, {"code", "AAAA"}}, {{"X-Forwarded-For", said}}).status,
              404u) << said;
}

}  // namespace
}  // namespace huying::gateway
