// The street, its map, its people (docs/api.md, Directory).
#include <fmt/format.h>

#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

http::Response with_etag(const Call& call, const std::string& etag, http::Response response) {
  response.headers.push_back({"ETag", etag});
  response.headers.push_back({"Cache-Control", "no-cache"});
  if (call.request.header("if-none-match").find(etag) == std::string_view::npos) return response;
  response.status = 304;
  response.body.clear();
  return response;
}

}  // namespace

void add_directory_endpoints(Gateway& gateway) {
  auto& router = gateway.router();
  const auto with_directory = [&gateway](auto answer) {
    return [&gateway, answer](const std::shared_ptr<Call>& call) {
      if (!gateway.directory())
        return call->reply->send(problem({v1::ERROR_CODE_NOT_CONNECTED, "the directory was not fetched yet"}));
      call->reply->send(answer(*call, *gateway.directory()));
    };
  };
  router.add(http::Method::get, "/api/v1/street", Access::open, with_directory([&gateway](const Call&, const DirectoryView& directory) {
               auto street = directory.street(gateway.broker().welcome());
               street["mapBase"] = gateway.tiles().json();
               return json_response(street);
             }));
  router.add(http::Method::get, "/api/v1/map", Access::open, with_directory([](const Call& call, const DirectoryView& directory) {
               return with_etag(call, fmt::format("\"map-{}-{}\"", directory.directory().street(), directory.version()),
                                {200, {{"Content-Type", "application/geo+json"}}, directory.map()});
             }));
  // For staff: a wall's key has no business with it.
  router.add(http::Method::get, "/api/v1/people", Access::login, with_directory([](const Call& call, const DirectoryView& directory) {
               if (directory.reads_only(call.person())) return problem({v1::ERROR_CODE_LOGIN_READS_ONLY, {}});
               v1::Role role{};
               const auto asked = call.request.parameter("role").value_or("");
               if (!asked.empty() && !v1::Role_Parse(std::string(asked), &role))
                 return problem({v1::ERROR_CODE_FIELD_INVALID, "role: e.g. ROLE_UNIT_SUPERVISOR"});
               return json_response(directory.people(role, call.request.parameter("place").value_or("")));
             }));
}

}  // namespace huying::gateway
