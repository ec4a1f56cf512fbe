// Our own encoding where bytes must be canonical (digests, checkpoints, journal headers; I9): little-endian integers of
// fixed width, and byte strings behind a 32-bit length. No maps, no floats. Protobuf's bytes are not canonical.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/digest.h"

namespace huying {

static_assert(std::endian::native == std::endian::little, "headers are copied as they lie in memory");

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}
  template <class T>
  void number(T v) {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T>);
    char raw[sizeof v];
    std::memcpy(raw, &v, sizeof v);
    out_.append(raw, sizeof v);
  }
  void bytes(std::string_view v) {
    number(static_cast<std::uint32_t>(v.size()));
    out_.append(v);
  }
  void digest(const Digest128& v) {
    number(v.high);
    number(v.low);
  }

 private:
  std::string& out_;
};

// Reads what Encoder wrote. After the first short read every answer is empty and `ok()` is false.
class Decoder {
 public:
  explicit Decoder(std::string_view in) : in_(in) {}
  template <class T>
  T number() {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T>);
    T v{};
    if (in_.size() < sizeof v) {
      fail();
      return v;
    }
    std::memcpy(&v, in_.data(), sizeof v);
    in_.remove_prefix(sizeof v);
    return v;
  }
  std::string_view bytes() {
    const auto n = number<std::uint32_t>();
    if (in_.size() < n) {
      fail();
      return {};
    }
    const auto v = in_.substr(0, n);
    in_.remove_prefix(n);
    return v;
  }
  Digest128 digest() {
    Digest128 v;
    v.high = number<std::uint64_t>();
    v.low = number<std::uint64_t>();
    return v;
  }
  // How many elements follow, each of at least so many bytes: no more than what is left could hold.
  std::uint32_t count(std::size_t least_bytes) {
    const auto n = number<std::uint32_t>();
    if (n <= in_.size() / least_bytes) return n;
    fail();
    return 0;
  }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && in_.empty(); }
  std::size_t left() const { return in_.size(); }

 private:
  void fail() {
    ok_ = false;
    in_ = {};
  }
  std::string_view in_;
  bool ok_ = true;
};

}  // namespace huying
