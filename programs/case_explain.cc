// huying case show --explain: the story of a case, told from its events. They come by a subscription to this case alone,
// which is over when the head is reached and leaves nothing behind; the words of persons by Fetch, as far as the reader may
// see them.
#include <fmt/format.h>

#include <vector>

#include "client/actor.h"
#include "client/subscriber.h"
#include "programs/case_command.h"
#include "programs/connection.h"
#include "programs/json_lines.h"
#include "proto/errors.h"
#include "words/story.h"

namespace huying::programs {
namespace {

struct Step {
  words::StoryEvent told;
  std::string cell;
};

// case.<street>.<unit>.<cell>.<event>
std::string cell_of_subject(std::string_view subject) {
  for (int token = 0; token < 3; ++token) subject.remove_prefix(std::min(subject.find('.') + 1, subject.size()));
  return std::string(subject.substr(0, subject.find('.')));
}

class Explaining {
 public:
  explicit Explaining(const ExplainOptions& options)
      : options_(options), connection_(options.connect, roles_to_try(options.connect, roles_of_people())),
        actor_(connection_), subscriber_(connection_, subscription(), callbacks()) {}

  ExitCode run() {
    connection_.attach(actor_);
    connection_.attach(subscriber_);
    return connection_.run();
  }

 private:
  client::SubscriberOptions subscription() const {
    client::SubscriberOptions out;
    out.subscribe.set_case_number(options_.number);
    out.subscribe.set_person(options_.person);
    out.subscribe.set_start(true);
    return out;
  }

  client::SubscriberCallbacks callbacks() {
    return {.on_event = [this](const auto& delivery) { take(delivery); },
            .on_progress =
                [this](const v1::Progress& progress) {
                  if (!progress.at_head() || at_head_) return;
                  at_head_ = true;
                  subscriber_.end();
                  fetch_words(0);
                },
            .on_subscribed = {},
            .on_gap = {},
            .on_refused =
                [this](const Error& error) {
                  print_error(error);
                  connection_.finish(exit_code_of(error));
                },
            .on_waiting = {}};
  }

  void take(const v1::EventDelivery& delivery) {
    Step step;
    if (!step.told.event.ParseFromString(delivery.event())) return;
    step.cell = cell_of_subject(delivery.subject());
    steps_.push_back(std::move(step));
  }

  // One after another; where they may not be seen, or are not kept under this step, it is told without.
  void fetch_words(std::size_t at) {
    while (at < steps_.size() && !steps_[at].told.event.reason().has_words()) ++at;
    if (at == steps_.size()) return tell();
    v1::Fetch fetch;
    fetch.set_case_number(options_.number);
    fetch.set_part(v1::FETCH_PART_ACTION_WORDS);
    fetch.set_person(options_.person);
    fetch.set_cell(steps_[at].cell);
    fetch.set_sequence(steps_[at].told.event.cause_sequence());
    actor_.fetch(fetch, [this, at](const v1::FetchReply& reply) {
      if (reply.error() == 0) steps_[at].told.words = reply.text().plain();
      fetch_words(at + 1);
    });
  }

  void tell() {
    if (steps_.empty()) {
      const Error error{v1::ERROR_CODE_NOT_YOUR_CELL, "no step of it was in a cell that you may read"};
      print_error(error);
      return connection_.finish(exit_code_of(error));
    }
    std::vector<words::StoryEvent> events;
    for (auto& step : steps_) events.push_back(std::move(step.told));
    const auto zone = zone_of(connection_.welcome());
    const auto now = instant(connection_.now_ms());
    const auto lines = words::story(events, zone, now);
    if (options_.connect.json) {
      for (const auto& line : lines) fmt::print("{}\n", story_line(line));
    } else {
      fmt::print("{}  为什么在这里 / why it is here\n{}", events.front().event.case_number(),
                 words::text_of(lines, language(), zone, now));
    }
    connection_.finish(ExitCode::done);
  }

  words::Language language() const {
    if (options_.language == "zh") return words::Language::zh;
    return options_.language == "en" ? words::Language::en : words::Language::both;
  }

  const ExplainOptions options_;
  Connection connection_;
  client::Actor actor_;
  client::Subscriber subscriber_;
  std::vector<Step> steps_;
  bool at_head_ = false;
};

}  // namespace

ExitCode explain_case(const ExplainOptions& options) { return Explaining(options).run(); }

}  // namespace huying::programs
