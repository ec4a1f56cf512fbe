// What a screen reader is told of clocks by itself, once each (faces 2.6): an hour before a case is due, when it is due, and when it
// has climbed. Pure: two pictures and the time that passed between them.
import type { CaseModel } from "./case_model";
import { rungs } from "./ladder";

export interface Said {
  model: CaseModel;
  what: "hour" | "due" | "climbed";
}

const hourMs = 3_600_000;
const stair = (model: CaseModel): number => Math.max(0, rungs.indexOf(model.rung ?? "RUNG_CELL"));

/** `fromMs`: the centre's time of the picture before; 0: there was none, and nothing is said. The most pressing first. */
export function toSay(before: readonly CaseModel[], fromMs: number, now: readonly CaseModel[], nowMs: number): Said[] {
  if (fromMs === 0 || nowMs === 0) return [];
  const known = new Map(before.map((model) => [model.number, model]));
  const passed = (atMs: number): boolean => fromMs < atMs && atMs <= nowMs;
  const said: Said[] = [];
  for (const model of now) {
    const was = known.get(model.number);
    if (was && model.stateMark === "escalated" && stair(model) > stair(was)) said.push({ model, what: "climbed" });
    else if (model.dueMs > 0 && passed(model.dueMs)) said.push({ model, what: "due" });
    else if (model.dueMs > nowMs && passed(model.dueMs - hourMs)) said.push({ model, what: "hour" });
  }
  const order = { climbed: 0, due: 1, hour: 2 };
  return said.sort((a, b) => order[a.what] - order[b.what] || a.model.dueMs - b.model.dueMs);
}
