#include "gateway/shell/router.h"

#include <algorithm>
#include <optional>

#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::size_t part_bytes_max = 128;

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // '/'
    const auto end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

std::optional<std::vector<std::string>> matched(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (pattern[i] == "{}" && !path[i].empty() && path[i].size() <= part_bytes_max)
      parts.push_back(path[i]);
    else if (pattern[i] != path[i])
      return std::nullopt;
  }
  return parts;
}

}  // namespace

void Router::add(http::Method method, std::string_view pattern, Access access, Handler handler) {
  routes_.push_back({method, segments_of(pattern), access, std::move(handler)});
}

Result<Router::Found> Router::find(http::Method method, std::string_view path) const {
  const auto asked = method == http::Method::head ? http::Method::get : method;
  const auto segments = segments_of(path);
  bool other_method = false;
  for (const auto& route : routes_) {
    auto parts = matched(route.segments, segments);
    if (!parts) continue;
    if (route.method == asked) return Found{&route, std::move(*parts)};
    other_method = true;
  }
  return fail(other_method ? v1::ERROR_CODE_METHOD_UNKNOWN : v1::ERROR_CODE_PAGE_UNKNOWN);
}

std::vector<http::Method> Router::methods(std::string_view path) const {
  const auto segments = segments_of(path);
  std::vector<http::Method> found;
  for (const auto& route : routes_)
    if (matched(route.segments, segments) && std::find(found.begin(), found.end(), route.method) == found.end())
      found.push_back(route.method);
  return found;
}

}  // namespace huying::gateway
