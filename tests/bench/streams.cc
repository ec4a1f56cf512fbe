#include "tests/bench/streams.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "broker/descriptor_limit.h"
#include "gateway/accounts/accounts.h"
#include "gateway/accounts/password.h"
#include "gateway/shell/streams.h"
#include "proto/errors.h"
#include "tests/bench/bench_directory.h"
#include "tests/bench/servers.h"
#include "tests/bench/stream_readers.h"

namespace huying::bench {
namespace {

constexpr const char* password = "made up for measuring";
constexpr std::chrono::seconds quiet_max{60};  // without an event that is still awaited: it is lost

double seconds_of(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// Asks again each 5 ms. False: so much time passed before.
template <class Condition>
bool wait_until(Milliseconds patience, Condition holds) {
  const auto until = SteadyInstant::clock::now() + patience;
  while (!holds()) {
    if (SteadyInstant::clock::now() >= until) return false;
    zmq::poll(static_cast<zmq::pollitem_t*>(nullptr), 0, Milliseconds{5});
  }
  return true;
}

std::uint32_t people_needed(const StreamsOptions& options) {
  const auto a_cell = (options.streams + options.cells - 1) / options.cells;
  return std::min(options.people, std::max(1u, a_cell));
}

// One hash for all: each costs 100 ms and 64 MiB, and at the login it is checked for each.
Result<void> make_accounts(const TemporaryFolder& folder, const StreamsOptions& options) {
  auto accounts = accounts::Accounts::open(folder.at("pages/gateway/accounts.sqlite"));
  if (!accounts) return tl::make_unexpected(accounts.error());
  const auto hash = accounts::hash_password(password);
  for (std::uint32_t cell = 0; cell < options.cells; ++cell)
    for (std::uint32_t place = 0; place < people_needed(options); ++place)
      if (auto made = (*accounts)->set_password_hash(person_code(cell, place), hash); !made) return made;
  return {};
}

struct GatewayProcess {
  ChildProcess process;
  std::uint16_t port = 0;
};

// Its log says where it listens.
std::uint16_t port_in(const std::string& log) {
  constexpr std::string_view before = "http://127.0.0.1:";
  const auto at = log.find(before);
  std::uint16_t port = 0;
  if (at == log.npos || log.find('/', at + before.size()) == log.npos) return 0;
  std::from_chars(log.data() + at + before.size(), log.data() + log.size(), port);
  return port;
}

Result<GatewayProcess> start_gateway(const StreamsOptions& options, const TemporaryFolder& folder) {
  auto process = ChildProcess::start(options.program,
                                     {"gateway", "--endpoint", endpoint_of(folder), "--data", folder.at("pages"), "--principal",
                                      gateway_code, "--http", "127.0.0.1:0"},
                                     folder.at("gateway.log"));
  if (!process) return tl::make_unexpected(process.error());
  GatewayProcess gateway{std::move(*process)};
  const bool is_ready = wait_until(start_patience, [&] {
    if (!gateway.process.running()) return true;
    if (gateway.port == 0) gateway.port = port_in(gateway.process.log());
    if (gateway.port == 0) return false;
    const auto answer = ask(gateway.port, {.target = "/healthz/ready", .json = {}});
    return answer && answer->status == 200;
  });
  if (is_ready && gateway.process.running()) return gateway;
  return fail(v1::ERROR_CODE_NOT_CONNECTED, "the gateway is not ready\n" + gateway.process.log());
}

// Each person once; their streams share the login, as the windows of a browser do.
Result<std::vector<StreamPlace>> log_in(const StreamsOptions& options, std::uint16_t port) {
  const auto people = people_needed(options);
  std::vector<std::string> cookies(std::size_t{options.cells} * people);
  std::vector<StreamPlace> places;
  for (std::uint32_t i = 0; i < options.streams; ++i) {
    const auto cell = i % options.cells, place = i / options.cells % people;
    auto& cookie = cookies[std::size_t{cell} * people + place];
    if (cookie.empty()) {
      const nlohmann::json body{{"person", person_code(cell, place)}, {"password", password}};
      const auto answer = ask(port, {.target = "/api/v1/session", .json = body.dump()});
      if (!answer) return tl::make_unexpected(answer.error());
      if (answer->status != 200) return fail(v1::ERROR_CODE_NOT_CONNECTED, fmt::format("login: {}", answer->body));
      cookie = answer->set_cookie;
    }
    places.push_back({cell, cookie});
  }
  return places;
}

struct Costs {
  std::chrono::nanoseconds gateway, broker, worker, bench;
  SteadyInstant at = SteadyInstant::clock::now();
};

void put_costs(const Costs& before, const Costs& after, StreamsFigures& figures) {
  figures.gateway_cpu_s = seconds_of(after.gateway - before.gateway);
  figures.broker_cpu_s = seconds_of(after.broker - before.broker);
  figures.worker_cpu_s = seconds_of(after.worker - before.worker);
  figures.bench_cpu_s = seconds_of(after.bench - before.bench);
  figures.told_seconds = seconds_of(after.at - before.at);
}

// Until each stream has all, or nothing more comes.
void wait_until_told(const StreamProgress& progress, std::uint64_t cases) {
  std::uint64_t arrived = 0;
  auto moved_at = SteadyInstant::clock::now();
  wait_until(std::chrono::hours(24), [&] {
    const auto now = SteadyInstant::clock::now();
    if (const auto so_far = progress.arrived.load(); so_far != arrived) {
      arrived = so_far;
      moved_at = now;
    }
    const bool is_told = progress.cases_ended >= cases && progress.arrived >= progress.wanted;
    return is_told || now - moved_at > quiet_max;
  });
}

Result<StreamsFigures> measure(const StreamsOptions& options, const TemporaryFolder& folder, Servers& servers,
                               GatewayProcess& gateway) {
  const std::string endpoint = endpoint_of(folder);
  const auto running = [&] { return servers.running() && gateway.process.running(); };
  const auto costs = [&] { return Costs{gateway.process.cpu(), servers.broker.cpu(), servers.worker.cpu(), own_cpu()}; };
  auto places = log_in(options, gateway.port);
  if (!places) return tl::make_unexpected(places.error());
  StreamsFigures figures;
  figures.options = options;
  figures.gateway_memory_before_bytes = gateway.process.memory_bytes();
  StreamReaders readers(endpoint, gateway.port, std::move(*places), options.cells, options.life);
  const auto& progress = readers.progress();
  const auto opening = SteadyInstant::clock::now();
  if (auto started = readers.start(); !started) return tl::make_unexpected(started.error());
  const bool are_open = wait_until(start_patience, [&] {
    return progress.ended > 0 || (progress.at_head == options.streams && progress.observes);
  });
  if (!are_open || progress.ended > 0) {
    readers.stop();
    return fail(v1::ERROR_CODE_NOT_CONNECTED, fmt::format("{} of {} streams stand; {}", progress.at_head.load(), options.streams,
                                                          readers.trouble()));
  }
  figures.open_seconds = seconds_of(SteadyInstant::clock::now() - opening);

  PipelineOptions what;
  what.cells = options.cells;
  what.rate = options.rate;
  what.life = options.life;
  auto load = Load::prepare(endpoint, what, running);
  if (!load) return tl::make_unexpected(load.error());
  const auto warm_up = static_cast<std::uint64_t>(options.rate) + 1;
  if (const auto warm = load->run(warm_up, options.rate); !warm) return tl::make_unexpected(warm.error());
  const auto before = costs();
  figures.requests = static_cast<std::uint64_t>(options.rate * options.seconds);
  const auto loaded = load->run(figures.requests, options.rate);
  if (!loaded) return tl::make_unexpected(loaded.error());
  wait_until_told(progress, warm_up + figures.requests);
  put_costs(before, costs(), figures);
  figures.gateway_memory_bytes = gateway.process.memory_bytes();
  figures.seconds = static_cast<double>(loaded->took_ns) / 1e9;
  readers.stop();
  if (!readers.trouble().empty()) fmt::print(stderr, "{}\n", readers.trouble());

  figures.ended = progress.ended;
  const auto counts = readers.tally().counts();
  figures.events = counts.events;
  figures.wanted = counts.wanted;
  figures.lost = counts.lost;
  figures.doubled = counts.doubled;
  figures.strange = counts.strange;
  auto took = readers.tally().took(*loaded);
  figures.stream = latency_of(std::move(took.stream_ns));
  figures.broker = latency_of(std::move(took.broker_ns));
  return figures;
}

}  // namespace

Result<StreamsFigures> run_streams(const StreamsOptions& options) {
  const auto a_person = std::uint64_t{gateway::StreamsOptions{}.a_person_max};
  if (options.streams > a_person * options.cells * options.people)
    return fail(v1::ERROR_CODE_USAGE, fmt::format("--streams is at most {} for each of --people in each of --cells", a_person));
  broker::raise_descriptor_limit();
  const auto folder = TemporaryFolder::make(options.folder);
  if (!folder) return tl::make_unexpected(folder.error());
  for (const char* name : {"directory", "data", "pages", "pages/gateway"})
    if (auto made = folder->make_folder(name); !made) return tl::make_unexpected(made.error());
  auto written = write_directory(folder->at("directory"), options.cells, std::max(2u, options.people));
  if (!written) return tl::make_unexpected(written.error());
  if (auto made = make_accounts(*folder, options); !made) return tl::make_unexpected(made.error());
  auto servers = start_servers(options.program, *folder);
  if (!servers) return tl::make_unexpected(servers.error());
  {
    auto administrator = Administrator::dial(endpoint_of(*folder));
    if (!administrator) return tl::make_unexpected(administrator.error());
    auto settled = administrator->wait_until_settled(options.cells, [&] { return servers->running(); });
    if (!settled) return fail(settled.error().code, settled.error().detail + "\n" + servers->logs());
  }
  auto gateway = start_gateway(options, *folder);
  if (!gateway) return tl::make_unexpected(gateway.error());
  auto figures = measure(options, *folder, *servers, *gateway);
  const int codes = gateway->process.stop() + servers->worker.stop() + servers->broker.stop();
  if (figures && codes == 0) return figures;
  const auto error = figures ? Error{v1::ERROR_CODE_NOT_CONNECTED, "a server did not end well"} : figures.error();
  return fail(error.code, fmt::format("{}\n{}{}", error.detail, servers->logs(), gateway->process.log()));
}

}  // namespace huying::bench
