// A case as a card shows it: chips, group, edge, the one next step. Pure: the gateway's words, the allowed steps and now in,
// what is drawn out. A due time that has passed is late whether or not an event said so yet.
import { int64, type ActionKind, type Card, type CaseState, type CaseView, type ClockKind, type NextClock, type Rung } from "../api/types";
import { endOfDay } from "./civil_time";

export type MarkName = "due" | "late" | "escalated" | "paused" | "shelved" | "resolved" | "closed" | "uncovered" | "unsent" | "";

export interface CaseModel {
  number: string;
  title: string;
  titleEn: string;
  place: string; // the address, else the cell
  placeEn: string;
  corner: string; // by which a flood is grouped
  holder: string;
  holderEn: string;
  clockKind: ClockKind | undefined;
  dueMs: number; // 0: none
  firstDueMs: number;
  provisional: boolean;
  timeMark: "due" | "late" | "";
  stateMark: "escalated" | "paused" | "shelved" | "resolved" | "";
  edge: MarkName;
  rung: Rung | undefined;
  asked: string; // ASK_KIND_…; empty: nothing waits to be granted
  group: "first" | "later" | "paused";
  revision: string;
  allowed: readonly ActionKind[];
  next: ActionKind | undefined;
}

// Of the ladder: they press who must answer, and nobody else.
const ofLadder = (kind: ClockKind | undefined): boolean => kind === "CLOCK_KIND_RUNG" || kind === "CLOCK_KIND_MONTHLY_FEEDBACK";

/** The case's own clock that runs, or is overdue and not done, and is due first: what a card shows where the gateway did not say. */
export function nextClock(view: CaseView): NextClock | undefined {
  const shelved = view.whole.state === "CASE_STATE_SHELVED";
  const running = (view.whole.clocks ?? []).filter(
    (clock) =>
      (clock.outcome === undefined || clock.outcome === "CLOCK_OUTCOME_FIRED") &&
      !ofLadder(clock.kind) &&
      (!shelved || clock.kind === "CLOCK_KIND_REVIEW"),
  );
  running.sort((a, b) => int64(a.dueAtMs) - int64(b.dueAtMs));
  return running[0];
}

const waitsForEscalation = (view: CaseView): boolean =>
  view.whole.rung !== undefined && view.whole.rung !== "RUNG_CELL" && !view.whole.escalationAnswered;

/** The gateway says which clock is due first, whosever it is. One of the ladder stands on the card of who may answer; on another's their own. */
function clockOf(view: CaseView): NextClock | undefined {
  const first = view.card?.clock;
  const isTheirs = !ofLadder(first?.kind) || view.allowed?.includes("ACTION_KIND_ANSWER_ESCALATION");
  return first && isTheirs ? first : nextClock(view);
}

/** The step that a card's button does: what the allowed steps and the pressing clock leave as the most sensible one. */
export function nextStep(view: CaseView, clock: ClockKind | undefined, allowed: readonly ActionKind[]): ActionKind | undefined {
  const may = (kind: ActionKind): boolean => allowed.includes(kind);
  if (waitsForEscalation(view) && may("ACTION_KIND_ANSWER_ESCALATION")) return "ACTION_KIND_ANSWER_ESCALATION";
  if (may("ACTION_KIND_ACCEPT")) return "ACTION_KIND_ACCEPT";
  if (clock === "CLOCK_KIND_FEED_BACK" && may("ACTION_KIND_FEED_BACK")) return "ACTION_KIND_FEED_BACK";
  const order: ActionKind[] = [
    "ACTION_KIND_RESOLVE",
    "ACTION_KIND_FEED_BACK",
    "ACTION_KIND_CLOSE",
    "ACTION_KIND_VERIFY",
    "ACTION_KIND_DECIDE_EXTENSION",
  ];
  return order.find(may);
}

const onceOnly: readonly ActionKind[] = [
  "ACTION_KIND_ANSWER_ESCALATION",
  "ACTION_KIND_ESCALATE",
  "ACTION_KIND_REQUEST_EXTENSION",
  "ACTION_KIND_DECIDE_EXTENSION",
  "ACTION_KIND_REOPEN",
];

/** What may be done once the waiting steps are through, as far as the phone can know: the case table decides. */
export function allowedAfter(allowed: readonly ActionKind[], waiting: readonly ActionKind[]): ActionKind[] {
  let result = [...allowed];
  const drop = (kind: ActionKind): void => {
    result = result.filter((one) => one !== kind);
  };
  const add = (...kinds: ActionKind[]): void => {
    for (const kind of kinds) if (!result.includes(kind)) result.push(kind);
  };
  for (const kind of waiting) {
    if (kind === "ACTION_KIND_ACCEPT") {
      drop("ACTION_KIND_ACCEPT");
      add("ACTION_KIND_FEED_BACK", "ACTION_KIND_RESOLVE", "ACTION_KIND_REQUEST_EXTENSION");
    } else if (kind === "ACTION_KIND_FEED_BACK") {
      drop("ACTION_KIND_ACCEPT");
    } else if (kind === "ACTION_KIND_RESOLVE" || kind === "ACTION_KIND_TRANSFER" || kind === "ACTION_KIND_RETURN") {
      result = result.filter((one) => one === "ACTION_KIND_ADD_NOTE");
    } else if (onceOnly.includes(kind)) {
      drop(kind);
    }
  }
  return result;
}

/** `ownTitle`: made of the words of a case that fits no category, for who may read them; `address`: where it is; else empty. */
export function modelOf(
  view: CaseView,
  nowMs: number,
  zone: string,
  waiting: readonly ActionKind[] = [],
  ownTitle = "",
  address = "",
): CaseModel {
  const card: Card = view.card ?? {};
  const clock = clockOf(view);
  const dueMs = int64(clock?.dueAtMs);
  const { whole } = view;
  const shelved = whole.state === "CASE_STATE_SHELVED" || card.state === "paused";
  const resolved = whole.state === "CASE_STATE_RESOLVED" || whole.state === "CASE_STATE_VERIFIED" || card.state === "resolved";
  const timeMark = dueMs === 0 || nowMs === 0 ? "" : dueMs <= nowMs ? "late" : dueMs <= endOfDay(nowMs, zone) && !shelved ? "due" : "";
  const stateMark = waitsForEscalation(view) ? "escalated" : shelved ? "shelved" : resolved ? "resolved" : "";
  const allowed = allowedAfter(view.allowed ?? [], waiting);
  const edge: MarkName = timeMark === "late" ? "late" : stateMark === "escalated" ? "escalated" : timeMark !== "" ? timeMark : stateMark;
  return {
    number: whole.caseNumber,
    title: ownTitle || card.title || whole.caseNumber,
    titleEn: ownTitle || card.titleEn || card.title || whole.caseNumber,
    place: address || card.place || "",
    placeEn: address || card.placeEn || card.place || "",
    corner: cornerOf(address) || card.place || "",
    holder: card.holder || whole.holder?.person || "",
    holderEn: card.holderEn || card.holder || whole.holder?.person || "",
    clockKind: clock?.kind,
    dueMs,
    firstDueMs: int64(clock?.firstDueAtMs),
    provisional: clock?.provisional ?? false,
    timeMark,
    stateMark,
    edge,
    rung: whole.rung,
    asked: whole.ask?.kind ?? "",
    group: shelved && timeMark !== "late" ? "paused" : timeMark === "" ? "later" : "first",
    revision: String(whole.revision ?? ""),
    allowed,
    next: nextStep(view, clock?.kind, allowed),
  };
}

/** Nobody works on it any more. */
export const isEnded = (state: CaseState | undefined): boolean =>
  state === "CASE_STATE_CLOSED" || state === "CASE_STATE_VOID" || state === "CASE_STATE_NOT_ACCEPTED";

const places = { first: 0, later: 1, paused: 2 } as const;

/** By what is due first, what is overdue on top; paused ones last; then by number. */
export function inOrder(models: readonly CaseModel[]): CaseModel[] {
  const due = (model: CaseModel): number => (model.dueMs === 0 ? Number.MAX_SAFE_INTEGER : model.dueMs);
  return [...models].sort(
    (a, b) => places[a.group] - places[b.group] || due(a) - due(b) || (a.number < b.number ? -1 : a.number > b.number ? 1 : 0),
  );
}

/** Of an address the part before its first figure, 北二巷 of 北二巷 6 号楼东侧; empty: it begins with one, or there is none. */
export const cornerOf = (address: string): string => (/^[^\d０-９]*/.exec(address)?.[0] ?? "").replace(/[，,、\s]+$/, "").trim();

/** Flood: what lies behind the first ones, by street corner; without an address by cell. */
export function byPlace(models: readonly CaseModel[]): { place: string; models: CaseModel[] }[] {
  const groups = new Map<string, CaseModel[]>();
  for (const model of models) groups.set(model.corner, [...(groups.get(model.corner) ?? []), model]);
  return [...groups].map(([place, of]) => ({ place, models: of }));
}
