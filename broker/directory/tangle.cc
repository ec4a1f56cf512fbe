#include "broker/directory/tangle.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace huying::directory {
namespace {

using dispatch::Vertex;

struct Edge {
  Vertex a, b;
};

constexpr std::size_t pairs_max = 5'000'000;
constexpr std::size_t few_vertices = 60;  // 60 * 59 / 2 crossings at most: measure at once

bool share_an_end(const Edge& x, const Edge& y) { return x.a == y.a || x.a == y.b || x.b == y.a || x.b == y.b; }

bool cross(const Geos& geos, const Edge& x, const Edge& y) {
  if (share_an_end(x, y)) return false;
  double longitude, latitude;
  return GEOSSegmentIntersection_r(geos.handle(), x.a.longitude, x.a.latitude, x.b.longitude, x.b.latitude, y.a.longitude,
                                   y.a.latitude, y.b.longitude, y.b.latitude, &longitude, &latitude) == 1;
}

struct Count {
  const Geos& geos;
  const std::vector<Edge>& edges;
  std::size_t at = 0, crossings = 0, pairs = 0;
  bool is_enough() const { return crossings > crossings_max || pairs > pairs_max; }
};

void look_at(void* item, void* counting) {
  auto& count = *static_cast<Count*>(counting);
  const auto* other = static_cast<const Edge*>(item);
  const Edge& edge = count.edges[count.at];
  if (other <= &edge || count.is_enough()) return;
  ++count.pairs;
  count.crossings += cross(count.geos, edge, *other);
}

struct Box {
  std::int32_t west = std::numeric_limits<std::int32_t>::max(), south = west;
  std::int32_t east = std::numeric_limits<std::int32_t>::min(), north = east;
  void add(Vertex v) {
    west = std::min(west, v.longitude), east = std::max(east, v.longitude);
    south = std::min(south, v.latitude), north = std::max(north, v.latitude);
  }
  bool meets(const Box& other) const {
    return west <= other.east && other.west <= east && south <= other.north && other.south <= north;
  }
};

Box box_of(const Edge& edge) {
  Box box;
  box.add(edge.a);
  box.add(edge.b);
  return box;
}

Box box_of(const dispatch::Shape& shape) {
  Box box;
  for (const auto& polygon : shape)
    for (const auto& ring : polygon)
      for (const auto vertex : ring) box.add(vertex);
  return box;
}

// From west to east, with their boxes: those that can meet something in `box`.
std::vector<std::pair<Box, Edge>> edges_in(const dispatch::Shape& shape, const Box& box) {
  std::vector<std::pair<Box, Edge>> edges;
  for (const auto& polygon : shape)
    for (const auto& ring : polygon)
      for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        const Edge edge{ring[i], ring[i + 1]};
        if (edge.a != edge.b && box_of(edge).meets(box)) edges.emplace_back(box_of(edge), edge);
      }
  std::sort(edges.begin(), edges.end(), [](const auto& x, const auto& y) { return x.first.west < y.first.west; });
  return edges;
}

Geos::Geometry line_of(const Geos& geos, const Edge& edge) {
  const double numbers[] = {static_cast<double>(edge.a.longitude), static_cast<double>(edge.a.latitude),
                            static_cast<double>(edge.b.longitude), static_cast<double>(edge.b.latitude)};
  auto* sequence = GEOSCoordSeq_copyFromBuffer_r(geos.handle(), numbers, 2, 0, 0);
  return geos.own(GEOSGeom_createLineString_r(geos.handle(), sequence));
}

}  // namespace

// A sweep from west to east: of each edge, those of the other shape that begin before it ends, and have not ended themselves.
std::size_t crossings_between(const Geos& geos, const dispatch::Shape& one, const dispatch::Shape& other,
                              std::size_t most) {
  const auto ours = edges_in(one, box_of(other)), theirs = edges_in(other, box_of(one));
  std::vector<const std::pair<Box, Edge>*> open;  // of theirs
  std::size_t next = 0, crossings = 0, looks = 0;
  const std::size_t looks_max = pairs_max + 64 * (ours.size() + theirs.size());
  for (const auto& [box, edge] : ours) {
    while (next < theirs.size() && theirs[next].first.west <= box.east) open.push_back(&theirs[next++]);
    std::erase_if(open, [&, west = box.west](const auto* their) { return their->first.east < west; });
    for (const auto* their : open) {
      if (++looks > looks_max) return most;
      if (!their->first.meets(box) || !cross(geos, edge, their->second)) continue;
      if (++crossings >= most) return most;
    }
  }
  return crossings;
}

bool is_tangled(const Geos& geos, const dispatch::Polygon& polygon) {
  std::vector<Edge> edges;
  for (const auto& ring : polygon)
    for (std::size_t i = 0; i + 1 < ring.size(); ++i)
      if (ring[i] != ring[i + 1]) edges.push_back({ring[i], ring[i + 1]});
  if (edges.size() <= few_vertices) return false;
  if (edges.size() > repaired_vertices_max) return true;
  std::vector<Geos::Geometry> lines;
  const auto destroy = [&](GEOSSTRtree* tree) { GEOSSTRtree_destroy_r(geos.handle(), tree); };
  const std::unique_ptr<GEOSSTRtree, decltype(destroy)> tree(GEOSSTRtree_create_r(geos.handle(), 10), destroy);
  for (auto& edge : edges) {
    lines.push_back(line_of(geos, edge));
    GEOSSTRtree_insert_r(geos.handle(), tree.get(), lines.back().get(), &edge);
  }
  Count count{geos, edges};
  for (; count.at < edges.size() && !count.is_enough(); ++count.at)
    GEOSSTRtree_query_r(geos.handle(), tree.get(), lines[count.at].get(), look_at, &count);
  return count.is_enough();
}

}  // namespace huying::directory
