#include "gateway/shell/tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <asio/ip/address_v4.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cstdint>

#include "base/text.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

namespace urls = boost::urls;

constexpr std::string_view placeholders[] = {"{z}", "{x}", "{y}"};

auto unfit(std::string_view what) { return fail(v1::ERROR_CODE_USAGE, std::string(what)); }

// The address of one tile: placeholders are no part of a URL's grammar.
Result<std::string> address_of_a_tile(std::string_view address) {
  std::string others(address), tile(address);
  for (const auto name : placeholders)
    for (auto at = others.find(name); at != std::string::npos; at = others.find(name)) others.erase(at, name.size());
  // Said first: who reads only that {y} is missing would write it for {-y}, and see the map upside down.
  if (others.find_first_of("{}") != std::string::npos)
    return unfit("--tiles has other braces than {z}, {x}, {y}: no {s}, {r} or {-y}; name one host, and rows that begin in the north");
  for (const auto name : placeholders) {
    const auto at = tile.find(name);
    if (at == std::string::npos || tile.find(name, at + 1) != std::string::npos)
      return unfit(fmt::format("{} must stand in --tiles exactly once", name));
    tile.replace(at, name.size(), "0");
  }
  if (tile.find_first_of("\"';") != std::string::npos) return unfit("--tiles holds a quote or a semicolon: write it as %27, %22 or %3B");
  return tile;
}

Result<std::string> fragment() { return unfit("--tiles has a #: what is behind it reaches no server"); }

// What a source of a policy may be (CSP Level 3, host-source): letters, digits, hyphens between dots. No address of IPv6.
bool is_policy_host(std::string_view host) {
  if (host.empty() || host.front() == '.' || host.back() == '.' || host.find("..") != std::string_view::npos) return false;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

// Browsers read a host whose last part is a number as an address (URL Standard, "ends in a number"), and ask 192.168.0.1 for
// 192.168.1: the policy, which names it as it is written, would stop every tile.
bool is_no_address_but_a_number(const std::string& host) {
  asio::error_code error;
  asio::ip::make_address_v4(host, error);
  if (!error) return false;
  const std::string_view last = std::string_view(host).substr(host.rfind('.') + 1);
  const bool is_hexadecimal = last.starts_with("0x") || last.starts_with("0X");
  const std::string_view digits = is_hexadecimal ? "0123456789abcdefABCDEF" : "0123456789";
  return last.substr(is_hexadecimal ? 2 : 0).find_first_not_of(digits) == std::string_view::npos;
}

// Empty for an address without a host: the gateway's own origin.
Result<std::string> origin_of(std::string_view address, std::string_view tile) {
  const boost::core::string_view view(tile.data(), tile.size());
  if (tile.starts_with('/')) {
    const auto path = urls::parse_relative_ref(view);
    if (!path || path->has_authority()) return unfit("--tiles begins with / and is no path of this origin");
    return path->has_fragment() ? fragment() : Result<std::string>{std::string()};
  }
  const auto url = urls::parse_uri(view);
  if (!url)
    return unfit("--tiles is no URL: https://HOST/PATH, or /PATH of the gateway's own origin; other signs are written as %20 in a path, "
                 "as xn-- in a host");
  if (url->scheme_id() != urls::scheme::http && url->scheme_id() != urls::scheme::https)
    return unfit("--tiles is neither https:// nor http://");
  if (url->has_userinfo()) return unfit("--tiles holds a user or a password: every page would show it; let a proxy of yours add it");
  if (url->has_fragment()) return fragment();
  const std::string_view host(url->encoded_host().data(), url->encoded_host().size());
  if (!is_policy_host(host))
    return unfit("--tiles needs a host name of letters, digits, hyphens and dots, or an IPv4 address: browsers take no other in a policy; "
                 "what has none, a proxy serves at a /PATH");
  // Boost.URL ends the host 192.0.2.7x behind the 7.
  const bool ends_early = !url->encoded_path().empty() && url->encoded_path().front() != '/';
  if (ends_early || is_no_address_but_a_number(std::string(host)))
    return unfit("--tiles has a number for a host that is no IPv4 address of four parts");
  // Boost.URL 1.81 tells some number of 99999, too.
  std::uint16_t port = 0;
  const std::string_view digits(url->port().data(), url->port().size());
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (url->has_port() && (error != std::errc{} || port == 0)) return unfit("--tiles has a port that is none");
  std::string origin = url->scheme_id() == urls::scheme::https ? "https://" : "http://";
  for (const char c : host) origin += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (url->has_port()) origin += fmt::format(":{}", port);
  // As it was written, before a tile's numbers took the placeholders' place.
  const std::string_view authority(url->encoded_authority().data(), url->encoded_authority().size());
  if (address.substr(address.find("://") + 3, authority.size()) != authority) return unfit("--tiles has {z}, {x} or {y} in its host");
  return origin;
}

}  // namespace

Result<Tiles> Tiles::make(const TileOptions& options) {
  Tiles tiles;
  if (options.address.empty()) {
    if (!options.attribution.empty()) return unfit("--tiles-attribution needs --tiles");
    return tiles;
  }
  if (options.address.size() > address_bytes_max) return unfit(fmt::format("--tiles is longer than {} bytes", address_bytes_max));
  if (options.attribution.size() > attribution_bytes_max)
    return unfit(fmt::format("--tiles-attribution is longer than {} bytes", attribution_bytes_max));
  if (!is_clean_text(options.attribution) || options.attribution.find('\n') != std::string::npos)
    return unfit("--tiles-attribution is one line of plain text in UTF-8");
  if (options.zoom_max < 1 || options.zoom_max > zoom_max_max) return unfit(fmt::format("--tiles-max-zoom is 1 to {}", zoom_max_max));
  const auto tile = address_of_a_tile(options.address);
  if (!tile) return tl::unexpected(tile.error());
  auto origin = origin_of(options.address, *tile);
  if (!origin) return tl::unexpected(origin.error());
  tiles.options_ = options;
  tiles.origin_ = std::move(*origin);
  return tiles;
}

Json Tiles::json() const {
  if (none()) return nullptr;
  return {{"tiles", Json::array({options_.address})},
          {"attribution", options_.attribution},
          {"minzoom", 0},
          {"maxzoom", options_.zoom_max}};
}

}  // namespace huying::gateway
