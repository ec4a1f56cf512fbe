// Poison in what is folded: records that end whoever folds them. No cause and no clock is to blame then, and the cell may
// not have decided anything yet. A host says of a cell when it is folded (Folded); one that ends uncleanly before accuses
// the folds of all cells that it had not said so of.
//
// An accused fold goes on trial: a durable Suspect record in the cell's stream, then the lease. At first all accused are
// folded beside each other, then fewer and fewer on one host, at last one alone: a sound cell is not parked for a bad
// neighbour, and no cell waits for more than about sixteen others. What ends its host alone parks the cell (SetAside):
// it is granted, nothing of it is delivered or decided, and its host answers from the checkpoint. It is tried again,
// alone, by a host of a program that has not tried it, or by any when the administrator says so.
//
// Folds of cells that nobody accuses cost one word of their host a lease. Pure, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <optional>
#include <string>
#include <vector>

#include "broker/delivery/coverage_log.h"
#include "broker/state/context.h"

namespace huying::delivery {

using broker::CellState;
using broker::Context;
using broker::Session;

// How many of `cells` one host folds beside each other, of those that were folded on trial `times` times before.
std::size_t fold_width(std::uint32_t times, std::size_t cells);

class FoldTrials {
 public:
  FoldTrials(Context& context, CoverageLog& coverage) : context_(context), coverage_(coverage) {}

  // It is the cell's turn on this host.
  bool may_begin(const CellState& cell, const Session& session) const;
  // The cell is being granted, and its end is not known yet: a Suspect or SetAside record may come before it.
  void begin(CellState& cell, Session& session);
  void log_begun();  // one line for all since the last call
  struct Said {
    Sequence sequence;
    std::string bytes;
  };
  // Its host says so, has refused a record in words, or has committed something. The Suspect record that says so, which its
  // owner lacks; nothing where nobody suspected it.
  std::optional<Said> folded(CellState& cell);
  // The lease is over. `uncleanly`: whatever its host was at may be to blame.
  void over(CellState& cell, Session* session, bool uncleanly);

  // A parked cell that this host may try again; null: none.
  bool any_parked() const { return !parked_.empty(); }
  CellState* to_be_tried_again(const Session& session) const;
  void try_again(CellState& cell);  // with the next grant
  void let_any_host_try() {
    for (auto& [cell, programs] : tried_by_) programs.clear();
  }

  // After the replay: of every cell what its records say.
  void recall();
  // The broker before ended uncleanly, and `term` was its.
  void start_after_unclean_stop(Term term);

 private:
  bool is_on_trial(const CellState& cell) const { return cell.fold_suspected || cell.fold_times != 0; }
  Said write(CellState& cell, const std::string& program);
  void park(CellState& cell);
  void forget(CellState& cell);

  Context& context_;
  CoverageLog& coverage_;
  // Of cells folded on trial and not folded since: by which programs.
  absl::flat_hash_map<CellState*, std::vector<std::string>> tried_by_;
  std::vector<CellState*> parked_;
  std::size_t begun_ = 0;  // on trial, not logged yet
  const CellState* first_begun_ = nullptr;
};

}  // namespace huying::delivery
