// I3 One owner. In a cell's stream the epochs of commits never go back, and the commits acknowledged in one epoch of a
// cell were all acknowledged to one life of one host.
#include <fmt/format.h>

#include <map>
#include <tuple>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

class OneOwner final : public Checker {
 public:
  explicit OneOwner(std::vector<Violation>& found) : Checker("I3", found) {}

  void left(const std::string& client, const v1::BrokerFrame& frame) override {
    for (const auto& lease : frame.leases().granted()) {
      const Held held{lease.stream(), lease.epoch().term(), lease.epoch().grant()};
      is_owner(held, client, "was granted");
      terms_[{client, lease.stream(), lease.epoch().grant()}] = lease.epoch().term();
    }
    for (const auto& ack : frame.commit_acks().acks()) {
      if (ack.error() != 0) continue;
      const auto term = terms_.find({client, ack.stream(), ack.grant()});
      if (term == terms_.end()) {
        broken(fmt::format("{} was acknowledged a commit of stream {}, grant {}, which it was never granted", client,
                           ack.stream(), ack.grant()));
        continue;
      }
      is_owner({ack.stream(), term->second, ack.grant()}, client, "was acknowledged a commit");
    }
  }

  void read_back(const JournalView& journal, Reading, std::int64_t) override {
    std::map<std::uint32_t, EpochId> newest;
    std::map<std::tuple<std::uint32_t, EpochId>, std::uint64_t> commits;
    for (const auto& record : journal) {
      if (record.kind != v1::RECORD_KIND_COMMIT) continue;
      EpochId& epoch = newest[record.stream.value];
      if (record.epoch < epoch)
        broken(fmt::format("stream {}: sequence {} is a commit of epoch {}.{} behind one of {}.{}", record.stream.value,
                           record.sequence.value, record.epoch.term, record.epoch.grant, epoch.term, epoch.grant));
      epoch = std::max(epoch, record.epoch);
      const auto commit = commit_of(record);
      std::uint64_t& number = commits[{record.stream.value, record.epoch}];
      if (commit.commit_number() != number + 1)
        broken(fmt::format("stream {}: commit {} of epoch {}.{} follows commit {}", record.stream.value,
                           commit.commit_number(), record.epoch.term, record.epoch.grant, number));
      number = commit.commit_number();
    }
  }

 private:
  using Held = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;  // stream, term, grant

  void is_owner(const Held& held, const std::string& client, const char* what) {
    const auto [at, fresh] = owners_.try_emplace(held, client);
    if (!fresh && at->second != client)
      broken(fmt::format("stream {}, epoch {}.{}: {} {}, the owner is {}", std::get<0>(held), std::get<1>(held),
                         std::get<2>(held), client, what, at->second));
  }

  std::map<Held, std::string> owners_;
  std::map<std::tuple<std::string, std::uint32_t, std::uint32_t>, std::uint32_t> terms_;
};

}  // namespace

std::unique_ptr<Checker> check_i3(std::vector<Violation>& found) { return std::make_unique<OneOwner>(found); }

}  // namespace huying::sim
