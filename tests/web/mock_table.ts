// The mock's case table: much smaller than the real one, but with its answers. Made-up data only.
import type { ActionBody, ActionKind, CaseState, CaseView, Card } from "../../gateway/web/src/api/types";
import { midnight, type MockCase, type Person } from "./mock_story";

export function allowed(of: MockCase, person: Person): ActionKind[] {
  const worker = person.role === "ROLE_GRID_WORKER" || person.role === "ROLE_CADRE";
  const supervisor = person.role.endsWith("SUPERVISOR");
  const result: ActionKind[] = [];
  const open = !["CASE_STATE_CLOSED", "CASE_STATE_VOID", "CASE_STATE_NOT_ACCEPTED"].includes(of.state);
  if (of.state === "CASE_STATE_CLOSED" && ["ROLE_DESK", "ROLE_UNIT_SUPERVISOR", "ROLE_STREET_SUPERVISOR"].includes(person.role))
    result.push("ACTION_KIND_REOPEN");
  if (!open || person.role === "ROLE_OBSERVER") return result;
  if (worker) {
    if (of.state === "CASE_STATE_DISPATCHED") result.push("ACTION_KIND_ACCEPT");
    if (["CASE_STATE_DISPATCHED", "CASE_STATE_ACCEPTED", "CASE_STATE_FED_BACK", "CASE_STATE_REWORK"].includes(of.state))
      result.push("ACTION_KIND_FEED_BACK", "ACTION_KIND_RESOLVE", "ACTION_KIND_ESCALATE", "ACTION_KIND_RETURN", "ACTION_KIND_TRANSFER");
    if (["CASE_STATE_ACCEPTED", "CASE_STATE_FED_BACK", "CASE_STATE_REWORK"].includes(of.state))
      result.push("ACTION_KIND_REQUEST_EXTENSION");
    if (of.state === "CASE_STATE_SHELVED") result.push("ACTION_KIND_UNSHELVE");
  }
  if (supervisor) {
    if (of.rung !== "RUNG_CELL" && !of.answered) result.push("ACTION_KIND_ANSWER_ESCALATION");
    if (of.ask) result.push("ACTION_KIND_DECIDE_EXTENSION");
    if (of.state === "CASE_STATE_RESOLVED") result.push("ACTION_KIND_CLOSE", "ACTION_KIND_REWORK");
    const movable = ["CASE_STATE_DISPATCHED", "CASE_STATE_ACCEPTED", "CASE_STATE_FED_BACK", "CASE_STATE_REWORK"].includes(of.state);
    if (movable && person.role !== "ROLE_DISTRICT_SUPERVISOR") result.push("ACTION_KIND_TRANSFER");
    if (person.role === "ROLE_STREET_SUPERVISOR" && of.state === "CASE_STATE_AT_DESK")
      result.push("ACTION_KIND_ASSIGN", "ACTION_KIND_NOT_ACCEPT", "ACTION_KIND_VOID");
    result.push("ACTION_KIND_REMIND", "ACTION_KIND_SUPERVISE");
  }
  if (person.role === "ROLE_DESK") {
    if (of.state === "CASE_STATE_AT_DESK") result.push("ACTION_KIND_ASSIGN", "ACTION_KIND_NOT_ACCEPT", "ACTION_KIND_VOID");
    result.push("ACTION_KIND_REMIND");
  }
  result.push("ACTION_KIND_ADD_NOTE");
  return result;
}

/** What an allowed step does: the state after it, and its sentence. */
export function act(of: MockCase, action: ActionBody, person: Person, nowMs: number): void {
  const states: Partial<Record<ActionKind, CaseState>> = {
    ACTION_KIND_ACCEPT: "CASE_STATE_ACCEPTED",
    ACTION_KIND_FEED_BACK: "CASE_STATE_FED_BACK",
    ACTION_KIND_RESOLVE: "CASE_STATE_RESOLVED",
    ACTION_KIND_CLOSE: "CASE_STATE_CLOSED",
    ACTION_KIND_REWORK: "CASE_STATE_REWORK",
    ACTION_KIND_REOPEN: "CASE_STATE_REWORK",
    ACTION_KIND_ASSIGN: "CASE_STATE_DISPATCHED",
    ACTION_KIND_TRANSFER: "CASE_STATE_DISPATCHED",
    ACTION_KIND_NOT_ACCEPT: "CASE_STATE_NOT_ACCEPTED",
  };
  const said: Partial<Record<ActionKind, [string, string, string]>> = {
    ACTION_KIND_ACCEPT: ["ACCEPTED", "签收", "accepted it"],
    ACTION_KIND_FEED_BACK: ["FED_BACK", "反馈", "fed back"],
    ACTION_KIND_RESOLVE: ["RESOLVED", "办结，等核实", "resolved it"],
    ACTION_KIND_ASSIGN: ["ASSIGNED", `派给${action.toCell ?? ""}`, `sent it to ${action.toCell ?? ""}`],
    ACTION_KIND_TRANSFER: ["TRANSFERRED_OUT", `转给${action.toCell ?? ""}`, "handed it over"],
    ACTION_KIND_ANSWER_ESCALATION: ["ESCALATION_ANSWERED", "应答", "answered"],
    ACTION_KIND_REOPEN: ["REOPENED", "重新办理", "opened it again"],
    ACTION_KIND_REMIND: ["REMINDED", "催办", "reminded"],
    ACTION_KIND_ESCALATE: ["FLAGGED_HARD", "标为疑难", "flagged it as hard"],
    ACTION_KIND_REQUEST_EXTENSION: ["EXTENSION_REQUESTED", "申请延期", "asked for more time"],
    ACTION_KIND_ADD_NOTE: ["NOTE_ADDED", "补充", "added a note"],
  };
  of.state = states[action.kind] ?? of.state;
  of.revision += 1;
  const clock = (kind: string) =>
    of.clocks.find((one) => one.kind === kind && (one.outcome === undefined || one.outcome === "CLOCK_OUTCOME_FIRED"));
  const end = (kind: string): void => {
    const found = clock(kind);
    if (found) found.outcome = Number(found.dueAtMs) < nowMs ? "CLOCK_OUTCOME_LATE" : "CLOCK_OUTCOME_MET";
  };
  if (action.kind === "ACTION_KIND_ACCEPT") {
    end("CLOCK_KIND_ARRANGE");
    for (const [kind, days] of [
      ["CLOCK_KIND_FEED_BACK", 2],
      ["CLOCK_KIND_SOLVE", 6],
    ] as const)
      if (!of.clocks.some((one) => one.kind === kind))
        of.clocks.push({
          kind,
          generation: 1,
          dueAtMs: String(midnight(days)),
          firstDueAtMs: String(midnight(days)),
          startedAtMs: String(nowMs),
        });
  }
  if (action.kind === "ACTION_KIND_FEED_BACK") {
    end("CLOCK_KIND_ARRANGE");
    end("CLOCK_KIND_FEED_BACK");
  }
  if (action.kind === "ACTION_KIND_RESOLVE") {
    for (const kind of ["CLOCK_KIND_ARRANGE", "CLOCK_KIND_FEED_BACK", "CLOCK_KIND_SOLVE"]) end(kind);
    of.clocks.push({
      kind: "CLOCK_KIND_VERIFY",
      generation: 1,
      dueAtMs: String(midnight(3)),
      firstDueAtMs: String(midnight(3)),
      startedAtMs: String(nowMs),
    });
  }
  if (action.kind === "ACTION_KIND_ANSWER_ESCALATION") of.answered = true;
  if ((action.kind === "ACTION_KIND_ASSIGN" || action.kind === "ACTION_KIND_TRANSFER") && action.toCell) {
    of.cell = action.toCell;
    of.holderPerson = `${action.toCell}.worker`;
    end("CLOCK_KIND_DESK");
    if (!of.clocks.some((one) => one.kind === "CLOCK_KIND_ARRANGE"))
      of.clocks.push({
        kind: "CLOCK_KIND_ARRANGE",
        generation: 1,
        dueAtMs: String(midnight(0)),
        firstDueAtMs: String(midnight(0)),
        startedAtMs: String(nowMs),
      });
  }
  const sequence = of.story.length + 20;
  const [kind, zh, en] = said[action.kind] ?? ["NOTE_ADDED", "做了一步", "did a step"];
  if (action.words?.plain) of.wordsAt.set(sequence, action.words.plain);
  of.story.push({
    atMs: nowMs,
    kind: `EVENT_KIND_${kind}`,
    zh: `${person.title}${zh}`,
    en: `${person.code} ${en}`,
    revision: String(of.revision),
    cell: of.cell,
    sequence: String(sequence),
    hasWords: Boolean(action.words?.plain),
    attachments: action.attachments?.length ?? 0,
  });
}

export function nextOf(of: MockCase): { kind: string; dueAtMs: number; firstDueAtMs: number } | undefined {
  const shelved = of.state === "CASE_STATE_SHELVED";
  const open = of.clocks.filter(
    (one) => (one.outcome === undefined || one.outcome === "CLOCK_OUTCOME_FIRED") && (!shelved || one.kind === "CLOCK_KIND_REVIEW"),
  );
  open.sort((a, b) => Number(a.dueAtMs) - Number(b.dueAtMs));
  const first = open[0];
  return first ? { kind: first.kind ?? "", dueAtMs: Number(first.dueAtMs), firstDueAtMs: Number(first.firstDueAtMs) } : undefined;
}

export function cardOf(of: MockCase, nowMs: number): Card {
  const clock = nextOf(of);
  const late = clock !== undefined && clock.dueAtMs <= nowMs;
  const state =
    of.rung !== "RUNG_CELL" && !of.answered
      ? "escalated"
      : late
        ? "late"
        : clock !== undefined && clock.dueAtMs <= midnight(0)
          ? "due"
          : of.state === "CASE_STATE_SHELVED"
            ? "paused"
            : of.state === "CASE_STATE_RESOLVED" || of.state === "CASE_STATE_VERIFIED"
              ? "resolved"
              : "";
  const waits = state === "escalated";
  return {
    number: of.number,
    title: of.title,
    titleEn: of.titleEn,
    place: of.holder.replace(/网格员$/, "网格"), // the gateway's place is the cell
    placeEn: of.cell,
    state,
    holder: of.holder,
    holderEn: of.holderEn,
    answerer: waits ? of.answerer : "",
    answererEn: waits ? of.answerer : "",
    clock: (clock as NonNullable<Card["clock"]> | undefined) ?? null,
  };
}

export function viewOf(of: MockCase, person: Person, nowMs: number): CaseView {
  return {
    whole: {
      caseNumber: of.number,
      revision: String(of.revision),
      state: of.state,
      cell: of.cell,
      receivedAtMs: String(of.receivedAtMs),
      rung: of.rung,
      escalationAnswered: of.answered,
      filed: { category: of.category, candidates: of.candidates, source: of.source, borderCentimetres: 400, reason: of.story[0]?.zh ?? "" },
      ...(of.ask ? { ask: { kind: of.ask } } : {}),
      hops: of.hops,
      extensions: of.extensions,
      holder: { role: of.cell === "desk" ? "ROLE_DESK" : "ROLE_GRID_WORKER", rung: "RUNG_CELL", place: of.cell, person: of.holderPerson },
      clocks: of.clocks,
      pauses: of.pauses.map((pause) => ({ fromMs: String(pause.fromMs), toMs: String(pause.toMs) })),
    },
    allowed: allowed(of, person),
    card: cardOf(of, nowMs),
  };
}
