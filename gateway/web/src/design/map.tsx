// The cells as paths of an SVG: to pick a cell, or to set a point by tap, by the arrow buttons, or by dragging the map under
// the pin. The shapes are the directory's; below them lies what tiles.tsx draws, if anything.
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";

import type { CellFeature } from "../api/types";
import { unitBorders } from "../logic/borders";
import { unitShort } from "../logic/cell_names";
import { boxOf, labelPlace, pathOf, polygonsOf, Projection, type Box } from "../logic/projection";
import { say } from "../words/language";
import { usePage } from "./page";
import { Icon, Pin, type IconName } from "./signs";
import { Attribution, Tiles, useTileRoom } from "./tiles";

const width = 1_000;
type Box4 = [number, number, number, number]; // x, y, width, height

export interface Shape {
  code: string;
  name: string;
  unit: string;
  path: string;
  label: { x: number; y: number; width: number; height: number };
}

export interface Shapes {
  projection: Projection;
  shapes: Shape[];
  borders: string;
  box: Box;
}

export function useShapes(features: readonly CellFeature[]): Shapes {
  return useMemo(() => {
    const live = features.filter((feature) => !feature.properties.retired);
    const box = boxOf(live.map((feature) => polygonsOf(feature.geometry)));
    const projection = new Projection(box, width);
    const shapes = live.map(({ properties, geometry }) => {
      const polygons = polygonsOf(geometry);
      return {
        code: properties.code,
        name: properties.name,
        unit: properties.unit,
        path: pathOf(polygons, projection),
        label: labelPlace(polygons, projection),
      };
    });
    return { projection, shapes, borders: unitBorders(live, projection), box };
  }, [features]);
}

/** The box that shows some cells with what lies around them; all where none are named. */
export function boxAround(shapes: readonly Shape[], codes: readonly string[], projection: Projection): Box4 {
  const chosen = shapes.filter((shape) => codes.includes(shape.code));
  if (chosen.length === 0) return [0, 0, projection.width, projection.height];
  const x0 = Math.min(...chosen.map((s) => s.label.x - s.label.width)),
    x1 = Math.max(...chosen.map((s) => s.label.x + s.label.width));
  const y0 = Math.min(...chosen.map((s) => s.label.y - s.label.height)),
    y1 = Math.max(...chosen.map((s) => s.label.y + s.label.height));
  return [x0, y0, x1 - x0, y1 - y0];
}

/** Cells to tap: each is a button by its name. `exact` shapes are drawn as given, the others quietly. */
export function CellPicker({
  features,
  around,
  chosen,
  own,
  onPick,
  label,
  aspect = 0.75,
  letters,
  pin,
  letterSize = 1 / 22,
  spots = [],
}: {
  features: readonly CellFeature[];
  around: readonly string[];
  chosen: string;
  own: readonly string[];
  onPick: (code: string) => void;
  label: string;
  aspect?: number;
  letters?: Record<string, string>;
  pin?: PinPoint;
  /** Small dots, of what is listed beside the map. */
  spots?: readonly { latitude: number; longitude: number }[];
  /** Of the names, in parts of the width. */
  letterSize?: number;
}): JSX.Element {
  const { projection, shapes, borders } = useShapes(features);
  const { mapBase } = usePage();
  const svg = useRef<SVGSVGElement>(null);
  const room = useTileRoom(svg);
  let [x, y, w, h] = boxAround(shapes, around, projection);
  if (pin) {
    // Near enough that the error of the point can be seen beside the border.
    const half = projection.metres(Math.max(120, pin.metres * 6));
    const px = projection.x(pin.longitude),
      py = projection.y(pin.latitude);
    if (px > 0 && px < projection.width && py > 0 && py < projection.height) {
      x = px - half;
      y = py - half * aspect;
      w = 2 * half;
      h = 2 * half * aspect;
    }
  }
  if (h < w * aspect) {
    y -= (w * aspect - h) / 2;
    h = w * aspect;
  } else {
    x -= (h / aspect - w) / 2;
    w = h / aspect;
  }
  const text = w * letterSize;
  const visible = shapes.filter(
    ({ label: at }) => at.x + at.width / 2 > x && at.x - at.width / 2 < x + w && at.y + at.height / 2 > y && at.y - at.height / 2 < y + h,
  );
  return (
    <div class="map-frame">
      <svg ref={svg} class={mapBase ? "picker over-tiles" : "picker"} viewBox={`${x} ${y} ${w} ${h}`} role="group" aria-label={label}>
        <Tiles projection={projection} viewBox={[x, y, w, h]} room={room} />
        {visible.map((shape) => (
          <g
            key={shape.code}
            role="button"
            tabIndex={0}
            aria-label={shape.name}
            aria-pressed={chosen === shape.code}
            class={`pick ${chosen === shape.code ? "chosen" : ""} ${own.includes(shape.code) ? "own" : ""}`}
            onClick={() => onPick(shape.code)}
            onKeyDown={(event) => {
              if (event.key === "Enter" || event.key === " ") {
                event.preventDefault();
                onPick(shape.code);
              }
            }}
          >
            <path d={shape.path} vector-effect="non-scaling-stroke" />
          </g>
        ))}
        {mapBase ? <path class="borders casing" d={borders} vector-effect="non-scaling-stroke" /> : null}
        <path class="borders" d={borders} vector-effect="non-scaling-stroke" />
        {visible
          .filter(
            ({ label: at, code }) =>
              letters?.[code] !== undefined || (at.width > text * 4.2 && at.x > x && at.x < x + w && at.y > y && at.y < y + h),
          )
          .map((shape) => {
            const digits = /(\d+)$/.exec(shape.code)?.[1] ?? "";
            const room = text * (letters?.[shape.code] ? 3.6 : 2.5);
            const clampedX = Math.min(Math.max(shape.label.x, x + room), x + w - room),
              clampedY = Math.min(Math.max(shape.label.y, y + text), y + h - text);
            const letter = letters?.[shape.code];
            return (
              <g key={shape.code} class="name" aria-hidden="true">
                {letter ? <circle class="letter" cx={clampedX - text * 1.9} cy={clampedY} r={text * 0.85} /> : null}
                {letter ? (
                  <text class="letter" x={clampedX - text * 1.9} y={clampedY} font-size={text}>
                    {letter}
                  </text>
                ) : null}
                <text x={letter ? clampedX + text : clampedX} y={clampedY} font-size={text}>
                  {unitShort(shape.name.split(" ")[0] ?? "")} {digits}
                </text>
              </g>
            );
          })}
        {spots.map((spot, place) => (
          <circle
            key={place}
            class="spot"
            cx={projection.x(spot.longitude)}
            cy={projection.y(spot.latitude)}
            r={w / 55}
            vector-effect="non-scaling-stroke"
          />
        ))}
        {pin ? <PinAt pin={pin} projection={projection} scale={w / 560} /> : null}
      </svg>
      <Attribution />
    </div>
  );
}

export interface PinPoint {
  latitude: number;
  longitude: number;
  metres: number; // its error; 0: not known
}

function PinAt({ pin, projection, scale }: { pin: PinPoint; projection: Projection; scale: number }): JSX.Element {
  const x = projection.x(pin.longitude),
    y = projection.y(pin.latitude);
  return (
    <>
      {pin.metres > 0 ? (
        <circle class="error-circle" cx={x} cy={y} r={projection.metres(pin.metres)} vector-effect="non-scaling-stroke" />
      ) : null}
      <Pin x={x} y={y} scale={scale} />
    </>
  );
}

const besideMetres = 60;

/** A point in its cell, to look at. Where it lies outside, both are shown. */
export function PlaceMap({
  features,
  cell,
  pin,
  label,
}: {
  features: readonly CellFeature[];
  cell: string;
  pin: PinPoint;
  label: string;
}): JSX.Element {
  const { projection, shapes, borders } = useShapes(features);
  const { mapBase } = usePage();
  const svg = useRef<SVGSVGElement>(null);
  const room = useTileRoom(svg);
  const aspect = 0.75;
  const margin = projection.metres(besideMetres);
  const [bx, by, bw, bh] = boxAround(shapes, [cell], projection);
  const px = projection.x(pin.longitude),
    py = projection.y(pin.latitude);
  const x0 = Math.min(bx, px - margin),
    y0 = Math.min(by, py - margin);
  const w = Math.max(Math.max(bx + bw, px + margin) - x0, (Math.max(by + bh, py + margin) - y0) / aspect);
  const box: Box4 = [x0, y0, w, w * aspect];
  return (
    <div class="map-frame">
      <svg ref={svg} class={mapBase ? "picker over-tiles" : "picker"} viewBox={box.join(" ")} role="img" aria-label={label}>
        <Tiles projection={projection} viewBox={box} room={room} />
        {shapes.map((shape) => (
          <g key={shape.code} class={shape.code === cell ? "pick own" : "pick"}>
            <path d={shape.path} vector-effect="non-scaling-stroke" />
          </g>
        ))}
        {mapBase ? <path class="borders casing" d={borders} vector-effect="non-scaling-stroke" /> : null}
        <path class="borders" d={borders} vector-effect="non-scaling-stroke" />
        <PinAt pin={pin} projection={projection} scale={w / 560} />
      </svg>
      <Attribution />
    </div>
  );
}

export interface Place {
  latitude: number;
  longitude: number;
  accuracyMetres?: number;
}

/** The pin stands where it is tapped; four arrows move it, two buttons change the scale; the map can be dragged under it. */
export function PointPicker({
  features,
  place,
  onMove,
  label,
}: {
  features: readonly CellFeature[];
  place: Place | null;
  onMove: (place: Place) => void;
  label: string;
}): JSX.Element {
  const { projection, shapes, borders } = useShapes(features);
  const [scale, setScale] = useState(place ? 6 : 1);
  const [middle, setMiddle] = useState<{ x: number; y: number } | null>(
    place ? { x: projection.x(place.longitude), y: projection.y(place.latitude) } : null,
  );
  const { mapBase } = usePage();
  const box = useRef<SVGSVGElement>(null);
  const room = useTileRoom(box);
  const drag = useRef<{ x: number; y: number; moved: boolean; from: { x: number; y: number } } | null>(null);
  const w = projection.width / scale,
    h = w * 0.62;
  const centre = middle ?? { x: projection.width / 2, y: projection.height / 2 };
  const x = centre.x - w / 2,
    y = centre.y - h / 2;
  const moveTo = (at: { x: number; y: number }, newScale = scale): void => {
    const inside = { x: Math.min(Math.max(at.x, 0), projection.width), y: Math.min(Math.max(at.y, 0), projection.height) };
    setMiddle(inside);
    setScale(newScale);
    onMove({ latitude: Number(projection.latitude(inside.y).toFixed(6)), longitude: Number(projection.longitude(inside.x).toFixed(6)) });
  };
  const inUnits = (event: PointerEvent): { x: number; y: number; unit: number } => {
    const rect = box.current?.getBoundingClientRect();
    if (!rect) return { x: centre.x, y: centre.y, unit: 1 };
    const unit = w / rect.width;
    return { x: x + (event.clientX - rect.left) * unit, y: y + (event.clientY - rect.top) * unit, unit };
  };
  const step = w / 16;
  const arrow = (icon: IconName, words: readonly [string, string], dx: number, dy: number): JSX.Element => (
    <button
      type="button"
      class={`arrow ${icon}`}
      aria-label={say(words)}
      onClick={() => moveTo({ x: centre.x + dx * step, y: centre.y + dy * step })}
    >
      <Icon of={icon} size={20} />
    </button>
  );
  const here = shapes.length > 0 && place ? { x: projection.x(place.longitude), y: projection.y(place.latitude) } : null;
  return (
    <div class="point-picker">
      <div class="map-frame">
        <svg
          ref={box}
          class={mapBase ? "over-tiles" : ""}
          viewBox={`${x} ${y} ${w} ${h}`}
          role="img"
          aria-label={label}
          onPointerDown={(event) => {
            drag.current = { x: event.clientX, y: event.clientY, moved: false, from: centre };
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={(event) => {
            const from = drag.current;
            if (!from) return;
            const dx = event.clientX - from.x,
              dy = event.clientY - from.y;
            if (!from.moved && Math.hypot(dx, dy) < 8) return;
            from.moved = true;
            const { unit } = inUnits(event);
            setMiddle({ x: from.from.x - dx * unit, y: from.from.y - dy * unit });
          }}
          onPointerUp={(event) => {
            const from = drag.current;
            drag.current = null;
            if (!from) return;
            if (from.moved) moveTo(centre);
            else moveTo(inUnits(event), Math.max(scale, 4));
          }}
          onPointerCancel={() => {
            drag.current = null;
          }}
        >
          <Tiles projection={projection} viewBox={[x, y, w, h]} room={room} />
          {shapes.map((shape) => (
            <path key={shape.code} class="ground" d={shape.path} vector-effect="non-scaling-stroke" />
          ))}
          {mapBase ? <path class="borders casing" d={borders} vector-effect="non-scaling-stroke" /> : null}
          <path class="borders" d={borders} vector-effect="non-scaling-stroke" />
          {shapes.map((shape) => (
            <text key={shape.code} x={shape.label.x} y={shape.label.y} font-size={w / 24} class={scale < 3 ? "far" : ""}>
              {shape.name}
            </text>
          ))}
          {here ? <Pin x={here.x} y={here.y} scale={w / 300} /> : null}
        </svg>
        <Attribution />
      </div>
      <div class="tools">
        {arrow("north", ["向北移", "Move north"], 0, -1)}
        {arrow("south", ["向南移", "Move south"], 0, 1)}
        {arrow("west", ["向西移", "Move west"], -1, 0)}
        {arrow("east", ["向东移", "Move east"], 1, 0)}
        <button type="button" class="arrow" aria-label={say(["放大", "Closer"])} onClick={() => setScale(Math.min(64, scale * 2))}>
          <Icon of="closer" size={20} />
        </button>
        <button type="button" class="arrow" aria-label={say(["缩小", "Wider"])} onClick={() => setScale(Math.max(1, scale / 2))}>
          <Icon of="wider" size={20} />
        </button>
      </div>
    </div>
  );
}
