// Where the pages' maps take their tiles from, as the administrator names it (--tiles; docs/gateway.md, A map below the cells).
// It becomes part of a header and is told to every page: nothing is taken that could mean more there than an address. Immutable.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/shell/json.h"

namespace huying::gateway {

struct TileOptions {
  std::string address;      // a template with {z}, {x} and {y}; empty: no tiles
  std::string attribution;  // plain words
  unsigned zoom_max = 18;   // the deepest that the server has
};

class Tiles {
 public:
  static constexpr std::size_t address_bytes_max = 512, attribution_bytes_max = 200;
  static constexpr unsigned zoom_max_max = 22;

  Tiles() = default;  // none
  // USAGE, with what is wrong and what is taken.
  static Result<Tiles> make(const TileOptions& options);

  bool none() const { return options_.address.empty(); }
  // "https://tiles.example:8443", as a Content-Security-Policy names it; empty: the gateway's own, or there are none.
  const std::string& origin() const { return origin_; }
  Json json() const;  // mapBase of docs/api.md; null: none

 private:
  TileOptions options_;
  std::string origin_;
};

}  // namespace huying::gateway
