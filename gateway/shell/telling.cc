#include "gateway/shell/telling.h"

#include <algorithm>
#include <map>
#include <vector>

#include "gateway/shell/gateway.h"
#include "words/story.h"

namespace huying::gateway {
namespace {

constexpr std::size_t words_fetched_max = 100;  // of a story: the last ones

// Waits for the words of its steps, then tells.
// What this version of the directory calls codes.
class Called final : public words::CodeNames {
 public:
  explicit Called(const DirectoryView& directory) : directory_(directory) {}
  std::string person(std::string_view code) const override { return directory_.title_of(code); }
  std::string cell(std::string_view code) const override {
    const auto name = directory_.cell_name(code);
    return name == code ? std::string() : name;
  }
  std::string category(std::string_view code) const override { return directory_.category_name(code); }

 private:
  const DirectoryView& directory_;
};

class Telling : public std::enable_shared_from_this<Telling> {
 public:
  Telling(Gateway& gateway, std::string person, std::string number, std::shared_ptr<const DirectoryView> directory,
          std::function<void(Result<Story>)> told)
      : gateway_(gateway), person_(std::move(person)), number_(std::move(number)), directory_(std::move(directory)),
        told_(std::move(told)) {}

  void begin(std::vector<Step> steps) {
    steps_ = std::move(steps);
    words_.resize(steps_.size());
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < steps_.size(); ++i)
      if (steps_[i].event.reason().has_words() && steps_[i].event.cause_sequence() != 0) wanted.push_back(i);
    if (wanted.size() > words_fetched_max) wanted.erase(wanted.begin(), wanted.end() - words_fetched_max);
    waits_for_ = wanted.size() + 1;
    for (const auto at : wanted) {
      v1::Fetch fetch;
      fetch.set_case_number(number_);
      fetch.set_part(v1::FETCH_PART_ACTION_WORDS);
      fetch.set_person(person_);
      fetch.set_cell(steps_[at].cell);
      fetch.set_sequence(steps_[at].event.cause_sequence());
      gateway_.broker().fetch(std::move(fetch), [self = shared_from_this(), at](const v1::FetchReply& reply) {
        if (reply.error() == 0) self->words_[at] = reply.text().plain();  // else it is told without
        self->one_less();
      });
    }
    one_less();
  }

 private:
  void one_less() {
    if (--waits_for_ == 0) told_(tell());
  }

  Story tell() const {
    Story story;
    std::map<std::uint64_t, const Step*> by_revision;
    std::vector<words::StoryEvent> events;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      by_revision[steps_[i].event.revision()] = &steps_[i];
      events.push_back({steps_[i].event, words_[i]});
    }
    if (const auto last = std::find_if(by_revision.rbegin(), by_revision.rend(),
                                       [](const auto& one) { return one.second->event.kind() == v1::EVENT_KIND_RETURNED; });
        last != by_revision.rend()) {
      story.returned_from = last->second->event.move().from_cell();
      story.better_cell = last->second->event.move().better_cell();
    }
    const Called names(*directory_);
    auto& sentences = story.sentences = Json::array();
    for (const auto& line : words::story(events, directory_->zone(), gateway_.now(), &names)) {
      Json one{{"atMs", to_ms(line.at)}, {"zh", line.sentence.zh}, {"en", line.sentence.en}};
      if (!line.detail.empty()) {
        one["note_zh"] = line.detail.zh;
        one["note_en"] = line.detail.en;
      }
      if (line.is_now) one["now"] = true;
      const auto found = by_revision.find(line.revision);
      if (line.revision != 0 && found != by_revision.end()) {
        const Step& step = *found->second;
        one["kind"] = v1::EventKind_Name(line.kind);
        one["revision"] = std::to_string(line.revision);
        one["cell"] = step.cell;
        if (step.event.cause_sequence() != 0) one["sequence"] = std::to_string(step.event.cause_sequence());
        one["hasWords"] = step.event.reason().has_words();
        one["attachments"] = step.event.reason().attachments();
      }
      sentences.push_back(std::move(one));
    }
    return story;
  }

  Gateway& gateway_;
  const std::string person_, number_;
  const std::shared_ptr<const DirectoryView> directory_;
  const std::function<void(Result<Story>)> told_;
  std::vector<Step> steps_;
  std::vector<std::string> words_;
  std::size_t waits_for_ = 0;
};

}  // namespace

void tell_story(Gateway& gateway, const std::string& person, const std::string& case_number,
                std::shared_ptr<const DirectoryView> directory, std::function<void(Result<Story>)> told) {
  const auto telling = std::make_shared<Telling>(gateway, person, case_number, std::move(directory), told);
  gateway.stories().tell(person, case_number, [telling, told = std::move(told)](Result<std::vector<Step>> steps) {
    if (!steps) return told(tl::unexpected(steps.error()));
    telling->begin(std::move(*steps));
  });
}

}  // namespace huying::gateway
