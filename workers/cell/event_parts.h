// One CaseEvent, used again and again while deciding, with the messages inside it. Protobuf deletes the messages inside
// a proto3 message whenever it is cleared; here they are taken out first and lent again, which saves a third of the hot
// path. Owned by a Decider; one thread.
#pragma once
#include <memory>

#include "huying/v1/event.pb.h"

namespace huying::cell {

// A message that is lent to another and comes back.
template <class Part>
class Spare {
 public:
  Part* lend() { return part_ ? part_.release() : new Part(); }  // to set_allocated_…, which owns it from then on
  void back(Part* part) { part_.reset(part); }
  Part* get() {
    if (!part_) part_ = std::make_unique<Part>();
    return part_.get();
  }
  bool here() const { return part_ != nullptr; }

 private:
  std::unique_ptr<Part> part_;
};

class EventParts {
 public:
  // An empty event; what the one before it held is gone.
  v1::CaseEvent& begin();
  v1::CaseEvent& event() { return event_; }

  v1::Actor& actor();
  v1::Holder& holder();
  v1::MoveDetail& move();
  v1::ReasonDetail& reason();
  // The whole case of the event; all of its fields are to be written by the caller (write_whole_but_filed).
  v1::CaseWhole& whole();

  // The detail filed of a request travels, uncopied, into the event that files it and into the one that ends it.
  Spare<v1::FiledDetail>& filed() { return filed_; }
  v1::FiledDetail* spare_filed() { begin(); return filed_.lend(); }  // to be given back
  void lend_filed_to_event() { event_.set_allocated_filed(filed_.lend()); }

 private:
  v1::CaseEvent event_;
  Spare<v1::Actor> actor_;
  Spare<v1::Holder> holder_;
  Spare<v1::MoveDetail> move_;
  Spare<v1::ReasonDetail> reason_;
  Spare<v1::CaseWhole> whole_;
  Spare<v1::FiledDetail> filed_;
};

}  // namespace huying::cell
