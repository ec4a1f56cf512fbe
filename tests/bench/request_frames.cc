#include "tests/bench/request_frames.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>

#include "base/check.h"
#include "huying/v1/session.pb.h"
#include "tests/bench/bench_directory.h"

namespace huying::bench {
namespace {

using google::protobuf::io::CodedOutputStream;

constexpr std::size_t id_digits = 16;
constexpr std::size_t tag_bytes = 5;

std::string tag_of(std::uint64_t number) {
  std::uint8_t bytes[10];
  const auto* end = CodedOutputStream::WriteVarint64ToArray(tag_base + number, bytes);
  HUYING_CHECK(end - bytes == tag_bytes, "request number {}", number);
  return std::string(reinterpret_cast<const char*>(bytes), tag_bytes);
}

v1::Request request_of(std::uint32_t cell, Life life) {
  v1::Request request;
  request.set_source_id(std::string(id_digits, '#'));
  request.set_category("general");
  request.mutable_location()->set_cell(cell_code(cell));
  if (life == Life::solved_on_spot) {
    request.mutable_report()->set_reporter(worker_code(cell));
    request.mutable_report()->mutable_solved_on_spot()->mutable_words()->set_plain("已当场修好");
  }
  std::string words = "路灯连续三天不亮，夜间出行不安全，请尽快派人维修。（测量用，虚构）";
  request.mutable_text()->set_plain(words);
  HUYING_CHECK(request.ByteSizeLong() <= payload_bytes);
  while (request.ByteSizeLong() < payload_bytes) request.mutable_text()->mutable_plain()->push_back('x');
  HUYING_CHECK(request.ByteSizeLong() == payload_bytes);
  return request;
}

}  // namespace

RequestFrames::RequestFrames(std::uint32_t cells, Life life) {
  constexpr std::uint64_t placeholder = 0x0a5a5a5a;  // its varint stands nowhere else in the frame
  for (std::uint32_t cell = 0; cell < cells; ++cell) {
    v1::ClientFrame frame;
    frame.mutable_publish()->set_tag(tag_base + placeholder);
    *frame.mutable_publish()->mutable_request() = request_of(cell, life);
    Template made;
    made.bytes = frame.SerializeAsString();
    made.tag_at = made.bytes.find(tag_of(placeholder));
    made.id_at = made.bytes.find(std::string(id_digits, '#'));
    HUYING_CHECK(made.tag_at != std::string::npos && made.id_at != std::string::npos);
    templates_.push_back(std::move(made));
  }
}

std::uint32_t RequestFrames::cell_of(std::uint64_t number) const {
  return static_cast<std::uint32_t>((number * 0x9E3779B97F4A7C15ull >> 32) % templates_.size());
}

std::string_view RequestFrames::publish(std::uint64_t number) {
  Template& chosen = templates_[cell_of(number)];
  CodedOutputStream::WriteVarint64ToArray(tag_base + number, reinterpret_cast<std::uint8_t*>(chosen.bytes.data()) + chosen.tag_at);
  std::uint64_t rest = number;
  for (std::size_t i = id_digits; i-- > 0; rest /= 10) chosen.bytes[chosen.id_at + i] = static_cast<char>('0' + rest % 10);
  return chosen.bytes;
}

std::string act_frame(std::uint64_t number, std::uint32_t step, const std::string& case_number, const std::string& person) {
  constexpr v1::ActionKind kinds[steps_of_life] = {v1::ACTION_KIND_ACCEPT, v1::ACTION_KIND_FEED_BACK, v1::ACTION_KIND_RESOLVE};
  v1::ClientFrame frame;
  frame.mutable_act()->set_tag(tag_base + number);
  auto& action = *frame.mutable_act()->mutable_action();
  action.set_action_id(fmt::format("{}-{}", number, step));
  action.set_case_number(case_number);
  action.set_kind(kinds[step]);
  action.set_person(person);
  action.mutable_words()->set_plain("已到现场，正在处理");
  return frame.SerializeAsString();
}

}  // namespace huying::bench
