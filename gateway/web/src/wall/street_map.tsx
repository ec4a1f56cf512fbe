// The street's cells: each shows its worst state only, with letter and count; the rest stays quiet. One picture for a reader, a
// table of the same content beside it, and a keyboard that walks units, then cells.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { CellFeature, WallCell } from "../api/types";
import { useShapes, type Shape } from "../design/map";
import { usePage } from "../design/page";
import { Attribution, Tiles, useTileRoom } from "../design/tiles";
import { unitShort, type CellNames } from "../logic/cell_names";
import * as C from "../words/common";
import * as W from "../words/wall";
import { say } from "../words/language";

export type CellMark = "升" | "缺" | "超" | "临" | "停" | "";
const classes: Record<string, string> = { 升: "escalated", 缺: "uncovered", 超: "late", 临: "due", 停: "paused" };

export function markPair(mark: string): string {
  const name = classes[mark];
  if (name === "escalated") return say(W.escalatedMark);
  return name ? say(C.mark[name]?.pair ?? ["", ""]) : "";
}

/** Where each unit's name stands: in its quiet cell that has the most room. */
function unitLabels(shapes: readonly Shape[], byCell: Map<string, WallCell>): Map<string, string> {
  const best = new Map<string, { code: string; score: number }>();
  for (const shape of shapes) {
    const quiet = (byCell.get(shape.code)?.mark ?? "") === "";
    const score = Math.min(shape.label.width, shape.label.height * 1.6) + (quiet ? 10_000 : 0);
    if (score > (best.get(shape.unit)?.score ?? -1)) best.set(shape.unit, { code: shape.code, score });
  }
  return new Map([...best].map(([unit, { code }]) => [code, unit]));
}

export function StreetMap({
  features,
  cells,
  names,
  changed,
  onPick,
}: {
  features: readonly CellFeature[];
  cells: readonly WallCell[];
  names: CellNames;
  changed: ReadonlySet<string>;
  onPick: (cell: string) => void;
}): JSX.Element {
  const { projection, shapes, borders } = useShapes(features);
  const byCell = new Map(cells.map((cell) => [cell.cell, cell]));
  const labels = unitLabels(shapes, byCell);
  const [walking, setWalking] = useState("");
  const order = [...shapes].sort((a, b) => (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : a.code < b.code ? -1 : 1));
  const walk = (event: KeyboardEvent): void => {
    const at = order.findIndex((shape) => shape.code === walking);
    const from = order[at]?.unit;
    let to: Shape | undefined;
    if (event.key === "ArrowRight") to = order[(at + 1) % order.length];
    else if (event.key === "ArrowLeft") to = order[(at - 1 + order.length) % order.length];
    else if (event.key === "ArrowDown") to = order.slice(at + 1).find((shape) => shape.unit !== from) ?? order[0];
    else if (event.key === "ArrowUp") {
      const before = order
        .slice(0, Math.max(0, at))
        .reverse()
        .find((shape) => shape.unit !== from);
      to = order.find((shape) => shape.unit === before?.unit) ?? order[order.length - 1];
    } else if ((event.key === "Enter" || event.key === " ") && walking !== "") {
      event.preventDefault();
      onPick(walking);
      return;
    } else return;
    event.preventDefault();
    if (to) setWalking(to.code);
  };
  const says = (cell: WallCell | undefined, code: string): string =>
    `${say(W.cellOpen, { cell: names.short(code), n: cell?.open ?? 0 })}${cell?.mark ? `，${markPair(cell.mark)}${cell.mark === "缺" ? "" : ` ${cell.count ?? 0}`}` : ""}`;
  const pad = 10;
  const box = useRef<SVGSVGElement>(null);
  const { mapBase } = usePage();
  const room = useTileRoom(box);
  const viewBox = [-pad, -pad, projection.width + 2 * pad, projection.height + 2 * pad] as const;
  const [unit, setUnit] = useState(1); // of the picture in a pixel: words keep their size whatever room the map has
  useEffect(() => {
    const svg = box.current;
    if (!svg) return;
    const measure = (): void => {
      const scale = svg.getScreenCTM()?.a ?? 1;
      const root = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
      if (scale > 0) setUnit(root / scale);
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(svg);
    return () => watch.disconnect();
  }, []);
  const line = 17 * unit;
  return (
    <div class="map">
      <svg
        ref={box}
        class={mapBase ? "over-tiles" : ""}
        viewBox={viewBox.join(" ")}
        role="img"
        aria-label={walking ? says(byCell.get(walking), walking) : say(W.mapTitle)}
        tabIndex={0}
        onKeyDown={walk}
        onBlur={() => setWalking("")}
        preserveAspectRatio="xMidYMid meet"
      >
        <defs>
          <pattern id="stripes" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="14" height="14" class="stripe-ground" />
            <rect width="7" height="14" class="stripe" />
          </pattern>
        </defs>
        <Tiles projection={projection} viewBox={viewBox} room={room} />
        {shapes.map((shape) => {
          const cell = byCell.get(shape.code);
          return (
            <path
              key={shape.code}
              d={shape.path}
              data-cell={shape.code}
              class={`cell ${classes[cell?.mark ?? ""] ?? ""}`}
              style={cell?.mark === "缺" ? { fill: "url(#stripes)" } : {}}
              onClick={() => onPick(shape.code)}
            />
          );
        })}
        <path d={borders} class="border-dark" />
        <path d={borders} class="border-light" />
        {shapes
          .filter((shape) => ["临", "停"].includes(byCell.get(shape.code)?.mark ?? ""))
          .map((shape) => (
            <g key={shape.code} clip-path={`url(#clip-${shape.code})`}>
              <clipPath id={`clip-${shape.code}`}>
                <path d={shape.path} />
              </clipPath>
              <path d={shape.path} class={`inner ${classes[byCell.get(shape.code)?.mark ?? ""] ?? ""}`} />
            </g>
          ))}
        {shapes.map((shape) => {
          const cell = byCell.get(shape.code);
          const mark = cell?.mark ?? "";
          const named = labels.get(shape.code);
          const { x, y } = shape.label;
          const text = mark === "缺" ? mark : mark !== "" ? `${mark}${cell?.count ?? 0}` : (cell?.open ?? 0) > 0 ? String(cell?.open) : "·";
          return (
            <g key={shape.code} class="label" aria-hidden="true">
              {mark === "缺" ? <circle cx={x} cy={named ? y + line : y} r={22 * unit} class="disc" /> : null}
              <text
                x={x}
                y={named ? y + line : y}
                font-size={(mark === "" ? 32 : 34) * unit}
                class={mark === "" ? "quiet" : (classes[mark] ?? "")}
              >
                {text}
              </text>
              {named ? (
                <text x={x} y={y - line} font-size={28 * unit} class={`unit ${classes[mark] ?? ""}`}>
                  {unitShort(names.unit(named))}
                </text>
              ) : null}
            </g>
          );
        })}
        {shapes
          .filter((shape) => changed.has(shape.code))
          .map((shape) => (
            <path key={`${shape.code}-new`} d={shape.path} class="flash" />
          ))}
        {walking !== "" ? <path d={shapes.find((shape) => shape.code === walking)?.path ?? ""} class="walking" /> : null}
      </svg>
      <Attribution />
      <p class="unseen" aria-live="polite">
        {walking ? says(byCell.get(walking), walking) : ""}
      </p>
      <table class="unseen">
        <caption>{say(W.mapTitle)}</caption>
        <tbody>
          {order.map((shape) => (
            <tr key={shape.code}>
              <th scope="row">{names.short(shape.code)}</th>
              <td>{byCell.get(shape.code)?.open ?? 0}</td>
              <td>{markPair(byCell.get(shape.code)?.mark ?? "")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-hidden="true">
      {(["升", "超", "临", "缺", "停"] as const).map((mark) => (
        <li key={mark}>
          <span class={`key ${classes[mark]}`}>
            <b>{mark}</b>
          </span>
          {markPair(mark)}
        </li>
      ))}
      <li class="quiet">
        <span class="key open">2</span>
        {say(W.legendOpen)}
      </li>
    </ul>
  );
}
