// What a screen reader is told of clocks by itself: once, at an hour, at due and at a climb.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { modelOf, type CaseModel } from "../../../gateway/web/src/logic/case_model";
import { toSay } from "../../../gateway/web/src/logic/spoken";

const now = Date.UTC(2026, 10, 23, 1, 42),
  minute = 60_000;

function model(number: string, dueMs: number, over: Partial<CaseModel> = {}): CaseModel {
  const view = {
    whole: { caseNumber: number },
    card: { clock: { kind: "CLOCK_KIND_FEED_BACK" as const, dueAtMs: String(dueMs) } },
    allowed: [],
  };
  return { ...modelOf(view, now, "Asia/Shanghai"), ...over };
}
const said = (before: CaseModel[], fromMs: number, after: CaseModel[], atMs: number): string[] =>
  toSay({ models: before, atMs: fromMs }, { models: after, atMs }).map((one) => `${one.model.number} ${one.what}`);

describe("what is said of clocks", () => {
  it("is said once: at an hour, and when it is due", () => {
    const list = [model("a", now + 61 * minute)];
    const ticks = Array.from({ length: 70 * 3 }, (_, n) => now + n * 20_000);
    const all = ticks.slice(1).flatMap((at, n) => said(list, ticks[n] ?? 0, list, at));
    assert.deepEqual(all, ["a hour", "a due"]);
  });
  it("is nothing on the first picture, and nothing of what was late before", () => {
    const list = [model("a", now - minute), model("b", now + 30 * minute)];
    assert.deepEqual(said([], 0, list, now), []);
    assert.deepEqual(said(list, now, list, now + minute), []);
  });
  it("is due alone, where a page slept over both", () => {
    const list = [model("a", now + 90 * minute)];
    assert.deepEqual(said(list, now, list, now + 300 * minute), ["a due"]);
  });
  it("is a climb, which comes first, also of a case that climbed into this list", () => {
    const up = { rung: "RUNG_STREET", stateMark: "escalated" } as const;
    const before = [model("a", now + 5 * minute), model("b", now + 300 * minute, { rung: "RUNG_UNIT", stateMark: "escalated" })];
    const after = [model("a", now + 5 * minute), model("b", now + 300 * minute, up), model("c", now + 300 * minute, up)];
    assert.deepEqual(said(before, now, after, now + 6 * minute), ["b climbed", "c climbed", "a due"]);
    assert.deepEqual(said(after, now + 6 * minute, after, now + 7 * minute), []);
  });
});
