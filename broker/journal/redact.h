// What only Fetch may answer is taken out of a record's payload: contact, words, place, attachments; and of a
// configuration's parts the bytes, which hold the people. For dump and export. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

#include "huying/v1/record.pb.h"

namespace huying::journal {

struct Redacted {
  std::string payload;    // a message of the same kind
  bool left_out = false;  // something was taken out
  bool readable = true;   // false: it is not what its kind says
};
// What cannot be parsed, or is of a kind that this version does not know, is left out as a whole.
Redacted redact(v1::RecordKind kind, std::string_view payload);

}  // namespace huying::journal
