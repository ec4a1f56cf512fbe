// A map below the cells, where the administrator has named a server of tiles (docs/gateway.md); nothing is asked for where none is
// named. What does not come leaves the paper.
import type { JSX, RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { Projection } from "../logic/projection";
import { shownBox, tileAddress, tileCover } from "../logic/tiles";
import { usePage } from "./page";

interface Size {
  width: number;
  height: number;
}

/** What the SVG has of the screen, in CSS pixels; nothing until it is known, and where no map lies below. */
export function useTileRoom(svg: RefObject<SVGSVGElement | null>): Size | null {
  const { mapBase } = usePage();
  const [room, setRoom] = useState<Size | null>(null);
  const wanted = mapBase !== null;
  useEffect(() => {
    if (!svg.current || !wanted) return;
    const watch = new ResizeObserver((entries) => {
      const size = entries[entries.length - 1]?.contentRect;
      if (size)
        setRoom((now) => (now?.width === size.width && now.height === size.height ? now : { width: size.width, height: size.height }));
    });
    watch.observe(svg.current);
    return () => watch.disconnect();
  }, [svg, wanted]);
  return wanted ? room : null;
}

/** First in the SVG: all else is drawn over it. A tile lies in the flat picture by its corners; what it bends between them is a
 *  fraction of a pixel. Each reaches half a pixel below its neighbours, else the paper shines through the seams. */
export function Tiles({
  projection,
  viewBox,
  room,
}: {
  projection: Projection;
  viewBox: readonly [number, number, number, number];
  room: Size | null;
}): JSX.Element | null {
  const { mapBase } = usePage();
  const template = mapBase?.tiles[0];
  if (!mapBase || !template || !room) return null;
  const shown = shownBox(viewBox, room);
  const seam = shown.width / room.width / 2;
  const box = {
    west: projection.longitude(shown.x),
    east: projection.longitude(shown.x + shown.width),
    north: projection.latitude(shown.y),
    south: projection.latitude(shown.y + shown.height),
  };
  return (
    <g class="tiles" aria-hidden="true">
      {tileCover(box, room.width, mapBase).map((tile) => {
        const x = projection.x(tile.west),
          y = projection.y(tile.north);
        return (
          <image
            key={`${tile.z}/${tile.x}/${tile.y}`}
            href={tileAddress(template, tile)}
            x={x}
            y={y}
            width={projection.x(tile.east) - x + seam}
            height={projection.y(tile.south) - y + seam}
            preserveAspectRatio="none"
          />
        );
      })}
    </g>
  );
}

/** Whose map it is: its licence wants it said, and often the law. */
export function Attribution(): JSX.Element | null {
  const { mapBase } = usePage();
  return mapBase?.attribution ? <p class="attribution">{mapBase.attribution}</p> : null;
}
