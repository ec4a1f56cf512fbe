// Goal: I1, I2, I4, I6, I7 and I11 under what really happens to processes. Method: a broker and two hosts, each a
// process, on a scaled folder (a day in 30 s) of a disk that can be filled. A publisher, a durable subscriber and the
// second host reach the broker over a line that can be cut. Each round publishes under load, and at a seeded count of
// acknowledgements something happens to one of them, and is mended. The round ends when all of its requests are
// acknowledged, every cell has a host again and each case of it has climbed; then its requests are published again and
// the outside log is looked through. At the end that is done with all of them, each case climbs twice, and the outside
// log is compared with the journal. What the broker says of a cell without a host for more than 10 s is in there, too.
//
// Arithmetic: six faults in decks of six, shuffled: in 10 rounds each happens at least once, in 200 at least 33 times.
// 30 urgent requests a round climb to their unit after 0.6 s at this rate, to the street after 1.3 s more, so they
// fall due in the round and in those that follow. HUYING_STORM_ROUNDS and HUYING_STORM_SEED ask for other rounds and
// another seed than those below.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <random>
#include <set>

#include "base/limits.h"
#include "tests/e2e/cut_line.h"
#include "tests/e2e/lines.h"
#include "tests/e2e/outside_parts.h"
#include "tests/e2e/small_disk.h"
#include "tests/e2e/stall_witness.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

constexpr std::size_t requests_a_round = 30;
constexpr int cells = 68;                                // and the desk's
constexpr std::uint64_t disk_bytes = 1600ull << 20;      // above the first watermark beside the pool of segments
constexpr std::chrono::milliseconds between_looks{100};  // of a process that is asked

enum class Fault { broker_killed, broker_stopped, host_killed, host_stopped, line_cut, disk_filled };
constexpr std::array names{"broker killed", "broker stopped", "host killed", "host stopped", "line cut", "disk filled"};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr unsigned rounds_of_every_run = 6;  // one deck
#else
constexpr unsigned rounds_of_every_run = 10;
#endif

unsigned number_in(const char* variable, unsigned otherwise) {
  const char* given = std::getenv(variable);
  return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : otherwise;
}
const unsigned seed = number_in("HUYING_STORM_SEED", 20261124);
const unsigned rounds = number_in("HUYING_STORM_ROUNDS", rounds_of_every_run);

using Key = std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>;  // stream, sequence, index
using Told = std::map<Key, std::pair<std::string, std::uint64_t>>;    // case number, revision

class Storm : public testing::Test {
 protected:
  Storm() : disk_(place_.data(), disk_bytes), random_(seed) {
    broker_ = place_.serve({"--directory", wenyuan(), "--rate", "2880"}, "broker");
    line_ = std::make_unique<CutLine>(place_.path("line.sock"), place_.data() + "/broker.sock");
    outside_ = std::make_unique<Outside>(line_end());
    listening_ = std::make_unique<Listening>(*outside_, "street.supervisor-1", v1::ROLE_STREET_SUPERVISOR, "storm",
                                             "case.>");
    publishing_ = std::make_unique<Publishing>(*outside_, "hotline-12345", 16);
    again_ = std::make_unique<Publishing>(*outside_, "hotline-12345");
    for (std::size_t host = 0; host < hosts_.size(); ++host) start_host(host);
  }

  std::string line_end() const { return "ipc://" + place_.path("line.sock"); }
  static std::string name_of(std::size_t host) { return fmt::format("host-{}", host + 1); }
  void start_host(std::size_t host) {
    const auto endpoint = host == 0 ? place_.endpoint() : line_end();
    hosts_[host] = place_.start({"worker", "--endpoint", endpoint, "--as", name_of(host)});
  }
  bool run_until(const std::function<bool()>& holds) { return outside_->run_until(holds); }
  // Of what another process is asked, with pauses in which the sessions work; true, too, when the broker has ended.
  bool looks_until(const std::function<bool(const v1::StatusReply&)>& holds) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (broker_->is_running()) {
      const auto output = place_.ask({"status", "--json"}, "administrator");
      if (output.ok() && holds(status_of(output.out))) return true;
      if (std::chrono::steady_clock::now() > until) return false;
      outside_->run_until([] { return false; }, between_looks);
    }
    return true;
  }
  bool every_cell_has_a_host() {
    const auto holds = [](const auto& now) { return now.leases_size() == cells && cells_of("", now) == 0; };
    return looks_until(holds) && broker_->is_running();
  }
  static std::ptrdiff_t cells_of(const std::string& host, const v1::StatusReply& now) {
    return std::count_if(now.leases().begin(), now.leases().end(), [&](const auto& one) { return one.host() == host; });
  }

  std::vector<Fault> deck() {
    std::vector<Fault> cards{Fault::broker_killed, Fault::broker_stopped, Fault::host_killed, Fault::host_stopped,
                             Fault::line_cut};
    if (disk_.is_there()) cards.push_back(Fault::disk_filled);
    std::shuffle(cards.begin(), cards.end(), random_);
    return cards;
  }

  // --- what happens, and how it is mended
  // To a host that has cells.
  void happens(Fault fault) {
    ++happened_[static_cast<std::size_t>(fault)];
    std::size_t host = random_() % hosts_.size();
    if (fault == Fault::host_killed || fault == Fault::host_stopped) {
      EXPECT_TRUE(looks_until([&](const v1::StatusReply& now) {
        if (cells_of(name_of(host), now) == 0) host = 1 - host;
        return cells_of(name_of(host), now) > 0;
      }));
    }
    switch (fault) {
      case Fault::broker_killed: return kill_broker();
      case Fault::broker_stopped: return stop_broker();
      case Fault::host_killed: return kill_host(host);
      case Fault::host_stopped: return stop_host(host);
      case Fault::line_cut: return line_->cut();
      case Fault::disk_filled: return fill_disk();
    }
  }
  void kill_broker() {
    broker_->signal(SIGKILL);
    ASSERT_EQ(broker_->wait(), (Ended{-1, SIGKILL})) << broker_->err();
    broker_ = place_.serve({}, "broker");
  }
  // Until everybody has given it up and dials anew.
  void stop_broker() {
    const auto dials = std::pair(publishing_->dials(), listening_->dials());
    broker_->signal(SIGSTOP);
    EXPECT_TRUE(run_until([&] { return publishing_->dials() > dials.first && listening_->dials() > dials.second; }));
    broker_->signal(SIGCONT);
  }
  void kill_host(std::size_t host) {
    hosts_[host]->signal(SIGKILL);
    ASSERT_EQ(hosts_[host]->wait(), (Ended{-1, SIGKILL})) << hosts_[host]->err();
    if (random_() % 2 == 0) its_cells_move(host);  // else it comes back at once
    start_host(host);
  }
  void stop_host(std::size_t host) {
    hosts_[host]->signal(SIGSTOP);
    its_cells_move(host);
    hosts_[host]->signal(SIGCONT);
  }
  // To the other one, within the ten seconds that are promised; a look takes a part of the last one.
  void its_cells_move(std::size_t host) {
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(looks_until([&](const v1::StatusReply& now) { return cells_of(name_of(host), now) == 0 && cells_of("", now) == 0; }));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    longest_move_ = std::max(longest_move_, took);
    if (stalls_.saw_none()) {
      EXPECT_LE(took, limits::takeover_max + std::chrono::seconds(1));
    }
  }
  // First so far that requests are refused, then to the last byte: the broker waits, and goes on when there is room.
  void fill_disk() {
    disk_.fill((limits::free_bytes_first_watermark + limits::free_bytes_second_watermark) / 2);
    EXPECT_TRUE(looks_until([](const v1::StatusReply& now) { return now.disk_room() == v1::DISK_ROOM_LOW; }));
    const auto answered = publishing_->requests().size() + 1;
    publish(1);
    EXPECT_TRUE(run_until([&] { return publishing_->answers().contains(answered); }));
    if (HasFailure()) return;
    EXPECT_EQ(publishing_->answers().at(answered).error(), static_cast<std::uint32_t>(v1::ERROR_CODE_DISK_LOW));
    const auto said = broker_->out().size();
    disk_.fill(0);
    EXPECT_TRUE(run_until([&] {
      const auto words = broker_->out().substr(said);  // by the core, or by the journal if the disk was full sooner
      return words.find("nothing is decided until") != words.npos || words.find("waiting for room") != words.npos;
    })) << broker_->out();
    disk_.empty();
    EXPECT_TRUE(looks_until([](const v1::StatusReply& now) { return now.disk_room() == v1::DISK_ROOM_ENOUGH; }));
    EXPECT_TRUE(broker_->is_running()) << broker_->err();
  }

  // --- rounds
  void publish(std::size_t count) {
    std::vector<v1::Request> made;
    for (std::size_t i = 0; i < count; ++i, ++asked_) {
      made.push_back(request_in_cell(fmt::format("storm-{}", asked_), fmt::format("wenhua-{:02}", asked_ % 18 + 1)));
      made.back().set_category("hidden-danger");
    }
    publishing_->publish(made);
    wanted_.insert(wanted_.end(), made.begin(), made.end());
  }
  // What a full disk refused is published again, until all is acknowledged.
  bool everything_is_acknowledged() {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (run_until([&] { return publishing_->is_done(); })) {
      std::vector<v1::Request> refused;
      for (; looked_at_ < publishing_->requests().size(); ++looked_at_) {
        const auto& ack = publishing_->answers().at(looked_at_ + 1);
        if (ack.error() == 0) continue;
        EXPECT_EQ(ack.error(), static_cast<std::uint32_t>(v1::ERROR_CODE_DISK_LOW)) << ack.ShortDebugString();
        refused.push_back(publishing_->requests()[looked_at_]);
      }
      if (refused.empty()) return true;
      if (std::chrono::steady_clock::now() > until) return false;
      publishing_->publish(refused);
    }
    return false;
  }
  void go_through(Fault fault) {
    const std::size_t before = wanted_.size();
    const std::size_t at = publishing_->acknowledged() + 1 + random_() % (requests_a_round / 2);
    publish(requests_a_round);
    ASSERT_TRUE(run_until([&] { return publishing_->acknowledged() >= at; })) << broker_->err();
    happens(fault);
    ASSERT_TRUE(everything_is_acknowledged()) << publishing_->acknowledged() << broker_->err();
    ASSERT_TRUE(every_cell_has_a_host()) << broker_->err();
    ASSERT_TRUE(each_case_climbs(1)) << climbed_[1] << " of " << wanted_.size() << broker_->err();
    nothing_was_lost_or_doubled({wanted_.begin() + static_cast<std::ptrdiff_t>(before), wanted_.end()});
    EXPECT_EQ(contradiction_in(listening_->heard()), "");
    EXPECT_TRUE(listening_->is_contiguous());
  }

  // --- what it came to
  void nothing_was_lost_or_doubled(const std::vector<v1::Request>& asked) {
    const std::size_t before = again_->requests().size();
    again_->publish(asked);
    ASSERT_TRUE(run_until([&] { return again_->is_done(); })) << broker_->err();
    const auto numbers = publishing_->numbers();
    std::set<std::string> once;
    for (std::size_t i = before; i < again_->requests().size(); ++i) {
      const auto& id = again_->requests()[i].source_id();
      const auto& ack = again_->answers().at(i + 1);
      EXPECT_TRUE(ack.known() && numbers.contains(id) && ack.case_number() == numbers.at(id)) << id;
      EXPECT_TRUE(once.insert(ack.case_number()).second) << "two requests share a number: " << id;
    }
  }
  bool each_case_climbs(std::size_t times) {
    return run_until([&] {
      for (const auto& heard = listening_->heard(); looked_through_ < heard.size(); ++looked_through_)
        if (const auto& event = heard[looked_through_].event; event.kind() == v1::EVENT_KIND_ESCALATED)
          ++climbed_[++climbs_[event.case_number()]];
      return climbed_[times] == wanted_.size();
    });
  }
  // The hosts end first; then a broker alone tells the subscriber what it has not heard yet.
  Told journalled() {
    for (auto& host : hosts_) EXPECT_EQ(stop(*host), (Ended{0, 0})) << host->err();
    EXPECT_EQ(stop(*broker_), (Ended{0, 0})) << broker_->err();
    const auto checked = verify(place_);
    EXPECT_TRUE(checked.ok()) << checked.out << checked.err;
    const auto records = records_of(place_.run({"journal", "dump", "--data", place_.data(), "--payload"}).out);
    EXPECT_EQ(count_of(records, "REQUEST"), wanted_.size());
    if (stalls_.saw_none()) {
      EXPECT_EQ(count_of(records, "COVERAGE"), 0u) << "a cell was without a host for too long";
    }
    Told found;
    for (const auto& record : records)
      for (std::size_t i = 0; i < record.events.size(); ++i)
        found[{record.stream, record.sequence, static_cast<std::uint32_t>(i)}] = {record.events[i].case_number(),
                                                                                  record.events[i].revision()};
    broker_ = place_.serve({}, "broker");
    return found;
  }
  Told heard() const {
    Told found;
    for (const auto& one : listening_->heard())
      found[{one.delivery.stream(), one.delivery.sequence(), one.delivery.index()}] = {one.event.case_number(),
                                                                                       one.event.revision()};
    return found;
  }
  void say_what_happened() const {
    std::string counts;
    for (std::size_t i = 0; i < happened_.size(); ++i) counts += fmt::format(", {} {}", names[i], happened_[i]);
    fmt::print("seed {}: {} rounds{}{}; {} requests, {} events, {} escalations; cells of a killed or stopped host were another's "
               "after at most {} ms\n",
               seed, rounds, counts, disk_.is_there() ? "" : " (no tmpfs may be mounted here: only root may do that)", wanted_.size(),
               listening_->heard().size(), listening_->count(v1::EVENT_KIND_ESCALATED), longest_move_.count());
  }

  const StallWitness stalls_;
  Place place_;
  SmallDisk disk_;
  std::mt19937 random_;
  std::unique_ptr<Process> broker_;
  std::unique_ptr<CutLine> line_;
  std::unique_ptr<Outside> outside_;
  std::unique_ptr<Listening> listening_;
  std::unique_ptr<Publishing> publishing_, again_;  // the latter only asks for what the former was told
  std::array<std::unique_ptr<Process>, 2> hosts_;
  std::array<std::size_t, names.size()> happened_{};
  std::vector<v1::Request> wanted_;
  std::chrono::milliseconds longest_move_{0};  // of the cells of a host that was killed or stopped
  std::size_t asked_ = 0, looked_at_ = 0, looked_through_ = 0;
  std::map<std::string, std::size_t> climbs_;   // of a case
  std::map<std::size_t, std::size_t> climbed_;  // times → cases that climbed so often
};

TEST_F(Storm, no_acknowledged_request_is_lost_or_doubled_no_escalation_missed_or_doubled_and_no_cell_left_alone) {
  fmt::print("seed {}\n", seed);
  ASSERT_TRUE(every_cell_has_a_host());
  std::vector<Fault> cards;
  for (std::size_t round = 1; round <= rounds; ++round) {
    if (cards.empty()) cards = deck();
    SCOPED_TRACE(fmt::format("seed {}, round {}: {}", seed, round, names[static_cast<std::size_t>(cards.back())]));
    go_through(cards.back());
    if (HasFailure()) return;
    cards.pop_back();
  }
  nothing_was_lost_or_doubled(wanted_);
  ASSERT_TRUE(each_case_climbs(2)) << climbed_[2] << " of " << wanted_.size();
  const auto written = journalled();
  EXPECT_TRUE(run_until([&] { return listening_->heard().size() >= written.size(); }))
      << listening_->heard().size() << " of " << written.size();
  EXPECT_EQ(heard(), written);
  EXPECT_EQ(contradiction_in(listening_->heard()), "");
  EXPECT_TRUE(listening_->is_contiguous());
  say_what_happened();
}

}  // namespace
}  // namespace huying::e2e
