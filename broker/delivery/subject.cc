#include "broker/delivery/subject.h"

#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

static_assert(v1::EventKind_MAX < 64, "kinds of events fit into a 64-bit mask");
static_assert(v1::Rung_MAX < 8);

bool is_token(std::string_view token) {
  for (const char c : token)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) return false;
  return !token.empty();
}

// "EVENT_KIND_FED_BACK" → "fed_back", for every value of an enum, once.
template <std::size_t count>
std::array<std::string, count> lower_names(const google::protobuf::EnumDescriptor& descriptor, std::string_view prefix) {
  std::array<std::string, count> out;
  for (int i = 0; i < descriptor.value_count(); ++i) {
    const auto& value = *descriptor.value(i);
    std::string name = value.name().substr(prefix.size());
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    out[static_cast<std::size_t>(value.number())] = name;
  }
  return out;
}

}  // namespace

Result<SubjectPattern> SubjectPattern::parse(std::string_view text) {
  const auto wrong = [](std::string what) { return fail(v1::ERROR_CODE_SUBJECT_INVALID, std::move(what)); };
  if (text.empty()) return wrong("it is empty");
  if (text.size() > limits::subject_bytes_max)
    return wrong(fmt::format("{} bytes; at most {}", text.size(), limits::subject_bytes_max));
  SubjectPattern out;
  out.text_ = text;
  for (std::string_view rest = text;;) {
    const auto dot = rest.find('.');
    const auto token = rest.substr(0, dot);
    if (out.open_end_) return wrong("something stands behind >");
    if (token == ">") {
      out.open_end_ = true;
    } else if (token == "*" || is_token(token)) {
      out.tokens_.emplace_back(token);
    } else {
      return wrong("a token is empty or holds another character");
    }
    if (out.tokens_.size() > limits::subject_tokens_max)
      return wrong(fmt::format("more than {} tokens", limits::subject_tokens_max));
    if (dot == std::string_view::npos) return out;
    rest.remove_prefix(dot + 1);
  }
}

bool SubjectPattern::matches(std::string_view subject) const {
  std::size_t at = 0;
  for (const auto& token : tokens_) {
    if (at > subject.size()) return false;
    const auto dot = std::min(subject.find('.', at), subject.size());
    if (token != "*" && token != subject.substr(at, dot - at)) return false;
    at = dot + 1;
  }
  return open_end_ ? at < subject.size() : at == subject.size() + 1;
}

std::string_view event_token(v1::EventKind kind) {
  static const auto names = lower_names<64>(*v1::EventKind_descriptor(), "EVENT_KIND_");
  return names[static_cast<std::size_t>(kind) & 63];
}

std::string_view rung_token(v1::Rung rung) {
  static const auto names = lower_names<8>(*v1::Rung_descriptor(), "RUNG_");
  return names[static_cast<std::size_t>(rung) & 7];
}

std::string case_subject(const SubjectPlace& place, v1::EventKind kind) {
  return fmt::format("case.{}.{}.{}.{}", place.street, place.unit, place.cell, event_token(kind));
}

std::string escalation_subject(const SubjectPlace& place, v1::Rung rung) {
  return fmt::format("escalation.{}.{}.{}.{}", rung_token(rung), place.street, place.unit, place.cell);
}

std::string coverage_subject(std::string_view street, std::string_view cell) {
  return fmt::format("coverage.{}.{}", street, cell);
}

std::string configuration_subject(std::string_view street) { return fmt::format("configuration.{}", street); }

}  // namespace huying::delivery
