// Protobuf text format from an administrator, with errors that name line and column. Pure; any thread.
#pragma once
#include <google/protobuf/message.h>

#include <string_view>

#include "broker/directory/findings.h"

namespace huying::directory {

// False (and findings with `syntax` as number) when the file is too large, is not UTF-8, does not parse, names a field
// that is not there, or holds text with control characters.
bool read_text_file(std::string_view file, std::string_view text, v1::ErrorCode syntax,
                    google::protobuf::Message& into, Findings& findings);

}  // namespace huying::directory
