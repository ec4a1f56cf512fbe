#include "broker/dispatch/edge_tree.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace huying::dispatch {
namespace {

constexpr std::uint32_t leaf_edges_max = 6;
constexpr std::size_t depth_max = 64;  // halves 2^32 edges at most 32 times

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

EdgeTree::EdgeTree(std::vector<Edge> edges) : edges_(std::move(edges)) {
  if (!edges_.empty()) build(0, static_cast<std::uint32_t>(edges_.size()));
}

EdgeTree::Node EdgeTree::box_of(std::uint32_t first, std::uint32_t last) const {
  const Edge& one = edges_[first];
  Node node{one.lower.longitude, one.lower.latitude, one.lower.longitude, one.lower.latitude, first, 0, 0, one.cell};
  for (std::uint32_t i = first; i < last; ++i) {
    const Edge& edge = edges_[i];
    node.west = std::min({node.west, edge.lower.longitude, edge.upper.longitude});
    node.east = std::max({node.east, edge.lower.longitude, edge.upper.longitude});
    node.south = std::min(node.south, edge.lower.latitude);
    node.north = std::max(node.north, edge.upper.latitude);
    if (edge.cell != node.cell) node.cell = several_cells;
  }
  return node;
}

std::uint32_t EdgeTree::build(std::uint32_t first, std::uint32_t last) {
  const auto at = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back(box_of(first, last));
  if (last - first <= leaf_edges_max) {
    nodes_[at].count = last - first;
    return at;
  }
  const Node& box = nodes_[at];
  const auto scale = metres_per_unit(static_cast<std::int32_t>((std::int64_t{box.south} + box.north) / 2));
  const bool by_longitude = (static_cast<double>(box.east) - box.west) * scale.longitude >
                            (static_cast<double>(box.north) - box.south) * scale.latitude;
  const auto middle_of = [by_longitude](const Edge& e) {
    return by_longitude ? std::int64_t{e.lower.longitude} + e.upper.longitude
                        : std::int64_t{e.lower.latitude} + e.upper.latitude;
  };
  const std::uint32_t half = first + (last - first) / 2;
  std::nth_element(edges_.begin() + first, edges_.begin() + half, edges_.begin() + last,
                   [&](const Edge& a, const Edge& b) { return middle_of(a) < middle_of(b); });
  build(first, half);
  const auto right = build(half, last);
  nodes_[at].right = right;
  return at;
}

template <class Skips, class Offer>
void EdgeTree::search(Vertex point, const double& limit, Skips skips, Offer offer) const {
  if (nodes_.empty()) return;
  const Metric metric{point, metres_per_unit(point.latitude)};
  struct Waiting {
    std::uint32_t node;
    double squared;
  };
  const auto seen_from_point = [&](std::uint32_t at) {
    const Node& node = nodes_[at];
    const double x = std::max(0.0, std::max(metric.x(node.west), -metric.x(node.east)));
    const double y = std::max(0.0, std::max(metric.y(node.south), -metric.y(node.north)));
    return Waiting{at, x * x + y * y};
  };
  std::array<Waiting, depth_max> stack;
  std::size_t waiting = 0;
  stack[waiting++] = seen_from_point(0);
  while (waiting > 0) {
    const Waiting next = stack[--waiting];
    if (next.squared > limit) continue;
    const Node& node = nodes_[next.node];
    if (node.cell != several_cells && skips(node.cell)) continue;
    if (node.count == 0) {
      Waiting near = seen_from_point(next.node + 1), far = seen_from_point(node.right);
      if (far.squared < near.squared) std::swap(near, far);
      if (far.squared <= limit) stack[waiting++] = far;
      stack[waiting++] = near;
      continue;
    }
    for (std::uint32_t i = node.first; i < node.first + node.count; ++i) {
      const Edge& edge = edges_[i];
      if (!skips(edge.cell)) offer(edge.cell, squared_distance(metric, edge.lower, edge.upper));
    }
  }
}

Near EdgeTree::nearest(Vertex point, const Cells& but) const {
  Near best;
  double limit = std::numeric_limits<double>::infinity();
  const auto skips = [&](std::uint32_t cell) { return std::find(but.begin(), but.end(), cell) != but.end(); };
  search(point, limit, skips, [&](std::uint32_t cell, double squared) {
    if (squared >= limit) return;
    limit = squared;
    best.cell = cell;
  });
  best.metres = std::sqrt(limit);
  return best;
}

std::vector<Near> EdgeTree::within(Vertex point, double metres) const {
  std::vector<Near> all;
  const double limit = metres * metres;
  search(point, limit, [](std::uint32_t) { return false; }, [&](std::uint32_t cell, double squared) {
    if (squared > limit) return;
    const auto known = std::find_if(all.begin(), all.end(), [&](const Near& near) { return near.cell == cell; });
    if (known == all.end())
      all.push_back({cell, std::sqrt(squared)});
    else
      known->metres = std::min(known->metres, std::sqrt(squared));
  });
  std::sort(all.begin(), all.end(), [](const Near& a, const Near& b) {
    return a.metres != b.metres ? a.metres < b.metres : a.cell < b.cell;
  });
  return all;
}

}  // namespace huying::dispatch
