#include "broker/intake/content.h"

#include <bit>

#include "base/encoding.h"

namespace huying::intake {
namespace {

void add(Encoder& out, const v1::Words& words) {
  out.number(static_cast<std::uint8_t>(words.form_case()));
  if (words.form_case() == v1::Words::kPlain) out.bytes(words.plain());
  if (words.form_case() == v1::Words::kSealed) out.bytes(words.sealed());
}

template <class Attachments>
void add_attachments(Encoder& out, const Attachments& attachments) {
  out.number(static_cast<std::uint32_t>(attachments.size()));
  for (const auto& attachment : attachments) {
    out.bytes(attachment.blake2b_256());
    out.number(attachment.size_bytes());
    out.bytes(attachment.media_type());
  }
}

void add(Encoder& out, const v1::Location& location) {
  out.bytes(location.cell());
  out.number(static_cast<std::uint8_t>(location.has_point()));
  if (location.has_point()) {
    const auto& point = location.point();
    out.number(std::bit_cast<std::uint64_t>(point.latitude()));
    out.number(std::bit_cast<std::uint64_t>(point.longitude()));
    out.number(static_cast<std::uint32_t>(point.datum()));
    out.number(point.accuracy_metres());
  }
  out.bytes(location.address());
}

}  // namespace

Digest128 request_content(const v1::Request& request, std::string& buffer) {
  buffer.clear();
  Encoder out(buffer);
  out.bytes(request.street());
  out.bytes(request.category());
  out.number(static_cast<std::uint32_t>(request.urgency()));
  out.number(static_cast<std::uint8_t>(request.has_location()));
  if (request.has_location()) add(out, request.location());
  add(out, request.text());
  out.number(static_cast<std::uint8_t>(request.has_contact()));
  if (request.has_contact()) {
    add(out, request.contact().name());
    add(out, request.contact().telephone());
    add(out, request.contact().exact_address());
  }
  add_attachments(out, request.attachments());
  out.number(request.observed_at_ms());
  out.number(static_cast<std::uint8_t>(request.has_report()));
  if (request.has_report()) {
    const auto& report = request.report();
    out.bytes(report.reporter());
    out.number(static_cast<std::uint8_t>(report.on_behalf_of_citizen()));
    out.number(static_cast<std::uint8_t>(report.has_solved_on_spot()));
    if (report.has_solved_on_spot()) {
      add(out, report.solved_on_spot().words());
      add_attachments(out, report.solved_on_spot().attachments());
    }
  }
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
  add(out, action.words());
  add_attachments(out, action.attachments());
  out.number(static_cast<std::uint32_t>(action.verdict()));
  out.number(action.satisfaction());
  out.number(action.until_ms());
  out.number(static_cast<std::uint32_t>(action.targets_size()));
  for (const auto& target : action.targets()) out.bytes(target);
  out.number(static_cast<std::uint8_t>(action.for_citizen()));
  out.number(action.cause_sequence());
  return content_digest(buffer);
}

}  // namespace huying::intake
