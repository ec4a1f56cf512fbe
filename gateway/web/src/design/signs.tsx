// The signs of the marks and of controls, as shapes: never from a font (faces 2.4).
import type { JSX } from "preact";

import type { MarkName } from "../logic/case_model";

const box = (size: number, children: JSX.Element | JSX.Element[]): JSX.Element => (
  <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    {children}
  </svg>
);

const stroke = { fill: "none", stroke: "currentColor", "stroke-width": 2 } as const;

export function Sign({ of, size = 14 }: { of: MarkName; size?: number }): JSX.Element | null {
  switch (of) {
    case "due":
      return box(size, [<circle cx="8" cy="8" r="6.5" {...stroke} />, <path d="M8 1.5a6.5 6.5 0 0 0 0 13z" fill="currentColor" />]);
    case "late":
      return box(size, <rect x="2" y="2" width="12" height="12" fill="currentColor" />);
    case "escalated":
      return box(size, <path d="M8 1.5 15 14H1z" fill="currentColor" />);
    case "uncovered":
      return box(size, [<rect x="1.5" y="1.5" width="13" height="13" {...stroke} />, <path d="M2 9 9 2M2 14 14 2M7 14l7-7" {...stroke} />]);
    case "paused":
    case "shelved":
      return box(size, <path d="M5 2v12M11 2v12" {...stroke} />);
    case "unsent":
      return box(size, <path d="M8 15V2M3 7l5-5 5 5" {...stroke} />);
    case "resolved":
      return box(size, <circle cx="8" cy="8" r="6" {...stroke} />);
    case "closed":
      return box(size, <path d="M2 9l4 4 8-10" {...stroke} />);
    default:
      return null;
  }
}

export type IconName =
  | "list"
  | "map"
  | "plus"
  | "up"
  | "person"
  | "back"
  | "offline"
  | "aim"
  | "clock"
  | "tick"
  | "north"
  | "south"
  | "west"
  | "east"
  | "closer"
  | "wider";

const icons: Record<IconName, string> = {
  list: "M3 6h18M3 12h13M3 18h16",
  map: "M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14",
  plus: "M12 4v16M4 12h16",
  up: "M12 21V4M5 11l7-7 7 7",
  person: "M12 12a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM4 21c1-5 4-7 8-7s7 2 8 7",
  back: "M15 4l-8 8 8 8",
  offline: "M3 3l18 18M2 9a15 15 0 0 1 5-3M22 9a15 15 0 0 0-11-4M6 13a10 10 0 0 1 4-2M18 13a10 10 0 0 0-2-1.300M9 17a4 4 0 0 1 6 0M12 20v1",
  aim: "M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM12 2v6M12 16v6M2 12h6M16 12h6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l4 2",
  tick: "M4 13l5 5L20 6",
  north: "M5 15l7-8 7 8",
  south: "M5 9l7 8 7-8",
  west: "M15 5l-8 7 8 7",
  east: "M9 5l8 7-8 7",
  closer: "M12 4v16M4 12h16",
  wider: "M4 12h16",
};

export function Icon({ of, size = 24 }: { of: IconName; size?: number }): JSX.Element {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={icons[of]} fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

/** The dot or ring of a step in a story. */
export function StepSign({ now }: { now: boolean }): JSX.Element {
  return box(
    14,
    now ? <circle cx="8" cy="8" r="7.500" fill="currentColor" /> : <circle cx="8" cy="8" r="5.500" {...stroke} stroke-width={3} />,
  );
}

/** A tick, a dot or an empty ring: done, where it is, what lies ahead (the citizen's steps). */
export function TrackSign({ of }: { of: "done" | "here" | "ahead" }): JSX.Element {
  return (
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" focusable="false" class={`track-sign ${of}`}>
      <circle cx="12" cy="12" r="10" />
      {of === "done" ? <path d="M7 12.500l3.500 3.500L17 8.500" /> : of === "here" ? <circle class="dot" cx="12" cy="12" r="4" /> : null}
    </svg>
  );
}

export function Pin({ x, y, scale = 1 }: { x: number; y: number; scale?: number }): JSX.Element {
  return (
    <g transform={`translate(${x} ${y}) scale(${scale})`} class="pin">
      <path d="M0 0C-10-14-14-20-14-26a14 14 0 1 1 28 0c0 6-4 12-14 26z" />
      <circle cx="0" cy="-26" r="6" />
    </g>
  );
}
