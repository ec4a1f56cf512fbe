// Frames as they are opened without parsing, against protobuf's own reading: what is opened is read by protobuf with the same
// meaning, and what protobuf reads and writes again is opened. Frames are never trusted to be either.
#include "base/check.h"
#include "client/frame_reader.h"
#include "proto/frame.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/parsing.h"

namespace huying::fuzz {
namespace {

using google::protobuf::UnknownField;

void check_client_frame(std::string_view bytes) {
  const auto opened = open_client_frame(bytes);
  const auto parsed = parse<v1::ClientFrame>(bytes);
  if (opened) {
    google::protobuf::UnknownFieldSet fields;
    HUYING_CHECK(read_fields(bytes, fields) && fields.field_count() == 1);
    HUYING_CHECK(fields.field(0).type() == UnknownField::TYPE_LENGTH_DELIMITED && fields.field(0).number() == opened->field);
    HUYING_CHECK(fields.field(0).length_delimited() == opened->bytes);
    HUYING_CHECK(!parsed || parsed->body_case() == v1::ClientFrame::BODY_NOT_SET || parsed->body_case() == opened->field);
  }
  if (!parsed || parsed->body_case() == v1::ClientFrame::BODY_NOT_SET || has_unknown_at_top(*parsed)) return;
  const std::string again = parsed->SerializeAsString();
  const auto reopened = open_client_frame(again);
  HUYING_CHECK(reopened && reopened->field == static_cast<int>(parsed->body_case()));
}

void check_broker_frame(std::string_view bytes) {
  const auto opened = open_broker_frame(bytes);
  const auto parsed = parse<v1::BrokerFrame>(bytes);
  if (opened) {
    google::protobuf::UnknownFieldSet fields;
    HUYING_CHECK(read_fields(bytes, fields));
    HUYING_CHECK(!parsed || parsed->now_ms() == opened->now_ms);
    HUYING_CHECK(!parsed || parsed->body_case() == v1::BrokerFrame::BODY_NOT_SET || parsed->body_case() == opened->body.field);
  }
  if (!parsed || parsed->body_case() == v1::BrokerFrame::BODY_NOT_SET || has_unknown_at_top(*parsed)) return;
  const std::string again = parsed->SerializeAsString();
  const auto reopened = open_broker_frame(again);
  HUYING_CHECK(reopened && reopened->now_ms == parsed->now_ms() &&
               reopened->body.field == static_cast<int>(parsed->body_case()));
}

// The clients' reader keeps its memory: whatever it read before, it reads as a fresh parser does.
void check_frame_reader(std::string_view bytes) {
  client::FrameReader reader;
  const auto parsed = parse<v1::BrokerFrame>(bytes);
  for (const std::string_view before : {bytes.substr(0, bytes.size() / 2), bytes, std::string_view()}) {
    static_cast<void>(reader.read(before));
    const auto read = reader.read(bytes);
    HUYING_CHECK(read.has_value() == parsed.has_value());
    HUYING_CHECK(!parsed || plain_bytes(reader.frame()) == plain_bytes(*parsed));
  }
}

void check_publish(std::string_view bytes) {
  const auto opened = open_publish(bytes);
  const auto parsed = parse<v1::Publish>(bytes);
  if (opened && parsed) {
    const auto request = parse<v1::Request>(opened->request);
    HUYING_CHECK(request && parsed->tag() == opened->tag && plain_bytes(*request) == plain_bytes(parsed->request()));
  } else if (opened) {
    HUYING_CHECK(!parse<v1::Request>(opened->request), "the request alone was unreadable");
  }
  if (!parsed || has_unknown_at_top(*parsed)) return;
  const std::string again = parsed->SerializeAsString();
  const auto reopened = open_publish(again);
  HUYING_CHECK(reopened && reopened->tag == parsed->tag());
}

void check_publish_batch(std::string_view bytes) {
  const auto opened = open_publish_batch(bytes);
  const auto parsed = parse<v1::PublishBatch>(bytes);
  HUYING_CHECK(!opened || !parsed || opened->size() == static_cast<std::size_t>(parsed->publishes_size()));
  HUYING_CHECK(!parsed || has_unknown_at_top(*parsed) || open_publish_batch(parsed->SerializeAsString()));
}

void check_commits(std::string_view bytes) {
  CommitsView view;
  const bool opened = open_commits(bytes, view).has_value();
  const auto parsed = parse<v1::Commits>(bytes);
  if (opened) {
    HUYING_CHECK(parsed && parsed->next_wake_within_ms() == view.next_wake_within_ms);
    HUYING_CHECK(std::equal(view.commits.begin(), view.commits.end(), parsed->commits().begin(), parsed->commits().end()));
  }
  HUYING_CHECK(!parsed || has_unknown_at_top(*parsed) || open_commits(parsed->SerializeAsString(), view));
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying::fuzz;
  Input input(data, size);
  const auto bytes = input.rest();
  check_client_frame(bytes);
  check_broker_frame(bytes);
  check_frame_reader(bytes);
  check_publish(bytes);
  check_publish_batch(bytes);
  check_commits(bytes);
  return 0;
}
