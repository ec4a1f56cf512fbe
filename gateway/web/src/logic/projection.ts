// WGS-84 degrees to the flat box of an SVG: equirectangular, true to scale at the middle latitude. Pure.

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export class Projection {
  readonly width: number;
  readonly height: number;
  private readonly box: Box;
  private readonly across: number; // units a degree of longitude
  private readonly up: number; // units a degree of latitude

  /** The box fills `width` units; the height follows. */
  constructor(box: Box, width: number) {
    this.box = box;
    this.width = width;
    const shrink = Math.cos((((box.south + box.north) / 2) * Math.PI) / 180);
    this.across = width / Math.max(1e-9, box.east - box.west);
    this.up = this.across / shrink;
    this.height = this.up * Math.max(1e-9, box.north - box.south);
  }

  x(longitude: number): number {
    return (longitude - this.box.west) * this.across;
  }
  y(latitude: number): number {
    return (this.box.north - latitude) * this.up;
  }
  longitude(x: number): number {
    return this.box.west + x / this.across;
  }
  latitude(y: number): number {
    return this.box.north - y / this.up;
  }

  /** Units of `metres` on the ground. */
  metres(metres: number): number {
    return (metres / 111_320) * this.up;
  }
}

export type Polygons = number[][][][];

export function polygonsOf(geometry: { type: string; coordinates: unknown }): Polygons {
  if (geometry.type === "Polygon") return [geometry.coordinates as number[][][]];
  if (geometry.type === "MultiPolygon") return geometry.coordinates as Polygons;
  return [];
}

export function boxOf(all: readonly Polygons[]): Box {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const polygons of all)
    for (const rings of polygons)
      for (const [longitude = 0, latitude = 0] of rings[0] ?? []) {
        box.west = Math.min(box.west, longitude);
        box.east = Math.max(box.east, longitude);
        box.south = Math.min(box.south, latitude);
        box.north = Math.max(box.north, latitude);
      }
  return box;
}

const short = (value: number): string => String(Math.round(value * 10) / 10);

/** The path of all rings; holes by the even-odd rule. */
export function pathOf(polygons: Polygons, projection: Projection): string {
  let path = "";
  for (const rings of polygons)
    for (const ring of rings) {
      ring.slice(0, -1).forEach(([longitude = 0, latitude = 0], place) => {
        path += `${place === 0 ? "M" : "L"}${short(projection.x(longitude))} ${short(projection.y(latitude))}`;
      });
      path += "Z";
    }
  return path;
}

/** Where a label stands: the middle of the largest part's box, near enough for convex cells. */
export function labelPlace(polygons: Polygons, projection: Projection): { x: number; y: number; width: number; height: number } {
  let best = { x: 0, y: 0, width: 0, height: 0 };
  for (const rings of polygons) {
    const box = boxOf([[rings]]);
    const x0 = projection.x(box.west),
      x1 = projection.x(box.east),
      y0 = projection.y(box.north),
      y1 = projection.y(box.south);
    if ((x1 - x0) * (y1 - y0) >= best.width * best.height) {
      const mean = meanOf(rings[0] ?? [], projection);
      best = { ...mean, width: x1 - x0, height: y1 - y0 };
    }
  }
  return best;
}

function meanOf(ring: number[][], projection: Projection): { x: number; y: number } {
  const points = ring.slice(0, -1);
  const sum = points.reduce(
    (total, [longitude = 0, latitude = 0]) => ({ x: total.x + projection.x(longitude), y: total.y + projection.y(latitude) }),
    { x: 0, y: 0 },
  );
  const n = Math.max(1, points.length);
  return { x: sum.x / n, y: sum.y / n };
}
