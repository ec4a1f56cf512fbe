#include "broker/directory/tangle.h"

#include <vector>

namespace huying::directory {
namespace {

using dispatch::Vertex;

struct Edge {
  Vertex a, b;
};

constexpr std::size_t pairs_max = 5'000'000;
constexpr std::size_t few_vertices = 60;  // 60 * 59 / 2 crossings at most: measure at once

struct Count {
  const Geos& geos;
  const std::vector<Edge>& edges;
  std::size_t at = 0, crossings = 0, pairs = 0;
  bool is_enough() const { return crossings > crossings_max || pairs > pairs_max; }
};

bool share_an_end(const Edge& x, const Edge& y) { return x.a == y.a || x.a == y.b || x.b == y.a || x.b == y.b; }

void look_at(void* item, void* counting) {
  auto& count = *static_cast<Count*>(counting);
  const auto* other = static_cast<const Edge*>(item);
  const Edge& edge = count.edges[count.at];
  if (other <= &edge || count.is_enough()) return;
  ++count.pairs;
  if (share_an_end(edge, *other)) return;
  double x, y;
  count.crossings += GEOSSegmentIntersection_r(count.geos.handle(), edge.a.longitude, edge.a.latitude, edge.b.longitude,
                                               edge.b.latitude, other->a.longitude, other->a.latitude,
                                               other->b.longitude, other->b.latitude, &x, &y) == 1;
}

Geos::Geometry line_of(const Geos& geos, const Edge& edge) {
  const double numbers[] = {static_cast<double>(edge.a.longitude), static_cast<double>(edge.a.latitude),
                            static_cast<double>(edge.b.longitude), static_cast<double>(edge.b.latitude)};
  auto* sequence = GEOSCoordSeq_copyFromBuffer_r(geos.handle(), numbers, 2, 0, 0);
  return geos.own(GEOSGeom_createLineString_r(geos.handle(), sequence));
}

}  // namespace

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
