#include "broker/dispatch/point_index.h"

#include <algorithm>
#include <cmath>

namespace huying::dispatch {
namespace {

using Wide = __int128;  // a cross product of country-wide differences does not fit into 64 bits

// Looks at squares this far out before it turns to whole polygons.
constexpr std::int64_t rings_max = 24;
constexpr std::int64_t block_squares_max = 4096;

struct Metric {
  Vertex point;
  MetresPerUnit scale;
  double x(std::int64_t longitude) const { return static_cast<double>(longitude - point.longitude) * scale.longitude; }
  double y(std::int64_t latitude) const { return static_cast<double>(latitude - point.latitude) * scale.latitude; }
};

double squared_distance(const Metric& metric, Vertex a, Vertex b) {
  const double ax = metric.x(a.longitude), ay = metric.y(a.latitude);
  const double dx = metric.x(b.longitude) - ax, dy = metric.y(b.latitude) - ay;
  const double length = dx * dx + dy * dy;
  const double along = length > 0 ? std::clamp(-(ax * dx + ay * dy) / length, 0.0, 1.0) : 0.0;
  const double x = ax + along * dx, y = ay + along * dy;
  return x * x + y * y;
}

}  // namespace

// What a search for near cells carries along.
struct PointIndex::Search {
  Metric metric;
  const Cells* but = nullptr;
  double best = std::numeric_limits<double>::infinity();  // squared; also the limit
  std::uint32_t cell = 0;
  std::vector<Near>* all = nullptr;  // set: keep every cell within the limit, `best` stays

  bool skips(std::uint32_t c) const { return but != nullptr && std::find(but->begin(), but->end(), c) != but->end(); }
  void offer(std::uint32_t c, double squared) {
    if (squared > best) return;
    if (all == nullptr) {
      best = squared;
      cell = c;
      return;
    }
    const auto known = std::find_if(all->begin(), all->end(), [&](const Near& near) { return near.cell == c; });
    if (known == all->end())
      all->push_back({c, squared});
    else
      known->metres = std::min(known->metres, squared);
  }
};

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
  build_empty_rings();
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
  Lists lists;
  lists.build(slabs, entries);
  slab_starts_ = std::move(lists.starts);
  slab_edges_ = std::move(lists.values);
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
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges, parts;
  std::vector<std::uint32_t> marked(squares, 0);  // by which part last, plus 1
  for (std::uint32_t p = 0; p < parts_.size(); ++p) {
    const Part& part = parts_[p];
    for (std::uint32_t e = part.first_edge; e < part.first_edge + part.edges; ++e) {
      squares_of_edge(edges_[e], [&](std::int64_t at) {
        const auto square = static_cast<std::uint32_t>(at);
        edges.emplace_back(square, e);
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
  edges_in_.build(squares, edges);
  parts_at_.build(squares, parts);
}

// Chessboard distance to the nearest square with an edge, in two passes.
void PointIndex::build_empty_rings() {
  empty_rings_.assign(static_cast<std::size_t>(columns_ * rows_), empty_rings_max);
  const auto relax = [&](std::int64_t row, std::int64_t column, std::int64_t to_row, std::int64_t to_column) {
    if (to_row < 0 || to_row >= rows_ || to_column < 0 || to_column >= columns_) return;
    auto& here = empty_rings_[static_cast<std::size_t>(row * columns_ + column)];
    const auto there = empty_rings_[static_cast<std::size_t>(to_row * columns_ + to_column)];
    if (there + 1 < here) here = static_cast<std::uint8_t>(there + 1);
  };
  for (std::int64_t row = 0; row < rows_; ++row)
    for (std::int64_t column = 0; column < columns_; ++column) {
      const auto square = static_cast<std::size_t>(row * columns_ + column);
      if (edges_in_.starts[square] != edges_in_.starts[square + 1]) empty_rings_[square] = 0;
      for (const auto& [dr, dc] : {std::pair{0, -1}, {-1, -1}, {-1, 0}, {-1, 1}}) relax(row, column, row + dr, column + dc);
    }
  for (std::int64_t row = rows_ - 1; row >= 0; --row)
    for (std::int64_t column = columns_ - 1; column >= 0; --column)
      for (const auto& [dr, dc] : {std::pair{0, 1}, {1, 1}, {1, 0}, {1, -1}}) relax(row, column, row + dr, column + dc);
}

bool PointIndex::part_holds(const Part& part, Vertex point) const {
  if (point.longitude < part.box.west || point.longitude > part.box.east || point.latitude < part.box.south ||
      point.latitude > part.box.north)
    return false;
  const auto slab = part.first_slab + static_cast<std::uint32_t>((point.latitude - part.box.south) / part.slab_height);
  bool inside = false;
  for (auto i = slab_starts_[slab]; i < slab_starts_[slab + 1]; ++i) {
    const Edge& edge = edges_[slab_edges_[i]];
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

PointIndex::Cells PointIndex::owners(Vertex point) const {
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

void PointIndex::search_square(std::int64_t column, std::int64_t row, Search& search) const {
  const auto square = static_cast<std::size_t>(row * columns_ + column);
  for (auto i = edges_in_.starts[square]; i < edges_in_.starts[square + 1]; ++i) {
    const Edge& edge = edges_[edges_in_.values[i]];
    if (!search.skips(edge.cell)) search.offer(edge.cell, squared_distance(search.metric, edge.lower, edge.upper));
  }
}

void PointIndex::search_ring(std::int64_t column, std::int64_t row, std::int64_t ring, Search& search) const {
  const auto first = std::max<std::int64_t>(0, column - ring), last = std::min(columns_ - 1, column + ring);
  for (auto r = std::max<std::int64_t>(0, row - ring); r <= std::min(rows_ - 1, row + ring); ++r) {
    if (r == row - ring || r == row + ring) {
      for (auto c = first; c <= last; ++c) search_square(c, r, search);
      continue;
    }
    if (column - ring >= 0) search_square(column - ring, r, search);
    if (column + ring < columns_) search_square(column + ring, r, search);
  }
}

void PointIndex::search_parts(Search& search) const {
  for (const Part& part : parts_) {
    if (search.skips(part.cell)) continue;
    const double x = std::max({0.0, search.metric.x(part.box.west), -search.metric.x(part.box.east)});
    const double y = std::max({0.0, search.metric.y(part.box.south), -search.metric.y(part.box.north)});
    if (x * x + y * y > search.best) continue;
    for (std::uint32_t e = part.first_edge; e < part.first_edge + part.edges; ++e)
      search.offer(part.cell, squared_distance(search.metric, edges_[e].lower, edges_[e].upper));
  }
}

PointIndex::Near PointIndex::nearest(Vertex point, const Cells& but) const {
  Search search{{point, metres_per_unit(point.latitude)}, &but};
  const auto answer = [&] { return Near{search.cell, std::sqrt(search.best)}; };
  if (!in_grid(point)) {
    search_parts(search);
    return answer();
  }
  const auto column = column_of(point.longitude), row = row_of(point.latitude);
  const std::int64_t empty = empty_rings_[static_cast<std::size_t>(row * columns_ + column)];
  const Metric& metric = search.metric;
  constexpr double far = std::numeric_limits<double>::infinity();
  for (std::int64_t ring = empty; ring <= empty + rings_max; ++ring) {
    search_ring(column, row, ring, search);
    // How far is the nearest point that no ring has covered yet?
    const double west = column - ring > 0 ? -metric.x(box_.west + (column - ring) * square_width_) : far;
    const double east = column + ring + 1 < columns_ ? metric.x(box_.west + (column + ring + 1) * square_width_) : far;
    const double south = row - ring > 0 ? -metric.y(box_.south + (row - ring) * square_height_) : far;
    const double north = row + ring + 1 < rows_ ? metric.y(box_.south + (row + ring + 1) * square_height_) : far;
    const double seen = std::min(std::min(west, east), std::min(south, north));
    if (seen == far || search.best <= seen * seen) return answer();
  }
  search_parts(search);
  return answer();
}

std::vector<PointIndex::Near> PointIndex::within(Vertex point, double metres) const {
  std::vector<Near> all;
  if (edges_.empty()) return all;
  const auto scale = metres_per_unit(point.latitude);
  Search search{{point, scale}, nullptr, metres * metres, 0, &all};
  const auto reach = [metres](double unit) { return static_cast<std::int64_t>(std::min(metres / unit, 4e9)) + 1; };
  const auto x = reach(std::max(scale.longitude, 1e-9)), y = reach(scale.latitude);
  const auto west = std::max(box_.west, point.longitude - x), east = std::min(box_.east, point.longitude + x);
  const auto south = std::max(box_.south, point.latitude - y), north = std::min(box_.north, point.latitude + y);
  if (west > east || south > north) return all;
  const auto c1 = column_of(west), c2 = column_of(east), r1 = row_of(south), r2 = row_of(north);
  if ((c2 - c1 + 1) * (r2 - r1 + 1) > block_squares_max) {
    search_parts(search);
  } else {
    for (auto row = r1; row <= r2; ++row)
      for (auto column = c1; column <= c2; ++column) search_square(column, row, search);
  }
  std::sort(all.begin(), all.end(), [](const Near& a, const Near& b) {
    return a.metres != b.metres ? a.metres < b.metres : a.cell < b.cell;
  });
  for (Near& near : all) near.metres = std::sqrt(near.metres);
  return all;
}

}  // namespace huying::dispatch
