#include "broker/delivery/commit_view.h"

#include <algorithm>

#include "base/limits.h"
#include "proto/wire_scan.h"

namespace huying::delivery {
namespace {

bool scan_epoch(std::string_view bytes, EpochId& epoch) {
  WireScan in(bytes);
  while (const auto tag = in.tag()) {
    if (tag == varint_tag(v1::Epoch::kTermFieldNumber))
      epoch.term = static_cast<std::uint32_t>(in.value());
    else if (tag == varint_tag(v1::Epoch::kGrantFieldNumber))
      epoch.grant = static_cast<std::uint32_t>(in.value());
    else
      return false;
  }
  return in.complete();
}

bool scan_event(std::string_view bytes, CommitView::Event& event) {
  WireScan in(bytes);
  while (const auto tag = in.tag()) {
    if (tag == varint_tag(v1::CommittedEvent::kKindFieldNumber))
      event.kind = static_cast<v1::EventKind>(in.value());
    else if (tag == varint_tag(v1::CommittedEvent::kRungFieldNumber))
      event.rung = static_cast<v1::Rung>(in.value());
    else if (tag == varint_tag(v1::CommittedEvent::kActorOnlyFieldNumber))
      event.actor_only = in.value() != 0;
    else if (tag == bytes_tag(v1::CommittedEvent::kEventFieldNumber))
      event.event = in.bytes();
    else
      return false;
  }
  return in.complete();
}

// Protobuf refuses a string that is not UTF-8; a case number is plain ASCII.
bool is_plain(std::string_view text) {
  return text.size() <= limits::case_number_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool scan_effect(std::string_view bytes, CommitView::Effect& effect) {
  WireScan in(bytes);
  while (const auto tag = in.tag()) {
    if (tag == bytes_tag(v1::CaseEffect::kCaseNumberFieldNumber))
      effect.case_number = in.bytes();
    else if (tag == varint_tag(v1::CaseEffect::kKindFieldNumber))
      effect.kind = static_cast<v1::CaseEffect::Kind>(in.value());
    else if (tag == varint_tag(v1::CaseEffect::kToStreamFieldNumber))
      effect.to_stream = static_cast<std::uint32_t>(in.value());
    else
      return false;
  }
  return in.complete() && is_plain(effect.case_number);
}

}  // namespace

void CommitView::clear() {
  stream = 0;
  epoch = {};
  commit_number = consumes = 0;
  decided_at_ms = 0;
  events.clear();
  effects.clear();
}

bool CommitView::scan(std::string_view bytes) {
  WireScan in(bytes);
  while (const auto tag = in.tag()) {
    switch (tag) {
      case varint_tag(v1::Commit::kStreamFieldNumber):
        stream = static_cast<std::uint32_t>(in.value());
        break;
      case bytes_tag(v1::Commit::kEpochFieldNumber):
        if (!scan_epoch(in.bytes(), epoch)) return false;
        break;
      case varint_tag(v1::Commit::kCommitNumberFieldNumber):
        commit_number = in.value();
        break;
      case varint_tag(v1::Commit::kConsumesFieldNumber):
        consumes = in.value();
        break;
      case varint_tag(v1::Commit::kDecidedAtMsFieldNumber):
        decided_at_ms = static_cast<std::int64_t>(in.value());
        break;
      case bytes_tag(v1::Commit::kEventsFieldNumber):
        if (!scan_event(in.bytes(), events.emplace_back())) return false;
        break;
      case bytes_tag(v1::Commit::kEffectsFieldNumber):
        if (!scan_effect(in.bytes(), effects.emplace_back())) return false;
        break;
      default:
        return false;
    }
  }
  return in.complete();
}

void CommitView::fill_from_rest() {
  clear();
  stream = rest.stream();
  epoch = {rest.epoch().term(), rest.epoch().grant()};
  commit_number = rest.commit_number();
  consumes = rest.consumes();
  decided_at_ms = rest.decided_at_ms();
  for (const auto& event : rest.events()) events.push_back({event.kind(), event.rung(), event.actor_only(), event.event()});
  for (const auto& effect : rest.effects()) effects.push_back({effect.case_number(), effect.kind(), effect.to_stream()});
}

bool CommitView::read(std::string_view bytes) {
  clear();
  rest.Clear();
  if (scan(bytes)) return true;
  if (!rest.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  fill_from_rest();
  return true;
}

}  // namespace huying::delivery
