// Which cell must answer? Pure and immutable: built once from a directory version, asked from any thread.
//
// The rules (docs/architecture.md, Dispatch): an explicit cell, the point and the address each may give a certain
// answer; if the certain answers differ, or there is none, the desk decides, with all candidates. What gives no certain
// answer (an unknown or retired cell, a point near a border, in an overlap, outside, at a default point or without a
// datum, an address that names no place or several) takes no part.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "huying/v1/directory.pb.h"
#include "huying/v1/event.pb.h"
#include "huying/v1/request.pb.h"

namespace huying::dispatch {

// Where a request says it is. The views live as long as what it was made of.
struct Place {
  std::string_view cell, address;
  bool has_point = false;
  double latitude = 0, longitude = 0;
  v1::Datum datum{};

  Place() = default;
  Place(const v1::Location& location);  // implicit: a location is a place
};

struct Candidate {
  std::string cell;
  std::int64_t distance_centimetres = 0;  // from the point to the cell; 0 inside, or not by point
};

struct Decision {
  std::string cell;            // "desk" where unsure
  StreamId stream;             // desk_stream where unsure
  v1::DispatchRule rule{};     // desk where unsure
  std::vector<Candidate> candidates;   // nearest first; the chosen one first
  std::int64_t border_centimetres = -1;  // from the point to the nearest *other* cell; -1: no point, or no other cell
  std::string reason;          // one English sentence, no personal data
};

class Dispatcher {
 public:
  // The directory must have passed directory::load. Its `border_metres` is the M of "near", unless another is given;
  // at 0 nothing is near, and a point on a border has its one owner. Keeps nothing of `directory`.
  explicit Dispatcher(const v1::Directory& directory, std::optional<double> border_metres = std::nullopt);
  ~Dispatcher();
  Dispatcher(Dispatcher&&) noexcept;

  Decision route(const Place& place) const;

 private:
  struct Index;
  std::unique_ptr<const Index> index_;
};

}  // namespace huying::dispatch
