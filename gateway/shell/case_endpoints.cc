// Cases as their cells' hosts answer (docs/api.md, Cases): lists, one case with its story, and what was written with it.
#include <algorithm>
#include <charconv>
#include <map>

#include "broker/dispatch/datum.h"
#include "gateway/shell/candidates.h"
#include "gateway/shell/card.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "gateway/shell/telling.h"
#include "proto/errors.h"
#include "proto/worst_first.h"

namespace huying::gateway {
namespace {

using CallPtr = std::shared_ptr<Call>;

Error error_in(const auto& reply) { return {reply.error(), reply.detail()}; }

// ---- Lists -----------------------------------------------------------------------------------------------------

Result<v1::Query> list_query(const Call& call) {
  const auto& request = call.request;
  v1::Query query;
  query.set_person(call.person());
  query.set_order(v1::CASE_ORDER_WORST_FIRST);
  query.set_cell(std::string(request.parameter("cell").value_or("")));
  query.set_every_cell(query.cell().empty());
  if (const auto text = request.parameter("limit")) {
    std::uint32_t limit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (error != std::errc{} || end != text->data() + text->size() || limit < 1 || limit > 200)
      return fail(v1::ERROR_CODE_FIELD_INVALID, "limit: 1 to 200");
    query.set_limit(limit);
  }
  if (const auto text = request.parameter("after"); text && !text->empty()) {
    const auto bytes = from_base64url(*text);
    if (!bytes || !query.mutable_after()->ParseFromString(*bytes))
      return fail(v1::ERROR_CODE_FIELD_INVALID, "after: as the page before gave it");
  }
  return query;
}

void list_cases(Gateway& gateway, const CallPtr& call) {
  auto query = list_query(*call);
  if (!query) return call->reply->send(problem(query.error()));
  gateway.broker().query(std::move(*query), [&gateway, call, directory = gateway.directory()](const v1::QueryReply& reply) {
    if (reply.error() != 0)
      return call->reply->send(problem(error_in(reply), {.retry_after_ms = reply.retry_after_ms()}));
    Json cases = Json::array();
    for (const auto& view : reply.cases()) cases.push_back(view_of(view, *directory, gateway.now()));
    Json json{{"cases", std::move(cases)}, {"total", reply.total()}, {"more", reply.more()}};
    if (reply.more() && !reply.cases().empty())
      json["after"] = to_base64url(to_message(rank_of(reply.cases().rbegin()->whole())).SerializeAsString());
    json["unanswered"] = std::vector<std::string>(reply.unanswered().begin(), reply.unanswered().end());
    json["parked"] = std::vector<std::string>(reply.parked_cells().begin(), reply.parked_cells().end());
    call->reply->send(json_response(json));
  });
}

// ---- One case --------------------------------------------------------------------------------------------------

// Answers when its parts have come: what is known of its place, where the person may decide it, and its story.
class Showing : public std::enable_shared_from_this<Showing> {
 public:
  Showing(Gateway& gateway, CallPtr call, v1::CaseView view)
      : gateway_(gateway), call_(std::move(call)), view_(std::move(view)), directory_(gateway.directory()) {}

  void begin() {
    json_ = {{"case", view_of(view_, *directory_, gateway_.now())}};
    json_["card"] = json_["case"]["card"];
    if (!may_assign()) return tell();
    v1::Fetch fetch;
    fetch.set_person(call_->person());
    fetch.set_case_number(number());
    fetch.set_part(v1::FETCH_PART_LOCATION);
    gateway_.broker().fetch(std::move(fetch), [self = shared_from_this()](const v1::FetchReply& reply) {
      if (reply.error() == 0) self->known_.location = reply.location();  // else there is what its filing says
      self->tell();
    });
  }

 private:
  const std::string& number() const { return view_.whole().case_number(); }
  bool may_assign() const {
    return view_.whole().state() == v1::CASE_STATE_AT_DESK &&
           std::find(view_.allowed().begin(), view_.allowed().end(), v1::ACTION_KIND_ASSIGN) != view_.allowed().end();
  }

  void tell() {
    tell_story(gateway_, call_->person(), number(), directory_,
               [self = shared_from_this()](Result<Story> story) { self->finish(std::move(story)); });
  }

  // The case is known: a story that cannot be told now is no reason to hide it.
  void finish(Result<Story> story) {
    if (may_assign()) {
      known_.filed = view_.whole().filed();
      if (story) {
        known_.returned_from = story->returned_from;
        known_.better_cell = story->better_cell;
      }
      json_["candidates"] = candidates_json(candidates_of(known_, *directory_), *directory_);
    }
    json_["story"] = story ? std::move(story->sentences) : Json::array();
    if (!story) json_["storyMissing"] = true;
    call_->reply->send(json_response(json_));
  }

  Gateway& gateway_;
  const CallPtr call_;
  const v1::CaseView view_;
  const std::shared_ptr<const DirectoryView> directory_;
  Whereabouts known_;
  Json json_;
};

void show_case(Gateway& gateway, const CallPtr& call) {
  v1::Query query;
  query.set_person(call->person());
  query.set_case_number(call->parts[0]);
  gateway.broker().query(query, [&gateway, call](const v1::QueryReply& reply) {
    if (reply.error() != 0)
      return call->reply->send(problem(error_in(reply), {.retry_after_ms = reply.retry_after_ms()}));
    if (reply.cases().empty()) return call->reply->send(problem({v1::ERROR_CODE_CASE_UNKNOWN, {}}));
    std::make_shared<Showing>(gateway, call, reply.cases(0))->begin();
  });
}

// ---- Parts of it -----------------------------------------------------------------------------------------------

// The pages' maps are WGS-84 (docs/gateway.md, A map below the cells): a point of another datum would be drawn in another cell. One
// whose datum is not known is left out, as dispatch leaves it out.
void to_wgs84(v1::Location& location) {
  if (!location.has_point()) return;
  auto& point = *location.mutable_point();
  const auto there = dispatch::to_wgs84({point.latitude(), point.longitude()}, point.datum());
  if (!there) return location.clear_point();
  point.set_latitude(there->latitude);
  point.set_longitude(there->longitude);
  point.set_datum(v1::DATUM_WGS84);
}

void fetch_part(Gateway& gateway, const CallPtr& call, v1::Fetch fetch) {
  fetch.set_person(call->person());
  fetch.set_case_number(call->parts[0]);
  const bool is_contact = fetch.part() == v1::FETCH_PART_CONTACT;
  gateway.broker().fetch(std::move(fetch), [&gateway, call, is_contact](v1::FetchReply reply) {
    if (reply.error() != 0)
      return call->reply->send(problem(error_in(reply), {.retry_after_ms = reply.retry_after_ms()}));
    if (is_contact) {
      const auto noted = gateway.looks().add(call->person(), call->parts[0], gateway.now(), system_now());
      if (!noted) return call->reply->send(problem(noted.error()));  // no trace, no contact
    }
    reply.clear_tag();
    if (reply.has_location()) to_wgs84(*reply.mutable_location());
    call->reply->send(json_response(json_of(reply)));
  });
}

void fetch_words(Gateway& gateway, const CallPtr& call) {
  v1::Fetch fetch;
  if (auto filled = fill_step(*call, fetch); !filled) return call->reply->send(problem(filled.error()));
  fetch_part(gateway, call, std::move(fetch));
}

}  // namespace

Result<void> fill_step(const Call& call, v1::Fetch& fetch) {
  const auto cell = call.request.parameter("cell").value_or("");
  const auto text = call.request.parameter("sequence").value_or("");
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (cell.empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, "cell");
  if (error != std::errc{} || end != text.data() + text.size() || sequence == 0)
    return fail(v1::ERROR_CODE_FIELD_INVALID, "sequence: of the step's record");
  fetch.set_part(v1::FETCH_PART_ACTION_WORDS);
  fetch.set_cell(std::string(cell));
  fetch.set_sequence(sequence);
  return {};
}

void add_case_endpoints(Gateway& gateway) {
  auto& router = gateway.router();
  using http::Method;
  router.add(Method::get, "/api/v1/cases", Access::login, [&gateway](const CallPtr& call) { list_cases(gateway, call); });
  router.add(Method::get, "/api/v1/cases/{}", Access::login, [&gateway](const CallPtr& call) { show_case(gateway, call); });
  for (const auto& [path, part] : std::map<std::string, v1::FetchPart>{{"text", v1::FETCH_PART_TEXT},
                                                                       {"contact", v1::FETCH_PART_CONTACT},
                                                                       {"location", v1::FETCH_PART_LOCATION}}) {
    router.add(Method::get, "/api/v1/cases/{}/" + path, Access::login, [&gateway, part = part](const CallPtr& call) {
      v1::Fetch fetch;
      fetch.set_part(part);
      fetch_part(gateway, call, std::move(fetch));
    });
  }
  router.add(Method::get, "/api/v1/cases/{}/words", Access::login, [&gateway](const CallPtr& call) { fetch_words(gateway, call); });
}

}  // namespace huying::gateway
