#include "workers/cell/event_parts.h"

namespace huying::cell {
namespace {

template <class Part>
void take_back(Spare<Part>& spare, Part* part) {
  part->Clear();
  spare.back(part);
}

}  // namespace

v1::CaseEvent& EventParts::begin() {
  if (event_.has_actor()) take_back(actor_, event_.release_actor());
  if (event_.has_holder()) take_back(holder_, event_.release_holder());
  if (event_.has_move()) take_back(move_, event_.release_move());
  if (event_.has_reason()) take_back(reason_, event_.release_reason());
  // Not cleared: the next request is parsed into it, or it is lent once more with what it says.
  if (event_.has_filed()) filed_.back(event_.release_filed());
  if (event_.has_whole()) {
    auto* whole = event_.release_whole();
    if (whole->has_filed()) filed_.back(whole->release_filed());
    // Its other parts stay in place: whole() hands it out to be written in full.
    whole_.back(whole);
  }
  event_.Clear();
  return event_;
}

v1::Actor& EventParts::actor() {
  if (!event_.has_actor()) event_.set_allocated_actor(actor_.lend());
  return *event_.mutable_actor();
}

v1::Holder& EventParts::holder() {
  if (!event_.has_holder()) event_.set_allocated_holder(holder_.lend());
  return *event_.mutable_holder();
}

v1::MoveDetail& EventParts::move() {
  if (!event_.has_move()) event_.set_allocated_move(move_.lend());
  return *event_.mutable_move();
}

v1::ReasonDetail& EventParts::reason() {
  if (!event_.has_reason()) event_.set_allocated_reason(reason_.lend());
  return *event_.mutable_reason();
}

v1::CaseWhole& EventParts::whole() {
  if (event_.has_whole()) return *event_.mutable_whole();
  auto* whole = whole_.lend();
  whole->clear_clocks();
  whole->clear_filed();
  whole->clear_ended_reason_code();
  if (whole->has_ended_by()) whole->mutable_ended_by()->Clear();
  event_.set_allocated_whole(whole);
  return *whole;
}

}  // namespace huying::cell
