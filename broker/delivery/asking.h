// Questions: Query goes to the cell's owner as Ask and comes back as Answer, held until what it rests on is durable;
// Fetch is answered by the broker from the request's record, under the role check (I12). Pure, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "broker/delivery/case_register.h"
#include "broker/state/context.h"
#include "huying/v1/session.pb.h"

namespace huying::delivery {

inline constexpr std::uint32_t list_max = 200;
inline constexpr auto answer_within = std::chrono::seconds(10);
inline constexpr std::size_t asked_max = 10'000;
inline constexpr std::size_t answer_bytes_max = limits::frame_bytes_max - limits::KiB;  // of which a reply is made

inline std::uint32_t list_limit(const v1::Query& query) {
  return query.limit() == 0 ? list_max : std::min(query.limit(), list_max);
}

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
  // A case that ended, as its last commit holds it.
  struct Ended {
    std::string number, cell, whole;
    std::uint64_t sequence = 0;
  };
  struct Asked {
    PeerId who;
    std::uint64_t tag = 0;
    StreamId stream;
    PeerId host;
    SteadyInstant until;
    std::uint64_t list = 0;      // it is one of those that a list of every cell waits for
    std::optional<Ended> ended;  // the case is shown without what may be done with it, where its cell does not answer
  };
  // Of every cell: under way while a cell has not answered.
  struct List {
    PeerId who;
    std::uint64_t tag = 0;
    std::size_t waits_for = 0;
    CaseRegister cases;
  };
  struct Asker {
    std::string person, via;
    bool citizen = false;  // brought by the gateway, which is `person`, too
  };
  std::vector<v1::Role> roles_of(const Asker& asker, const broker::CellPlace& place) const;
  Result<Asker> asker_of(const Session& session, const std::string& person) const;
  Result<StreamId> own_cell(const std::string& person) const;
  void ask_owner(PeerId who, std::uint64_t tag, CellState& cell, const std::string& number, const Asker& asker,
                 const v1::Query& query);
  // True when somebody holds the cell who could answer.
  static bool can_be_asked(const CellState& cell) {
    return cell.unread.empty() && cell.owner != PeerId{} && !cell.lease_waits;
  }
  v1::Ask& send_ask(PeerId who, std::uint64_t tag, const CellState& cell, const Asker& asker,
                    const std::vector<v1::Role>& roles, std::uint64_t list);
  // Of every cell (asking_cells.cc).
  static Result<void> check_list(const v1::Query& query);
  void ask_every_cell(Session& session, const v1::Query& query, const Asker& asker);
  void answered_list(const Asked& asked, v1::Answer* answer);  // null: it did not
  void end_list(std::uint64_t id);
  void look_for_ended(Session& session, const v1::Query& query, const std::string& number, const Asker& asker);
  void answer_ended(PeerId who, std::uint64_t tag, const std::string& number, const Asker& asker, const journal::Record& record);
  void show_ended(PeerId who, std::uint64_t tag, const Ended& ended);
  void unanswered(const Asked& asked, const Error& error);
  void answer_fetch(PeerId who, const v1::Fetch& fetch, const Asker& asker, const journal::Record& record);
  void answered(PeerId who);  // one question less
  void refuse_query(PeerId who, std::uint64_t tag, const Error& error);
  void refuse_fetch(PeerId who, std::uint64_t tag, const Error& error);
  // `unread` is told why when it cannot be read: archived, or damaged in a broker that is read-only.
  void read_at(Position position, std::function<void(const Error&)> unread,
               std::function<void(const journal::Record&)> use);

  Context& context_;
  absl::flat_hash_map<std::uint64_t, Asked> asked_;
  absl::flat_hash_map<std::uint64_t, List> lists_;
  std::uint64_t next_query_ = 1, next_list_ = 1;
};

}  // namespace huying::delivery
