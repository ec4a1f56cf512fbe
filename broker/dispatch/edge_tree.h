// Edges of cells by place: which are near a point? Immutable, any thread.
//
// A binary tree of bounding boxes over the edges, split in the middle of the longer side, searched nearest box first.
// Distances are metres on the ellipsoid, flat around the point.
#pragma once
#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "broker/dispatch/shape.h"

namespace huying::dispatch {

struct Edge {
  Vertex lower, upper;  // by latitude
  std::uint32_t cell = 0;
};

struct Near {
  std::uint32_t cell = 0;
  double metres = std::numeric_limits<double>::infinity();
};

using Cells = absl::InlinedVector<std::uint32_t, 4>;

class EdgeTree {
 public:
  explicit EdgeTree(std::vector<Edge> edges);

  // The nearest edge of a cell that is not in `but`; infinite when there is none.
  Near nearest(Vertex point, const Cells& but) const;
  // Every cell with an edge at most this far, nearest first.
  std::vector<Near> within(Vertex point, double metres) const;

 private:
  struct Node {
    std::int32_t west, south, east, north;
    std::uint32_t first, count;  // edges; count 0: an inner node
    std::uint32_t right;         // inner: the second child; the first is the next node
    std::uint32_t cell;          // of all edges in it; several_cells when they differ
  };
  static constexpr std::uint32_t several_cells = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t build(std::uint32_t first, std::uint32_t last);
  Node box_of(std::uint32_t first, std::uint32_t last) const;
  // Offers (cell, squared metres) of edges within the limit; `limit` may shrink meanwhile.
  template <class Skips, class Offer>
  void search(Vertex point, const double& limit, Skips skips, Offer offer) const;

  std::vector<Edge> edges_;
  std::vector<Node> nodes_;
};

}  // namespace huying::dispatch
