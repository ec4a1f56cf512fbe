// Requests come in: who may, is it whole, seen before, which cell, then onto the batch of the round.
//
// The answer is said at once but leaves with the batch (Outbox); a request that was seen before is answered with the
// number it has, for good (I2). Part of the broker's core: pure, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/intake/case_number.h"
#include "broker/intake/request_view.h"
#include "broker/state/context.h"
#include "huying/v1/session.pb.h"

namespace huying::intake {

using broker::CellState;
using broker::Context;
using broker::PeerId;
using broker::Session;

// Told of every cause that will be appended, so that it reaches the cell's owner.
class CauseSink {
 public:
  virtual ~CauseSink() = default;
  virtual void request_appended(CellState& cell, Sequence sequence, std::string_view filed) = 0;
  virtual void action_appended(CellState& cell, Sequence sequence, const Digest128& action, std::string_view stamped,
                               std::string_view prior) = 0;
};

class Publishing {
 public:
  Publishing(Context& context, CauseSink& sink) : context_(context), sink_(sink) {}

  void receive(Session& session, std::uint64_t tag, std::string_view request);  // a serialized Request
  // After the look-ups of the round were answered: files what is new.
  void file_pending();
  bool anything_pending() const { return used_ > 0; }
  bool full() const;  // as much is pending as a batch should hold
  // Into the item that was begun: a case of the desk's own, about a step that was set aside. Its source is the broker.
  void file_matter(const v1::SetAsideDetail& matter);

  // Replay of a record, and the configuration in force.
  void replayed(const v1::RequestFiled& filed);
  void configured();
  // A claim whose term leaves others out (journal/begin_anew.h): what was filed before it may be more than what is here.
  void history_lost(Instant claimed_at);
  void encode(Encoder& out) const;  // of a snapshot (core_snapshot.cc)
  bool decode(Decoder& in);
  std::uint64_t taken() const { return taken_; }

 private:
  struct Pending {
    PeerId peer;
    std::uint64_t tag = 0;
    Digest128 key, content;
    dispatch::Decision decision;
    std::string source, source_id, request;  // the request as it came: what is written down
    std::string category;
    v1::Urgency urgency{};
    bool solved_on_spot = false, has_words = false, has_reporter = false;
    std::uint32_t attachments = 0;
    v1::Actor reporter;
    std::optional<Position> found;  // the record that has the key
    bool answered = false;
    std::size_t same_as = 0;        // index + 1 of an earlier one of this round with the same key
    std::string number;             // when filed
  };

  Result<void> admit(Session& session, const RequestView& request, Pending& slot);
  Result<void> admit_report(const Session& session, const broker::Principal& principal, const RequestView& request,
                            Pending& slot);
  void answer_known(Pending& pending, StreamId stream, const v1::RequestRecord& held);
  void file(Pending& pending);
  void write_filed(const Pending& pending, const SerialCounter::Next& next);
  void write_record(const Pending& pending);
  void refuse(PeerId peer, std::uint64_t tag, const Error& error);
  void settle(PeerId peer);

  Context& context_;
  CauseSink& sink_;
  std::optional<SerialCounter> serials_;
  std::uint32_t replayed_date_ = 0, replayed_serial_ = 0;
  std::optional<Instant> history_lost_;  // before there was a configuration
  std::uint64_t taken_ = 0;
  std::vector<std::unique_ptr<Pending>> pending_;  // slots are reused
  std::size_t used_ = 0, pending_bytes_ = 0;  // of pending_; of the records they will be, about
  absl::flat_hash_map<Digest128, std::size_t> keys_of_round_;
  RequestView request_;           // reused: the one that is being looked at
  v1::RequestFiled filed_;        // reused
  std::string scratch_, filed_bytes_, record_bytes_;
};

}  // namespace huying::intake
