// Which cells hold a point, and how far are the others? Pure and immutable; any thread.
//
// The point test is ours, on whole 1e-7 degrees: a ray to the east, an edge counts from its lower end (included) to its
// upper end (excluded), and only when the point lies strictly west of it. Both cells at a shared edge or vertex ask the
// same question of the same edge, so a point there has exactly one owner. Rings are taken as they are, even-odd within a
// polygon, any polygon of a cell; what is invalid below the tolerance changes nothing but its own small area.
//
// A grid of squares tells which polygons cover a square whole (most squares: no test at all) and which have an edge in
// it; those are tested by the edges of one horizontal slab. Shapes across the 180th meridian must be cut there, as
// GeoJSON (RFC 7946, 3.1.9) asks.
#pragma once
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "broker/dispatch/edge_tree.h"
#include "broker/dispatch/shape.h"

namespace huying::dispatch {

class PointIndex {
 public:
  // A cell's number is its place in `shapes`.
  explicit PointIndex(const std::vector<Shape>& shapes);

  Cells owners(Vertex point) const;
  // How far are edges of cells: see edge_tree.h.
  Near nearest(Vertex point, const Cells& but) const { return tree_.nearest(point, but); }
  std::vector<Near> within(Vertex point, double metres) const { return tree_.within(point, metres); }

 private:
  struct Box {
    std::int64_t west = std::numeric_limits<std::int64_t>::max(), south = west;
    std::int64_t east = std::numeric_limits<std::int64_t>::min(), north = east;
    void add(Vertex v);
  };
  struct Part {  // one polygon
    std::uint32_t cell = 0;
    Box box;
    std::uint32_t first_edge = 0, edges = 0;
    std::uint32_t first_slab = 0, slabs = 0;
    std::int64_t slab_height = 1;
  };
  struct Lists {  // several lists in one array: list i is values[starts[i]] to values[starts[i + 1]]
    std::vector<std::uint32_t> starts, values;
    void build(std::size_t lists, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& entries);
  };

  void add_part(std::uint32_t cell, const Polygon& polygon);
  void build_slabs();
  void choose_grid();
  void build_grid();
  template <class Visit>
  void squares_of_edge(const Edge& edge, Visit visit) const;
  bool part_holds(const Part& part, Vertex point) const;
  bool in_grid(Vertex point) const;
  std::int64_t column_of(std::int64_t longitude) const { return (longitude - box_.west) / square_width_; }
  std::int64_t row_of(std::int64_t latitude) const { return (latitude - box_.south) / square_height_; }

  std::vector<Part> parts_;
  std::vector<Edge> edges_;
  Lists slab_edges_;  // slab → edges
  Box box_;
  std::int64_t square_width_ = 1, square_height_ = 1, columns_ = 0, rows_ = 0;
  Lists parts_at_;    // square → part * 2 + (covers the square whole)
  EdgeTree tree_{{}};
};

}  // namespace huying::dispatch
