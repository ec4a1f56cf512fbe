#include "broker/intake/validate.h"

#include <fmt/format.h>
#include <google/protobuf/unknown_field_set.h>

#include <cmath>

#include "base/limits.h"
#include "base/text.h"
#include "proto/errors.h"

namespace huying::intake {
namespace {

using Check = Result<void>;

Check text_field(std::string_view value, std::size_t max, const char* name) {
  if (value.size() > max) return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("{}: {} bytes, at most {}", name, value.size(), max));
  if (!is_clean_text(value)) return fail(v1::ERROR_CODE_INVALID_TEXT, name);
  return {};
}

Check code_field(std::string_view value, std::size_t max, const char* name) {
  if (value.empty()) return {};
  if (value.size() > max) return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("{}: {} bytes, at most {}", name, value.size(), max));
  if (!is_code(value, max)) return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("{}: a code is made of a-z 0-9 . _ -", name));
  return {};
}

template <class Message>
Check known(const Message& message, const char* name) {
  if (!message.GetReflection()->GetUnknownFields(message).empty()) return fail(v1::ERROR_CODE_UNKNOWN_FIELD, name);
  return {};
}

Check words_field(const WordsView& words, std::size_t max, const char* name) {
  if (words.form != v1::Words::kSealed) return text_field(words.bytes, max, name);
  if (words.bytes.size() > limits::sealed_bytes_max) return fail(v1::ERROR_CODE_FIELD_TOO_LONG, name);
  return {};
}

bool known_media_type(std::string_view type) {
  for (const std::string_view known_type : {"image/jpeg", "image/png", "image/webp", "audio/ogg", "application/pdf"})
    if (type == known_type) return true;
  return false;
}

Check count_of_attachments(std::size_t count, const char* name) {
  if (count <= limits::attachments_max) return {};
  return fail(v1::ERROR_CODE_TOO_MANY_ITEMS, fmt::format("{}: {}, at most {}", name, count, limits::attachments_max));
}

Check attachment_field(const AttachmentView& attachment, const char* name) {
  if (attachment.blake2b_256.size() != 32)
    return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("{}: blake2b_256 has 32 bytes", name));
  if (attachment.size_bytes == 0 || attachment.size_bytes > limits::attachment_bytes_max)
    return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("{}: size_bytes is 1 to 20 MiB", name));
  if (!known_media_type(attachment.media_type))
    return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("{}: media_type", name));
  return {};
}

Check attachments_field(const std::vector<AttachmentView>& attachments, const char* name) {
  if (auto ok = count_of_attachments(attachments.size(), name); !ok) return ok;
  for (const auto& attachment : attachments)
    if (auto ok = attachment_field(attachment, name); !ok) return ok;
  return {};
}

Check location_field(const RequestView& request) {
  if (auto ok = code_field(request.cell, limits::code_bytes_max, "location.cell"); !ok) return ok;
  if (auto ok = text_field(request.address, limits::address_bytes_max, "location.address"); !ok) return ok;
  if (!request.has_point) return {};
  const auto& point = request.point;
  if (!std::isfinite(point.latitude) || std::abs(point.latitude) > 90)
    return fail(v1::ERROR_CODE_FIELD_INVALID, "location.point.latitude: -90 to 90 degrees");
  if (!std::isfinite(point.longitude) || std::abs(point.longitude) > 180)
    return fail(v1::ERROR_CODE_FIELD_INVALID, "location.point.longitude: -180 to 180 degrees");
  if (!v1::Datum_IsValid(point.datum)) return fail(v1::ERROR_CODE_FIELD_INVALID, "location.point.datum");
  return {};
}

Check contact_field(const RequestView& request) {
  if (auto ok = words_field(request.contact_name, limits::name_bytes_max, "contact.name"); !ok) return ok;
  if (auto ok = words_field(request.contact_telephone, limits::telephone_bytes_max, "contact.telephone"); !ok) return ok;
  return words_field(request.contact_exact_address, limits::address_bytes_max, "contact.exact_address");
}

Check report_field(const RequestView& request) {
  if (auto ok = code_field(request.reporter, limits::code_bytes_max, "report.reporter"); !ok) return ok;
  if (auto ok = words_field(request.solved_words, limits::words_bytes_max, "report.solved_on_spot.words"); !ok) return ok;
  return attachments_field(request.solved_attachments, "report.solved_on_spot.attachments");
}

Check id_field(std::string_view value, std::size_t max, const char* name) {
  if (value.empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, name);
  return text_field(value, max, name);
}

// Ids of steps stand on screens and in lines of text: visible signs of ASCII alone, so that none reorders or hides what stands beside it.
Check visible_id(std::string_view value, std::size_t max, const char* name) {
  if (auto ok = id_field(value, max, name); !ok) return ok;
  for (const char c : value)
    if (c <= ' ' || c > '~') return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("{}: letters, figures and signs of ASCII, no blanks", name));
  return {};
}

Check targets_field(const v1::Action& action) {
  if (static_cast<std::size_t>(action.targets_size()) > limits::targets_max)
    return fail(v1::ERROR_CODE_TOO_MANY_ITEMS, fmt::format("targets: {}, at most {}", action.targets_size(), limits::targets_max));
  for (const auto& target : action.targets())
    if (!is_code(target, limits::code_bytes_max)) return fail(v1::ERROR_CODE_FIELD_INVALID, "targets");
  return {};
}

}  // namespace

Result<void> validate(const RequestView& request) {
  if (auto ok = id_field(request.source_id, limits::source_id_bytes_max, "source_id"); !ok) return ok;
  if (auto ok = code_field(request.street, limits::street_bytes_max, "street"); !ok) return ok;
  if (auto ok = code_field(request.category, limits::code_bytes_max, "category"); !ok) return ok;
  if (!v1::Urgency_IsValid(request.urgency)) return fail(v1::ERROR_CODE_FIELD_INVALID, "urgency");
  if (auto ok = location_field(request); !ok) return ok;
  if (auto ok = words_field(request.text, limits::words_bytes_max, "text"); !ok) return ok;
  if (auto ok = contact_field(request); !ok) return ok;
  if (auto ok = attachments_field(request.attachments, "attachments"); !ok) return ok;
  if (request.observed_at_ms < 0) return fail(v1::ERROR_CODE_FIELD_INVALID, "observed_at_ms");
  if (auto ok = report_field(request); !ok) return ok;
  if (!request.text.any() && request.attachments.empty()) return fail(v1::ERROR_CODE_EMPTY_REQUEST);
  return {};
}

Result<void> validate(const v1::Action& action) {
  if (auto ok = known(action, "action"); !ok) return ok;
  if (auto ok = visible_id(action.action_id(), limits::action_id_bytes_max, "action_id"); !ok) return ok;
  if (action.case_number().empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, "case_number");
  if (!v1::ActionKind_IsValid(action.kind()) || action.kind() == v1::ACTION_KIND_UNSPECIFIED)
    return fail(v1::ERROR_CODE_FIELD_INVALID, "kind");
  if (auto ok = code_field(action.person(), limits::code_bytes_max, "person"); !ok) return ok;
  if (auto ok = code_field(action.to_cell(), limits::code_bytes_max, "to_cell"); !ok) return ok;
  if (auto ok = code_field(action.reason_code(), limits::code_bytes_max, "reason_code"); !ok) return ok;
  if (auto ok = known(action.words(), "words"); !ok) return ok;
  if (auto ok = words_field(view_of(action.words()), limits::words_bytes_max, "words"); !ok) return ok;
  if (auto ok = count_of_attachments(static_cast<std::size_t>(action.attachments_size()), "attachments"); !ok) return ok;
  for (const auto& attachment : action.attachments()) {
    if (auto ok = known(attachment, "attachments"); !ok) return ok;
    if (auto ok = attachment_field(view_of(attachment), "attachments"); !ok) return ok;
  }
  if (!v1::Verdict_IsValid(action.verdict())) return fail(v1::ERROR_CODE_FIELD_INVALID, "verdict");
  if (action.satisfaction() > 3) return fail(v1::ERROR_CODE_FIELD_INVALID, "satisfaction: 0 to 3");
  if (action.until_ms() < 0) return fail(v1::ERROR_CODE_FIELD_INVALID, "until_ms");
  if (!v1::AskKind_IsValid(action.asks())) return fail(v1::ERROR_CODE_FIELD_INVALID, "asks");
  if (static_cast<std::size_t>(action.milestones_ms_size()) > limits::milestones_max)
    return fail(v1::ERROR_CODE_TOO_MANY_ITEMS,
                fmt::format("milestones_ms: {}, at most {}", action.milestones_ms_size(), limits::milestones_max));
  return targets_field(action);
}

}  // namespace huying::intake
