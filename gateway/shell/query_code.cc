#include "gateway/shell/query_code.h"

#include <fmt/format.h>
#include <sodium.h>

#include <asio/ip/address.hpp>

#include "base/digest.h"
#include "base/limits.h"
#include "gateway/shell/files.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::string_view signs = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
static_assert(signs.size() == 32, "five bits a sign");

}  // namespace

Result<QueryCodes> QueryCodes::open(const std::string& path) {
  initialise_digests();
  QueryCodes codes;
  if (file_exists(path)) {
    const auto bytes = read_small_file(path, codes.key_.size());
    if (!bytes) return tl::unexpected(bytes.error());
    if (bytes->size() != codes.key_.size()) return fail(v1::ERROR_CODE_STORE_FAILED, path + " is no key");
    std::copy(bytes->begin(), bytes->end(), codes.key_.begin());
    return codes;
  }
  randombytes_buf(codes.key_.data(), codes.key_.size());
  const std::string_view bytes(reinterpret_cast<const char*>(codes.key_.data()), codes.key_.size());
  if (auto written = write_file_whole(path, bytes); !written) return tl::unexpected(written.error());
  return codes;
}

std::string QueryCodes::code_of(std::string_view case_number) const {
  unsigned char digest[16];
  crypto_generichash(digest, sizeof digest, reinterpret_cast<const unsigned char*>(case_number.data()), case_number.size(),
                     key_.data(), key_.size());
  std::string code;
  for (std::size_t i = 0; i < query_code_signs; ++i) code += signs[digest[i] % signs.size()];
  return code;
}

bool QueryCodes::matches(std::string_view case_number, std::string_view code) const {
  std::string tidy;
  for (const char c : code)
    if (c != ' ' && tidy.size() <= query_code_signs) tidy += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const std::string right = code_of(case_number);
  return tidy.size() == right.size() && sodium_memcmp(tidy.data(), right.data(), right.size()) == 0;
}

std::string tidy_case_number(std::string_view number) {
  std::string tidy;
  for (const char c : number) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') continue;
    if (std::isalnum(byte) == 0 && c != '-') return {};
    tidy += static_cast<char>(std::toupper(byte));
  }
  return tidy.size() <= limits::case_number_bytes_max ? tidy : std::string();
}

Milliseconds Tries::wait(const std::string& name, Instant now) {
  const auto found = counts_.find(name);
  if (found == counts_.end()) {
    if (counts_.size() < options_.kept_max) return {};
    forget_old(now);
    return counts_.size() < options_.kept_max ? Milliseconds{} : options_.window;
  }
  if (found->second.until <= now) {
    counts_.erase(found);
    return {};
  }
  return found->second.wrong >= options_.wrong_max ? found->second.until - now : Milliseconds{};
}

void Tries::was_wrong(const std::string& name, Instant now) {
  auto& count = counts_[name];
  if (count.wrong == 0 || count.until <= now) count = {0, now + options_.window};
  ++count.wrong;
}

void Tries::forget_old(Instant now) {
  absl::erase_if(counts_, [&](const auto& one) { return one.second.until <= now; });
}

bool Remembered::has(const std::string& name, Instant now) const {
  const auto found = until_.find(name);
  return found != until_.end() && found->second > now;
}

void Remembered::add(const std::string& name, Instant now) {
  if (until_.size() >= kept_max && !until_.contains(name))
    absl::erase_if(until_, [&](const auto& one) { return one.second <= now; });
  if (until_.size() < kept_max || until_.contains(name)) until_[name] = now + window;
}

std::string household_of(std::string_view text) {
  asio::error_code error;
  const auto address = asio::ip::make_address(std::string(text), error);
  if (error || !address.is_v6()) return std::string(text);
  // All of IPv4 has one /64 there (RFC 4291, 2.5.5.2): each of its addresses is a household.
  if (address.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  const auto bytes = address.to_v6().to_bytes();
  return std::string(bytes.begin(), bytes.begin() + 8);
}

}  // namespace huying::gateway
