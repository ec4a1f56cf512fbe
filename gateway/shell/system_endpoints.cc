// The administrator's view, health, figures, and the catalogue of errors (docs/api.md).
#include <fmt/format.h>

#include "gateway/ledger/versions.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

using CallPtr = std::shared_ptr<Call>;

constexpr Milliseconds behind_max = std::chrono::minutes(1);

bool may_see_the_system(const Gateway& gateway, const Call& call) {
  const auto& directory = gateway.directory();
  return directory->holds(call.person(), v1::ROLE_ADMINISTRATOR) || directory->holds(call.person(), v1::ROLE_DESK);
}

Json ledger_json(const LedgerState& state) {
  Json json{{"open", state.is_open},
            {"atHead", state.at_head},
            {"behindMs", state.behind.count()},
            {"events", state.events},
            {"rebuilt", state.rebuilt}};
  if (state.trouble.code != 0) json["trouble"] = sentence(state.trouble);
  return json;
}

void system(Gateway& gateway, const CallPtr& call) {
  gateway.broker().status([&gateway, call](v1::StatusReply reply) {
    if (reply.error() != 0) return call->reply->send(problem({reply.error(), {}}));
    reply.clear_tag();
    const auto now = gateway.figures_now();
    call->reply->send(json_response({{"status", json_of(reply)},
                                     {"ledger", ledger_json(gateway.ledger_state())},
                                     {"gateway",
                                      {{"connections", now.connections},
                                       {"streams", now.streams},
                                       {"subscriptions", now.subscriptions},
                                       {"unanswered", now.unanswered}}}}));
  });
}

// From the ledger; before it is there, what the gateway knows: the one in force.
void versions(Gateway& gateway, const CallPtr& call) {
  const auto in_force = gateway.directory()->version();
  if (!gateway.ledger_state().is_open)
    return call->reply->send(json_response(Json::array({{{"version", std::to_string(in_force)}, {"inForce", true}}})));
  gateway.ledger_reader().ask(call, [in_force](SQLite::Database& database) -> Result<http::Response> {
    const auto known = ledger::directory_versions(database);
    if (!known) return tl::unexpected(known.error());
    auto json = Json::array();
    for (const auto& one : *known)
      json.push_back({{"version", std::to_string(one.version)},
                      {"inForce", one.version == in_force},
                      {"atMs", one.in_force_at_ms},
                      {"publishedBy", one.published_by},
                      {"blake2b256", one.blake2b_256}});
    return json_response(json);
  });
}

// Why not: empty when all is well.
std::string not_ready(Gateway& gateway) {
  if (!gateway.broker().connected()) return "the broker is away";
  if (!gateway.directory()) return "the directory was not fetched yet";
  const auto ledger = gateway.ledger_state();
  if (!ledger.at_head && (!ledger.is_open || ledger.behind > behind_max))
    return fmt::format("the ledger is behind for {} s", ledger.behind.count() / 1000);
  return {};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string errors_page() {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<title>错误编号 Errors</title></head><body><h1>错误编号 Errors</h1>\n<dl>\n";
  const auto* codes = v1::ErrorCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    const int number = codes->value(i)->number();
    if (number == 0) continue;
    const auto words = words_of(static_cast<std::uint32_t>(number));
    page += fmt::format("<dt id=\"E{0:04}\">E{0:04} {1}</dt><dd>{2}<br>{3}<br>{4}</dd>\n", number, words.name, escaped(words.zh),
                        escaped(words.what), escaped(words.remedy));
  }
  return page + "</dl></body></html>\n";
}

}  // namespace

void add_system_endpoints(Gateway& gateway) {
  auto& router = gateway.router();
  using http::Method;
  const auto for_the_few = [&gateway](auto answer) {
    return [&gateway, answer](const CallPtr& call) {
      if (!may_see_the_system(gateway, *call)) return call->reply->send(problem({v1::ERROR_CODE_NOT_ALLOWED, {}}));
      answer(call);
    };
  };
  router.add(Method::get, "/api/v1/system", Access::login, for_the_few([&gateway](const CallPtr& call) { system(gateway, call); }));
  router.add(Method::get, "/api/v1/system/versions", Access::login,
             for_the_few([&gateway](const CallPtr& call) { versions(gateway, call); }));
  router.add(Method::get, "/healthz/live", Access::open, [](const CallPtr& call) { call->reply->send(json_response({{"live", true}})); });
  router.add(Method::get, "/healthz/ready", Access::open, [&gateway](const CallPtr& call) {
    const auto reason = not_ready(gateway);
    if (reason.empty()) return call->reply->send(json_response({{"ready", true}}));
    call->reply->send(json_response({{"ready", false}, {"reason", reason}}, 503));
  });
  router.add(Method::get, "/metrics", Access::open, [&gateway](const CallPtr& call) {
    call->reply->send({200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, gateway.figures().text(gateway.figures_now())});
  });
  router.add(Method::get, "/errors", Access::open, [page = errors_page()](const CallPtr& call) {
    call->reply->send({200, {{"Content-Type", "text/html; charset=utf-8"}}, page});
  });
}

}  // namespace huying::gateway
