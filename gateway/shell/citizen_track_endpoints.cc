// How a citizen's case stands: its state, its steps, the public words and what they added, told in one answer.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/shell/answers.h"
#include "gateway/shell/citizen_call.h"
#include "gateway/shell/citizen_words.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"

namespace huying::gateway {
namespace {

using CallPtr = std::shared_ptr<Call>;

constexpr std::size_t done_words_max = 20, own_words_max = 40;  // that are told: the last of each

class Track : public std::enable_shared_from_this<Track> {
 public:
  Track(Gateway& gateway, CallPtr call, std::string number)
      : gateway_(gateway), call_(std::move(call)), number_(std::move(number)), directory_(gateway.directory()) {}

  void begin() {
    v1::Query query;
    query.set_case_number(number_);
    query.set_person(citizen_person);
    gateway_.broker().query(query, [self = shared_from_this()](const v1::QueryReply& reply) {
      if (reply.error() != 0 || reply.cases().empty() || !self->directory_)
        return self->call_->reply->send(citizen_problem(reply));
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
      wanted_[i].fetch.set_person(citizen_person);
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
  if (!number) return call->reply->send(refusal_of_number(number.error()));
  std::make_shared<Track>(gateway, call, std::move(*number))->begin();
}

}  // namespace

void add_citizen_track_endpoints(Gateway& gateway) {
  gateway.router().add(http::Method::post, "/api/v1/citizen/track", Access::open,
                       [&gateway](const CallPtr& call) { track(gateway, call); });
}

}  // namespace huying::gateway
