// What a session's frames come to.
#include "base/limits.h"
#include "broker/core_parts.h"

namespace huying::broker {
namespace {
using v1::ClientFrame;
}  // namespace

void BrokerCore::Parts::receive(PeerId peer, std::size_t part_count, std::string_view frame) {
  const auto refuse = [&](const Error& error, bool session_over) { context.out.refuse(peer, error, 0, session_over); };
  if (part_count != 1) return refuse(Error{v1::ERROR_CODE_FRAME_PARTS, fmt::format("{} parts", part_count)}, false);
  const auto body = open_client_frame(frame);
  if (!body) return refuse(body.error(), false);
  if (body->field == ClientFrame::kHelloFieldNumber) {
    v1::Hello word;
    if (!word.ParseFromArray(body->bytes.data(), static_cast<int>(body->bytes.size())))
      return refuse(Error{v1::ERROR_CODE_FRAME_UNREADABLE, "hello"}, true);
    return hello(peer, word);
  }
  Session* session = context.sessions.find(peer);
  if (session == nullptr) {
    if (body->field == ClientFrame::kCommitsFieldNumber) hosting.commits_of_stranger(peer, body->bytes);
    return refuse(Error{v1::ERROR_CODE_NO_SESSION, {}}, true);
  }
  session->last_heard = context.now.steady;
  dispatch(*session, *body);
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
      return with<v1::Wake>(session, bytes, [&](v1::Wake& wake) {
        hosting.leasing().promise(session, wake.next_wake_within_ms());
      });
    case ClientFrame::kCreditFieldNumber:
      return with<v1::Credit>(session, bytes, [&](v1::Credit& credit) {
        if (session.is_host() && credit.name().empty())
          hosting.credit(session, credit);
        else
          subscribing.credit(session, credit);
      });
    case ClientFrame::kTroubleFieldNumber:
      if (!session.is_host()) break;
      return with<v1::Trouble>(session, bytes, [&](v1::Trouble& trouble) { hosting.trouble(session, trouble); });
    case ClientFrame::kFoldedFieldNumber:
      if (!session.is_host()) break;
      return with<v1::Folded>(session, bytes, [&](v1::Folded& folded) { hosting.folded(session, folded); });
    case ClientFrame::kTryClockFieldNumber:
      if (!session.is_host()) break;
      return with<v1::TryClock>(session, bytes, [&](v1::TryClock& asked) { hosting.try_clock(session, asked); });
    case ClientFrame::kAnswerFieldNumber:
      if (!session.is_host()) break;
      return with<v1::Answer>(session, bytes, [&](v1::Answer& answer) { asking.answer(session, answer); });
    case ClientFrame::kHeartbeatFieldNumber:
      return;
    case ClientFrame::kActFieldNumber:
      return with<v1::Act>(session, bytes, [&](v1::Act& act) { acting.receive(session, act); });
    case ClientFrame::kSubscribeFieldNumber:
      return with<v1::Subscribe>(session, bytes, [&](v1::Subscribe& request) {
        subscribing.subscribe(session, request);
      });
    case ClientFrame::kUnsubscribeFieldNumber:
      return with<v1::Unsubscribe>(session, bytes, [&](v1::Unsubscribe& request) {
        subscribing.unsubscribe(session, request);
      });
    case ClientFrame::kAcknowledgeEventsFieldNumber:
      return with<v1::AcknowledgeEvents>(session, bytes, [&](v1::AcknowledgeEvents& ack) {
        subscribing.acknowledge(session, ack);
      });
    case ClientFrame::kQueryFieldNumber:
      return with<v1::Query>(session, bytes, [&](v1::Query& query) { asking.query(session, query); });
    case ClientFrame::kFetchFieldNumber:
      return with<v1::Fetch>(session, bytes, [&](v1::Fetch& fetch) { asking.fetch(session, fetch); });
    case ClientFrame::kFetchConfigurationFieldNumber:
      if (!session.is_host() && session.role != v1::ROLE_ADMINISTRATOR && session.role != v1::ROLE_GATEWAY) break;
      return with<v1::FetchConfiguration>(session, bytes, [&](v1::FetchConfiguration& fetch) {
        configuring.fetch(session, fetch);
      });
    case ClientFrame::kPublishDirectoryFieldNumber:
      return with<v1::PublishDirectory>(session, bytes, [&](v1::PublishDirectory& part) {
        configuring.upload(session, part);
      });
    case ClientFrame::kStatusFieldNumber:
      return with<v1::StatusRequest>(session, bytes, [&](v1::StatusRequest& request) { status(session, request); });
    case ClientFrame::kCheckpointFieldNumber:
      if (!session.is_host()) break;
      return with<v1::StoreCheckpoint>(session, bytes, [&](v1::StoreCheckpoint& stored) {
        hosting.checkpoints().take(session, stored);
      });
    case ClientFrame::kGoodbyeFieldNumber:
      return end_session(session.peer, LeaseEnd::left);
    default:
      return context.out.refuse(
          session.peer, Error{v1::ERROR_CODE_FRAME_UNREADABLE, fmt::format("body {}", body.field)}, 0, false);
  }
  const auto what = fmt::format("body {} in role {}", body.field, v1::Role_Name(session.role));
  context.out.refuse(session.peer, Error{v1::ERROR_CODE_NOT_ALLOWED, what}, 0, false);
}

void BrokerCore::Parts::publish(Session& session, std::string_view bytes) {
  const auto view = open_publish(bytes);
  if (!view) return context.out.refuse(session.peer, view.error(), 0, false);
  publishing.receive(session, view->tag, view->request);
}

void BrokerCore::Parts::status(Session& session, const v1::StatusRequest& request) {
  auto& reply = context.out.single<v1::StatusReply>(session.peer, v1::BrokerFrame::kStatusFieldNumber);
  reply.set_tag(request.tag());
  const bool is_administrator = session.role == v1::ROLE_ADMINISTRATOR;
  if (!is_administrator && (session.role != v1::ROLE_GATEWAY || request.retry_parked())) {
    reply.set_error(v1::ERROR_CODE_NOT_ALLOWED);
    return;
  }
  if (request.retry_parked()) hosting.folds().let_any_host_try();
  reply.set_term(context.term.value);
  reply.set_demonstration(context.demonstration());
  reply.set_read_only(context.options.read_only);
  reply.set_missing(context.options.missing);
  reply.set_rate_permille(context.options.rate_permille);
  reply.set_sessions(static_cast<std::uint32_t>(context.sessions.size()));
  reply.set_requests(publishing.taken());
  reply.set_open_cases(context.cells.open_cases());
  reply.set_free_bytes(context.free_bytes);
  reply.set_journal_bytes(journal_bytes);
  reply.set_batches(batches);
  reply.set_clock_ahead_ms(context.clock_ahead.count());
  reply.set_undecided(context.cells.undecided());
  reply.set_disk_room(context.disk.is_full()          ? v1::DISK_ROOM_FULL
                      : context.disk.takes_requests() ? v1::DISK_ROOM_ENOUGH
                                                      : v1::DISK_ROOM_LOW);
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
    lease.set_parked(cell->parked_at != 0 || cell->fold_parked);  // the second also before a host has it
    const EpochId epoch{context.term.value, cell->grant};
    const bool tries_clock = cell->clocks.named != nullptr && (cell->trial_waits || cell->clocks.named->tried_in == epoch);
    lease.set_suspect_times(tries_clock ? cell->clocks.named->times : cell->suspect_times);
    lease.set_fold_times(cell->fold_times);
    if (tries_clock) *lease.mutable_suspect_clock() = cell->clocks.named->name;
    if (cell->suspected && !cell->undecided.empty()) lease.set_suspect_cause(cell->undecided.front().sequence);
  }
}

}  // namespace huying::broker
