// Questions: Query goes to the cell's owner as Ask and comes back as Answer, held until what it rests on is durable;
// Fetch is answered by the broker from the request's record, under the role check (I12). Pure, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <memory>
#include <string>
#include <vector>

#include "broker/state/context.h"
#include "huying/v1/session.pb.h"

namespace huying::delivery {

using broker::CellState;
using broker::Context;
using broker::PeerId;
using broker::Session;

class Asking {
 public:
  explicit Asking(Context& context) : context_(context) {}

  void query(Session& session, const v1::Query& query);
  void answer(Session& host, v1::Answer& answer);
  void fetch(Session& session, const v1::Fetch& fetch);
  void tick();    // questions that nobody answered
  void end_session(PeerId peer);
  std::size_t under_way() const { return asked_.size(); }

 private:
  struct Asked {
    PeerId who;
    std::uint64_t tag = 0;
    StreamId stream;
    PeerId host;
    SteadyInstant until;
  };
  struct Asker {
    std::string person, via;
  };
  Result<Asker> asker_of(const Session& session, const std::string& person) const;
  Result<StreamId> own_cell(const std::string& person) const;
  void ask_owner(PeerId who, std::uint64_t tag, CellState& cell, const std::string& number, const Asker& asker,
                 std::uint32_t offset, std::uint32_t limit);
  void look_for_ended(Session& session, const v1::Query& query, const std::string& number, const Asker& asker);
  void answer_fetch(PeerId who, const v1::Fetch& fetch, const Asker& asker, const journal::Record& record);
  void answered(PeerId who);  // one question less
  void refuse_query(PeerId who, std::uint64_t tag, const Error& error);
  void refuse_fetch(PeerId who, std::uint64_t tag, const Error& error);
  // `unread` is told why when it cannot be read: archived, or damaged in a broker that is read-only.
  void read_at(Position position, std::function<void(const Error&)> unread,
               std::function<void(const journal::Record&)> use);

  Context& context_;
  absl::flat_hash_map<std::uint64_t, Asked> asked_;
  std::uint64_t next_query_ = 1;
};

}  // namespace huying::delivery
