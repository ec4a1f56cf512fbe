// Reads the tags and values of one serialized message, strictly and without copying: for the few messages of the hot path
// that are looked at rather than parsed (a commit, a request). What it accepts, protobuf's parser accepts with the same
// meaning, as long as the caller refuses unknown tags and fields that come twice. Lives for one message; one thread.
#pragma once
#include <google/protobuf/io/coded_stream.h>

#include <bit>
#include <cstdint>
#include <string_view>

namespace huying {

// Tags, by how the field's value is written.
constexpr std::uint32_t varint_tag(int field) { return static_cast<std::uint32_t>(field) << 3; }
constexpr std::uint32_t fixed64_tag(int field) { return static_cast<std::uint32_t>(field) << 3 | 1; }
constexpr std::uint32_t bytes_tag(int field) { return static_cast<std::uint32_t>(field) << 3 | 2; }

class WireScan {
 public:
  explicit WireScan(std::string_view whole)
      : whole_(whole), in_(reinterpret_cast<const std::uint8_t*>(whole.data()), static_cast<int>(whole.size())) {}

  // 0: the end, or what cannot be read.
  std::uint32_t tag() {
    const int at = in_.CurrentPosition();
    ended_ = static_cast<std::size_t>(at) == whole_.size();
    if (!ok_ || ended_) return 0;
    const std::uint32_t read = in_.ReadTag();
    ok_ = read >> 3 != 0 && is_shortest(read, at);  // no field has the number 0
    return ok_ ? read : 0;
  }
  std::uint64_t value() {
    std::uint64_t read = 0;
    ok_ = ok_ && in_.ReadVarint64(&read);
    return read;
  }
  double real() {
    std::uint64_t read = 0;
    ok_ = ok_ && in_.ReadLittleEndian64(&read);
    return std::bit_cast<double>(read);
  }
  std::string_view bytes() {
    std::uint32_t length = 0;
    const int before = in_.CurrentPosition();
    if (!ok_ || !in_.ReadVarint32(&length) || !is_shortest(length, before)) return fail();
    const auto at = static_cast<std::size_t>(in_.CurrentPosition());
    if (length > whole_.size() - at || !in_.Skip(static_cast<int>(length))) return fail();
    return whole_.substr(at, length);
  }
  std::string_view fail() {
    ok_ = false;
    return {};
  }
  // To be asked after tag() answered 0.
  bool complete() const { return ok_ && ended_; }

 private:
  // Tags and lengths are taken in their shortest form alone, as every serializer writes them: of longer ones this reader
  // and the parser's do not make the same, and what is accepted here must be readable for good once it is journalled.
  bool is_shortest(std::uint32_t value, int from) const {
    return static_cast<std::size_t>(in_.CurrentPosition() - from) ==
           google::protobuf::io::CodedOutputStream::VarintSize32(value);
  }

  std::string_view whole_;
  google::protobuf::io::CodedInputStream in_;
  bool ok_ = true, ended_ = false;
};

}  // namespace huying
