// Frames of the publisher, serialized once a cell; only tag and source_id are written into them afterwards, so that the
// publisher costs little beside what it measures. Owned by the load; one thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "huying/v1/action.pb.h"
#include "tests/bench/pipeline_options.h"

namespace huying::bench {

inline constexpr std::size_t payload_bytes = 300;  // of the serialized Request, as in the peers' benchmark

// Tags are this and the number of the request: five bytes as a varint, whatever the number.
inline constexpr std::uint64_t tag_base = 1ull << 29;

class RequestFrames {
 public:
  RequestFrames(std::uint32_t cells, Life life);

  // A ClientFrame with one Publish of `payload_bytes`; valid until the next call.
  std::string_view publish(std::uint64_t number);
  std::uint32_t cell_of(std::uint64_t number) const;

 private:
  struct Template {
    std::string bytes;
    std::size_t tag_at = 0, id_at = 0;
  };
  std::vector<Template> templates_;
};

// The step of a case's life that follows the given number of steps: accept, feed back, resolve. As a ClientFrame.
inline constexpr std::uint32_t steps_of_life = 3;
std::string act_frame(std::uint64_t number, std::uint32_t step, const std::string& case_number, const std::string& person);

}  // namespace huying::bench
