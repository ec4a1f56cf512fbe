// I9 Same journal, same state, byte for byte. The state that a cell's owner has is the one that somebody folds who only
// reads the journal; two checkpoints of one place are the same; and a case that moves or ends carries the digest of
// exactly the events that the journal tells of it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/digest.h"
#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

// What can be read of the bytes around a place.
std::string readable(const std::string& bytes, std::ptrdiff_t at) {
  constexpr std::ptrdiff_t around = 120;
  const auto from = std::max<std::ptrdiff_t>(0, at - around);
  std::string text;
  for (const char c : bytes.substr(static_cast<std::size_t>(from), 2 * around)) text += c >= ' ' && c < 127 ? c : '.';
  return text;
}

class SameState final : public Checker {
 public:
  SameState(const Ledger& ledger, std::vector<Violation>& found) : Checker("I9", ledger, found) {}

  void sent(const std::string& client, const v1::ClientFrame& frame) override {
    if (!frame.has_checkpoint()) return;
    const auto& stored = frame.checkpoint();
    const auto [at, fresh] = checkpoints_.try_emplace(
        {stored.stream(), stored.checkpoint().through(), stored.checkpoint().state_version()},
        content_digest(stored.checkpoint().state()));
    if (!fresh && !(at->second == content_digest(stored.checkpoint().state())))
      broken(fmt::format("stream {} through {}: the checkpoint of {} is another than the one before", stored.stream(),
                         stored.checkpoint().through(), client),
             {stream_word(stored.stream()), client});
  }

  void folded(StreamId stream, const std::string& owners, const std::string& folded) override {
    if (owners == folded) return;
    const auto at = std::mismatch(owners.begin(), owners.end(), folded.begin(), folded.end()).first - owners.begin();
    broken(fmt::format("stream {}: its owner's state is not what its journal says, from byte {} on: …{}… against …{}…",
                       stream.value, at, readable(owners, at), readable(folded, at)),
           {stream_word(stream.value)});
  }

  void event(const SeenEvent& seen) override {
    const auto& event = seen.event;
    // On arrival and at the end the whole reaches to the event before.
    if (event.has_whole() && event.whole().history_digest() != seen.before.history)
      broken(fmt::format("case {} is carried in {} with another history than the journal tells", event.case_number(),
                         v1::EventKind_Name(event.kind()).substr(11)),
             {event.case_number()});
  }

 private:
  std::map<std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>, Digest128> checkpoints_;
};

}  // namespace

std::unique_ptr<Checker> check_i9(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<SameState>(ledger, found);
}

}  // namespace huying::sim
