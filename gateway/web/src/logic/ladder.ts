// The four stairs of the ladder: which are passed, where it is, which lie ahead (faces 2.7). Pure.
import type { Rung } from "../api/types";

export const rungs: readonly Rung[] = ["RUNG_CELL", "RUNG_UNIT", "RUNG_STREET", "RUNG_DISTRICT"];
export type Stair = "passed" | "here" | "ahead";

export function stairs(at: Rung | undefined): Stair[] {
  const here = Math.max(0, rungs.indexOf(at ?? "RUNG_CELL"));
  return rungs.map((_, place) => (place < here ? "passed" : place === here ? "here" : "ahead"));
}

/** The rung it climbs to next; undefined at the top. */
export function above(at: Rung | undefined): Rung | undefined {
  return rungs[Math.max(0, rungs.indexOf(at ?? "RUNG_CELL")) + 1];
}
