// Any bytes as a line of `huying publish`: a Request, which can be written, or a refusal that does not quote the line.
#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "huying/v1/error.pb.h"
#include "programs/json_lines.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/parsing.h"

namespace huying::fuzz {
namespace {

// What could name or reach somebody is Chinese or has digits. The parser's sentences are English; one says "UTF-8".
void check_quotes_nothing(std::string_view detail) {
  HUYING_CHECK(std::all_of(detail.begin(), detail.end(), [](char c) { return c >= ' ' && c <= '~'; }), "{}", detail);
  HUYING_CHECK(std::count_if(detail.begin(), detail.end(), [](char c) { return c >= '0' && c <= '9'; }) <= 1, "{}", detail);
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying;
  fuzz::Input input(data, size);
  v1::Request request;
  const auto read = programs::request_from_json(input.rest(), request);
  if (read) {
    HUYING_CHECK(fuzz::parse<v1::Request>(request.SerializeAsString()).has_value());
    return 0;
  }
  HUYING_CHECK(read.error().code == v1::ERROR_CODE_INPUT_LINE && read.error().detail.size() < 300);
  HUYING_CHECK(is_clean_text(programs::refusal_line(1, "", read.error())), "{}", read.error().detail);
  fuzz::check_quotes_nothing(read.error().detail);
  return 0;
}
