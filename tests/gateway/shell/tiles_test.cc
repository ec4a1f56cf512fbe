// Tiles below the cells: which addresses are taken, and what the gateway tells of them: to pages one origin more, to all else nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gateway/shell/tiles.h"
#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* strict =
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr const char* with_tiles =
    "default-src 'self'; img-src 'self' data: blob: https://tiles.example:8443; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

struct Taken {
  const char *address, *origin;
};

class TakenAddress : public testing::TestWithParam<Taken> {};

TEST_P(TakenAddress, HasThatOriginAndIsToldAsItWasGiven) {
  const auto tiles = Tiles::make({.address = GetParam().address, .attribution = "© 测试底图", .zoom_max = 17});
  ASSERT_TRUE(tiles) << tiles.error().detail;
  EXPECT_FALSE(tiles->none());
  EXPECT_EQ(tiles->origin(), GetParam().origin);
  const Json told = {{"tiles", {GetParam().address}}, {"attribution", "© 测试底图"}, {"minzoom", 0}, {"maxzoom", 17}};
  EXPECT_EQ(tiles->json(), told);
}

INSTANTIATE_TEST_SUITE_P(
    GatewayTiles, TakenAddress,
    testing::Values(Taken{"https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"},
                    Taken{"HTTPS://Tiles.Example:8443/a/{z}/{x}/{y}", "https://tiles.example:8443"},
                    Taken{"http://192.0.2.7:8080/{z}/{y}/{x}.jpg?style=plain", "http://192.0.2.7:8080"},
                    Taken{"https://t0.tianditu.gov.cn/DataServer?T=vec_w&x={x}&y={y}&l={z}&tk=0123abcd", "https://t0.tianditu.gov.cn"},
                    Taken{"https://tiles.example/%E5%9B%BE/{z}/{x}/{y}.png", "https://tiles.example"},
                    Taken{"https://1.tiles.example/{z}/{x}/{y}", "https://1.tiles.example"},
                    Taken{"https://t.0xg/{z}/{x}/{y}", "https://t.0xg"}, Taken{"/tiles/{z}/{x}/{y}.png", ""},
                    Taken{"/tiles?z={z}&x={x}&y={y}", ""}));

struct Refused {
  const char *address, *reason;
};

class RefusedAddress : public testing::TestWithParam<Refused> {};

TEST_P(RefusedAddress, IsToldWithItsReason) {
  const auto tiles = Tiles::make({.address = GetParam().address});
  ASSERT_FALSE(tiles) << GetParam().address;
  EXPECT_EQ(tiles.error().code, v1::ERROR_CODE_USAGE);
  EXPECT_THAT(tiles.error().detail, HasSubstr(GetParam().reason)) << GetParam().address;
  EXPECT_THAT(tiles.error().detail, Not(HasSubstr("secret"))) << "an address may hold a key";
}

INSTANTIATE_TEST_SUITE_P(
    GatewayTiles, RefusedAddress,
    testing::Values(Refused{"https://t.example/secret/{x}/{y}", "{z} must stand"}, Refused{"https://t.example/{z}/{y}", "{x} must stand"},
                    Refused{"https://t.example/{z}/{x}/", "{y} must stand"}, Refused{"https://t.example/{z}/{x}/{y}/{z}", "{z} must stand"},
                    Refused{"https://{s}.t.example/{z}/{x}/{y}", "no {s}"}, Refused{"https://t.example/{z}/{x}/{y}{r}.png", "no {s}, {r}"},
                    Refused{"https://t.example/{z}/{x}/{y}{-y}", "{-y}"}, Refused{"https://t.example/{{z}}/{x}/{y}", "other braces"},
                    Refused{"https://t.example/{z}/{x}/{-y}", "{-y}; name one"},
                    Refused{"https://t.example/{TileMatrix}/{TileCol}/{TileRow}", "other braces"},
                    Refused{"https://192.168.1/{z}/{x}/{y}", "four parts"}, Refused{"https://2130706433/{z}/{x}/{y}", "four parts"},
                    Refused{"https://0x7f.1/{z}/{x}/{y}", "four parts"}, Refused{"https://192.0.2.0x7/{z}/{x}/{y}", "four parts"},
                    Refused{"https://256.0.2.1/{z}/{x}/{y}", "four parts"}, Refused{"https://192.0.2.07/{z}/{x}/{y}", "four parts"},
                    Refused{"https://192.0.2.7t.example/{z}/{x}/{y}", "four parts"},
                    Refused{"https://{z}.t.example/{x}/{y}", "in its host"}, Refused{"https://t{x}.example/{z}/{y}", "in its host"},
                    Refused{"https://t.example:1{z}/{x}/{y}", "in its host"}, Refused{"https://t.example:{z}/{x}/{y}", "a port that is none"},
                    Refused{"https://t.example/{z}/{x}/{y}'", "a quote"}, Refused{"https://t.example/{z}/{x}/{y}\"", "a quote"},
                    Refused{"https://t.example;script-src/{z}/{x}/{y}", "a semicolon"}, Refused{"https://t.example/{z};/{x}/{y}", "a semicolon"},
                    Refused{"https://t.example,*/{z}/{x}/{y}", "host name"}, Refused{"https://*.example/{z}/{x}/{y}", "host name"},
                    Refused{"https://*/{z}/{x}/{y}", "host name"}, Refused{"https://t_1.example/{z}/{x}/{y}", "host name"},
                    Refused{"https://t%20script-src.example/{z}/{x}/{y}", "host name"}, Refused{"https://[::1]:80/{z}/{x}/{y}", "host name"},
                    Refused{"https:///{z}/{x}/{y}", "host name"}, Refused{"https://:8080/{z}/{x}/{y}", "host name"},
                    Refused{"https://.example/{z}/{x}/{y}", "host name"}, Refused{"https://a..b/{z}/{x}/{y}", "host name"},
                    Refused{"https:{z}/{x}/{y}", "host name"}, Refused{"https://t.example:0/{z}/{x}/{y}", "a port that is none"},
                    Refused{"https://t.example:/{z}/{x}/{y}", "a port that is none"},
                    Refused{"https://t.example:99999/{z}/{x}/{y}", "a port that is none"},
                    Refused{"https://user:secret@t.example/{z}/{x}/{y}", "a user or a password"},
                    Refused{"https://secret@t.example/{z}/{x}/{y}", "a user or a password"},
                    Refused{"ftp://t.example/{z}/{x}/{y}", "neither https"}, Refused{"data:image/png,{z}{x}{y}", "neither https"},
                    Refused{"javascript:{z}{x}{y}", "neither https"}, Refused{"file:///secret/{z}/{x}/{y}", "neither https"},
                    Refused{"https://t.example/ {z}/{x}/{y}", "no URL"}, Refused{"https://t.example/\n{z}/{x}/{y}", "no URL"},
                    Refused{"https://t.example\r\nX: 1/{z}/{x}/{y}", "no URL"}, Refused{"https://t.example\t/{z}/{x}/{y}", "no URL"},
                    Refused{"https://t.example/<{z}>/{x}/{y}", "no URL"}, Refused{"https://t.example\\{z}\\{x}\\{y}", "no URL"},
                    Refused{"https://瓦片.example/{z}/{x}/{y}", "no URL"}, Refused{"https://t.example/图/{z}/{x}/{y}", "no URL"},
                    Refused{"tiles/{z}/{x}/{y}.png", "no URL"}, Refused{"t.example/{z}/{x}/{y}", "no URL"},
                    Refused{"https://t.example/{z}/{x}/{y}#secret", "a #"}, Refused{"https://t.example/{z}/{x}#{y}", "a #"},
                    Refused{"/tiles/{z}/{x}/{y}#secret", "a #"}, Refused{"//t.example/{z}/{x}/{y}", "no path"},
                    Refused{"/\\t.example/{z}/{x}/{y}", "no path"}, Refused{"/ti les/{z}/{x}/{y}", "no path"}));

TEST(GatewayTiles, AreBoundedInAllThatIsSaidOfThem) {
  const std::string address = "https://t.example/{z}/{x}/{y}";
  EXPECT_TRUE(Tiles::make({.address = address + std::string(Tiles::address_bytes_max - address.size(), 'a')}));
  EXPECT_FALSE(Tiles::make({.address = address + std::string(Tiles::address_bytes_max - address.size() + 1, 'a')}));
  EXPECT_TRUE(Tiles::make({.address = address, .attribution = std::string(Tiles::attribution_bytes_max, 'a')}));
  EXPECT_FALSE(Tiles::make({.address = address, .attribution = std::string(Tiles::attribution_bytes_max + 1, 'a')}));
  for (const auto* words : {"two\nlines", "a\x01", "\xff"}) EXPECT_FALSE(Tiles::make({.address = address, .attribution = words})) << words;
  EXPECT_FALSE(Tiles::make({.address = address, .zoom_max = 0}));
  EXPECT_FALSE(Tiles::make({.address = address, .zoom_max = 23}));
  EXPECT_FALSE(Tiles::make({.attribution = "whose?"}));
  const auto none = Tiles::make({});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->none());
  EXPECT_EQ(none->origin(), "");
  EXPECT_EQ(none->json(), nullptr);
}

struct PagesFolder {
  PagesFolder() {
    for (const auto& [name, bytes] : {std::pair{"index.html", "citizen"}, {"wall.html", "wall"}, {"wall.html.gz", "zipped"}, {"app.js", "1"}})
      std::ofstream(folder.path(name)) << bytes;
  }
  TemporaryFolder folder;
};

WorldOptions with(const PagesFolder& pages, TileOptions tiles) {
  WorldOptions options;
  options.gateway.pages_folder = pages.folder.path();
  options.gateway.tiles = std::move(tiles);
  return options;
}

TEST(GatewayTiles, GiveThePagesOneOriginOfImagesAndNothingElseAnything) {
  const PagesFolder pages;
  World world(with(pages, {.address = "https://tiles.example:8443/{z}/{x}/{y}.png", .attribution = "© 测试底图", .zoom_max = 16}));
  for (const auto* page : {"/", "/wall"}) {
    const auto answer = world.browser().get(page);
    ASSERT_EQ(answer.status, 200u) << page;
    EXPECT_EQ(answer.header("content-security-policy"), with_tiles) << page;
    EXPECT_EQ(answer.headers.count("content-security-policy"), 1u) << page;
    EXPECT_EQ(answer.header("referrer-policy"), "no-referrer") << "no tile server learns which page asks";
    const auto known = world.browser().get(page, {{"If-None-Match", answer.header("etag")}});
    EXPECT_EQ(known.status, 304u);
    EXPECT_EQ(known.header("content-security-policy"), with_tiles);
  }
  EXPECT_EQ(world.browser().get("/wall", {{"Accept-Encoding", "gzip"}}).header("content-security-policy"), with_tiles);
  for (const auto* other : {"/app.js", "/errors", "/nothing", "/api/v1/street", "/api/v1/map", "/api/v1/me", "/metrics"})
    EXPECT_EQ(world.browser().get(other).header("content-security-policy"), strict) << other;
  const auto told = world.browser().get("/api/v1/street").json()["mapBase"];
  EXPECT_EQ(told, (Json{{"tiles", {"https://tiles.example:8443/{z}/{x}/{y}.png"}}, {"attribution", "© 测试底图"}, {"minzoom", 0}, {"maxzoom", 16}}))
      << "without a login: the citizen's map needs it";
}

TEST(GatewayTiles, WithoutThemOrFromItsOwnOriginThePolicyIsTheOneOfEveryAnswer) {
  const PagesFolder pages;
  std::string etag;
  for (const auto* address : {"", "/tiles/{z}/{x}/{y}.png"}) {
    World world(with(pages, {.address = address}));
    const auto answer = world.browser().get("/wall");
    EXPECT_EQ(answer.header("content-security-policy"), strict) << address;
    EXPECT_EQ(world.browser().get("/api/v1/street").json()["mapBase"].is_null(), *address == '\0') << address;
    etag = answer.header("etag");
  }
  const auto plain = Pages::read(pages.folder.path()), named = Pages::read(pages.folder.path(), with_tiles);
  ASSERT_TRUE(plain && named);
  const auto etag_of = [](const Pages& of, const std::string& path) {
    http::Request request;
    request.path = path;
    const auto answer = of.answer(request);
    for (const auto& header : answer.headers)
      if (header.name == "ETag") return header.value;
    return std::string();
  };
  EXPECT_EQ(etag_of(*plain, "/wall"), etag);
  EXPECT_NE(etag_of(*named, "/wall"), etag) << "a browser that keeps the page must not keep the old policy with it";
  EXPECT_EQ(etag_of(*named, "/app.js"), etag_of(*plain, "/app.js"));
}

TEST(GatewayTiles, AreRefusedBeforeAnythingIsServed) {
  TemporaryFolder folder;
  asio::io_context context;
  GatewayOptions options;
  options.endpoint = "ipc://" + folder.path("none.sock");
  options.data_folder = folder.path("g");
  options.tiles.address = "https://t.example/{x}/{y}";
  Gateway gateway(context, options);
  const auto started = gateway.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, v1::ERROR_CODE_USAGE);
  EXPECT_FALSE(std::filesystem::exists(folder.path("g")));
}

}  // namespace
}  // namespace huying::gateway
