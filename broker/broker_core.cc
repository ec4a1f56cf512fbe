#include "broker/broker_core.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "broker/core_parts.h"
#include "broker/journal/begin_anew.h"

namespace huying::broker {
namespace {
constexpr auto tick_interval = std::chrono::milliseconds(50);

// As the first claim of a folder does that was restored, or repaired with a cut.
bool leaves_terms_out(Term before, Term claimed) { return claimed.value > before.value + journal::terms_left_out; }
}  // namespace

// ---- Start -----------------------------------------------------------------------------------------------------

BrokerCore::BrokerCore(CoreOptions options, const DigestKey& digest_key)
    : parts_(new_parts(std::move(options), digest_key)) {}

std::unique_ptr<BrokerCore::Parts> BrokerCore::new_parts(CoreOptions options, const DigestKey& digest_key) {
  auto parts = std::make_unique<Parts>();
  parts->context.options = std::move(options);
  parts->context.disk = DiskRoom(parts->context.options.watermarks);
  parts->context.digest_key = digest_key;
  parts->hosting.set_intake(parts->publishing, parts->acting);
  return parts;
}
BrokerCore::~BrokerCore() = default;

void BrokerCore::replay(const journal::Record& record) {
  auto& p = *parts_;
  if (p.context.options.read_only)
    p.context.append.replayed_behind_gap(record.stream, record.sequence);
  else
    p.context.append.replayed(record.stream, record.sequence);
  p.last_record = record.position;
  ++p.records_unsnapshot;
  p.context.recorded_at = record.recorded_at;
  p.context.now.wall = std::max(p.context.now.wall, record.recorded_at);
  const auto parse = [&](google::protobuf::MessageLite& into) {
    HUYING_CHECK(into.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())),
                 "a record of kind {} cannot be read", static_cast<int>(record.kind));
  };
  switch (record.kind) {
    case v1::RECORD_KIND_REQUEST:
      parse(p.replayed_request);
      p.publishing.replayed(p.replayed_request.filed());
      p.context.cells.opened(p.context.key(key_number, p.replayed_request.filed().case_number()), record.stream);
      return p.hosting.replayed_cause(record);
    case v1::RECORD_KIND_ACTION:
    case v1::RECORD_KIND_MESSAGE:
    case v1::RECORD_KIND_CONFIGURATION_CHANGED:
      return p.hosting.replayed_cause(record);
    case v1::RECORD_KIND_COMMIT:
      parse(p.replayed_commit);
      return p.hosting.replayed_commit(record, p.replayed_commit);
    case v1::RECORD_KIND_CONFIGURATION_PART:
    case v1::RECORD_KIND_CONFIGURATION_COMPLETE:
      return replay_configuration(record);
    case v1::RECORD_KIND_SUSPECT: {
      v1::Suspect suspect;
      parse(suspect);
      return p.hosting.replayed_suspect(record, suspect);
    }
    case v1::RECORD_KIND_SET_ASIDE: {
      v1::SetAside set_aside;
      parse(set_aside);
      return p.hosting.replayed_set_aside(record, set_aside);
    }
    case v1::RECORD_KIND_STOPPED:
      return p.hosting.suspicion().replayed_stop(true);
    case v1::RECORD_KIND_TERM:
      p.hosting.suspicion().replayed_stop(false);
      if (leaves_terms_out(p.context.term, Term(record.epoch.term))) p.publishing.history_lost(record.recorded_at);
      p.context.term = Term(record.epoch.term);  // until the claim of this start; read-only none follows
      return p.subscribing.claimed(Term(record.epoch.term), record.position, record.recorded_at);
    case v1::RECORD_KIND_COVERAGE: {
      v1::Coverage coverage;
      parse(coverage);
      return p.hosting.replayed_coverage(coverage);
    }
    default:
      return;
  }
}

void BrokerCore::replay_configuration(const journal::Record& record) {
  const auto parse = [&](google::protobuf::MessageLite& into) {
    HUYING_CHECK(into.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())),
                 "a record of kind {} cannot be read", static_cast<int>(record.kind));
  };
  if (record.kind == v1::RECORD_KIND_CONFIGURATION_PART) {
    v1::ConfigurationPart part;
    parse(part);
    return parts_->configuring.replayed_part(part, record.sequence);
  }
  if (record.kind != v1::RECORD_KIND_CONFIGURATION_COMPLETE) return;
  v1::ConfigurationComplete complete;
  parse(complete);
  parts_->configuring.replayed_complete(complete, record.sequence);
}

void BrokerCore::replayed_until(Instant last_recorded_at, Position head) {
  parts_->context.now.wall = std::max(parts_->context.now.wall, last_recorded_at);
  parts_->subscribing.set_head(head);
}

void BrokerCore::replay_cursor(std::string_view name, std::string_view state) { parts_->subscribing.load(name, state); }
void BrokerCore::replay_lost_cursor(const Digest128& name) { parts_->subscribing.load_lost(name); }

void BrokerCore::start(Term term, Position claimed_at, Position head, Moment now) {
  auto& context = parts_->context;
  const Term before = std::exchange(context.term, term);
  context.now.steady = now.steady;
  context.now.wall = std::max(context.now.wall, now.wall);
  context.append.replayed(partition_stream, Sequence(context.append.last(partition_stream).value + 1));  // the claim
  context.recorded_at = context.now.wall;
  if (leaves_terms_out(before, term)) parts_->publishing.history_lost(context.now.wall);
  parts_->last_record = claimed_at;
  ++parts_->records_unsnapshot;
  parts_->subscribing.claimed(term, claimed_at, context.now.wall);
  parts_->subscribing.set_head(head);
  parts_->configuring.replay_finished();
  parts_->hosting.start(before);
  if (context.options.scaled) {
    v1::TimeBase base;
    base.set_real_origin_ms(to_ms(context.options.real_origin));
    base.set_virtual_origin_ms(context.now_ms());
    base.set_rate_permille(context.options.rate_permille);
    context.append.begin_item();
    context.append.add(partition_stream, v1::RECORD_KIND_TIME_BASE, {term.value, 0}, base.SerializeAsString());
  }
}

void BrokerCore::start_read_only(Position head, Moment now) {
  auto& context = parts_->context;
  HUYING_CHECK(context.options.read_only);
  context.now.steady = now.steady;
  context.now.wall = std::max(context.now.wall, now.wall);
  parts_->subscribing.set_head(head);
  parts_->configuring.replay_finished();
  parts_->hosting.start_read_only();
}

bool BrokerCore::is_read_only() const { return parts_->context.options.read_only; }
bool BrokerCore::configured() const { return parts_->context.version != nullptr; }
void BrokerCore::install(DirectoryJobResult first) { parts_->configuring.install(std::move(first)); }

// ---- A round ---------------------------------------------------------------------------------------------------

void BrokerCore::begin(Moment now) {
  auto& context = parts_->context;
  context.now.steady = now.steady;
  context.now.wall = std::max(context.now.wall, now.wall);
  if (context.options.read_only) return;
  // A new directory comes into force between rounds: what is received in one round is judged by one version.
  parts_->configuring.append_some();
  for (const PeerId peer : parts_->configuring.take_strangers()) parts_->end_session(peer, LeaseEnd::left);
  parts_->hosting.resume_commits();
  parts_->acting.retry();
}

// So long away, and a peer that heard from the broker just before may dial anew.
constexpr auto given_up_after = limits::session_silence_max - 2 * limits::heartbeat_interval;

void BrokerCore::was_away(SteadyInstant since, SteadyInstant until) {
  auto& context = parts_->context;
  context.attentive_since = until;
  if (until - since >= given_up_after) context.given_up_until = until;
}

void BrokerCore::receive(PeerId peer, std::size_t part_count, std::string_view frame) {
  parts_->receive(peer, part_count, frame);
}

void BrokerCore::peer_gone(PeerId peer) {
  parts_->context.out.forget(peer);
  if (parts_->context.sessions.find(peer) != nullptr) parts_->lose_session(peer);
}

void BrokerCore::tick() {
  auto& p = *parts_;
  if (p.context.now.steady - p.ticked_at >= tick_interval) {
    p.ticked_at = p.context.now.steady;
    if (p.context.disk.is_full()) p.context.had_no_room_at = p.context.now.steady;
    p.end_silent_sessions();
    p.send_heartbeats();
    p.asking.tick();
    if (!p.context.options.read_only) p.hosting.tick();  // else no cell is granted, and nothing announced
  }
}

void BrokerCore::set_free_bytes(std::uint64_t bytes) {
  auto& context = parts_->context;
  context.free_bytes = bytes;
  if (context.options.read_only || !context.disk.look(bytes)) return;
  const auto free = bytes / limits::MiB;
  switch (context.disk.level()) {
    case DiskLevel::enough: return spdlog::info("disk: {} MiB are free; requests are taken again", free);
    case DiskLevel::low: return spdlog::warn("disk: {} MiB are free; requests are refused, cases go on", free);
    case DiskLevel::full: return spdlog::error("disk: {} MiB are free; nothing is decided until there is room", free);
  }
}
void BrokerCore::set_clock_ahead(Milliseconds by) { parts_->context.clock_ahead = by; }
void BrokerCore::set_journal_bytes(std::uint64_t bytes) { parts_->journal_bytes = bytes; }
bool BrokerCore::full() const {
  return parts_->context.append.full() || parts_->publishing.full() ||
         parts_->context.said_bytes > limits::round_said_bytes_max;
}
std::vector<Lookup> BrokerCore::take_lookups() { return std::exchange(parts_->context.lookups, {}); }
std::vector<ReadRequest> BrokerCore::take_reads_first() { return std::exchange(parts_->context.reads_first, {}); }

void BrokerCore::advance() {
  if (parts_->publishing.anything_pending()) parts_->publishing.file_pending();
  if (parts_->acting.anything_pending()) parts_->acting.file_pending();
}

const journal::Batch* BrokerCore::batch() {
  HUYING_CHECK(!parts_->context.options.read_only || parts_->context.append.empty(), "read-only, and a record to append");
  return parts_->context.append.empty() ? nullptr : &parts_->context.append.batch();
}

void BrokerCore::landed(const journal::Appended& appended, Position head) {
  auto& context = parts_->context;
  HUYING_CHECK(appended.recorded_at == context.now.wall, "recorded at {}, not {}", to_ms(appended.recorded_at),
               context.now_ms());
  parts_->subscribing.landed(appended, head);
  context.recorded_at = appended.recorded_at;
  parts_->last_record = appended.places.back().position;
  parts_->records_unsnapshot += appended.places.size();
  context.append.landed(appended);
  ++parts_->batches;
}

std::vector<ReadRequest> BrokerCore::take_reads() {
  parts_->hosting.request_reads();
  parts_->subscribing.request_reads();
  return std::exchange(parts_->context.reads, {});
}

void BrokerCore::release(std::vector<OutFrame>& out) {
  auto& context = parts_->context;
  context.out.seal(context.now_ms());
  for (const PeerId peer : context.out.sealed_peers())
    if (Session* session = context.sessions.find(peer))
      session->last_sent = context.now.steady;
    else
      context.out.forget(peer);  // it has no session (any more): nothing of it is kept
  for (const PeerId peer : std::exchange(parts_->left, {}))
    if (context.sessions.find(peer) == nullptr) context.out.forget(peer);
  context.out.release(out);
  context.said_bytes = 0;
}

bool BrokerCore::work_left() const {
  return parts_->configuring.under_way() || parts_->acting.anything_pending() || !parts_->context.reads.empty() ||
         parts_->subscribing.anyone_waits_to_read();
}

std::optional<DirectoryJob> BrokerCore::take_job() { return parts_->configuring.take_job(); }
void BrokerCore::job_done(DirectoryJobResult result) { parts_->configuring.job_done(std::move(result)); }
std::vector<std::pair<std::string, std::string>> BrokerCore::take_changed_cursors() {
  return parts_->subscribing.take_changed_cursors();
}
std::vector<std::pair<StreamId, journal::Checkpoint>> BrokerCore::take_checkpoints() {
  return parts_->hosting.checkpoints().take_some_to_write();
}
bool BrokerCore::any_cursor_begun() const { return parts_->subscribing.any_cursor_begun(); }
void BrokerCore::stop_intake() {
  parts_->context.stopping = true;
  if (!parts_->context.options.read_only) parts_->hosting.suspicion().stop();
}

std::vector<OutFrame> BrokerCore::signs_of_life() const {
  std::vector<OutFrame> out;
  parts_->context.sessions.each([&](const Session& session) {
    auto& frame = out.emplace_back();
    frame.peer = session.peer;
    write_broker_frame(parts_->context.now_ms(), v1::BrokerFrame::kHeartbeatFieldNumber, v1::Heartbeat(), frame.bytes);
  });
  return out;
}

bool BrokerCore::has_session(PeerId peer) const { return parts_->context.sessions.find(peer) != nullptr; }
bool BrokerCore::demonstration() const { return parts_->context.demonstration(); }

Instant BrokerCore::now() const { return parts_->context.now.wall; }

}  // namespace huying::broker
