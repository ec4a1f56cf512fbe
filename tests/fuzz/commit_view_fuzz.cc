// A commit as the broker looks at it, against protobuf's parser. What is accepted is written down and parsed when it is
// replayed, so the two must agree on every byte.
#include "base/check.h"
#include "broker/delivery/commit_view.h"
#include "proto/frame.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/parsing.h"

namespace huying::fuzz {
namespace {

using delivery::CommitView;

bool same(const CommitView::Event& event, const v1::CommittedEvent& parsed) {
  return event.kind == parsed.kind() && event.rung == parsed.rung() && event.actor_only == parsed.actor_only() &&
         event.event == parsed.event();
}

bool same(const CommitView::Effect& effect, const v1::CaseEffect& parsed) {
  return effect.case_number == parsed.case_number() && effect.kind == parsed.kind() &&
         effect.to_stream == parsed.to_stream();
}

// Nothing in it that the broker does not look at by itself.
bool is_ordinary(const v1::Commit& parsed) {
  return parsed.sends().empty() && !parsed.has_outcome() && parsed.decided_person().empty() &&
         parsed.decided_action_id().empty() && !has_unknown_fields(parsed);
}

void check_same(const CommitView& view, const v1::Commit& parsed) {
  HUYING_CHECK(view.stream == parsed.stream() && view.commit_number == parsed.commit_number());
  HUYING_CHECK((view.epoch == EpochId{parsed.epoch().term(), parsed.epoch().grant()}));
  HUYING_CHECK(view.consumes == parsed.consumes() && view.decided_at_ms == parsed.decided_at_ms());
  HUYING_CHECK(std::equal(view.events.begin(), view.events.end(), parsed.events().begin(), parsed.events().end(),
                          [](const auto& a, const auto& b) { return same(a, b); }));
  HUYING_CHECK(std::equal(view.effects.begin(), view.effects.end(), parsed.effects().begin(), parsed.effects().end(),
                          [](const auto& a, const auto& b) { return same(a, b); }));
  HUYING_CHECK(plain_bytes(view.rest) == plain_bytes(parsed) || (view.rest.ByteSizeLong() == 0 && is_ordinary(parsed)));
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying;
  fuzz::Input input(data, size);
  const auto bytes = input.rest();
  const auto parsed = fuzz::parse<v1::Commit>(bytes);
  delivery::CommitView view;
  for (const auto before : {std::string_view(), bytes.substr(0, bytes.size() / 2)}) {  // which leaves nothing behind
    static_cast<void>(view.read(before));
    HUYING_CHECK(view.read(bytes) == parsed.has_value());
    if (parsed) fuzz::check_same(view, *parsed);
  }
  return 0;
}
