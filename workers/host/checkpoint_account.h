// When a host makes a checkpoint of a cell: a rule on numbers, and the numbers. Part of a HeldCell; pure, one thread.
//
// A checkpoint through n must be what folding the stream's records 1 to n gives. The host knows of a record by its
// delivery, and of a commit of its own by its acknowledgement, which names its sequence. Records are known once each,
// so as many known as the greatest of their sequences says means that none is missing below it. With every commit
// acknowledged and no cause undecided the state is then that of this place. A cell that always has something under way
// is never there, and makes none; nor does a lease in which an acknowledgement went missing.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "huying/v1/session.pb.h"

namespace huying::host {

class CheckpointAccount {
 public:
  // Of a lease that begins with a checkpoint through `through` of so many bytes; 0: at the start of the stream.
  CheckpointAccount(std::uint64_t through, std::size_t state_bytes)
      : known_(through), through_(through), made_through_(through), state_bytes_(state_bytes) {}

  void delivered(std::uint64_t sequence, std::size_t bytes) {
    known(sequence);
    bytes_ += bytes;
  }
  void committed(std::size_t bytes) { bytes_ += bytes; }
  void acknowledged(const v1::CommitAck& ack) {
    if (ack.commit_number() != acknowledged_ + 1 || ack.sequence() == 0) return;  // again, or one is missing
    acknowledged_ = ack.commit_number();
    known(ack.sequence());
  }

  // The records up to through() are all that the host knows of, without a hole, and its `commits` are among them.
  bool is_whole(std::uint64_t commits) const { return known_ == through_ && acknowledged_ == commits; }
  std::uint64_t through() const { return through_; }
  std::uint64_t records() const { return through_ - std::min(through_, made_through_); }
  // So many records later, and as many bytes of them as the state was long when it was written last: what is written of
  // states stays below what is written of records, however large a state is.
  bool is_due(std::uint64_t after_records) const { return records() >= after_records && bytes_ >= state_bytes_; }
  void made(std::size_t state_bytes) {
    made_through_ = through_;
    state_bytes_ = state_bytes;
    bytes_ = 0;
  }

  bool is_queued = false;  // to be made when it is its turn

 private:
  void known(std::uint64_t sequence) {
    known_ += 1;
    through_ = std::max(through_, sequence);
  }

  std::uint64_t known_, through_, acknowledged_ = 0;
  std::uint64_t made_through_;
  std::size_t state_bytes_, bytes_ = 0;
};

}  // namespace huying::host
