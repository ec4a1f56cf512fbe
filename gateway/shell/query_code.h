// The 查询码 of a case: four signs that follow from its number and a random key of the gateway's folder, so that none is stored
// and none can be guessed from a number. Without 0 O 1 I: it is read aloud and written down. And the count of wrong tries.
// One thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <array>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace huying::gateway {

inline constexpr std::size_t query_code_signs = 4;

class QueryCodes {
 public:
  // The key's file of mode 0600; made where there is none. STORE_FAILED.
  static Result<QueryCodes> open(const std::string& path);
  std::string code_of(std::string_view case_number) const;
  // In a time that tells nothing; small letters and blanks are forgiven.
  bool matches(std::string_view case_number, std::string_view code) const;

 private:
  std::array<unsigned char, 32> key_{};
};

// As it is printed: large letters, without blanks. Empty: this is no number.
std::string tidy_case_number(std::string_view number);

struct TriesOptions {
  std::uint32_t wrong_max = 5;
  Milliseconds window = std::chrono::minutes(10);
  std::size_t kept_max = 100'000;  // names; when so many are kept a new one is refused rather than an old one forgotten
};

// Wrong tries of a name within a window. Times are the system's.
class Tries {
 public:
  explicit Tries(TriesOptions options) : options_(options) {}
  // How long to wait before the next try; 0: go on.
  Milliseconds wait(const std::string& name, Instant now);
  void was_wrong(const std::string& name, Instant now);

 private:
  struct Count {
    std::uint32_t wrong = 0;
    Instant until;
  };
  void forget_old(Instant now);
  const TriesOptions options_;
  absl::flat_hash_map<std::string, Count> counts_;
};

// Names that stood for something right within a window. A restart forgets; when so many are kept, new ones are not.
class Remembered {
 public:
  bool has(const std::string& name, Instant now) const;
  void add(const std::string& name, Instant now);

 private:
  static constexpr Milliseconds window = std::chrono::hours(24 * 30);
  static constexpr std::size_t kept_max = 100'000;
  absl::flat_hash_map<std::string, Instant> until_;
};

// What is counted of an address: of IPv6 its /64, which is one household.
std::string household_of(std::string_view address);

}  // namespace huying::gateway
