// I3 One owner. An epoch of a cell is granted to one life of one host, and only its commits are acknowledged in it; a
// commit of an epoch that is over is never in the journal behind a newer one, and commits of an epoch have no gap.
#include <fmt/format.h>

#include <map>
#include <tuple>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

class OneOwner final : public Checker {
 public:
  OneOwner(const Ledger& ledger, std::vector<Violation>& found) : Checker("I3", ledger, found) {}

  void left(const std::string& client, const v1::BrokerFrame& frame) override {
    for (const auto& lease : frame.leases().granted()) {
      const EpochId epoch{lease.epoch().term(), lease.epoch().grant()};
      is_owner({lease.stream(), epoch.term, epoch.grant}, client, "was granted");
      granted_[lease.stream()] = std::max(granted_[lease.stream()], epoch);
      terms_[{client, lease.stream(), epoch.grant}] = epoch.term;
    }
    for (const auto& ack : frame.commit_acks().acks()) {
      if (ack.error() != 0) continue;
      const auto term = terms_.find({client, ack.stream(), ack.grant()});
      if (term == terms_.end())
        broken(fmt::format("{} was acknowledged a commit of stream {}, grant {}, which it was never granted", client,
                           ack.stream(), ack.grant()),
               {stream_word(ack.stream()), client});
      else
        is_owner({ack.stream(), term->second, ack.grant()}, client, "was acknowledged a commit");
    }
  }

  void record(const SeenRecord& record) override {
    if (record.kind != v1::RECORD_KIND_COMMIT) return;
    const auto stream = record.stream.value;
    EpochId& newest = newest_[stream];
    const EpochId over = std::max(newest, granted_[stream]);
    if (record.epoch < over)
      broken(fmt::format("stream {} sequence {} is a commit of epoch {}.{}, the cell is at {}.{}", stream,
                         record.sequence.value, record.epoch.term, record.epoch.grant, over.term, over.grant),
             {stream_word(stream)});
    std::uint64_t& last = last_commit_[{stream, record.epoch.term, record.epoch.grant}];
    if (record.commit.commit_number() > last + 1)
      broken(fmt::format("stream {}: commit {} of epoch {}.{} follows commit {}", stream, record.commit.commit_number(),
                         record.epoch.term, record.epoch.grant, last),
             {stream_word(stream)});
    last = record.commit.commit_number();
    newest = std::max(newest, record.epoch);
  }

 private:
  using Held = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;  // stream, term, grant

  void is_owner(const Held& held, const std::string& client, const char* what) {
    const auto [at, fresh] = owners_.try_emplace(held, client);
    if (!fresh && at->second != client)
      broken(fmt::format("stream {}, epoch {}.{}: {} {}, the owner is {}", std::get<0>(held), std::get<1>(held),
                         std::get<2>(held), client, what, at->second),
             {stream_word(std::get<0>(held))});
  }

  std::map<Held, std::string> owners_;
  std::map<std::tuple<std::string, std::uint32_t, std::uint32_t>, std::uint32_t> terms_;
  std::map<std::uint32_t, EpochId> granted_, newest_;
  std::map<Held, std::uint64_t> last_commit_;
};

}  // namespace

std::unique_ptr<Checker> check_i3(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<OneOwner>(ledger, found);
}

}  // namespace huying::sim
