// A broker before it serves: what is in its folder, its time, its directory, its socket.
#include <spdlog/spdlog.h>

#include <filesystem>

#include "base/limits.h"
#include "broker/broker_state.h"
#include "broker/descriptor_limit.h"
#include "broker/directory/directory_files.h"
#include "broker/journal/folder.h"
#include "broker/round.h"
#include "broker/snapshots.h"
#include "client/endpoint.h"
#include "client/socket.h"
#include "proto/errors.h"

namespace huying::broker {
namespace {

constexpr std::uint64_t descriptors_wanted = limits::sessions_max + 2'000;

double ms(SteadyInstant::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

bool lies_in(std::string_view endpoint, const std::string& folder) {
  constexpr std::string_view ipc = "ipc://";
  if (!endpoint.starts_with(ipc)) return false;
  namespace fs = std::filesystem;
  std::error_code unreadable;  // then it is not there
  const auto inner = fs::weakly_canonical(fs::absolute(fs::path(endpoint.substr(ipc.size())), unreadable), unreadable);
  const auto outer = fs::weakly_canonical(fs::absolute(folder, unreadable), unreadable);
  const auto relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

// The name of a partition, written once, when the folder is made. Empty where no good directory tells it: such a folder
// serves all the same, and what is wrong with the directory is said when it is put in force.
std::string Broker::State::street_of_new_folder() {
  const std::string format = options.data_folder + "/" + journal::format_file_name;
  if (options.directory_folder.empty() || disk.exists(format)) return {};
  const auto files = directory::read_folder(options.directory_folder);
  if (!files) return {};
  const auto loaded = directory::load(*files, nullptr);
  return loaded.ok() ? loaded.configuration.directory().street() : std::string();
}

Result<void> Broker::State::open() {
  journal::EmbeddedOptions embedded;
  if (options.segment_bytes != 0) embedded.segment_bytes = options.segment_bytes;
  embedded.pool_segments = options.pool_segments;
  embedded.partition = street_of_new_folder();
  embedded.free_bytes_min = options.watermarks.second / 2;
  embedded.free_bytes_for_pool = options.watermarks.first;
  embedded.free_check_batches = 0;  // at each append: to ask costs far less than a sync
  const SteadyInstant began = std::chrono::steady_clock::now();
  auto opened = journal::EmbeddedJournal::open(disk, options.data_folder, embedded);
  if (!opened) return tl::unexpected(opened.error());
  journal = std::move(*opened);
  const SteadyInstant journal_opened = std::chrono::steady_clock::now();
  const auto base = time_base_of_folder(*journal, options.rate_permille);
  if (!base) return tl::unexpected(base.error());
  core = std::make_unique<BrokerCore>(core_options(*base), journal->digest_key());
  const auto replayed = replay_journal(*core, *journal);
  if (!replayed) return tl::unexpected(replayed.error());
  const SteadyInstant steady = std::chrono::steady_clock::now();
  spdlog::info("start: the journal was opened in {:.1f} ms, the state was there {:.1f} ms later, from {} and {} records",
               ms(journal_opened - began), ms(steady - journal_opened),
               replayed->from_snapshot ? "a snapshot" : "the beginning", replayed->records);
  begin_time(*base, steady);
  auto claimed = claim_and_start(*core, *journal, options.program, moment());
  if (!claimed) return tl::unexpected(claimed.error());
  term = *claimed;
  look_at_disk(steady);
  core->set_journal_bytes(journal->bytes());
  return {};
}

CoreOptions Broker::State::core_options(const TimeBaseChoice& base) const {
  CoreOptions chosen;
  chosen.program = options.program;
  chosen.watermarks = options.watermarks;
  chosen.check_configuration = options.check_configuration;
  chosen.scaled = base.scaled;
  chosen.rate_permille = base.rate_permille;
  chosen.real_origin = system_now();
  chosen.read_only = options.read_only;
  chosen.missing = missing;
  return chosen;
}

void Broker::State::begin_time(const TimeBaseChoice& base, SteadyInstant steady) {
  const bool fresh = core->now() == Instant{};
  if (base.scaled)
    clock = PartitionClock(base.rate_permille, fresh ? options.virtual_origin.value_or(system_now()) : core->now(), steady);
  else
    clock.continue_from(core->now());
}

// Nothing here may change the folder, be it only a file's time.
Result<void> Broker::State::open_read_only() {
  auto lock = disk.lock_shared(options.data_folder + "/" + journal::lock_file_name);
  if (!lock) return tl::unexpected(lock.error());
  shared_lock = std::move(*lock);
  journal::EmbeddedOptions embedded;
  embedded.mode = journal::OpenMode::read_only;
  embedded.unreachable = journal::Unreachable::leave_out;
  auto opened = journal::EmbeddedJournal::open(disk, options.data_folder, embedded);
  if (!opened) return tl::unexpected(opened.error());
  journal = std::move(*opened);
  missing = journal->missing();
  const auto base = time_base_behind_gaps(*journal);
  if (!base) return tl::unexpected(base.error());
  core = std::make_unique<BrokerCore>(core_options(*base), journal->digest_key());
  if (auto replayed = replay_journal(*core, *journal); !replayed) return tl::unexpected(replayed.error());
  begin_time(*base, std::chrono::steady_clock::now());
  core->start_read_only(journal->head(), moment());
  look_at_disk(std::chrono::steady_clock::now());
  core->set_journal_bytes(journal->bytes());
  return {};
}

Result<void> Broker::State::install_directory() {
  if (core->configured() || options.read_only || options.directory_folder.empty()) return {};
  auto files = directory::read_folder(options.directory_folder);
  if (!files) return tl::unexpected(files.error());
  DirectoryJob job;
  job.files = std::move(*files);
  job.check = options.check_configuration;
  auto result = perform(job);
  findings = result.findings;
  if (!result.version) return fail(result.error, findings.empty() ? "" : findings.front());
  core->install(std::move(result));
  return {};
}

Result<void> Broker::State::check_permission() const {
  if (!core->configured() || options.allow_plain_contacts || core->demonstration()) return {};
  return fail(v1::ERROR_CODE_NOT_A_DEMONSTRATION);
}

// Before anything is written. The folder of an ipc endpoint may not be there yet: it is looked at before the bind.
Result<void> Broker::State::choose_endpoint() {
  endpoint = options.endpoint;
  if (endpoint.empty() && options.read_only) {
    auto made = SocketFolder::make();
    if (!made) return tl::unexpected(made.error());
    socket_folder.emplace(std::move(*made));
    endpoint = "ipc://" + socket_folder->path() + "/broker.sock";
  }
  if (options.read_only && lies_in(endpoint, options.data_folder))
    return fail(v1::ERROR_CODE_USAGE, "--read-only writes nothing into the data folder, a socket neither");
  if (endpoint.empty()) {
    auto inside = client::endpoint_in_folder(options.data_folder);
    if (!inside) return tl::unexpected(inside.error());
    endpoint = *inside;
  }
  return endpoint.starts_with("ipc://") ? Result<void>{} : client::check_endpoint(endpoint);
}

Result<void> Broker::start() {
  auto& s = *state_;
  if (auto chosen = s.choose_endpoint(); !chosen) return chosen;
  if (auto opened = s.options.read_only ? s.open_read_only() : s.open(); !opened) return opened;
  if (!s.options.read_only && !s.core->configured() && s.free_bytes < s.options.watermarks.second)
    return fail(v1::ERROR_CODE_JOURNAL_FULL, "a folder is begun with room");
  if (auto installed = s.install_directory(); !installed) return installed;
  do {  // a first directory is in force before anybody is let in
    if (auto done = s.round(); !done) return done;
  } while (s.core->work_left());
  if (auto permitted = s.check_permission(); !permitted) return permitted;
  s.demonstration_at_start = s.core->demonstration();
  return s.listen();
}

Result<void> Broker::State::listen() {
  if (auto checked = client::check_endpoint(endpoint); !checked) return checked;
  if (auto place = client::check_free_to_bind(endpoint); !place) return place;
  router.emplace(client::make_router());
  if (const auto limit = raise_descriptor_limit(); limit < descriptors_wanted)
    spdlog::warn("this process may have {} files and connections; {} are wanted (LimitNOFILE=)", limit, descriptors_wanted);
  try {
    router->bind(endpoint);
    endpoint = router->get(zmq::sockopt::last_endpoint);
  } catch (const zmq::error_t& e) {
    // Where none was asked for it is the data folder's own.
    const auto code = options.endpoint.empty() ? v1::ERROR_CODE_JOURNAL_UNREADABLE : v1::ERROR_CODE_USAGE;
    return fail(code, client::why_not_bound(endpoint, e.num()));
  }
  return {};
}

}  // namespace huying::broker
