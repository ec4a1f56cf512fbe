// Borders of units: the edges of cells that no other cell of the same unit has. Nothing is measured: two edges are one where
// their ends are the same numbers. Pure.
import type { CellFeature } from "../api/types";
import { polygonsOf, type Projection } from "./projection";

export function unitBorders(features: readonly CellFeature[], projection: Projection): string {
  const edges = new Map<string, { units: Set<string>; count: number; path: string }>();
  for (const { geometry, properties } of features) {
    for (const rings of polygonsOf(geometry))
      for (const ring of rings) {
        for (let place = 1; place < ring.length; place += 1) {
          const [ax = 0, ay = 0] = ring[place - 1] ?? [],
            [bx = 0, by = 0] = ring[place] ?? [];
          const a = `${ax},${ay}`,
            b = `${bx},${by}`;
          const key = a < b ? `${a} ${b}` : `${b} ${a}`;
          let edge = edges.get(key);
          if (!edge) {
            const point = (x: number, y: number): string => `${projection.x(x).toFixed(1)} ${projection.y(y).toFixed(1)}`;
            edge = { units: new Set(), count: 0, path: `M${point(ax, ay)}L${point(bx, by)}` };
            edges.set(key, edge);
          }
          edge.count += 1;
          edge.units.add(properties.unit);
        }
      }
  }
  let path = "";
  for (const edge of edges.values()) if (edge.count === 1 || edge.units.size > 1) path += edge.path;
  return path;
}
