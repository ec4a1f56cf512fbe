#include "tests/sim/simulation.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "base/digest.h"
#include "tests/sim/broker_node.h"
#include "tests/sim/host_node.h"
#include "tests/sim/people.h"

namespace huying::sim {
namespace {

using namespace std::chrono_literals;

constexpr Instant first_morning = instant(1'795'392'000'000);  // a Monday, 08:00 in the street
constexpr Span day{std::chrono::nanoseconds(24h).count() / (rate_permille / 1000)};
constexpr Span end_least = 45s, end_most = 180s;  // of the quiet at the end

class QuietLog {  // the cores warn of what the run does to them, thousands of times
 public:
  QuietLog() : level_(spdlog::get_level()) { spdlog::set_level(spdlog::level::off); }
  ~QuietLog() { spdlog::set_level(level_); }
  QuietLog(const QuietLog&) = delete;
  QuietLog& operator=(const QuietLog&) = delete;

 private:
  spdlog::level::level_enum level_;
};

class Simulation {
 public:
  explicit Simulation(const SimulationOptions& options);
  SimulationReport run();

 private:
  void wire_up();
  void next_fault();
  void fault();
  bool run_until(SteadyInstant end);  // false: the run is over before
  void quiet_end();
  void judge_what_was_broken();
  void judge(Reading reading);
  bool everybody_answered() const;

  SimulationOptions options_;
  World world_;
  Network network_{world_};
  Street street_;
  Breakage breakage_;
  BrokerNode broker_;
  Wall wall_;
  People people_;
  std::vector<std::unique_ptr<Publisher>> publishers_;
  std::vector<std::unique_ptr<HostNode>> hosts_;
  std::vector<Violation> violations_;
  std::vector<std::unique_ptr<Checker>> checkers_;
  SimulationReport report_;
  bool faults_allowed_ = true;
  std::int64_t now_ms_ = 0;
};

Simulation::Simulation(const SimulationOptions& options)
    : options_(options),
      world_(options.seed),
      street_(options.cells),
      breakage_(options.negative, world_),
      broker_(world_, network_, street_, breakage_, {rate_permille, first_morning}),
      wall_(world_, network_),
      people_(world_, network_, street_, rate_permille) {
  for (const char* name : publishers)
    publishers_.push_back(std::make_unique<Publisher>(world_, network_, street_, name));
  const int hosts = 2 + static_cast<int>(world_.dice()(hosts_max - 1));
  for (int i = 1; i <= hosts; ++i) hosts_.push_back(std::make_unique<HostNode>(world_, network_, i));
  for (auto* make : {check_i1, check_i2, check_i3, check_i5, check_i6}) checkers_.push_back(make(violations_));
  wire_up();
}

void Simulation::wire_up() {
  broker_.on_left = [this](const std::string& client, const v1::BrokerFrame& frame) {
    now_ms_ = std::max(now_ms_, frame.now_ms());
    for (auto& checker : checkers_) checker->left(client, frame);
  };
  broker_.on_read_back = [this](const JournalView& journal) {
    for (auto& checker : checkers_) checker->read_back(journal, Reading::after_crash, now_ms_);
  };
  broker_.on_cannot_open = [this](const std::string& why) {
    violations_.push_back({"I1", "the journal cannot be opened after a crash: " + why});
  };
  wall_.on_event = [this](const v1::EventDelivery& delivery, const v1::CaseEvent& event) {
    report_.breaches += event.kind() == v1::EVENT_KIND_BREACHED;
    report_.escalations += event.kind() == v1::EVENT_KIND_ESCALATED;
    people_.see(delivery, event);
  };
  people_.on_answered = [this](const v1::Action& action, const v1::ActionReply& reply) {
    for (auto& checker : checkers_) checker->answered(action, reply);
  };
  for (auto& publisher : publishers_) {
    publisher->on_acknowledged = [this](const std::string& source, const v1::Request& request,
                                        const v1::PublishAck& ack) {
      for (auto& checker : checkers_) checker->acknowledged(source, request, ack);
    };
    publisher->on_unexpected = [this](const std::string& what) { violations_.push_back({"world", what}); };
  }
  if (!breakage_.any()) return;
  network_.tamper_to_broker = [this](const std::string& client, std::string& frame) {
    breakage_.to_broker(client, frame);
  };
  network_.tamper_to_client = [this](const std::string& client, std::string& frame) {
    breakage_.to_client(client, frame);
  };
}

// ---- Faults --------------------------------------------------------------------------------------------------------

void Simulation::next_fault() {
  world_.after(world_.dice().between(300ms, 4s), [this] {
    if (!faults_allowed_) return;
    fault();
    next_fault();
  });
}

void Simulation::fault() {
  auto& dice = world_.dice();
  HostNode& host = *hosts_[dice(hosts_.size())];
  switch (dice(8)) {
    case 0:
      return host.die();
    case 1:
      return host.die_while_sending();
    case 2:
      return host.stop_for(dice.between(200ms, 9s));
    case 3:
      return network_.break_connection(host);
    case 4:
      return network_.break_connection(*publishers_[dice(publishers_.size())]);
    case 5:
      return dice.chance(500) ? network_.break_connection(people_) : network_.break_connection(wall_);
    case 6:
      return network_.slow_down(dice.between(100ms, 3s));
    default:
      if (broker_.up() && dice.chance(300)) broker_.die(dice.chance(500) ? Death::power : Death::killed);
  }
}

// ---- The run -------------------------------------------------------------------------------------------------------

bool Simulation::run_until(SteadyInstant end) {
  while (world_.now() < end) {
    HUYING_CHECK(world_.step(), "nothing is left to happen");
    ++report_.things;
    if (!violations_.empty() || breakage_.done()) return false;
  }
  return true;
}

bool Simulation::everybody_answered() const {
  const bool published =
      std::all_of(publishers_.begin(), publishers_.end(), [](const auto& one) { return one->unanswered() == 0; });
  return published && people_.unanswered() == 0;
}

void Simulation::judge(Reading reading) {
  const auto journal = broker_.read_journal();
  report_.records = journal.size();
  report_.terms = static_cast<std::uint32_t>(std::count_if(
      journal.begin(), journal.end(), [](const SeenRecord& one) { return one.kind == v1::RECORD_KIND_TERM; }));
  now_ms_ = std::max(now_ms_, to_ms(broker_.partition_now()));
  for (auto& checker : checkers_) checker->read_back(journal, reading, now_ms_);
}

// No more faults: whoever waits is answered, what is due fires, and the journal tells the whole story.
void Simulation::quiet_end() {
  faults_allowed_ = false;
  broker_.spare();
  people_.go_home();
  breakage_.rest();
  world_.note("quiet");
  const SteadyInstant began = world_.now();
  do {
    if (!run_until(world_.now() + 1s)) return;
  } while (world_.now() - began < end_least || (!everybody_answered() && world_.now() - began < end_most));
  if (!everybody_answered())
    violations_.push_back(
        {"world", fmt::format("at the quiet end somebody still waits: people for {}, publishers for {} and {}",
                              people_.unanswered(), publishers_[0]->unanswered(), publishers_[1]->unanswered())});
  judge(Reading::settled);
}

// What came of it lands, the power goes, and the journal is read back when the broker is up again.
void Simulation::judge_what_was_broken() {
  world_.note("broken on purpose");
  const SteadyInstant landed = world_.now() + 1s;
  while (violations_.empty() && world_.now() < landed) world_.step();
  if (violations_.empty() && broker_.up()) broker_.die(Death::power);
  while (violations_.empty() && !broker_.up()) world_.step();
}

SimulationReport Simulation::run() {
  const QuietLog quiet;
  broker_.boot();
  for (auto& host : hosts_) host->start();
  wall_.start();
  people_.start();
  const Span whole = day * options_.days;
  for (auto& publisher : publishers_) {
    publisher->start();
    publisher->publish_over(whole * 9 / 10, options_.requests / static_cast<std::uint32_t>(publishers_.size()));
  }
  next_fault();
  const SteadyInstant evening = world_.now() + whole;
  while (!run_until(evening) && violations_.empty()) {
    judge_what_was_broken();
    if (!violations_.empty()) break;
    breakage_.once_more();
  }
  if (violations_.empty()) quiet_end();
  report_.violations = violations_;
  report_.last_events.assign(world_.last_lines().begin(), world_.last_lines().end());
  report_.digest = world_.digest();
  for (const auto& publisher : publishers_) report_.acknowledged += publisher->acknowledgements();
  report_.decided = people_.decided();
  report_.events = wall_.events();
  report_.broker_deaths = broker_.deaths();
  for (const auto& host : hosts_) report_.host_deaths += host->deaths();
  return report_;
}

}  // namespace

SimulationReport simulate(const SimulationOptions& options) {
  initialise_digests();
  return Simulation(options).run();
}

}  // namespace huying::sim
