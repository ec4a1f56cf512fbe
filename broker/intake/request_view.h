// A Request as intake looks at it: the fields as they lie in the frame, uncopied. Parsing it into protobuf's object costs
// three times as much, and what is written down are the bytes as they came. The views live as long as the bytes. Owned by
// Publishing, reused; one thread.
//
// Stricter than protobuf's parser: a field that comes twice is not read (no serializer writes one), so that whoever parses
// the record later sees what was validated. Text is not looked at here; validate() does.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "huying/v1/request.pb.h"

namespace huying::intake {

struct WordsView {
  v1::Words::FormCase form = v1::Words::FORM_NOT_SET;
  std::string_view bytes;  // as they are, plain or sealed
  bool any() const { return !bytes.empty(); }
};

struct AttachmentView {
  std::string_view blake2b_256, media_type;
  std::uint64_t size_bytes = 0;
};

// The same of what was parsed.
inline WordsView view_of(const v1::Words& words) {
  return {words.form_case(), words.form_case() == v1::Words::kSealed ? words.sealed() : words.plain()};
}
inline AttachmentView view_of(const v1::Attachment& attachment) {
  return {attachment.blake2b_256(), attachment.media_type(), attachment.size_bytes()};
}

struct PointView {
  double latitude = 0, longitude = 0;
  int datum = 0;  // of v1::Datum, or a number that is none
  std::uint32_t accuracy_metres = 0;
};

struct RequestView {
  enum class Read : std::uint8_t { whole, unknown_field, unreadable };
  Read read(std::string_view bytes);  // what was read before is gone

  std::string_view source_id, street, category;
  int urgency = 0;  // of v1::Urgency, or a number that is none
  bool has_location = false, has_point = false;
  std::string_view cell, address;
  PointView point;
  WordsView text;
  bool has_contact = false;
  WordsView contact_name, contact_telephone, contact_exact_address;
  std::vector<AttachmentView> attachments;
  std::int64_t observed_at_ms = 0;
  bool has_report = false, on_behalf_of_citizen = false, solved_on_spot = false;
  std::string_view reporter;
  WordsView solved_words;
  std::vector<AttachmentView> solved_attachments;
};

}  // namespace huying::intake
