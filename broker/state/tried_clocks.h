// The clocks of a cell that are tried alone before they fire, since a lease ended uncleanly (delivery/suspicion.h). A cell has them
// twice: as its records tell (PoisonOnRecord), and as this process knows them beyond that (CellState). Owned by its cell; pure.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/ids.h"
#include "huying/v1/record.pb.h"

namespace huying::broker {

struct TriedClock {
  v1::ClockName name;
  std::uint32_t times = 0;  // Suspect records
  EpochId tried_in{};       // the lease of its last one
};

struct TriedClocks {
  std::unique_ptr<TriedClock> named;  // last, and not fired since; null: none
  std::vector<TriedClock> before;     // it, and not fired since: another had its turn first

  TriedClocks() = default;
  TriedClocks(TriedClocks&&) = default;
  TriedClocks& operator=(TriedClocks&&) = default;
  TriedClocks(const TriedClocks& other) { *this = other; }
  TriedClocks& operator=(const TriedClocks& other);

  bool empty() const { return named == nullptr && before.empty(); }
  // The clock that is named now; what was tried before it, and did not fire, is remembered.
  void name(const v1::ClockName& clock);
  void tried(const v1::Suspect& suspect, EpochId lease);
  // Whether a commit of this lease that consumes nothing is that of the named clock: it was tried in the lease, or set aside.
  bool ends_trial(EpochId lease) const;
  // The case left the cell: what was tried of it is not suspected any more.
  void forget_before(std::string_view case_number);
  bool names(std::string_view case_number) const;

  void encode(Encoder& out) const;  // of a snapshot (core_snapshot.cc)
  bool decode(Decoder& in);
};

}  // namespace huying::broker
