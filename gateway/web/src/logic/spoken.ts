// What a screen reader is told of clocks by itself, once each (faces 2.6): an hour before a case is due, when it is due, and when it
// has climbed. Pure: two pictures and the time that passed between them.
import type { CaseModel } from "./case_model";
import { rungs } from "./ladder";

export interface Said {
  model: CaseModel;
  what: "hour" | "due" | "climbed";
}
export interface Picture {
  models: readonly CaseModel[];
  atMs: number; // the centre's time; 0: there is none yet
}

const hourMs = 3_600_000;
const stair = (model: CaseModel): number => Math.max(0, rungs.indexOf(model.rung ?? "RUNG_CELL"));

/** The most pressing first; of the first picture nothing, whatever it holds. The centre's time must not have gone back meanwhile. */
export function toSay(before: Picture, now: Picture): Said[] {
  if (before.atMs === 0 || now.atMs === 0) return [];
  const known = new Map(before.models.map((model) => [model.number, model]));
  const passed = (atMs: number): boolean => before.atMs < atMs && atMs <= now.atMs;
  const said: Said[] = [];
  for (const model of now.models) {
    const was = known.get(model.number);
    if (model.stateMark === "escalated" && (was === undefined || stair(model) > stair(was))) said.push({ model, what: "climbed" });
    if (model.dueMs > 0 && passed(model.dueMs)) said.push({ model, what: "due" });
    else if (model.dueMs > now.atMs && passed(model.dueMs - hourMs)) said.push({ model, what: "hour" });
  }
  const order = { climbed: 0, due: 1, hour: 2 };
  return said.sort((a, b) => order[a.what] - order[b.what] || a.model.dueMs - b.model.dueMs);
}
