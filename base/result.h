// An operating error is a value that the caller must look at. `code` is a number of proto/huying/v1/error.proto (kept
// as a plain number here, so that base/ does not depend on proto/); `detail` names what was found and never holds
// personal data.
#pragma once
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace huying {

struct Error {
  std::uint32_t code = 0;
  std::string detail;
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

template <class Code>
[[nodiscard]] tl::unexpected<Error> fail(Code code, std::string detail = {}) {
  return tl::unexpected<Error>(Error{static_cast<std::uint32_t>(code), std::move(detail)});
}

}  // namespace huying
