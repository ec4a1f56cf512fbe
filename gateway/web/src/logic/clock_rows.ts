// The rows of a case's clocks: 1 安排, 3 反馈, 7 解决, what runs in a pause, and 0 销号 (faces 2.6). Pure.
import { int64, type CaseWhole, type ClockKind, type ClockView, type Sentence } from "../api/types";

export interface ClockRow {
  kind: ClockKind | "zero";
  tile: string;
  status: "done" | "running" | "over" | "waiting" | "paused" | "moot";
  doneAtMs: number; // 0: not known
  latenessMs: number;
  dueMs: number;
  firstDueMs: number;
  /** What of the counted time has gone, 0 to 1. */
  gone: number;
  provisional: boolean;
}

const plain = (kind: string | undefined): string => (kind ?? "").replace(/^EVENT_KIND_/, "").toLowerCase();

/** When a stage was done, as the story tells it: the first step of the kind that ends it. */
function doneAt(story: readonly Sentence[], kind: ClockKind): number {
  const ends: Partial<Record<ClockKind, string[]>> = {
    CLOCK_KIND_ARRANGE: ["accepted", "fed_back", "resolved"],
    CLOCK_KIND_FEED_BACK: ["fed_back", "resolved"],
    CLOCK_KIND_SOLVE: ["resolved"],
  };
  const found = story.find((sentence) => ends[kind]?.includes(plain(sentence.kind)));
  return int64(found?.atMs);
}

function rowOf(kind: ClockKind, tile: string, clock: ClockView | undefined, story: readonly Sentence[], nowMs: number): ClockRow {
  const row: ClockRow = {
    kind,
    tile,
    status: "waiting",
    doneAtMs: 0,
    latenessMs: 0,
    dueMs: int64(clock?.dueAtMs),
    firstDueMs: int64(clock?.firstDueAtMs),
    gone: 0,
    provisional: clock?.provisional ?? false,
  };
  if (!clock || row.dueMs === 0) return row;
  row.latenessMs = int64(clock.latenessMs);
  if (clock.outcome === "CLOCK_OUTCOME_MET" || clock.outcome === "CLOCK_OUTCOME_LATE") {
    row.status = "done";
    row.doneAtMs = doneAt(story, kind) || (clock.outcome === "CLOCK_OUTCOME_LATE" ? row.dueMs + row.latenessMs : 0);
    if (clock.outcome === "CLOCK_OUTCOME_MET") row.latenessMs = 0;
  } else if (clock.outcome === "CLOCK_OUTCOME_MOOT") {
    row.status = "moot";
  } else if (clock.outcome === "CLOCK_OUTCOME_PAUSED") {
    row.status = "paused";
  } else {
    row.status = row.dueMs <= nowMs ? "over" : "running";
    const began = int64(clock.startedAtMs);
    row.gone = began > 0 && row.dueMs > began ? Math.min(1, Math.max(0, (nowMs - began) / (row.dueMs - began))) : 0;
  }
  return row;
}

export function clockRows(whole: CaseWhole, story: readonly Sentence[], nowMs: number): ClockRow[] {
  const of = (kind: ClockKind): ClockView | undefined => whole.clocks?.find((clock) => clock.kind === kind);
  const rows = [
    rowOf("CLOCK_KIND_ARRANGE", "1", of("CLOCK_KIND_ARRANGE"), story, nowMs),
    rowOf("CLOCK_KIND_FEED_BACK", "3", of("CLOCK_KIND_FEED_BACK"), story, nowMs),
    rowOf("CLOCK_KIND_SOLVE", whole.complex ? "1月" : "7", of("CLOCK_KIND_SOLVE"), story, nowMs),
  ];
  const extra: [ClockKind, string][] = [
    ["CLOCK_KIND_MONTHLY_FEEDBACK", "月"],
    ["CLOCK_KIND_REVIEW", "‖"],
  ];
  for (const [kind, tile] of extra) {
    const clock = of(kind);
    if (clock && clock.outcome !== "CLOCK_OUTCOME_MOOT" && (kind !== "CLOCK_KIND_REVIEW" || whole.state === "CASE_STATE_SHELVED"))
      rows.push(rowOf(kind, tile, clock, story, nowMs));
  }
  const verify = of("CLOCK_KIND_VERIFY");
  if (verify && (whole.state === "CASE_STATE_RESOLVED" || whole.state === "CASE_STATE_VERIFIED"))
    rows.push({ ...rowOf("CLOCK_KIND_VERIFY", "0", verify, story, nowMs), kind: "zero" });
  return rows;
}
