// Cards, clocks, ladder and queue: what is drawn first, what is sent next, what an answer means.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { CentreTime } from "../../../gateway/web/src/api/centre_time";
import { retryWait } from "../../../gateway/web/src/api/events";
import { newId } from "../../../gateway/web/src/api/ids";
import type { ActionKind, CaseView, ClockKind } from "../../../gateway/web/src/api/types";
import { allowedAfter, byPlace, inOrder, modelOf } from "../../../gateway/web/src/logic/case_model";
import { holdsTelephone, utf8Length } from "../../../gateway/web/src/logic/checks";
import { clockRows } from "../../../gateway/web/src/logic/clock_rows";
import { above, stairs } from "../../../gateway/web/src/logic/ladder";
import {
  alreadyAccepted,
  listed,
  most,
  room,
  sendable,
  verdictOf,
  waitingKinds,
  type QueuedStep,
} from "../../../gateway/web/src/logic/queue_rules";
import { fitted } from "../../../gateway/web/src/design/photos";
import { percent } from "../../../gateway/web/src/wall/figures";

const zone = "Asia/Shanghai";
const now = Date.UTC(2026, 10, 23, 1, 42),
  hour = 3_600_000,
  day = 24 * hour;

function view(
  over: Partial<CaseView["whole"]> & { dueMs?: number; kind?: ClockKind; allowed?: ActionKind[]; place?: string } = {},
): CaseView {
  const {
    dueMs = now + 3 * day,
    kind = "CLOCK_KIND_FEED_BACK",
    allowed = ["ACTION_KIND_FEED_BACK", "ACTION_KIND_RESOLVE"],
    place = "",
    ...whole
  } = over;
  return {
    whole: {
      caseNumber: "WY-1",
      state: "CASE_STATE_ACCEPTED",
      clocks: [{ kind, dueAtMs: String(dueMs), firstDueAtMs: String(dueMs) }],
      ...whole,
    },
    allowed,
    card: { title: "t", place },
  };
}

describe("a card", () => {
  it("is late from its due time on, whether or not an event said so; due soon until 24:00; else calm", () => {
    assert.equal(modelOf(view({ dueMs: now }), now, zone).timeMark, "late");
    assert.equal(modelOf(view({ dueMs: Date.UTC(2026, 10, 23, 16) }), now, zone).timeMark, "due");
    const calm = modelOf(view({ dueMs: Date.UTC(2026, 10, 23, 16) + 1 }), now, zone);
    assert.deepEqual([calm.timeMark, calm.stateMark, calm.edge, calm.group], ["", "", "", "later"]);
  });
  it("says at most two things: the time, and that it climbed", () => {
    const model = modelOf(view({ dueMs: now - day, rung: "RUNG_STREET" }), now, zone);
    assert.deepEqual([model.timeMark, model.stateMark, model.edge], ["late", "escalated", "late"]);
    assert.equal(modelOf(view({ rung: "RUNG_STREET", escalationAnswered: true }), now, zone).stateMark, "");
  });
  it("counts down its holder's own clock while the ladder waits for somebody else, and the ladder's for who may answer", () => {
    const climbed = view({ rung: "RUNG_STREET", dueMs: now + 2 * day });
    for (const kind of ["CLOCK_KIND_RUNG", "CLOCK_KIND_MONTHLY_FEEDBACK"] as const) {
      const rung = { kind, dueAtMs: String(now + hour) };
      climbed.whole.clocks = [...(view({ dueMs: now + 2 * day }).whole.clocks ?? []), rung];
      climbed.card = { title: "t", clock: rung };
      const model = modelOf(climbed, now, zone);
      assert.deepEqual([model.clockKind, model.dueMs, model.next], ["CLOCK_KIND_FEED_BACK", now + 2 * day, "ACTION_KIND_FEED_BACK"]);
      assert.equal(modelOf({ ...climbed, allowed: ["ACTION_KIND_ANSWER_ESCALATION"] }, now, zone).clockKind, kind);
    }
  });
  it("offers one step: accept, then what the pressing clock asks for", () => {
    assert.equal(modelOf(view({ allowed: ["ACTION_KIND_RESOLVE", "ACTION_KIND_ACCEPT"] }), now, zone).next, "ACTION_KIND_ACCEPT");
    assert.equal(modelOf(view(), now, zone).next, "ACTION_KIND_FEED_BACK");
    assert.equal(modelOf(view({ kind: "CLOCK_KIND_SOLVE" }), now, zone).next, "ACTION_KIND_RESOLVE");
    assert.equal(
      modelOf(view({ rung: "RUNG_UNIT", allowed: ["ACTION_KIND_ANSWER_ESCALATION", "ACTION_KIND_FEED_BACK"] }), now, zone).next,
      "ACTION_KIND_ANSWER_ESCALATION",
    );
    assert.equal(modelOf(view({ allowed: ["ACTION_KIND_ADD_NOTE"] }), now, zone).next, undefined);
  });
  it("takes the step after the one that waits", () => {
    assert.equal(
      modelOf(view({ kind: "CLOCK_KIND_ARRANGE", allowed: ["ACTION_KIND_ACCEPT"] }), now, zone, ["ACTION_KIND_ACCEPT"]).next,
      "ACTION_KIND_RESOLVE",
    );
    assert.deepEqual(allowedAfter(["ACTION_KIND_RESOLVE", "ACTION_KIND_ADD_NOTE"], ["ACTION_KIND_RESOLVE"]), ["ACTION_KIND_ADD_NOTE"]);
  });
  it("stands by what is due first, overdue on top, paused last, by number where equal", () => {
    const models = [
      modelOf(view({ caseNumber: "D", state: "CASE_STATE_SHELVED", kind: "CLOCK_KIND_REVIEW", dueMs: now + hour }), now, zone),
      modelOf(view({ caseNumber: "C", dueMs: now + 5 * day }), now, zone),
      modelOf(view({ caseNumber: "B", dueMs: now + hour }), now, zone),
      modelOf(view({ caseNumber: "A", dueMs: now + hour }), now, zone),
      modelOf(view({ caseNumber: "Z", dueMs: now - day }), now, zone),
    ];
    assert.deepEqual(
      inOrder(models).map((model) => model.number),
      ["Z", "A", "B", "C", "D"],
    );
    assert.deepEqual(
      byPlace([
        modelOf(view({ place: "x" }), now, zone),
        modelOf(view({ place: "y" }), now, zone),
        modelOf(view({ place: "x" }), now, zone),
      ]).map((group) => [group.place, group.models.length]),
      [
        ["x", 2],
        ["y", 1],
      ],
    );
    const at = (address: string): string => modelOf(view({ place: "x" }), now, zone, [], "", address).corner;
    assert.deepEqual(["北二巷 6 号楼东侧", "北二巷１２号", "北二巷", "12 号院", ""].map(at), ["北二巷", "北二巷", "北二巷", "x", "x"]);
  });
});

describe("the clock rows", () => {
  it("keep the first due time, tell done, late, running and waiting apart", () => {
    const rows = clockRows(
      {
        caseNumber: "1",
        clocks: [
          {
            kind: "CLOCK_KIND_ARRANGE",
            dueAtMs: String(now - 2 * day),
            firstDueAtMs: String(now - 2 * day),
            outcome: "CLOCK_OUTCOME_LATE",
            latenessMs: String(2 * hour),
          },
          { kind: "CLOCK_KIND_FEED_BACK", dueAtMs: String(now + day), firstDueAtMs: String(now - day), startedAtMs: String(now - day) },
        ],
      },
      [{ atMs: now - 2 * day + 2 * hour, kind: "EVENT_KIND_ACCEPTED" }],
      now,
    );
    assert.deepEqual(
      rows.map((row) => [row.tile, row.status]),
      [
        ["1", "done"],
        ["3", "running"],
        ["7", "waiting"],
      ],
    );
    assert.equal(rows[0]?.latenessMs, 2 * hour);
    assert.equal(rows[0]?.doneAtMs, now - 2 * day + 2 * hour);
    assert.equal(rows[1]?.firstDueMs, now - day);
    assert.equal(rows[1]?.gone, 0.5);
  });
  it("show 1月 for a complex case, and 0 while the check is open", () => {
    const rows = clockRows(
      { caseNumber: "1", complex: true, state: "CASE_STATE_RESOLVED", clocks: [{ kind: "CLOCK_KIND_VERIFY", dueAtMs: String(now + day) }] },
      [],
      now,
    );
    assert.deepEqual(
      rows.map((row) => row.tile),
      ["1", "3", "1月", "0"],
    );
  });
});

describe("the ladder", () => {
  it("has four stairs: passed, here, ahead", () => {
    assert.deepEqual(stairs("RUNG_STREET"), ["passed", "passed", "here", "ahead"]);
    assert.deepEqual(stairs(undefined), ["here", "ahead", "ahead", "ahead"]);
    assert.equal(above("RUNG_STREET"), "RUNG_DISTRICT");
    assert.equal(above("RUNG_DISTRICT"), undefined);
  });
});

function step(over: Partial<QueuedStep>): QueuedStep {
  return {
    id: `i${over.order ?? 1}`,
    person: "a",
    number: "N1",
    kind: "ACTION_KIND_ACCEPT",
    title: "",
    atMs: 0,
    order: 1,
    photos: [],
    attached: [],
    bytes: 0,
    state: "waiting",
    ...over,
  };
}

describe("the queue", () => {
  it("holds 50 steps and 60 MB, and warns at 40", () => {
    const many = (n: number): QueuedStep[] => Array.from({ length: n }, (_, order) => step({ order }));
    assert.deepEqual(room(many(38), 0), { may: true, warn: false });
    assert.deepEqual(room(many(39), 0), { may: true, warn: true });
    assert.deepEqual(room(many(50), 0), { may: false });
    assert.deepEqual(room([step({ bytes: most.bytes - 10 })], 11), { may: false });
    assert.equal(room([step({ bytes: most.bytes - 10 })], 10).may, true);
  });
  it("sends in order within a case, and only its own person's", () => {
    const steps = [
      step({ order: 3, number: "N2" }),
      step({ order: 2 }),
      step({ order: 1 }),
      step({ order: 0, person: "b" }),
      step({ order: 4, number: "", kind: "REPORT" }),
      step({ order: 5, number: "", kind: "REPORT" }),
    ];
    assert.deepEqual(
      sendable(steps, "a").map((one) => one.order),
      [1, 3, 4, 5],
    );
    assert.deepEqual(
      sendable(steps, "b").map((one) => one.order),
      [0],
    );
  });
  it("lets a refused step hold up nothing, and puts it on top", () => {
    const steps = [step({ order: 1, state: "refused" }), step({ order: 2 }), step({ order: 0, number: "N2" })];
    assert.deepEqual(
      sendable(steps, "a").map((one) => one.order),
      [0, 2],
    );
    assert.deepEqual(
      listed(steps, "a").map((one) => one.order),
      [1, 0, 2],
    );
    assert.deepEqual(waitingKinds(steps, "a", "N1"), ["ACTION_KIND_ACCEPT"]);
  });
  it("knows what an answer means: done, refused, on disk, later, or a login", () => {
    assert.equal(verdictOf(200).what, "done");
    assert.equal(verdictOf(201).what, "done");
    assert.equal(verdictOf(401).what, "logIn");
    assert.equal(verdictOf(409).what, "refused");
    assert.equal(verdictOf(403).what, "refused");
    assert.equal(verdictOf(400).what, "refused");
    assert.equal(verdictOf(504).what, "received");
    assert.deepEqual(verdictOf(0), { what: "later", waitMs: 30_000 });
    assert.deepEqual(verdictOf(503, { retryAfterMs: 5_000 }), { what: "later", waitMs: 5_000 });
    assert.deepEqual(verdictOf(429, {}), { what: "later", waitMs: 30_000 });
    assert.equal(alreadyAccepted("ACTION_KIND_ACCEPT", { state: "CASE_STATE_ACCEPTED" }), true);
    assert.equal(alreadyAccepted("ACTION_KIND_RESOLVE", { state: "CASE_STATE_ACCEPTED" }), false);
    assert.equal(alreadyAccepted("ACTION_KIND_ACCEPT", { state: "CASE_STATE_CLOSED" }), false);
  });
});

describe("the centre's time", () => {
  it("counts on from the last answer at the centre's rate, not by the device's date", () => {
    const time = new CentreTime();
    assert.equal(time.at(5_000), 0);
    time.observe(now, 1_000);
    assert.equal(time.at(3_500), now + 2_500);
    time.rate = 60;
    assert.equal(time.at(3_500), now + 150_000);
    time.observe(Number.NaN, 9_000);
    assert.equal(time.at(1_000), now);
  });
  it("tells how far the device's date is off, except where time is sped up", () => {
    const time = new CentreTime();
    time.observe(now, 0);
    assert.equal(time.deviceError(now + 200_000, 0), 200_000);
    time.rate = 60;
    assert.equal(time.deviceError(now + 200_000, 0), 0);
  });
});

describe("small rules", () => {
  it("finds a telephone in words, and not a date or a case number", () => {
    for (const words of ["打 13900000001", "139 0000 0001", "139-0000-0001 找我", "电话0391-1234567"])
      assert.equal(holdsTelephone(words), true, words);
    for (const words of ["11月23日 24:00 前修好", "编号 WY-261123-0042-7", "6 号楼 3 单元", "换了 2026 个灯", ""])
      assert.equal(holdsTelephone(words), false, words);
  });
  it("counts bytes, not signs", () => {
    assert.equal(utf8Length("灯a"), 4);
  });
  it("makes ids of 26 plain signs, never twice", () => {
    const ids = new Set(Array.from({ length: 1_000 }, newId));
    assert.equal(ids.size, 1_000);
    for (const id of ids) assert.match(id, /^[0-9a-z]{26}$/);
  });
  it("fits photos into 1,600 pixels with their shape", () => {
    assert.deepEqual(fitted(4_000, 3_000), { width: 1_600, height: 1_200 });
    assert.deepEqual(fitted(800, 600), { width: 800, height: 600 });
    assert.deepEqual(fitted(10, 100_000), { width: 1, height: 1_600 });
  });
  it("waits longer with each failed try, half a minute at most", () => {
    assert.deepEqual([0, 1, 2, 3, 20].map(retryWait), [0, 500, 1_000, 2_000, 30_000]);
  });
  it("shows a rate with one decimal, and 100.0 only for all", () => {
    assert.equal(percent({ numerator: "214", denominator: "219" }), "97.7");
    assert.equal(percent({ numerator: "1999", denominator: "2000" }), "99.9");
    assert.equal(percent({ numerator: "5", denominator: "5" }), "100.0");
    assert.equal(percent({}), "–");
  });
});
