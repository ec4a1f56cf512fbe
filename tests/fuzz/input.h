// What a fuzz target is given, taken apart. A target is one function, LLVMFuzzerTestOneInput, in one file: with the preset
// `fuzz` clang's libFuzzer calls it with inputs that it makes up, elsewhere replay.cc calls it with those of corpus/. It
// stops the process (HUYING_CHECK) when what it looks at breaks its word, and keeps nothing from one input to the next.
//
// Reading never fails: behind the end there are zeros and empty pieces. One thread.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace huying::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : left_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return left_.empty(); }
  std::uint8_t byte() { return left_.empty() ? 0 : static_cast<std::uint8_t>(bytes(1).front()); }
  std::string_view bytes(std::size_t count) {
    const auto taken = left_.substr(0, std::min(count, left_.size()));
    left_.remove_prefix(taken.size());
    return taken;
  }
  // What stands behind its own length in two bytes, the lower first; piece_of() in corpora.h writes it.
  std::string_view piece() {
    const std::size_t low = byte();
    return bytes(low | std::size_t{byte()} << 8);
  }
  std::string_view rest() { return bytes(left_.size()); }

 private:
  std::string_view left_;
};

}  // namespace huying::fuzz
