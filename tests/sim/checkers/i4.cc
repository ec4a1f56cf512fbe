// I4 No blind spot. While a healthy host is connected, every cell has an owner within ten seconds, and it is not one that is
// dead, stopped, stuck or cut off. A cell that no host could take is announced, and announced again when one has it; so is
// one that is parked, because each fold of it ended its host.
//
// Judged on leases that left, on which processes live, and on Coverage records. Times are of the steady clock.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

using namespace std::chrono_literals;

constexpr Span owner_within = limits::takeover_max + 500ms;  // the world is asked four times a second
// The broker notices within the longest promise that its last host is gone, then waits before it announces.
constexpr Span announced_within =
    limits::wake_promise_max + limits::wake_grace + limits::takeover_max + 1500ms;
constexpr Span found_within = 3s;

class NoBlindSpot final : public Checker {
 public:
  NoBlindSpot(const Street& street, const Ledger& ledger, std::vector<Violation>& found)
      : Checker("I4", ledger, found), street_(street) {}

  void left(const std::string& client, const v1::BrokerFrame& frame) override {
    if (frame.has_welcome())  // a new session: nothing of the one before is held
      for (auto& [stream, cell] : cells_)
        if (cell.owner == client) cell.owner.clear();
    for (const auto stream : frame.leases().revoked())  // before what is granted in the same frame
      if (cells_[stream].owner == client) cells_[stream].owner.clear();
    for (const auto& lease : frame.leases().granted()) cells_[lease.stream()].owner = client;
  }

  void record(const SeenRecord& record) override {
    if (record.kind == v1::RECORD_KIND_COVERAGE) {
      Cell& cell = cells_[record.coverage.stream()];
      const auto change = record.coverage.change();
      if (change == v1::Coverage::HOST_LOST || change == v1::Coverage::HOST_FOUND) cell.announced = change;
      if (change == v1::Coverage::CELL_PARKED) cell.parking_is_told = true;
      if (change == v1::Coverage::CELL_UNPARKED) cell.parking_is_told = false;
    }
    if (record.kind == v1::RECORD_KIND_SET_ASIDE && record.set_aside.fold()) cells_[record.stream.value].is_parked = true;
    if (record.kind == v1::RECORD_KIND_SUSPECT && record.suspect.fold()) cells_[record.stream.value].is_parked = false;
    if (record.kind == v1::RECORD_KIND_TERM)
      for (auto& [stream, cell] : cells_) cell.owner.clear();
  }

  void moment(const Facts& facts) override {
    SteadyInstant eligible_since = SteadyInstant::max();
    for (const auto& host : facts.hosts)
      if (host.holds_all) eligible_since = std::min(eligible_since, host.healthy_since);
    if (eligible_since != SteadyInstant::max() && facts.broker_serves_since != SteadyInstant::max())
      eligible_since = std::max(eligible_since, facts.broker_serves_since);
    else
      eligible_since = SteadyInstant::max();
    if (!facts.all_hosts_dead || facts.broker_serves_since == SteadyInstant::max())
      nobody_since_ = SteadyInstant::max();
    else if (nobody_since_ == SteadyInstant::max())
      nobody_since_ = facts.now;
    for (const auto stream : street_.streams()) look_at(stream, facts, eligible_since);
  }

 private:
  struct Cell {
    std::string owner;  // who was granted it last and is in that session still
    SteadyInstant uncovered_since = SteadyInstant::max(), covered_since = SteadyInstant::max();
    v1::Coverage::Change announced{};  // of HOST_LOST and HOST_FOUND the last
    bool is_parked = false, parking_is_told = false;
    SteadyInstant parked_since = SteadyInstant::max();
  };

  void look_at(std::uint32_t stream, const Facts& facts, SteadyInstant eligible_since) {
    Cell& cell = cells_[stream];
    if (!cell.is_parked || cell.parking_is_told) cell.parked_since = SteadyInstant::max();
    else if (cell.parked_since == SteadyInstant::max()) cell.parked_since = facts.now;
    else if (facts.now - cell.parked_since > found_within)
      broken(fmt::format("stream {} is parked, and nobody is told", stream), {stream_word(stream)});
    const auto owner = std::find_if(facts.hosts.begin(), facts.hosts.end(),
                                    [&](const HostFacts& host) { return host.name == cell.owner; });
    const bool covered = owner != facts.hosts.end() && !owner->gone;
    if (covered) {
      cell.uncovered_since = SteadyInstant::max();
      if (cell.covered_since == SteadyInstant::max()) cell.covered_since = facts.now;
      const auto known_since = std::max(cell.covered_since, facts.broker_serves_since);  // max(): it can say nothing
      if (cell.announced == v1::Coverage::HOST_LOST && known_since < facts.now && facts.now - known_since > found_within)
        broken(fmt::format("stream {} has a host, {}, and the last word is that it has none", stream, cell.owner),
               {stream_word(stream)});
      return;
    }
    cell.covered_since = SteadyInstant::max();
    if (cell.uncovered_since == SteadyInstant::max()) cell.uncovered_since = facts.now;
    if (eligible_since != SteadyInstant::max()) {
      const auto since = std::max(cell.uncovered_since, eligible_since);
      if (facts.now - since > owner_within)
        broken(fmt::format("stream {} has no host that lives for {} s (last: {}), though one is there", stream,
                           (facts.now - since) / 1s, cell.owner.empty() ? "nobody" : cell.owner),
               {stream_word(stream), cell.owner.empty() ? stream_word(stream) : cell.owner});
    }
    if (nobody_since_ != SteadyInstant::max() && cell.announced != v1::Coverage::HOST_LOST &&
        facts.now - nobody_since_ > announced_within)
      broken(fmt::format("stream {} has no host for {} s, there is none, and nothing was announced", stream,
                         (facts.now - nobody_since_) / 1s),
             {stream_word(stream)});
  }

  const Street& street_;
  std::map<std::uint32_t, Cell> cells_;
  SteadyInstant nobody_since_ = SteadyInstant::max();
};

}  // namespace

std::unique_ptr<Checker> check_i4(const Street& street, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<NoBlindSpot>(street, ledger, found);
}

}  // namespace huying::sim
