#include "gateway/ledger/words.h"

#include <absl/strings/ascii.h>

namespace huying::ledger {

std::string word(std::string_view name, std::string_view head) {
  if (name.starts_with(head)) name.remove_prefix(head.size());
  return name == "UNSPECIFIED" ? std::string() : absl::AsciiStrToLower({name.data(), name.size()});
}

std::string enumerator(std::string_view word, std::string_view head) {
  return word.empty() ? std::string() : std::string(head) + absl::AsciiStrToUpper({word.data(), word.size()});
}

namespace {

// The parser of an enumeration, by protobuf.
template <class Value, class Parse>
Value value_of(std::string_view word, std::string_view head, Parse parse) {
  Value value{};
  return parse(enumerator(word, head), &value) ? value : Value{};
}

}  // namespace

v1::CaseState state_of(std::string_view word) { return value_of<v1::CaseState>(word, "CASE_STATE_", v1::CaseState_Parse); }
v1::ClockKind clock_kind_of(std::string_view word) { return value_of<v1::ClockKind>(word, "CLOCK_KIND_", v1::ClockKind_Parse); }
v1::Role role_of(std::string_view word) { return value_of<v1::Role>(word, "ROLE_", v1::Role_Parse); }
v1::Rung rung_of(std::string_view word) { return value_of<v1::Rung>(word, "RUNG_", v1::Rung_Parse); }

}  // namespace huying::ledger
