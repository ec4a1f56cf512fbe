// The citizen, without a login (docs/api.md, The citizen): to report, to see how it stands, to add to it, to say whether it is
// solved. A number alone opens nothing; a wrong number and a wrong code are answered alike.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/digest.h"
#include "base/limits.h"
#include "gateway/ledger/rows.h"
#include "gateway/shell/answers.h"
#include "gateway/shell/citizen_words.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

using CallPtr = std::shared_ptr<Call>;

constexpr std::size_t source_id_bytes_max = 100, images_max = 3;
constexpr std::size_t done_words_max = 20, own_words_max = 40;  // that are told: the last of each
constexpr const char* citizen = "citizen";

http::Response wait_problem(Milliseconds wait) {
  return problem({v1::ERROR_CODE_TRIES_EXCEEDED, {}}, {.retry_after_ms = static_cast<std::uint32_t>(wait.count())});
}

// ---- Reporting -------------------------------------------------------------------------------------------------

Result<void> fill_place(const Json& body, const DirectoryView* directory, v1::Request& request) {
  auto& location = *request.mutable_location();
  if (const auto point = body.find("point"); point != body.end() && !point->is_null()) {
    if (!point->is_object()) return fail(v1::ERROR_CODE_FIELD_INVALID, "point is an object");
    if (auto known = check_fields(*point, {"latitude", "longitude", "accuracyMetres"}); !known) return known;
    if (auto read = message_of(*point, *location.mutable_point()); !read) return read;
    location.mutable_point()->set_datum(v1::DATUM_WGS84);  // of browsers and of our own map
    if (directory != nullptr && directory->is_far_outside(location.point().latitude(), location.point().longitude()))
      return fail(v1::ERROR_CODE_OUTSIDE_STREET);
  }
  auto address = text_in(body, "address", limits::address_bytes_max, Need::optional);
  if (!address) return tl::unexpected(address.error());
  location.set_address(*address);
  if (!location.has_point() && location.address().empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, "point or address");
  return {};
}

Result<void> fill_images(const Json& body, google::protobuf::RepeatedPtrField<v1::Attachment>& attachments) {
  const auto images = body.find("attachments");
  if (images == body.end() || images->is_null()) return {};
  if (!images->is_array() || images->size() > images_max)
    return fail(v1::ERROR_CODE_TOO_MANY_ITEMS, fmt::format("attachments: at most {}", images_max));
  for (const auto& image : *images) {
    if (!image.is_object()) return fail(v1::ERROR_CODE_FIELD_INVALID, "attachments holds objects");
    if (auto read = message_of(image, *attachments.Add()); !read) return read;
  }
  return {};
}

Result<v1::Request> citizen_request(const Call& call, const DirectoryView* directory) {
  const auto body = object_of(call.request);
  if (!body) return tl::unexpected(body.error());
  if (auto known = check_fields(*body, {"sourceId", "words", "point", "address", "telephone", "attachments"}); !known)
    return tl::unexpected(known.error());
  v1::Request request;
  const auto id = text_in(*body, "sourceId", source_id_bytes_max);
  if (!id) return tl::unexpected(id.error());
  request.set_source_id("c:" + *id);
  const auto words = text_in(*body, "words", limits::words_bytes_max);
  if (!words) return tl::unexpected(words.error());
  request.mutable_text()->set_plain(*words);
  const auto telephone = text_in(*body, "telephone", limits::telephone_bytes_max, Need::optional);
  if (!telephone) return tl::unexpected(telephone.error());
  if (!telephone->empty()) request.mutable_contact()->mutable_telephone()->set_plain(*telephone);
  if (auto place = fill_place(*body, directory, request); !place) return tl::unexpected(place.error());
  if (auto images = fill_images(*body, *request.mutable_attachments()); !images) return tl::unexpected(images.error());
  return request;
}

void report(Gateway& gateway, const CallPtr& call) {
  const auto household = household_of(call->address);
  if (const auto wait = gateway.citizen_requests().wait(household, system_now()); wait.count() > 0)
    return call->reply->send(wait_problem(wait));
  auto request = citizen_request(*call, gateway.directory().get());
  if (!request) return call->reply->send(problem(request.error()));
  if (auto here = gateway.attachments().check(request->attachments()); !here)
    return call->reply->send(problem(here.error(), {.status = 400}));
  gateway.citizen_requests().was_wrong(household, system_now());  // each counts
  gateway.broker().publish(*request, [&gateway, call, attachments = request->attachments()](const v1::PublishAck& ack) {
    if (ack.error() != 0) {
      // What differs is another's, perhaps: its number is not told.
      const std::string detail = ack.error() == v1::ERROR_CODE_CONTENT_DIFFERS ? std::string() : ack.detail();
      return call->reply->send(problem({ack.error(), detail}, {.retry_after_ms = ack.retry_after_ms()}));
    }
    gateway.attachments().keep(attachments);
    const auto code = gateway.codes().code_of(ack.case_number());
    call->reply->send(json_response({{"caseNumber", ack.case_number()},
                                     {"code", code},
                                     {"link", fmt::format("/#{}.{}", ack.case_number(), code)}},  // behind #: it reaches no log
                                    201));
  });
}

// ---- Number and code -------------------------------------------------------------------------------------------

std::string known_as(const std::string& number, const std::string& household) { return number + "@" + household; }

// The number, where the code is right; else it has answered.
Result<std::string> opened_number(Gateway& gateway, const Call& call, const Json& body) {
  const auto given = text_in(body, "caseNumber", 64);
  if (!given) return tl::unexpected(given.error());
  const auto code = text_in(body, "code", 16);
  if (!code) return tl::unexpected(code.error());
  const auto number = tidy_case_number(*given);
  const auto now = system_now();
  const auto household = household_of(call.address);
  const std::string of_number = "n:" + number, of_address = "a:" + household;
  auto wait = gateway.wrong_codes().wait(of_address, now);
  if (!gateway.right_codes().has(known_as(number, household), now)) wait = std::max(wait, gateway.wrong_codes().wait(of_number, now));
  if (wait.count() > 0) return fail(v1::ERROR_CODE_TRIES_EXCEEDED, std::to_string(wait.count()));
  if (!number.empty() && gateway.codes().matches(number, *code)) {
    gateway.right_codes().add(known_as(number, household), now);
    return number;
  }
  gateway.wrong_codes().was_wrong(of_number, now);
  gateway.wrong_codes().was_wrong(of_address, now);
  return fail(v1::ERROR_CODE_CITIZEN_CODE_WRONG);
}

http::Response refusal(const Error& error) {
  if (error.code == v1::ERROR_CODE_TRIES_EXCEEDED) return wait_problem(Milliseconds(std::stoll(error.detail)));
  return problem(error);
}

Error citizen_error(const v1::QueryReply& reply) {
  const bool is_unknown = reply.error() == v1::ERROR_CODE_CASE_UNKNOWN || reply.error() == v1::ERROR_CODE_CASE_NUMBER_INVALID;
  return {is_unknown ? std::uint32_t{v1::ERROR_CODE_CITIZEN_CODE_WRONG} : reply.error(), {}};
}

// What was closed may be called not solved for so long; after that it is reported anew. In the broker's time, as all due times.
constexpr std::chrono::days reopened_within{14};

bool may_reopen(const v1::CaseWhole& whole, Instant now) {
  return whole.state() == v1::CASE_STATE_CLOSED && now < instant(whole.updated_at_ms()) + reopened_within;
}

// ---- How it stands ---------------------------------------------------------------------------------------------

class Track : public std::enable_shared_from_this<Track> {
 public:
  Track(Gateway& gateway, CallPtr call, std::string number)
      : gateway_(gateway), call_(std::move(call)), number_(std::move(number)), directory_(gateway.directory()) {}

  void begin() {
    v1::Query query;
    query.set_case_number(number_);
    query.set_person(citizen);
    gateway_.broker().query(query, [self = shared_from_this()](const v1::QueryReply& reply) {
      if (reply.error() != 0 || reply.cases().empty() || !self->directory_)
        return self->call_->reply->send(problem(citizen_error(reply), {.retry_after_ms = reply.retry_after_ms()}));
      self->take(reply.cases(0));
    });
  }

 private:
  void take(const v1::CaseView& view) {
    const auto& whole = view.whole();
    const auto latest = latest_answer(whole);
    const auto may = [&](v1::ActionKind kind) {
      return std::find(view.allowed().begin(), view.allowed().end(), kind) != view.allowed().end();
    };
    const auto cell_name = directory_->cell_name(whole.cell());
    const auto state = citizen_state(whole.state(), cell_name, review_day(whole, directory_->zone()));
    json_ = {{"caseNumber", whole.case_number()},
             {"state", v1::CaseState_Name(whole.state())},
             {"stateZh", state.zh},
             {"stateEn", state.en},
             {"cellName", cell_name},
             {"latestAnswerMs", latest.at_ms},
             {"provisional", latest.provisional},
             {"steps", Json::array()},
             {"words", ""},
             {"done", Json::array()},
             {"mayRate", may(v1::ACTION_KIND_CALL_BACK)},
             {"mayReopen", may_reopen(whole, gateway_.now())},
             {"mayAdd", may(v1::ACTION_KIND_ADD_NOTE)},
             {"rated", false}};
    gateway_.stories().tell("", number_, [self = shared_from_this()](Result<std::vector<Step>> steps) {
      if (!steps) return self->call_->reply->send(problem({steps.error().code, {}}));
      self->take(std::move(*steps));
    });
  }

  void take(std::vector<Step> steps) {
    std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.event.revision() < b.event.revision(); });
    std::vector<Wanted> done, own;
    for (const auto& step : steps) {
      const auto& event = step.event;
      if (event.kind() == v1::EVENT_KIND_CALLED_BACK) json_["rated"] = true;
      const auto words = words_of(step);
      if (words && (event.kind() == v1::EVENT_KIND_RESOLVED || event.kind() == v1::EVENT_KIND_NOT_ACCEPTED))
        done.push_back({*words, {}});
      const auto said = citizen_step(event, directory_->cell_name(step.cell));
      if (!said) continue;
      json_["steps"].push_back({{"atMs", event.at_ms()}, {"zh", said->zh}, {"en", said->en}});
      if (!is_their_note(event)) continue;
      if (event.reason().attachments() > 0) json_["steps"].back()["images"] = event.reason().attachments();
      if (words) own.push_back({*words, json_["steps"].size() - 1});
    }
    v1::Fetch request;
    request.set_part(v1::FETCH_PART_TEXT);
    wanted_.push_back({request, {}});
    wanted_.insert(wanted_.end(), done.end() - static_cast<std::ptrdiff_t>(std::min(done.size(), done_words_max)), done.end());
    wanted_.insert(wanted_.end(), own.end() - static_cast<std::ptrdiff_t>(std::min(own.size(), own_words_max)), own.end());
    waits_for_ = wanted_.size();
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      wanted_[i].fetch.set_person(citizen);
      wanted_[i].fetch.set_case_number(number_);
      gateway_.broker().fetch(wanted_[i].fetch, [self = shared_from_this(), i](const v1::FetchReply& reply) {
        if (reply.error() == 0) self->wanted_[i].text = reply.text().plain();
        if (--self->waits_for_ == 0) self->finish();
      });
    }
  }

  struct Wanted {
    v1::Fetch fetch;
    std::optional<std::size_t> step;  // of theirs, beside which it stands
    std::string text = {};
  };

  // What was said by a step. Whether it is theirs to read is the broker's decision.
  static std::optional<v1::Fetch> words_of(const Step& step) {
    if (!step.event.reason().has_words() || step.event.cause_sequence() == 0) return std::nullopt;
    v1::Fetch words;
    words.set_part(v1::FETCH_PART_ACTION_WORDS);
    words.set_cell(step.cell);
    words.set_sequence(step.event.cause_sequence());
    return words;
  }

  void finish() {
    json_["words"] = wanted_[0].text;
    for (std::size_t i = 1; i < wanted_.size(); ++i) {
      const auto& one = wanted_[i];
      if (one.text.empty()) continue;
      if (one.step)
        json_["steps"][*one.step]["words"] = one.text;
      else
        json_["done"].push_back(one.text);
    }
    call_->reply->send(json_response(json_));
  }

  Gateway& gateway_;
  const CallPtr call_;
  const std::string number_;
  const std::shared_ptr<const DirectoryView> directory_;
  Json json_;
  std::vector<Wanted> wanted_;
  std::size_t waits_for_ = 0;
};

void track(Gateway& gateway, const CallPtr& call) {
  const auto body = object_of(call->request);
  if (!body) return call->reply->send(problem(body.error()));
  if (auto known = check_fields(*body, {"caseNumber", "code"}); !known) return call->reply->send(problem(known.error()));
  auto number = opened_number(gateway, *call, *body);
  if (!number) return call->reply->send(refusal(number.error()));
  std::make_shared<Track>(gateway, call, std::move(*number))->begin();
}

// ---- Steps of theirs -------------------------------------------------------------------------------------------

// A citizen's keys are the gateway's: each case has its own, and each kind of step.
Result<v1::Action> citizen_action(const Json& body, const std::string& number, v1::ActionKind kind) {
  v1::Action action;
  const auto id = text_in(body, "actionId", limits::action_id_bytes_max);
  if (!id) return tl::unexpected(id.error());
  const auto words = text_in(body, "words", limits::words_bytes_max, Need::optional);
  if (!words) return tl::unexpected(words.error());
  std::string key = fmt::format("{}\n{}", number, *id);
  if (kind == v1::ACTION_KIND_REOPEN) key += "\nreopen";  // follows a step of the same id
  action.set_action_id("c." + hexadecimal_of(content_digest(key).bytes()));
  action.set_case_number(number);
  action.set_person(citizen);
  action.set_kind(kind);
  if (!words->empty()) action.mutable_words()->set_plain(*words);
  return action;
}

void send_answer(const CallPtr& call, const v1::ActionReply& reply) {
  if (reply.stage() != v1::ActionReply::DECIDED || reply.outcome().error() != 0) return call->reply->send(answer_of(reply));
  call->reply->send(json_response({{"stage", "DECIDED"}, {"outcome", json_of(reply.outcome())}}));  // events are staff's
}

Result<v1::Action> rating(const Json& body, const std::string& number, v1::ActionKind kind) {
  const auto solved = flag_in(body, "solved");
  if (!solved) return tl::unexpected(solved.error());
  const auto satisfaction = number_in(body, "satisfaction", 3);
  if (!satisfaction) return tl::unexpected(satisfaction.error());
  auto action = citizen_action(body, number, kind);
  if (!action) return action;
  action->set_verdict(*solved ? v1::VERDICT_PASSED : v1::VERDICT_FAILED);
  action->set_satisfaction(static_cast<std::uint32_t>(*satisfaction));
  return action;
}

// What was closed is opened again, for as long as that may be. Asked once more, the same answer: what is open by now is not
// looked at, its cell knows the step.
void reopen(Gateway& gateway, const CallPtr& call, v1::Action action, const v1::ActionReply& ended) {
  if (!action.has_words()) action.set_reason_code("call_back_failed");
  v1::Query query;
  query.set_case_number(action.case_number());
  query.set_person(citizen);
  gateway.broker().query(query, [&gateway, call, action = std::move(action), ended](const v1::QueryReply& reply) {
    if (reply.error() != 0 || reply.cases().empty())
      return call->reply->send(problem(citizen_error(reply), {.retry_after_ms = reply.retry_after_ms()}));
    const auto& whole = reply.cases(0).whole();
    if (ledger::is_ended(whole.state()) && !may_reopen(whole, gateway.now())) return send_answer(call, ended);
    gateway.broker().act(action, [call](const v1::ActionReply& decided) { send_answer(call, decided); });
  });
}

// A cell that decides a step behind the end of its case does not know the case any more; the number was known to the code.
bool is_refused_as_ended(const v1::ActionReply& reply) {
  const auto decided = reply.outcome().error();
  return reply.error() == v1::ERROR_CODE_CASE_ENDED || decided == v1::ERROR_CODE_CASE_ENDED ||
         decided == v1::ERROR_CODE_CASE_UNKNOWN;
}

void rate(Gateway& gateway, const CallPtr& call) {
  const auto body = object_of(call->request);
  if (!body) return call->reply->send(problem(body.error()));
  if (auto known = check_fields(*body, {"caseNumber", "code", "actionId", "solved", "satisfaction", "words"}); !known)
    return call->reply->send(problem(known.error()));
  const auto number = opened_number(gateway, *call, *body);
  if (!number) return call->reply->send(refusal(number.error()));
  const auto action = rating(*body, *number, v1::ACTION_KIND_CALL_BACK);
  if (!action) return call->reply->send(problem(action.error()));
  const auto again = rating(*body, *number, v1::ACTION_KIND_REOPEN);
  const auto wait = gateway.citizen_notes().take(*number + " rated", action->action_id(), system_now());
  if (wait.count() > 0) return call->reply->send(wait_problem(wait));
  const bool solved = action->verdict() == v1::VERDICT_PASSED;
  gateway.broker().act(*action, [&gateway, call, solved, again = *again](const v1::ActionReply& reply) {
    if (solved || !is_refused_as_ended(reply)) return send_answer(call, reply);
    reopen(gateway, call, again, reply);
  });
}

Result<v1::Action> note(const Json& body, const std::string& number) {
  auto action = citizen_action(body, number, v1::ACTION_KIND_ADD_NOTE);
  if (!action) return action;
  if (auto images = fill_images(body, *action->mutable_attachments()); !images) return tl::unexpected(images.error());
  if (!action->has_words() && action->attachments().empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, "words or attachments");
  return action;
}

void add_note(Gateway& gateway, const CallPtr& call) {
  const auto body = object_of(call->request);
  if (!body) return call->reply->send(problem(body.error()));
  if (auto known = check_fields(*body, {"caseNumber", "code", "actionId", "words", "attachments"}); !known)
    return call->reply->send(problem(known.error()));
  const auto number = opened_number(gateway, *call, *body);
  if (!number) return call->reply->send(refusal(number.error()));
  const auto action = note(*body, *number);
  if (!action) return call->reply->send(problem(action.error()));
  if (auto here = gateway.attachments().check(action->attachments()); !here)
    return call->reply->send(problem(here.error(), {.status = 400}));
  const auto wait = gateway.citizen_notes().take(*number, action->action_id(), system_now());
  if (wait.count() > 0) return call->reply->send(wait_problem(wait));
  gateway.broker().act(*action, [&gateway, call, attachments = action->attachments()](const v1::ActionReply& reply) {
    if (reply.stage() == v1::ActionReply::DECIDED && reply.outcome().error() == 0) gateway.attachments().keep(attachments);
    send_answer(call, reply);
  });
}

}  // namespace

void add_citizen_endpoints(Gateway& gateway) {
  auto& router = gateway.router();
  using http::Method;
  router.add(Method::post, "/api/v1/citizen/requests", Access::open, [&gateway](const CallPtr& call) { report(gateway, call); });
  router.add(Method::post, "/api/v1/citizen/track", Access::open, [&gateway](const CallPtr& call) { track(gateway, call); });
  router.add(Method::post, "/api/v1/citizen/rate", Access::open, [&gateway](const CallPtr& call) { rate(gateway, call); });
  router.add(Method::post, "/api/v1/citizen/notes", Access::open, [&gateway](const CallPtr& call) { add_note(gateway, call); });
}

}  // namespace huying::gateway
