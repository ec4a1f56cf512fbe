#include "broker/intake/content.h"

#include <bit>

#include "base/encoding.h"

namespace huying::intake {
namespace {

void add(Encoder& out, const WordsView& words) {
  out.number(static_cast<std::uint8_t>(words.form));
  if (words.form != v1::Words::FORM_NOT_SET) out.bytes(words.bytes);
}

void add(Encoder& out, const AttachmentView& attachment) {
  out.bytes(attachment.blake2b_256);
  out.number(attachment.size_bytes);
  out.bytes(attachment.media_type);
}

void add(Encoder& out, const std::vector<AttachmentView>& attachments) {
  out.number(static_cast<std::uint32_t>(attachments.size()));
  for (const auto& attachment : attachments) add(out, attachment);
}

void add_location(Encoder& out, const RequestView& request) {
  out.bytes(request.cell);
  out.number(static_cast<std::uint8_t>(request.has_point));
  if (request.has_point) {
    out.number(std::bit_cast<std::uint64_t>(request.point.latitude));
    out.number(std::bit_cast<std::uint64_t>(request.point.longitude));
    out.number(static_cast<std::uint32_t>(request.point.datum));
    out.number(request.point.accuracy_metres);
  }
  out.bytes(request.address);
}

void add_report(Encoder& out, const RequestView& request) {
  out.bytes(request.reporter);
  out.number(static_cast<std::uint8_t>(request.on_behalf_of_citizen));
  out.number(static_cast<std::uint8_t>(request.solved_on_spot));
  if (!request.solved_on_spot) return;
  add(out, request.solved_words);
  add(out, request.solved_attachments);
}

}  // namespace

Digest128 request_content(const RequestView& request, std::string& buffer) {
  buffer.clear();
  Encoder out(buffer);
  out.bytes(request.street);
  out.bytes(request.category);
  out.number(static_cast<std::uint32_t>(request.urgency));
  out.number(static_cast<std::uint8_t>(request.has_location));
  if (request.has_location) add_location(out, request);
  add(out, request.text);
  out.number(static_cast<std::uint8_t>(request.has_contact));
  if (request.has_contact) {
    add(out, request.contact_name);
    add(out, request.contact_telephone);
    add(out, request.contact_exact_address);
  }
  add(out, request.attachments);
  out.number(request.observed_at_ms);
  out.number(static_cast<std::uint8_t>(request.has_report));
  if (request.has_report) add_report(out, request);
  return content_digest(buffer);
}

Digest128 action_content(const v1::Action& action, std::string& buffer) {
  buffer.clear();
  Encoder out(buffer);
  out.bytes(action.case_number());
  out.number(static_cast<std::uint32_t>(action.kind()));
  out.number(action.expected_revision());
  out.bytes(action.to_cell());
  out.bytes(action.reason_code());
  add(out, view_of(action.words()));
  out.number(static_cast<std::uint32_t>(action.attachments_size()));
  for (const auto& attachment : action.attachments()) add(out, view_of(attachment));
  out.number(static_cast<std::uint32_t>(action.verdict()));
  out.number(action.satisfaction());
  out.number(action.until_ms());
  out.number(static_cast<std::uint32_t>(action.targets_size()));
  for (const auto& target : action.targets()) out.bytes(target);
  out.number(static_cast<std::uint8_t>(action.for_citizen()));
  out.number(action.cause_sequence());
  // Only where it is given: what was digested before there were asks has the same digest still.
  if (action.asks() != v1::ASK_KIND_UNSPECIFIED || action.milestones_ms_size() != 0) {
    out.number(static_cast<std::uint32_t>(action.asks()));
    out.number(static_cast<std::uint32_t>(action.milestones_ms_size()));
    for (const auto at : action.milestones_ms()) out.number(at);
  }
  return content_digest(buffer);
}

}  // namespace huying::intake
