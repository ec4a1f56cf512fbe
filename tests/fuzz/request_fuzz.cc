// Requests and actions as intake reads and checks them. What passes as a request is parsed by protobuf, without a field that
// is unknown, and written again it is the same content under the same id: whoever reads the record later sees what was
// checked (I2).
#include "base/check.h"
#include "broker/intake/content.h"
#include "broker/intake/request_view.h"
#include "broker/intake/validate.h"
#include "proto/frame.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/parsing.h"

namespace huying::fuzz {
namespace {

using Read = intake::RequestView::Read;

void check_request(std::string_view bytes) {
  intake::RequestView view;
  static_cast<void>(view.read(bytes.substr(0, bytes.size() / 2)));
  const auto parsed = parse<v1::Request>(bytes);
  const auto read = view.read(bytes);
  if (read != Read::whole) return;
  if (!intake::validate(view)) return;
  HUYING_CHECK(parsed && !has_unknown_fields(*parsed));
  std::string scratch;
  const auto content = intake::request_content(view, scratch);
  const std::string again = parsed->SerializeAsString();
  intake::RequestView second;
  HUYING_CHECK(second.read(again) == Read::whole && intake::validate(second));
  HUYING_CHECK(second.source_id == parsed->source_id() && intake::request_content(second, scratch) == content);
}

void check_action(std::string_view bytes) {
  const auto action = parse<v1::Action>(bytes);
  if (!action || !intake::validate(*action)) return;
  HUYING_CHECK(!has_unknown_fields(*action) && !action->action_id().empty() && !action->case_number().empty());
  std::string scratch;
  const auto content = intake::action_content(*action, scratch);
  const auto again = parse<v1::Action>(action->SerializeAsString());
  HUYING_CHECK(again && intake::action_content(*again, scratch) == content);
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool ready = (huying::initialise_digests(), true);
  static_cast<void>(ready);
  huying::fuzz::Input input(data, size);
  const auto bytes = input.rest();
  huying::fuzz::check_request(bytes);
  huying::fuzz::check_action(bytes);
  return 0;
}
