#include "broker/broker_core.h"

#include <spdlog/spdlog.h>

#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "broker/configuring.h"
#include "broker/delivery/asking.h"
#include "broker/delivery/hosting.h"
#include "broker/delivery/subscribing.h"
#include "broker/intake/acting.h"
#include "broker/intake/publishing.h"
#include "proto/errors.h"
#include "proto/frame.h"

namespace huying::broker {
namespace {

constexpr std::uint32_t protocol_version = 1;
constexpr auto tick_interval = std::chrono::milliseconds(50);
using v1::ClientFrame;

}  // namespace

struct BrokerCore::Parts {
  Context context;
  delivery::Subscribing subscribing{context};
  delivery::Hosting hosting{context, subscribing};
  intake::Publishing publishing{context, hosting};
  intake::Acting acting{context, hosting};
  delivery::Asking asking{context};
  Configuring configuring{context, publishing, hosting, subscribing};
  SteadyInstant ticked_at;
  std::uint64_t batches = 0, journal_bytes = 0;
  v1::Commit replayed_commit;
  v1::RequestRecord replayed_request;

  void hello(PeerId peer, const v1::Hello& hello);
  Result<void> admit(const v1::Hello& hello) const;
  void welcome(const Session& session);
  void end_session(PeerId peer);
  void dispatch(Session& session, const FrameBody& body);
  void publish(Session& session, std::string_view bytes);
  void status(Session& session, const v1::StatusRequest& request);
  void end_silent_sessions();
  void send_heartbeats();

  // Parses a body that is rare enough to be parsed afresh; refuses it when it cannot be read.
  template <class Body, class Use>
  void with(Session& session, std::string_view bytes, Use use) {
    Body body;
    if (body.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
      use(body);
    else
      context.out.refuse(session.peer, Error{v1::ERROR_CODE_FRAME_UNREADABLE, fmt::format("{} bytes", bytes.size())}, 0, false);
  }
};

// ---- Sessions --------------------------------------------------------------------------------------------------

void BrokerCore::Parts::hello(PeerId peer, const v1::Hello& hello) {
  if (auto admitted = admit(hello); !admitted) return context.out.refuse(peer, admitted.error(), 0, true);
  if (hello.role() == v1::ROLE_HOST) {
    std::vector<PeerId> fenced;
    context.sessions.each([&](Session& other) {
      if (other.is_host() && other.principal == hello.principal() && other.peer != peer) fenced.push_back(other.peer);
    });
    for (const PeerId old : fenced) {
      context.out.refuse(old, Error{v1::ERROR_CODE_SESSION_FENCED, {}}, 0, true);
      end_session(old);
    }
  }
  if (context.sessions.find(peer) != nullptr) end_session(peer);
  Session& session = context.sessions.open(peer);
  session.principal = hello.principal();
  session.role = hello.role();
  session.nonce = hello.session_nonce();
  session.program = hello.program();
  session.capacity = hello.capacity();
  session.last_heard = session.last_sent = context.now.steady;
  welcome(session);
}

Result<void> BrokerCore::Parts::admit(const v1::Hello& hello) const {
  if (hello.protocol_version() != protocol_version)
    return fail(v1::ERROR_CODE_PROTOCOL_VERSION, fmt::format("{}, this is {}", hello.protocol_version(), protocol_version));
  if (hello.session_nonce() == 0) return fail(v1::ERROR_CODE_FIELD_MISSING, "session_nonce");
  if (!is_code(hello.principal(), limits::code_bytes_max)) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  if (hello.program().size() > limits::code_bytes_max || !is_clean_text(hello.program()) || hello.features_size() > 16)
    return fail(v1::ERROR_CODE_FIELD_INVALID, "program or features");
  if (context.sessions.size() >= limits::sessions_max) return fail(v1::ERROR_CODE_TOO_MANY_SESSIONS);
  if (context.stopping) return fail(v1::ERROR_CODE_SHUTTING_DOWN);
  if (!context.version) {
    if (hello.principal() == "administrator" && hello.role() == v1::ROLE_ADMINISTRATOR) return {};
    return fail(v1::ERROR_CODE_NO_CONFIGURATION);
  }
  const Principal* principal = context.version->principals.find(hello.principal());
  if (principal == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  if (!principal->holds(hello.role())) return fail(v1::ERROR_CODE_ROLE_NOT_HELD);
  return {};
}

void BrokerCore::Parts::welcome(const Session& session) {
  auto& answer = context.out.single<v1::Welcome>(session.peer, v1::BrokerFrame::kWelcomeFieldNumber);
  answer.set_protocol_version(protocol_version);
  answer.set_term(context.term.value);
  answer.set_heartbeat_interval_ms(static_cast<std::uint32_t>(limits::heartbeat_interval.count()));
  answer.set_publish_window(limits::publish_window);
  answer.set_rate_permille(context.options.rate_permille);
  answer.set_demonstration(context.demonstration());
  if (!context.version) return;
  answer.set_street(context.version->directory().street());
  answer.set_configuration_version(context.version->number);
  answer.set_time_zone(context.version->directory().time_zone());
}

void BrokerCore::Parts::end_session(PeerId peer) {
  hosting.leasing().end_session(peer);
  subscribing.end_session(peer);
  asking.end_session(peer);
  configuring.end_session(peer);
  context.sessions.close(peer);
}

void BrokerCore::Parts::end_silent_sessions() {
  std::vector<PeerId> silent;
  context.sessions.each([&](Session& session) {
    if (context.now.steady - session.last_heard > limits::session_silence_max) silent.push_back(session.peer);
  });
  for (const PeerId peer : silent) {
    const Session* session = context.sessions.find(peer);
    if (session->is_host()) spdlog::warn("host {} is silent; its {} cells go to others", session->principal, session->cells_held);
    end_session(peer);
  }
}

void BrokerCore::Parts::send_heartbeats() {
  context.sessions.each([&](Session& session) {
    if (context.now.steady - session.last_sent < limits::heartbeat_interval) return;
    session.last_sent = context.now.steady;
    context.out.single<v1::Heartbeat>(session.peer, v1::BrokerFrame::kHeartbeatFieldNumber);
  });
}

// ---- Frames ----------------------------------------------------------------------------------------------------

void BrokerCore::receive(PeerId peer, std::size_t part_count, std::string_view frame) {
  auto& p = *parts_;
  const auto refuse = [&](const Error& error, bool session_over) { p.context.out.refuse(peer, error, 0, session_over); };
  if (part_count != 1) return refuse(Error{v1::ERROR_CODE_FRAME_PARTS, fmt::format("{} parts", part_count)}, false);
  const auto body = open_client_frame(frame);
  if (!body) return refuse(body.error(), false);
  if (body->field == ClientFrame::kHelloFieldNumber) {
    v1::Hello hello;
    if (!hello.ParseFromArray(body->bytes.data(), static_cast<int>(body->bytes.size())))
      return refuse(Error{v1::ERROR_CODE_FRAME_UNREADABLE, "hello"}, true);
    return p.hello(peer, hello);
  }
  Session* session = p.context.sessions.find(peer);
  if (session == nullptr) {
    if (body->field == ClientFrame::kCommitsFieldNumber) p.hosting.commits_of_stranger(peer, body->bytes);
    return refuse(Error{v1::ERROR_CODE_NO_SESSION, {}}, true);
  }
  session->last_heard = p.context.now.steady;
  p.dispatch(*session, *body);
}

void BrokerCore::Parts::dispatch(Session& session, const FrameBody& body) {
  const auto bytes = body.bytes;
  switch (body.field) {
    case ClientFrame::kPublishFieldNumber:
      return publish(session, bytes);
    case ClientFrame::kPublishBatchFieldNumber: {
      const auto batch = open_publish_batch(bytes);
      if (!batch) return context.out.refuse(session.peer, batch.error(), 0, false);
      if (batch->size() > limits::publish_batch_max)
        return context.out.refuse(session.peer, Error{v1::ERROR_CODE_TOO_MANY_ITEMS, "publishes"}, 0, false);
      for (const auto one : *batch) publish(session, one);
      return;
    }
    case ClientFrame::kCommitsFieldNumber:
      if (!session.is_host()) break;
      return hosting.commits(session, bytes);
    case ClientFrame::kWakeFieldNumber:
      if (!session.is_host()) break;
      return with<v1::Wake>(session, bytes, [&](v1::Wake& wake) { hosting.leasing().promise(session, wake.next_wake_within_ms()); });
    case ClientFrame::kCreditFieldNumber:
      return with<v1::Credit>(session, bytes, [&](v1::Credit& credit) {
        if (session.is_host() && credit.name().empty())
          hosting.credit(session, credit);
        else
          subscribing.credit(session, credit);
      });
    case ClientFrame::kAnswerFieldNumber:
      if (!session.is_host()) break;
      return with<v1::Answer>(session, bytes, [&](v1::Answer& answer) { asking.answer(session, answer); });
    case ClientFrame::kHeartbeatFieldNumber:
      return;
    case ClientFrame::kActFieldNumber:
      return with<v1::Act>(session, bytes, [&](v1::Act& act) { acting.receive(session, act); });
    case ClientFrame::kSubscribeFieldNumber:
      return with<v1::Subscribe>(session, bytes, [&](v1::Subscribe& request) { subscribing.subscribe(session, request); });
    case ClientFrame::kAcknowledgeEventsFieldNumber:
      return with<v1::AcknowledgeEvents>(session, bytes, [&](v1::AcknowledgeEvents& ack) { subscribing.acknowledge(session, ack); });
    case ClientFrame::kQueryFieldNumber:
      return with<v1::Query>(session, bytes, [&](v1::Query& query) { asking.query(session, query); });
    case ClientFrame::kFetchFieldNumber:
      return with<v1::Fetch>(session, bytes, [&](v1::Fetch& fetch) { asking.fetch(session, fetch); });
    case ClientFrame::kFetchConfigurationFieldNumber:
      if (!session.is_host() && session.role != v1::ROLE_ADMINISTRATOR && session.role != v1::ROLE_GATEWAY) break;
      return with<v1::FetchConfiguration>(session, bytes, [&](v1::FetchConfiguration& fetch) { configuring.fetch(session, fetch); });
    case ClientFrame::kPublishDirectoryFieldNumber:
      return with<v1::PublishDirectory>(session, bytes, [&](v1::PublishDirectory& part) { configuring.upload(session, part); });
    case ClientFrame::kStatusFieldNumber:
      return with<v1::StatusRequest>(session, bytes, [&](v1::StatusRequest& request) { status(session, request); });
    case ClientFrame::kCheckpointFieldNumber:
      return;  // a cache, never truth; this engine folds from the start
    case ClientFrame::kGoodbyeFieldNumber:
      return end_session(session.peer);
    default:
      return context.out.refuse(session.peer, Error{v1::ERROR_CODE_FRAME_UNREADABLE, fmt::format("body {}", body.field)}, 0, false);
  }
  context.out.refuse(session.peer, Error{v1::ERROR_CODE_NOT_ALLOWED, fmt::format("body {} in role {}", body.field, v1::Role_Name(session.role))}, 0, false);
}

void BrokerCore::Parts::publish(Session& session, std::string_view bytes) {
  const auto view = open_publish(bytes);
  if (!view) return context.out.refuse(session.peer, view.error(), 0, false);
  publishing.receive(session, view->tag, view->request);
}

void BrokerCore::Parts::status(Session& session, const v1::StatusRequest& request) {
  auto& reply = context.out.single<v1::StatusReply>(session.peer, v1::BrokerFrame::kStatusFieldNumber);
  reply.set_tag(request.tag());
  if (session.role != v1::ROLE_ADMINISTRATOR && session.role != v1::ROLE_GATEWAY) {
    reply.set_error(v1::ERROR_CODE_NOT_ALLOWED);
    return;
  }
  reply.set_term(context.term.value);
  reply.set_demonstration(context.demonstration());
  reply.set_rate_permille(context.options.rate_permille);
  reply.set_sessions(static_cast<std::uint32_t>(context.sessions.size()));
  reply.set_requests(publishing.taken());
  reply.set_open_cases(context.cells.open_cases());
  reply.set_free_bytes(context.free_bytes);
  reply.set_batches(batches);
  subscribing.status(reply);
  if (!context.version) return;
  reply.set_street(context.version->directory().street());
  reply.set_configuration_version(context.version->number);
  constexpr int leases_max = 2'000;
  for (const auto& cell : context.cells.all()) {
    if (reply.leases_size() >= leases_max) break;
    auto& lease = *reply.add_leases();
    lease.set_cell(cell->place.cell);
    lease.set_stream(cell->stream.value);
    if (const Session* owner = context.sessions.find(cell->owner)) lease.set_host(owner->principal);
    lease.mutable_epoch()->set_term(context.term.value);
    lease.mutable_epoch()->set_grant(cell->grant);
    lease.set_undecided(cell->undecided.size());
  }
}

// ---- Start -----------------------------------------------------------------------------------------------------

BrokerCore::BrokerCore(CoreOptions options, const DigestKey& digest_key) : parts_(std::make_unique<Parts>()) {
  parts_->context.options = std::move(options);
  parts_->context.digest_key = digest_key;
  parts_->hosting.answer_actions_through(parts_->acting);
}
BrokerCore::~BrokerCore() = default;

void BrokerCore::replay(const journal::Record& record) {
  auto& p = *parts_;
  p.context.append.replayed(record.stream, record.sequence);
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
    case v1::RECORD_KIND_CONFIGURATION_PART: {
      v1::ConfigurationPart part;
      parse(part);
      return p.configuring.replayed_part(part);
    }
    case v1::RECORD_KIND_CONFIGURATION_COMPLETE: {
      v1::ConfigurationComplete complete;
      parse(complete);
      return p.configuring.replayed_complete(complete);
    }
    default:
      return;
  }
}

void BrokerCore::replayed_until(Instant last_recorded_at) {
  parts_->context.now.wall = std::max(parts_->context.now.wall, last_recorded_at);
}

void BrokerCore::replay_cursor(std::string_view name, std::string_view state) { parts_->subscribing.load(name, state); }

void BrokerCore::start(Term term, Position head, Moment now) {
  auto& context = parts_->context;
  context.term = term;
  context.now.steady = now.steady;
  context.now.wall = std::max(context.now.wall, now.wall);
  context.append.replayed(partition_stream, Sequence(context.append.last(partition_stream).value + 1));  // the claim
  parts_->subscribing.set_head(head);
  parts_->configuring.replay_finished();
  for (const auto& cell : context.cells.all()) cell->uncovered_since = now.steady;
  if (context.options.scaled) {
    v1::TimeBase base;
    base.set_real_origin_ms(to_ms(context.options.real_origin));
    base.set_virtual_origin_ms(context.now_ms());
    base.set_rate_permille(context.options.rate_permille);
    context.append.begin_item();
    context.append.add(partition_stream, v1::RECORD_KIND_TIME_BASE, {term.value, 0}, base.SerializeAsString());
  }
}

bool BrokerCore::configured() const { return parts_->context.version != nullptr; }
void BrokerCore::install(DirectoryJobResult first) { parts_->configuring.install(std::move(first)); }

// ---- A round ---------------------------------------------------------------------------------------------------

void BrokerCore::begin(Moment now) {
  auto& context = parts_->context;
  context.now.steady = now.steady;
  context.now.wall = std::max(context.now.wall, now.wall);
  parts_->acting.retry();
}

void BrokerCore::peer_gone(PeerId peer) {
  parts_->context.out.forget(peer);
  if (parts_->context.sessions.find(peer) != nullptr) parts_->end_session(peer);
}

void BrokerCore::tick() {
  auto& p = *parts_;
  if (p.context.now.steady - p.ticked_at >= tick_interval) {
    p.ticked_at = p.context.now.steady;
    p.end_silent_sessions();
    p.send_heartbeats();
    p.asking.tick();
    p.subscribing.tick();
    p.hosting.tick();
  }
  p.configuring.append_some();
}

void BrokerCore::set_free_bytes(std::uint64_t bytes) { parts_->context.free_bytes = bytes; }
bool BrokerCore::full() const { return parts_->context.append.full(); }
std::vector<Lookup> BrokerCore::take_lookups() { return std::exchange(parts_->context.lookups, {}); }
std::vector<ReadRequest> BrokerCore::take_reads_first() { return std::exchange(parts_->context.reads_first, {}); }

void BrokerCore::advance() {
  if (parts_->publishing.anything_pending()) parts_->publishing.file_pending();
  if (parts_->acting.anything_pending()) parts_->acting.file_pending();
}

const journal::Batch* BrokerCore::batch() {
  return parts_->context.append.empty() ? nullptr : &parts_->context.append.batch();
}

void BrokerCore::landed(const journal::Appended& appended, Position head) {
  auto& context = parts_->context;
  HUYING_CHECK(appended.recorded_at == context.now.wall, "recorded at {}, not {}", to_ms(appended.recorded_at), context.now_ms());
  parts_->subscribing.landed(appended, head);
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
    if (Session* session = context.sessions.find(peer)) session->last_sent = context.now.steady;
  context.out.release(out);
}

bool BrokerCore::work_left() const {
  return parts_->configuring.under_way() || parts_->acting.anything_pending() || !parts_->context.reads.empty();
}

std::optional<DirectoryJob> BrokerCore::take_job() { return parts_->configuring.take_job(); }
void BrokerCore::job_done(DirectoryJobResult result) { parts_->configuring.job_done(std::move(result)); }
std::vector<std::pair<std::string, std::string>> BrokerCore::take_changed_cursors() { return parts_->subscribing.take_changed_cursors(); }
bool BrokerCore::any_cursor_begun() const { return parts_->subscribing.any_cursor_begun(); }
void BrokerCore::stop_intake() { parts_->context.stopping = true; }
bool BrokerCore::has_session(PeerId peer) const { return parts_->context.sessions.find(peer) != nullptr; }
bool BrokerCore::demonstration() const { return parts_->context.demonstration(); }

Instant BrokerCore::now() const { return parts_->context.now.wall; }

}  // namespace huying::broker
