#include "broker/intake/publishing.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>

#include "base/check.h"
#include "base/limits.h"
#include "broker/intake/content.h"
#include "broker/intake/validate.h"
#include "broker/state/retry_hints.h"
#include "proto/errors.h"

namespace huying::intake {
namespace {

using broker::Principal;

// What is received in a round becomes records of one batch: beyond this more waits for the next (append_queue.h).
constexpr std::size_t pending_bytes_max = limits::batch_bytes_max / 2;
constexpr std::size_t record_besides_bytes = 512;  // of a request's record: digest, number, detail filed
// Far above what valid fields can hold: more comes only of fields that are repeated, and no honest client does that.
constexpr std::size_t request_bytes_max = limits::record_bytes_max / 2;

bool may_publish(const Principal& principal) {
  return principal.person || principal.system_role == v1::ROLE_PUBLISHER || principal.system_role == v1::ROLE_GATEWAY;
}

// A message as a member of another, around bytes that are serialized already.
void append_member(std::string& out, int field, std::string_view bytes) {
  std::uint8_t head[16];
  auto* at = google::protobuf::io::CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(field) << 3 | 2, head);
  at = google::protobuf::io::CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(bytes.size()), at);
  out.append(reinterpret_cast<const char*>(head), static_cast<std::size_t>(at - head));
  out.append(bytes);
}

dispatch::Place place_of(const RequestView& request) {
  dispatch::Place place;
  place.cell = request.cell;
  place.address = request.address;
  place.has_point = request.has_point;
  place.latitude = request.point.latitude;
  place.longitude = request.point.longitude;
  place.datum = static_cast<v1::Datum>(request.point.datum);
  return place;
}

}  // namespace

void Publishing::configured() {
  if (serials_) return serials_->use(context_.version->zone);
  serials_.emplace(context_.version->zone);
  if (replayed_date_ != 0) serials_->continue_from(replayed_date_, replayed_serial_);
  if (history_lost_) serials_->leave_out(*history_lost_);
}

void Publishing::history_lost(Instant claimed_at) {
  if (serials_) return serials_->leave_out(claimed_at);
  history_lost_ = claimed_at;
}

void Publishing::replayed(const v1::RequestFiled& filed) {
  ++taken_;
  history_lost_.reset();  // its number was given behind it
  if (filed.local_date() != replayed_date_) replayed_serial_ = 0;
  replayed_date_ = filed.local_date();
  replayed_serial_ = std::max(replayed_serial_, filed.serial());
  if (serials_) serials_->continue_from(filed.local_date(), filed.serial());
}

void Publishing::encode(Encoder& out) const {
  const auto last = serials_ ? serials_->last() : SerialCounter::Next{replayed_date_, replayed_serial_};
  out.number(taken_);
  out.number(last.local_date);
  out.number(last.serial);
}

bool Publishing::decode(Decoder& in) {
  taken_ = in.number<std::uint64_t>();
  replayed_date_ = in.number<std::uint32_t>();
  replayed_serial_ = in.number<std::uint32_t>();
  return in.ok();
}

void Publishing::receive(Session& session, std::uint64_t tag, std::string_view bytes) {
  if (session.unanswered >= limits::publish_window)
    return refuse(session.peer, tag, Error{v1::ERROR_CODE_WINDOW_EXCEEDED, {}});
  if (bytes.size() > request_bytes_max)
    return refuse(session.peer, tag, Error{v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("request: {} bytes", bytes.size())});
  const auto read = request_.read(bytes);
  if (read == RequestView::Read::unreadable)
    return context_.out.refuse(session.peer, Error{v1::ERROR_CODE_FRAME_UNREADABLE, "publish"}, tag, false);
  if (read == RequestView::Read::unknown_field)
    return refuse(session.peer, tag, Error{v1::ERROR_CODE_UNKNOWN_FIELD, "request"});
  const RequestView& request = request_;
  if (used_ == pending_.size()) pending_.push_back(std::make_unique<Pending>());
  Pending& slot = *pending_[used_];
  slot.peer = session.peer;
  slot.tag = tag;
  slot.found.reset();
  slot.answered = false;
  slot.same_as = 0;
  slot.number.clear();
  slot.has_reporter = false;
  if (auto admitted = admit(session, request, slot); !admitted) return refuse(session.peer, tag, admitted.error());
  slot.content = request_content(request, scratch_);
  slot.key = context_.key(broker::key_request, session.principal, request.source_id);
  slot.source = session.principal;
  slot.source_id = request.source_id;
  slot.request.assign(bytes);
  slot.category = request.category;
  slot.urgency = static_cast<v1::Urgency>(request.urgency);
  slot.solved_on_spot = request.solved_on_spot;
  slot.has_words = request.text.any();
  slot.attachments = static_cast<std::uint32_t>(request.attachments.size());
  ++session.unanswered;
  pending_bytes_ += bytes.size() + record_besides_bytes + slot.decision.reason.size();
  for (const auto& candidate : slot.decision.candidates) pending_bytes_ += candidate.cell.size() + 2;
  const std::size_t index = used_++;
  const auto [at, fresh] = keys_of_round_.try_emplace(slot.key, index);
  if (!fresh) {
    slot.same_as = at->second + 1;
    return;
  }
  context_.lookups.push_back({slot.key, [this, index](std::optional<Position> found) { pending_[index]->found = found; }});
}

bool Publishing::full() const { return pending_bytes_ > pending_bytes_max; }

Result<void> Publishing::admit(Session& session, const RequestView& request, Pending& slot) {
  const auto& version = context_.version;
  if (!version) return fail(v1::ERROR_CODE_NO_CONFIGURATION);
  const Principal* principal = version->principals.find(session.principal);
  if (principal == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  if (!may_publish(*principal)) return fail(v1::ERROR_CODE_NOT_ALLOWED);
  if (context_.options.read_only) return fail(v1::ERROR_CODE_READ_ONLY);
  if (auto valid = validate(request); !valid) return valid;
  if (!request.street.empty() && request.street != version->directory().street())
    return fail(v1::ERROR_CODE_STREET_UNKNOWN);
  const v1::Category* category = version->category(request.category);
  if (category == nullptr) return fail(v1::ERROR_CODE_CATEGORY_UNKNOWN);
  if (!category->guidance().empty()) return fail(v1::ERROR_CODE_GUIDANCE, category->guidance());
  if (!context_.disk.takes_requests()) return fail(v1::ERROR_CODE_DISK_LOW);
  if (context_.cells.undecided() >= context_.options.causes_undecided_max)
    return fail(v1::ERROR_CODE_BUSY, fmt::format("{} wait to be decided", context_.cells.undecided()));
  slot.decision = version->dispatcher.route(place_of(request));
  if (request.has_report || principal->person) return admit_report(session, *principal, request, slot);
  return {};
}

Result<void> Publishing::admit_report(const Session& session, const Principal& principal, const RequestView& request,
                                      Pending& slot) {
  const auto& principals = context_.version->principals;
  const std::string_view code = request.reporter.empty() ? std::string_view(session.principal) : request.reporter;
  if (!principal.acts_for(code)) return fail(v1::ERROR_CODE_MAY_NOT_ACT_FOR);
  const Principal* reporter = principals.find(code);
  if (reporter == nullptr || !reporter->person) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL, "report.reporter");
  const broker::CellPlace* place = principals.cell(slot.decision.stream);
  const bool worker = place != nullptr && slot.decision.stream != desk_stream && principals.is_worker_of(*reporter, *place);
  if (request.solved_on_spot && !worker) return fail(v1::ERROR_CODE_SOLVED_ELSEWHERE);
  slot.has_reporter = true;
  slot.reporter.set_principal(code.data(), code.size());
  slot.reporter.set_role(worker ? v1::ROLE_GRID_WORKER : reporter->posts.empty() ? v1::ROLE_UNSPECIFIED : reporter->posts.front().role());
  slot.reporter.set_via(code != session.principal ? session.principal : std::string());
  slot.reporter.set_for_citizen(request.on_behalf_of_citizen);
  return {};
}

void Publishing::file_pending() {
  for (std::size_t i = 0; i < used_; ++i) {
    Pending& pending = *pending_[i];
    if (pending.answered) continue;
    if (pending.same_as != 0) {
      const Pending& first = *pending_[pending.same_as - 1];
      if (first.number.empty()) {  // the first one was known; its record was read for it
        HUYING_CHECK(first.found.has_value());
        pending.found = first.found;
      } else {
        auto& ack = context_.out.publish_ack(pending.peer);
        ack.set_tag(pending.tag);
        ack.set_case_number(first.number);
        if (pending.content == first.content) {
          ack.set_known(true);
          ack.set_rule(first.decision.rule);
          ack.set_cell(first.decision.cell);
        } else {
          ack.set_error(v1::ERROR_CODE_CONTENT_DIFFERS);
          ack.set_detail("case " + first.number);
        }
        settle(pending.peer);
        pending.answered = true;
        continue;
      }
    }
    if (!pending.found) {
      file(pending);
      pending.answered = true;
    }
  }
  // What was seen before is confirmed against its record, which must be read first.
  bool waiting = false;
  for (std::size_t i = 0; i < used_; ++i) {
    Pending& pending = *pending_[i];
    if (pending.answered) continue;
    waiting = true;
    broker::ReadRequest read;
    read.kind = broker::ReadRequest::Kind::request;
    read.position = *pending.found;
    read.sink = [this, i](const journal::Record& record) {
      v1::RequestRecord held;
      const bool whole = held.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size()));
      HUYING_CHECK(whole && record.kind == v1::RECORD_KIND_REQUEST, "a request's key leads to another record");
      answer_known(*pending_[i], record.stream, held);
      return journal::Sink::enough;
    };
    read.done = [this, i](const Result<Position>& done) {
      if (done) return;
      HUYING_CHECK(done.error().code == v1::ERROR_CODE_ARCHIVED, "a record that was found cannot be read: {}",
                   done.error().detail);
      refuse(pending_[i]->peer, pending_[i]->tag, done.error());
      settle(pending_[i]->peer);
      pending_[i]->answered = true;
    };
    context_.reads_first.push_back(std::move(read));
  }
  if (!waiting) {
    used_ = 0;
    pending_bytes_ = 0;
    keys_of_round_.clear();
  }
}

void Publishing::answer_known(Pending& pending, StreamId stream, const v1::RequestRecord& held) {
  auto& ack = context_.out.publish_ack(pending.peer);
  ack.set_tag(pending.tag);
  ack.set_case_number(held.filed().case_number());
  Digest128 content;
  HUYING_CHECK(held.private_part().content_digest().size() == sizeof content);
  std::memcpy(&content, held.private_part().content_digest().data(), sizeof content);
  if (content == pending.content) {
    ack.set_known(true);
    ack.set_rule(held.filed().filed().rule());
    if (const CellState* cell = context_.cells.find(stream); cell != nullptr) ack.set_cell(cell->place.cell);
  } else {
    ack.set_error(v1::ERROR_CODE_CONTENT_DIFFERS);
    ack.set_detail("case " + held.filed().case_number());
  }
  settle(pending.peer);
  pending.answered = true;
}

void Publishing::write_filed(const Pending& pending, const SerialCounter::Next& next) {
  filed_.set_case_number(pending.number);
  filed_.set_serial(next.serial);
  filed_.set_local_date(next.local_date);
  filed_.set_solved_on_spot(pending.solved_on_spot);
  filed_.set_has_words(pending.has_words);
  filed_.set_attachments(pending.attachments);
  auto& detail = *filed_.mutable_filed();
  detail.set_category(pending.category.empty() ? "general" : pending.category);
  detail.set_urgency(pending.urgency == v1::URGENCY_UNSPECIFIED ? v1::URGENCY_NORMAL : pending.urgency);
  detail.set_rule(pending.decision.rule);
  detail.clear_candidates();
  for (const auto& candidate : pending.decision.candidates) detail.add_candidates(candidate.cell);
  constexpr std::int64_t farthest = std::numeric_limits<std::int32_t>::max();
  detail.set_border_centimetres(static_cast<std::int32_t>(std::min(pending.decision.border_centimetres, farthest)));
  detail.set_directory_version(context_.version->number);
  detail.set_source(pending.source);
  detail.set_reason(pending.decision.reason);
  if (pending.has_reporter)
    *detail.mutable_reporter() = pending.reporter;
  else
    detail.clear_reporter();
  filed_.SerializeToString(&filed_bytes_);
}

// A RequestRecord. The request stands in it byte for byte as it came: it was parsed and validated, and has no unknown field.
void Publishing::write_record(const Pending& pending) {
  scratch_.clear();
  append_member(scratch_, v1::RequestPrivate::kSourceFieldNumber, pending.source);
  append_member(scratch_, v1::RequestPrivate::kSourceIdFieldNumber, pending.source_id);
  append_member(scratch_, v1::RequestPrivate::kContentDigestFieldNumber,
                {reinterpret_cast<const char*>(&pending.content), sizeof pending.content});
  append_member(scratch_, v1::RequestPrivate::kRequestFieldNumber, pending.request);
  record_bytes_.clear();
  append_member(record_bytes_, v1::RequestRecord::kFiledFieldNumber, filed_bytes_);
  append_member(record_bytes_, v1::RequestRecord::kPrivatePartFieldNumber, scratch_);
}

void Publishing::file(Pending& pending) {
  CellState* cell = context_.cells.find(pending.decision.stream);
  HUYING_CHECK(cell != nullptr, "dispatch to stream {}", pending.decision.stream.value);
  const auto next = serials_->next(context_.now.wall);
  format_case_number(context_.version->directory().street_short(), next.local_date, next.serial, pending.number);
  write_filed(pending, next);
  write_record(pending);

  const Digest128 number = context_.key(broker::key_number, pending.number);
  context_.append.begin_item();
  const Sequence sequence = context_.append.add(cell->stream, v1::RECORD_KIND_REQUEST, {}, record_bytes_);
  context_.append.add_key(pending.key, journal::KeyRule::unique);
  context_.append.add_key(number, journal::KeyRule::unique);
  context_.cells.opened(number, cell->stream);
  ++taken_;

  auto& ack = context_.out.publish_ack(pending.peer);
  ack.set_tag(pending.tag);
  ack.set_case_number(pending.number);
  ack.set_rule(pending.decision.rule);
  ack.set_cell(pending.decision.cell);
  settle(pending.peer);
  sink_.request_appended(*cell, sequence, filed_bytes_);
}

void Publishing::file_matter(const v1::SetAsideDetail& matter) {
  CellState* desk = context_.cells.find(desk_stream);
  HUYING_CHECK(desk != nullptr && serials_, "a configuration is in force");
  const auto next = serials_->next(context_.now.wall);
  v1::RequestRecord record;
  auto& filed = *record.mutable_filed();
  format_case_number(context_.version->directory().street_short(), next.local_date, next.serial,
                     *filed.mutable_case_number());
  filed.set_serial(next.serial);
  filed.set_local_date(next.local_date);
  auto& detail = *filed.mutable_filed();
  detail.set_category("general");
  detail.set_urgency(v1::URGENCY_NORMAL);
  detail.set_rule(v1::DISPATCH_RULE_DESK);
  detail.set_border_centimetres(-1);
  detail.set_directory_version(context_.version->number);
  detail.set_source("broker");
  detail.set_reason(matter.reason());
  *detail.mutable_set_aside() = matter;
  auto& own = *record.mutable_private_part();
  own.set_source("broker");
  own.set_source_id(fmt::format("set-aside-{}-{}", matter.stream(), matter.cause()));
  own.set_content_digest(std::string(sizeof(Digest128), '\0'));

  const Digest128 number = context_.key(broker::key_number, filed.case_number());
  const Sequence sequence = context_.append.add(desk->stream, v1::RECORD_KIND_REQUEST, {}, record.SerializeAsString());
  context_.append.add_key(number, journal::KeyRule::unique);
  context_.cells.opened(number, desk->stream);
  ++taken_;
  sink_.request_appended(*desk, sequence, filed.SerializeAsString());
}

void Publishing::refuse(PeerId peer, std::uint64_t tag, const Error& error) {
  auto& ack = context_.out.publish_ack(peer, error.detail.size());
  ack.set_tag(tag);
  ack.set_error(error.code);
  ack.set_detail(error.detail);
  ack.set_retry_after_ms(broker::retry_after_ms(error.code));
}

void Publishing::settle(PeerId peer) {
  if (Session* session = context_.sessions.find(peer); session != nullptr && session->unanswered > 0) --session->unanswered;
}

}  // namespace huying::intake
