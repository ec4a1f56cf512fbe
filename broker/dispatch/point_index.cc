#include "broker/dispatch/point_index.h"

#include <algorithm>
#include <cmath>

namespace huying::dispatch {
namespace {

using Wide = __int128;  // a cross product of country-wide differences does not fit into 64 bits

}  // namespace

void PointIndex::Box::add(Vertex v) {
  west = std::min<std::int64_t>(west, v.longitude);
  east = std::max<std::int64_t>(east, v.longitude);
  south = std::min<std::int64_t>(south, v.latitude);
  north = std::max<std::int64_t>(north, v.latitude);
}

void PointIndex::Lists::build(std::size_t lists, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& entries) {
  starts.assign(lists + 1, 0);
  for (const auto& [list, value] : entries) ++starts[list + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  values.resize(entries.size());
  auto next = starts;
  for (const auto& [list, value] : entries) values[next[list]++] = value;
}

PointIndex::PointIndex(const std::vector<Shape>& shapes) {
  for (std::size_t cell = 0; cell < shapes.size(); ++cell)
    for (const Polygon& polygon : shapes[cell]) add_part(static_cast<std::uint32_t>(cell), polygon);
  build_slabs();
  if (edges_.empty()) return;
  choose_grid();
  build_grid();
  tree_ = EdgeTree(edges_);
}

void PointIndex::add_part(std::uint32_t cell, const Polygon& polygon) {
  Part part;
  part.cell = cell;
  part.first_edge = static_cast<std::uint32_t>(edges_.size());
  for (const Ring& ring : polygon) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      Vertex a = ring[i], b = ring[i + 1];
      if (a == b) continue;
      if (a.latitude > b.latitude) std::swap(a, b);
      edges_.push_back({a, b, cell});
      part.box.add(a);
      part.box.add(b);
    }
  }
  part.edges = static_cast<std::uint32_t>(edges_.size()) - part.first_edge;
  if (part.edges == 0) return;
  box_.add({static_cast<std::int32_t>(part.box.west), static_cast<std::int32_t>(part.box.south)});
  box_.add({static_cast<std::int32_t>(part.box.east), static_cast<std::int32_t>(part.box.north)});
  parts_.push_back(part);
}

// A slab for about four edges, fewer where edges are tall: the lists hold at most about four times the edges.
void PointIndex::build_slabs() {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> entries;
  std::uint32_t slabs = 0;
  for (Part& part : parts_) {
    const std::int64_t height = part.box.north - part.box.south + 1;
    const auto first = edges_.begin() + part.first_edge, last = first + part.edges;
    std::int64_t climbed = 1;
    for (auto edge = first; edge != last; ++edge) climbed += std::int64_t{edge->upper.latitude} - edge->lower.latitude;
    const double share = static_cast<double>(climbed) / static_cast<double>(height);
    const double wanted = part.edges <= 16 ? 1 : std::min(part.edges / 4.0, 3.0 * part.edges / share);
    part.slab_height = std::max<std::int64_t>(1, height / std::max<std::int64_t>(1, std::llround(wanted)) + 1);
    part.first_slab = slabs;
    part.slabs = static_cast<std::uint32_t>((height - 1) / part.slab_height + 1);
    slabs += part.slabs;
    for (auto edge = first; edge != last; ++edge) {
      if (edge->lower.latitude == edge->upper.latitude) continue;  // never counts
      const auto low = (edge->lower.latitude - part.box.south) / part.slab_height;
      const auto high = (edge->upper.latitude - 1 - part.box.south) / part.slab_height;
      for (auto slab = low; slab <= high; ++slab)
        entries.emplace_back(part.first_slab + static_cast<std::uint32_t>(slab),
                             static_cast<std::uint32_t>(edge - edges_.begin()));
    }
  }
  slab_edges_.build(slabs, entries);
}

// About four squares an edge, fewer where long edges or wide polygons would fill the lists.
void PointIndex::choose_grid() {
  const double width = static_cast<double>(box_.east - box_.west + 1);
  const double height = static_cast<double>(box_.north - box_.south + 1);
  const auto middle = static_cast<std::int32_t>((box_.south + box_.north) / 2);
  const auto scale = metres_per_unit(middle);
  const double aspect = std::clamp(width * scale.longitude / (height * scale.latitude), 1e-3, 1e3);
  double across = 0, along = 0;
  for (const Edge& edge : edges_) {
    across += std::abs(static_cast<double>(edge.upper.longitude) - edge.lower.longitude);
    along += static_cast<double>(edge.upper.latitude) - edge.lower.latitude;
  }
  const double edges = static_cast<double>(edges_.size());
  double squares = std::clamp(edges * 4, 64.0, 4e6);
  for (;; squares /= 2) {
    columns_ = std::max<std::int64_t>(1, std::llround(std::sqrt(squares * aspect)));
    rows_ = std::max<std::int64_t>(1, std::llround(squares / static_cast<double>(columns_)));
    square_width_ = static_cast<std::int64_t>(width) / columns_ + 1;
    square_height_ = static_cast<std::int64_t>(height) / rows_ + 1;
    columns_ = column_of(box_.east) + 1;
    rows_ = row_of(box_.north) + 1;
    double entries = across / static_cast<double>(square_width_) + along / static_cast<double>(square_height_);
    double covered = 0;
    for (const Part& part : parts_)
      covered += (static_cast<double>(part.box.east - part.box.west) / static_cast<double>(square_width_) + 1) *
                 (static_cast<double>(part.box.north - part.box.south) / static_cast<double>(square_height_) + 1);
    if (squares <= 64 || (entries <= edges * 16 && covered <= squares * 16)) return;
  }
}

// Every square that the edge may touch, widened by a square where rounding could hide one; each once.
template <class Visit>
void PointIndex::squares_of_edge(const Edge& edge, Visit visit) const {
  const std::int64_t first_row = row_of(std::max<std::int64_t>(box_.south, std::int64_t{edge.lower.latitude} - 1));
  const std::int64_t last_row = row_of(std::min<std::int64_t>(box_.north, std::int64_t{edge.upper.latitude} + 1));
  const double rise = static_cast<double>(edge.upper.latitude) - edge.lower.latitude;
  const double run = static_cast<double>(edge.upper.longitude) - edge.lower.longitude;
  for (std::int64_t row = first_row; row <= last_row; ++row) {
    double from = edge.lower.longitude, to = edge.upper.longitude;
    if (first_row != last_row) {
      const double south = static_cast<double>(box_.south + row * square_height_) - edge.lower.latitude - 1;
      const double north = south + static_cast<double>(square_height_) + 2;
      from = edge.lower.longitude + run * std::clamp(south / rise, 0.0, 1.0);
      to = edge.lower.longitude + run * std::clamp(north / rise, 0.0, 1.0);
    }
    if (from > to) std::swap(from, to);
    const auto west = std::max(box_.west, static_cast<std::int64_t>(std::floor(from)) - 1);
    const auto east = std::min(box_.east, static_cast<std::int64_t>(std::ceil(to)) + 1);
    for (std::int64_t column = column_of(west); column <= column_of(east); ++column) visit(row * columns_ + column);
  }
}

void PointIndex::build_grid() {
  const auto squares = static_cast<std::size_t>(columns_ * rows_);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> parts;
  std::vector<std::uint32_t> marked(squares, 0);  // by which part last, plus 1
  for (std::uint32_t p = 0; p < parts_.size(); ++p) {
    const Part& part = parts_[p];
    for (std::uint32_t e = part.first_edge; e < part.first_edge + part.edges; ++e) {
      squares_of_edge(edges_[e], [&](std::int64_t at) {
        const auto square = static_cast<std::uint32_t>(at);
        if (marked[square] == p + 1) return;
        marked[square] = p + 1;
        parts.emplace_back(square, p * 2);
      });
    }
    // A square without an edge of this polygon is inside or outside as a whole: any of its points tells.
    for (auto row = row_of(part.box.south); row <= row_of(part.box.north); ++row)
      for (auto column = column_of(part.box.west); column <= column_of(part.box.east); ++column) {
        const auto square = static_cast<std::uint32_t>(row * columns_ + column);
        if (marked[square] == p + 1) continue;
        const Vertex corner{static_cast<std::int32_t>(box_.west + column * square_width_),
                            static_cast<std::int32_t>(box_.south + row * square_height_)};
        if (part_holds(part, corner)) parts.emplace_back(square, p * 2 + 1);
      }
  }
  parts_at_.build(squares, parts);
}

bool PointIndex::part_holds(const Part& part, Vertex point) const {
  if (point.longitude < part.box.west || point.longitude > part.box.east || point.latitude < part.box.south ||
      point.latitude > part.box.north)
    return false;
  const auto slab = part.first_slab + static_cast<std::uint32_t>((point.latitude - part.box.south) / part.slab_height);
  bool inside = false;
  for (auto i = slab_edges_.starts[slab]; i < slab_edges_.starts[slab + 1]; ++i) {
    const Edge& edge = edges_[slab_edges_.values[i]];
    if (point.latitude < edge.lower.latitude || point.latitude >= edge.upper.latitude) continue;
    const std::int64_t run = std::int64_t{edge.upper.longitude} - edge.lower.longitude;
    const std::int64_t rise = std::int64_t{edge.upper.latitude} - edge.lower.latitude;
    const std::int64_t x = std::int64_t{point.longitude} - edge.lower.longitude;
    const std::int64_t y = std::int64_t{point.latitude} - edge.lower.latitude;
    if (Wide{run} * y > Wide{rise} * x) inside = !inside;  // strictly west of the edge
  }
  return inside;
}

bool PointIndex::in_grid(Vertex point) const {
  return point.longitude >= box_.west && point.longitude <= box_.east && point.latitude >= box_.south &&
         point.latitude <= box_.north;
}

Cells PointIndex::owners(Vertex point) const {
  Cells cells;
  if (!in_grid(point)) return cells;
  const auto square = static_cast<std::size_t>(row_of(point.latitude) * columns_ + column_of(point.longitude));
  for (auto i = parts_at_.starts[square]; i < parts_at_.starts[square + 1]; ++i) {
    const auto entry = parts_at_.values[i];
    const Part& part = parts_[entry / 2];
    if (entry % 2 == 0 && !part_holds(part, point)) continue;
    if (std::find(cells.begin(), cells.end(), part.cell) == cells.end()) cells.push_back(part.cell);
  }
  return cells;
}

}  // namespace huying::dispatch
