// The rules of the phone's queue of steps (faces 1.1): how much it holds, what is sent next, what an answer means. Pure; the
// outbox (phone/outbox.ts) does what these say, and IndexedDB keeps it.
import type { ActionBody, ActionKind, Attachment, RequestBody } from "../api/types";
import type { ProblemDetails } from "../api/problem";

export const most = { steps: 50, bytes: 60 * 1024 * 1024, warnAt: 40 } as const;

export interface QueuedStep {
  id: string; // action_id or source_id: made when the button was pressed, the same with every try
  person: string; // whose step it is; nobody else sends it
  number: string; // of the case; a report has none yet
  kind: ActionKind | "REPORT";
  title: string; // of the case, for the list
  atMs: number; // centre's time when it was pressed
  order: number; // grows with each step on this device
  action?: ActionBody;
  report?: RequestBody;
  photos: string[]; // keys of photos that are not uploaded yet
  attached: Attachment[]; // those that are
  bytes: number; // of its photos
  state: "waiting" | "received" | "refused"; // received: on disk at the centre, not decided
  refusal?: ProblemDetails & { atMs: number };
}

export type Room = { may: true; warn: boolean } | { may: false };

export function room(steps: readonly QueuedStep[], bytes: number): Room {
  const used = steps.reduce((sum, step) => sum + step.bytes, 0);
  if (steps.length >= most.steps || used + bytes > most.bytes) return { may: false };
  return { may: true, warn: steps.length + 1 >= most.warnAt };
}

/** The steps of one person that may be sent now: of each case the first that waits; a refused one holds up nothing. */
export function sendable(steps: readonly QueuedStep[], person: string): QueuedStep[] {
  const begun = new Set<string>();
  const result: QueuedStep[] = [];
  for (const step of [...steps].sort((a, b) => a.order - b.order)) {
    if (step.person !== person || step.state === "refused") continue;
    const line = step.number === "" ? step.id : step.number;
    if (begun.has(line)) continue;
    begun.add(line);
    result.push(step);
  }
  return result;
}

/** As 待发送 shows them: what was refused first, then in order. */
export function listed(steps: readonly QueuedStep[], person: string): QueuedStep[] {
  const rank = (step: QueuedStep): number => (step.state === "refused" ? 0 : 1);
  return steps.filter((step) => step.person === person).sort((a, b) => rank(a) - rank(b) || a.order - b.order);
}

/** Kinds of a case's steps that wait, in order. */
export function waitingKinds(steps: readonly QueuedStep[], person: string, number: string): ActionKind[] {
  return steps
    .filter((step) => step.person === person && step.number === number && step.state !== "refused" && step.kind !== "REPORT")
    .sort((a, b) => a.order - b.order)
    .map((step) => step.kind as ActionKind);
}

export type Verdict =
  | { what: "done" }
  | { what: "refused" }
  | { what: "received" } // on disk, undecided: the same id asks again
  | { what: "later"; waitMs: number } // the centre is away: nothing is lost, everything waits
  | { what: "logIn" };

/** What an answer to a step means. `status` 0: no answer. */
export function verdictOf(status: number, details: ProblemDetails = {}): Verdict {
  if (status >= 200 && status < 300) return { what: "done" };
  if (status === 401) return { what: "logIn" };
  if (status === 504) return { what: "received" };
  if (status === 0) return { what: "later", waitMs: 30_000 };
  if (status === 429 || status >= 500) return { what: "later", waitMs: Math.max(1_000, details.retryAfterMs ?? 30_000) };
  return { what: "refused" };
}

/** A second signature of what is signed for already does no harm: it is told, not refused. */
export function alreadyAccepted(kind: QueuedStep["kind"], details: ProblemDetails): boolean {
  return kind === "ACTION_KIND_ACCEPT" && (details.state === "CASE_STATE_ACCEPTED" || details.state === "CASE_STATE_FED_BACK");
}
