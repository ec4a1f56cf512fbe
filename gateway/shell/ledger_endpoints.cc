// The register, the figures, the wall and their files (docs/api.md, The ledger). Which rows a person gets is what the broker would
// let them read: all of the street's, or those of their cells.
#include <SQLiteCpp/SQLiteCpp.h>

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "gateway/ledger/exports.h"
#include "gateway/ledger/json.h"
#include "gateway/ledger/query_parameters.h"
#include "gateway/ledger/wall.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

using CallPtr = std::shared_ptr<Call>;
using ledger::Rights;
using ledger::Today;

enum class Form { json, csv, xlsx };

LedgerReader& reader_of(Gateway& gateway, Form form) { return form == Form::json ? gateway.ledger_reader() : gateway.ledger_files(); }

// What every question needs, as values: it is worked on elsewhere.
struct Asked {
  std::shared_ptr<const DirectoryView> directory;
  Rights rights;
  Today today;
  ledger::ExportHead head;
  const CivilZone& zone() const { return directory->zone(); }
};

http::Response as_json(const nlohmann::json& json) {
  return {200,
          {{"Content-Type", "application/json"}},
          json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

Result<http::Response> as_file(const ledger::Table& table, Form form, const std::string& name) {
  http::Response response;
  if (form == Form::csv) {
    response.headers = {{"Content-Type", "text/csv; charset=utf-8"},
                        {"Content-Disposition", "attachment; filename=\"" + name + ".csv\""}};
    response.body = ledger::csv_of(table);
    return response;
  }
  auto bytes = ledger::xlsx_of({table});
  if (!bytes) return tl::unexpected(bytes.error());
  response.headers = {{"Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
                      {"Content-Disposition", "attachment; filename=\"" + name + ".xlsx\""}};
  response.body = std::move(*bytes);
  return response;
}

// At the journal's head the picture is of now; else of when it was last.
Result<Asked> asked_by(const Gateway& gateway, const Call& call) {
  const auto state = gateway.ledger_state();
  const auto as_of = state.at_head ? gateway.now() : state.current_at;
  if (!state.is_open || as_of == Instant{})
    return fail(v1::ERROR_CODE_LEDGER_BEHIND, fmt::format("{} events so far", state.events));
  const auto& directory = gateway.directory();
  const auto reads = directory->reads(call.person());
  if (!reads.all && reads.cells.empty()) return fail(v1::ERROR_CODE_NOT_YOUR_CELL, "no cell is yours");
  Asked asked{directory, {reads.all, reads.cells}, ledger::today_of(directory->zone(), as_of), {}};
  asked.head.street = directory->directory().street_name();
  asked.head.demonstration = gateway.broker().welcome().demonstration();
  return asked;
}

ledger::Period this_month(const CivilZone& zone, Instant now) {
  const auto day = zone.day_of(now);
  const date::year_month_day civil(day);
  const date::local_days first = date::local_days(civil.year() / civil.month() / 1);
  return {zone.midnight(first), now};
}

void answer_register(Gateway& gateway, const CallPtr& call, Form form) {
  auto asked = asked_by(gateway, *call);
  if (!asked) return call->reply->send(problem(asked.error()));
  auto wanted = ledger::register_asked(call->request.query);
  if (!wanted) return call->reply->send(problem(wanted.error()));
  reader_of(gateway, form).ask(call, [asked = *asked, wanted = *wanted, form](SQLite::Database& database) -> Result<http::Response> {
    const auto now = asked.today.now;
    auto page = form == Form::json
                    ? ledger::register_page(database, wanted.filter, asked.rights, wanted.page, now)
                    : ledger::register_rows(database, wanted.filter, asked.rights, ledger::register_export_rows_max, now);
    if (!page) return tl::unexpected(page.error());
    const ledger::Names names(database);
    if (form == Form::json) return as_json(ledger::json_of(*page, names, asked.today));
    return as_file(ledger::register_table(*page, names, asked.head, asked.zone(), asked.today), form, "register");
  });
}

void answer_figures(Gateway& gateway, const CallPtr& call, Form form) {
  auto asked = asked_by(gateway, *call);
  if (!asked) return call->reply->send(problem(asked.error()));
  if (!asked->rights.all) return call->reply->send(problem({v1::ERROR_CODE_NOT_ALLOWED, "figures are of the whole street"}));
  auto wanted = ledger::figures_asked(call->request.query);
  if (!wanted) return call->reply->send(problem(wanted.error()));
  reader_of(gateway, form).ask(call, [asked = *asked, wanted = *wanted, form](SQLite::Database& database) -> Result<http::Response> {
    auto figures = ledger::figures(database, wanted, asked.zone(), asked.today.now);
    if (!figures) return tl::unexpected(figures.error());
    if (form == Form::json) return as_json(ledger::json_of(*figures));
    const ledger::Names names(database);
    return as_file(ledger::figures_table(*figures, wanted.by, wanted.period, names, asked.head, asked.zone(), asked.today), form,
                   "figures");
  });
}

void answer_wall(Gateway& gateway, const CallPtr& call) {
  auto asked = asked_by(gateway, *call);
  if (!asked) return call->reply->send(problem(asked.error()));
  if (!asked->rights.all) return call->reply->send(problem({v1::ERROR_CODE_NOT_ALLOWED, "the wall is of the whole street"}));
  gateway.ledger_reader().ask(call, [asked = *asked](SQLite::Database& database) -> Result<http::Response> {
    ledger::WallOptions options;
    options.rates = this_month(asked.zone(), asked.today.now);
    auto wall = ledger::wall(database, options, asked.today);
    if (!wall) return tl::unexpected(wall.error());
    return as_json(ledger::json_of(*wall));
  });
}

}  // namespace

void add_ledger_endpoints(Gateway& gateway) {
  auto& router = gateway.router();
  using http::Method;
  for (const auto& [ending, form] : {std::pair{"", Form::json}, {".csv", Form::csv}, {".xlsx", Form::xlsx}}) {
    router.add(Method::get, std::string("/api/v1/register") + ending, Access::login,
               [&gateway, form = form](const CallPtr& call) { answer_register(gateway, call, form); });
    router.add(Method::get, std::string("/api/v1/figures") + ending, Access::login,
               [&gateway, form = form](const CallPtr& call) { answer_figures(gateway, call, form); });
  }
  router.add(Method::get, "/api/v1/wall", Access::login, [&gateway](const CallPtr& call) { answer_wall(gateway, call); });
}

}  // namespace huying::gateway
