// Which tiles of a slippy map lie below a box: 256 pixels a side, Web Mercator, row 0 in the north. Which tile a point is in, and
// where a tile lies, is tilebelt's. Pure.
import { pointToTileFraction, tileToBBOX } from "@mapbox/tilebelt";

import type { MapBase } from "../api/types";
import type { Box } from "./projection";

const tilePixels = 256,
  mercatorEdge = 85.0511,
  tilesMax = 128; // the wall at 3840 × 2160 has fewer; more is a coarser zoom

export interface Tile extends Box {
  z: number;
  x: number;
  y: number;
}

/** Tiles that cover the box where it is `pixels` wide on the screen, about one to one; none of a box that is none. */
export function tileCover(box: Box, pixels: number, { minzoom, maxzoom }: Pick<MapBase, "minzoom" | "maxzoom">): Tile[] {
  const west = Math.max(-180, box.west),
    east = Math.min(179.999999, box.east),
    south = Math.max(-mercatorEdge, box.south),
    north = Math.min(mercatorEdge, box.north);
  if (!(pixels > 0 && west < east && south < north)) return [];
  const ideal = Math.round(Math.log2((360 * pixels) / (tilePixels * (box.east - box.west))));
  for (let z = Math.min(Math.max(ideal, minzoom), maxzoom); z >= minzoom; z -= 1) {
    const [left, top] = pointToTileFraction(west, north, z),
      [right, bottom] = pointToTileFraction(east, south, z);
    const x0 = Math.floor(left),
      y0 = Math.floor(top),
      columns = Math.ceil(right) - x0,
      rows = Math.ceil(bottom) - y0;
    if (columns * rows > tilesMax) continue;
    return Array.from({ length: columns * rows }, (_, at) => placed(z, x0 + (at % columns), y0 + Math.floor(at / columns)));
  }
  return [];
}

function placed(z: number, x: number, y: number): Tile {
  const [west, south, east, north] = tileToBBOX([x, y, z]);
  return { z, x, y, west, south, east, north };
}

/** Nothing but three numbers of the map goes into an address. */
export function tileAddress(template: string, { z, x, y }: Pick<Tile, "z" | "x" | "y">): string {
  return template.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
}

/** What an SVG of this view box shows in a room of other proportions: it is fitted whole into the middle. */
export function shownBox(
  [x, y, width, height]: readonly [number, number, number, number],
  room: { width: number; height: number },
): { x: number; y: number; width: number; height: number } {
  const scale = Math.min(room.width / width, room.height / height);
  if (!(scale > 0)) return { x, y, width, height };
  const shownWidth = room.width / scale,
    shownHeight = room.height / scale;
  return { x: x - (shownWidth - width) / 2, y: y - (shownHeight - height) / 2, width: shownWidth, height: shownHeight };
}
