#include "broker/directory/text_file.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"

namespace huying::directory {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class Errors : public google::protobuf::io::ErrorCollector {
 public:
  Errors(std::string_view file, v1::ErrorCode code, Findings& findings)
      : file_(file), code_(code), findings_(findings) {}
  void AddError(int line, int column, const std::string& message) override {
    const std::string_view what = clip(message, 200);
    findings_.add(code_, fmt::format("{}:{}:{}", file_, line + 1, column + 1), is_clean_text(what) ? what : "unreadable");
  }
  void AddWarning(int, int, const std::string&) override {}

 private:
  std::string_view file_;
  v1::ErrorCode code_;
  Findings& findings_;
};

bool all_text_is_clean(const Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->type() == FieldDescriptor::TYPE_STRING) {
        const auto text = field->is_repeated() ? reflection->GetRepeatedString(message, field, i)
                                               : reflection->GetString(message, field);
        if (!is_clean_text(text) || text.size() > limits::words_bytes_max) return false;
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        if (!all_text_is_clean(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                                    : reflection->GetMessage(message, field)))
          return false;
      }
    }
  }
  return true;
}

// Everything but the tab and carriage return that editors leave.
std::size_t first_dirty_line(std::string_view text) {
  std::string plain(text);
  std::replace_if(plain.begin(), plain.end(), [](char c) { return c == '\t' || c == '\r'; }, ' ');
  std::string_view rest = plain;
  for (std::size_t line = 1; !rest.empty(); ++line) {
    const auto size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    if (!is_clean_text(rest.substr(0, size))) return line;
    rest.remove_prefix(size);
  }
  return 0;
}

}  // namespace

bool read_text_file(std::string_view file, std::string_view text, v1::ErrorCode syntax, Message& into,
                    Findings& findings) {
  if (text.size() > limits::text_file_bytes_max) {
    findings.add(v1::ERROR_CODE_FILE_TOO_LARGE, std::string(file),
                 fmt::format("{} bytes; at most {} are read", text.size(), limits::text_file_bytes_max));
    return false;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto line = first_dirty_line(text); line != 0) {
    findings.add(syntax, fmt::format("{}:{}", file, line), "not clean UTF-8 text");
    return false;
  }
  Errors errors(file, syntax, findings);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.SetRecursionLimit(16);
  if (!parser.ParseFromString(std::string(text), &into)) return false;
  if (all_text_is_clean(into)) return true;
  findings.add(syntax, std::string(file), "a string holds control characters or more than 8,192 bytes");
  return false;
}

}  // namespace huying::directory
