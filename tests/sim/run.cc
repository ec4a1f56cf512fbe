#include "tests/sim/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "tests/sim/shadow_fold.h"

namespace huying::sim {
namespace {

using namespace std::chrono_literals;

constexpr Instant first_morning = instant(1'795'392'000'000);  // a Monday, 08:00 in the street
constexpr Span looks_around_every = 250ms;
constexpr Span heals_at_least = 15s, answers_at_most = 90s;  // of the quiet
constexpr Span zero_at_most = 240s, counts_at_most = 20s;
constexpr std::int64_t patience = 20;  // steady seconds in which hosts fire what is due

std::uint32_t hosts_of(const scenario::Workload& workload) { return workload.hosts() + workload.spares(); }

}  // namespace

Run::Run(const scenario::Scenario& scenario, std::uint64_t seed, const SimulationListeners& listeners)
    : scenario_(scenario), workload_(scenario.workload()), listeners_(listeners), world_(seed, listeners.on_line),
      network_(world_), street_(workload_.cells(), hosts_of(workload_)), witness_(world_, street_),
      poison_(world_), around_{world_, network_, witness_, street_, poison_},
      breakage_(breakage_named(scenario.breakage())(world_)),
      broker_(around_, *breakage_, {workload_.rate(), first_morning}), people_(around_, workload_),
      administrator_(around_), clerk_(around_) {
  settle_in();
}

Span Run::day() const { return Span(24h) / std::max(1u, workload_.rate()); }
std::int64_t Run::patience_ms() const { return patience * 1000 * std::max(1u, workload_.rate()); }

std::int64_t Run::now_ms() const { return std::max(last_now_ms_, to_ms(broker_.partition_now())); }

// ---- Who lives there ---------------------------------------------------------------------------------------------

void Run::add_hosts() {
  for (std::uint32_t i = 1; i <= hosts_of(workload_); ++i) {
    const std::uint32_t capacity = i <= workload_.hosts() ? 0 : std::max(1u, workload_.cells() / 3);
    hosts_.push_back(std::make_unique<HostNode>(around_, i, capacity));
    hosts_.back()->on_saying = [this](v1::ClientFrame& frame) { breakage_->host_says(frame); };
  }
}

void Run::add_subscribers() {
  const auto add = [&](SubscriberNode::Plan plan) {
    subscribers_.push_back(std::make_unique<SubscriberNode>(around_, std::move(plan)));
    if (!breakage_->changes_what_is_handed()) return;
    auto& node = *subscribers_.back();
    node.on_handing = [this, &node](const v1::EventDelivery& one) { return breakage_->handed(node.principal(), one); };
  };
  add({"wall-1", v1::ROLE_OBSERVER, "wall", {"case.>", "escalation.>", "coverage.>", "configuration.>"}});
  add({"street.supervisor-1", v1::ROLE_STREET_SUPERVISOR, "board", {"escalation.>"}});
  subscribers_.back()->on_begin = [this](SessionNode& session) { clerk_.begin(session); };
  // One who takes little at a time, and one who began later.
  add({"cell-01.worker", v1::ROLE_GRID_WORKER, "mine", {"case.*.*.cell-01.>", "escalation.*.*.*.cell-01"}, true, 5});
  add({"village-1.supervisor", v1::ROLE_UNIT_SUPERVISOR, "unit", {"escalation.unit.*.village-1.*"}, false});
}

void Run::settle_in() {
  add_hosts();
  add_subscribers();
  for (const char* name : {"hotline-1", "programme-1"})
    publishers_.push_back(std::make_unique<PublisherNode>(around_, name, workload_));
  trespassers_.push_back(std::make_unique<Trespasser>(around_, "gateway-2", v1::ROLE_GATEWAY));
  trespassers_.push_back(std::make_unique<Trespasser>(around_, "cell-01.deputy", v1::ROLE_GRID_WORKER));
  for (auto& one : publishers_) clients_.push_back(one.get());
  for (auto& one : subscribers_) clients_.push_back(one.get());
  clients_.push_back(&people_);
  subscribers_.front()->on_event = [this](const v1::EventDelivery& delivery) {
    people_.see(delivery);
    v1::CaseEvent event;
    if (delivery.kind() == v1::EVENT_KIND_DISPATCHED && event.ParseFromString(delivery.event()))
      for (auto& one : trespassers_) one->learn(event.case_number());
  };
  if (breakage_->changes_frames()) {
    network_.tamper_to_broker = [this](const std::string& client, std::string& frame) {
      breakage_->to_broker(client, frame);
    };
    network_.tamper_to_client = [this](const std::string& client, std::string& frame) {
      breakage_->to_client(client, frame);
    };
  }
  std::vector<HostNode*> hosts;
  for (auto& host : hosts_) hosts.push_back(host.get());
  faults_.emplace(around_, broker_, std::move(hosts), clients_);
}

void Run::begin() {
  began_ = world_.now();
  broker_.boot();
  for (auto& host : hosts_) host->start();
  for (auto* client : clients_) client->start();
  administrator_.start();
  for (auto& one : trespassers_) one->start();
  const Span whole = day() * workload_.days() + day() * workload_.minutes() / 1440;
  for (auto& publisher : publishers_)
    publisher->publish_over(whole * 9 / 10, workload_.requests() / static_cast<std::uint32_t>(publishers_.size()));
  for (auto& one : trespassers_)
    one->try_over(whole, workload_.forbidden() / static_cast<std::uint32_t>(trespassers_.size()));
  administrator_.publish_directories_over(whole, workload_.directories());
  for (const auto& fault : scenario_.faults()) faults_->plan(fault, whole, day());
  look_around();
}

Facts Run::facts() const {
  Facts facts;
  facts.now = world_.now();
  facts.broker_serves_since = broker_.serves_since();
  facts.all_hosts_dead = std::none_of(hosts_.begin(), hosts_.end(), [](const auto& one) { return one->running(); });
  for (const auto& host : hosts_) facts.hosts.push_back(host->facts());
  return facts;
}

void Run::look_around() {
  last_now_ms_ = now_ms();
  witness_.moment(facts());
  clerk_.look(last_now_ms_);
  world_.after(looks_around_every, [this] { look_around(); });
}

// ---- How it is lived ---------------------------------------------------------------------------------------------

template <class Until>
bool Run::live_until(Span at_most, Until until) {
  const SteadyInstant end = world_.now() + at_most;
  while (world_.now() < end && !until()) {
    HUYING_CHECK(world_.step(), "nothing is left to happen");
    if (!whole()) return false;
  }
  return true;
}

bool Run::live_for(Span how_long) {
  return live_until(how_long, [] { return false; });
}

bool Run::live_through_the_span() {
  const Span whole_span = day() * workload_.days() + day() * workload_.minutes() / 1440;
  constexpr int steps = 200;
  for (int step = 0; step < steps; ++step) {
    if (!live_for(whole_span / steps)) return false;
    if (listeners_.on_progress) listeners_.on_progress((step + 1.0) / steps);
  }
  return true;
}

bool Run::everybody_answered() const {
  return administrator_.unanswered() == 0 &&
         std::all_of(clients_.begin(), clients_.end(), [](const auto* one) { return one->unanswered() == 0; });
}

void Run::say_who_waits() {
  for (const auto* one : clients_)
    if (one->unanswered() != 0)
      witness_.unhappy(fmt::format("{} waits for {} answers, and nothing is wrong any more", one->principal(),
                                   one->unanswered()),
                       {one->principal()});
  if (administrator_.unanswered() != 0) witness_.unhappy("the administrator waits for an answer", {"administrator"});
}

// No more faults: whoever waits is answered, what is due fires, cells have owners, subscribers read on.
bool Run::heal() {
  world_.note("quiet");
  faults_->heal();
  people_.go_home();
  administrator_.look_after_parked_cells();
  if (!live_for(heals_at_least)) return false;
  if (!live_until(answers_at_most, [this] { return everybody_answered(); })) return false;
  if (!everybody_answered()) say_who_waits();
  if (!whole() || !live_for(5s) || !compare_states() || !count_the_open()) return false;
  witness_.healed(now_ms(), patience_ms());
  return whole();
}

// The register at the end; a cell whose list nobody told in time is the checker's to name.
bool Run::count_the_open() {
  clerk_.count();
  return live_until(counts_at_most, [this] { return clerk_.done(); });
}

bool Run::compare_states() {
  constexpr int tries = 20;
  std::vector<std::uint32_t> left = street_.streams();
  for (int i = 1; i <= tries && !left.empty(); ++i) {
    std::erase_if(left, [&](std::uint32_t stream) { return states_agree(StreamId(stream), i == tries); });
    if (!live_for(100ms)) return false;
  }
  return true;
}

// What the owner has, and what one has who reads only the journal. They may differ while a commit is on its way.
bool Run::states_agree(StreamId stream, bool last_try) {
  if (!broker_.up()) return false;
  for (const auto& host : hosts_) {
    const auto owners = host->state_of(stream);
    if (!owners) continue;
    const auto folded = fold_from_journal(*broker_.journal(), stream, street_.cell_of(stream.value));
    if (*owners != folded && !last_try) return false;
    witness_.folded(stream, *owners, folded);
    return true;
  }
  return false;
}

bool Run::bring_to_zero() {
  world_.note("to zero");
  people_.work_to_zero();
  return live_until(zero_at_most, [this] { return witness_.open_cases() == 0; }) && live_for(1s);
}

// The power goes a last time, and the journal tells the whole story again.
bool Run::wake_up_once_more() {
  if (broker_.up()) broker_.die(Death::power);
  if (!live_until(20s, [this] { return broker_.up(); }) || !live_for(3s) || !count_the_open()) return false;
  witness_.settled(now_ms(), patience_ms());
  return whole();
}

SimulationReport Run::live() {
  begin();
  [[maybe_unused]] const bool good = live_through_the_span() &&
                                     (workload_.no_quiet_end() || (heal() && bring_to_zero() && wake_up_once_more()));
  SimulationReport report;
  report.violations = witness_.violations();
  report.digest = world_.digest();
  report.things = world_.things();
  report.street_ms = now_ms() - to_ms(first_morning);
  report.counters = world_.counters();
  return report;
}

}  // namespace huying::sim
