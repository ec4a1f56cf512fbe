// Digests, all from libsodium. Any thread, after initialise_digests().
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace huying {

// Once a process, before anything else here; stops the process when libsodium cannot start.
void initialise_digests();

struct Digest128 {
  std::uint64_t low = 0, high = 0;
  friend bool operator==(const Digest128&, const Digest128&) = default;
  friend auto operator<=>(const Digest128&, const Digest128&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Digest128& d) {
    return H::combine(std::move(h), d.low);  // keyed and uniform already
  }
  std::string bytes() const {
    std::string out(16, '\0');
    std::memcpy(out.data(), &low, 8);
    std::memcpy(out.data() + 8, &high, 8);
    return out;
  }
};

// Random key of a folder: makes key digests useless outside it and collisions unforgeable.
using DigestKey = std::array<unsigned char, 16>;

Digest128 key_digest(const DigestKey& key, std::string_view bytes);  // SipHash-2-4, 128 bit: short keys
Digest128 content_digest(std::string_view bytes);                    // BLAKE2b-128: "same content"
std::string blake2b_256(std::string_view bytes);                     // 32 bytes: files, configurations
std::uint64_t chain_digest(std::uint64_t previous, std::string_view bytes);  // SipHash-2-4: a case's history

class Blake2b256 {  // in parts
 public:
  Blake2b256();
  void add(std::string_view bytes);
  std::string finish();

 private:
  alignas(64) unsigned char state_[384];
};

}  // namespace huying
