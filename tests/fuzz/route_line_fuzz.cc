// Any bytes as a line of `huying route --input`. The answer is one line of JSON with the question's id, and a cell or an error.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "programs/route_lines.h"
#include "tests/broker/directory/files.h"
#include "tests/fuzz/input.h"

namespace huying::fuzz {
namespace {

const programs::LineRouter& router() {
  static const auto loaded = directory::Files().load();
  static const programs::LineRouter router(loaded.configuration.directory());
  return router;
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  huying::fuzz::Input input(data, size);
  std::string out;
  const bool is_answered = huying::fuzz::router().answer_line(input.rest(), 3, out);
  HUYING_CHECK(std::count(out.begin(), out.end(), '\n') == 1 && out.ends_with('\n'), "{}", out);
  const auto answer = nlohmann::json::parse(out, nullptr, false);
  HUYING_CHECK(answer.is_object() && answer.contains("id") && !answer["id"].is_structured(), "{}", out);
  HUYING_CHECK(answer.contains(is_answered ? "cell" : "error"), "{}", out);
  const auto cell = answer.value("cell", "desk");
  HUYING_CHECK(cell == "desk" || cell == "a-01" || cell == "a-02", "{}", out);
  return 0;
}
