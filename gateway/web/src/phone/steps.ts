// Which steps ask nothing and are done at once, and where the others are asked for.
import type { ActionKind } from "../api/types";
import type { CaseModel } from "../logic/case_model";
import { say } from "../words/language";
import * as W from "../words/staff";
import { go } from "./frame";
import type { Phone } from "./state";

export const caseAddress = (number: string): string => `#/case/${encodeURIComponent(number)}`;
export const stepAddress = (number: string, kind: ActionKind | "SHELVING"): string =>
  `${caseAddress(number)}/${kind.replace("ACTION_KIND_", "").toLowerCase()}`;

/** One tap, no question: the step may be repeated without harm. */
const atOnce: readonly ActionKind[] = [
  "ACTION_KIND_ACCEPT",
  "ACTION_KIND_ANSWER_ESCALATION",
  "ACTION_KIND_CLOSE",
  "ACTION_KIND_UNSHELVE",
  "ACTION_KIND_MARK_COMPLEX",
];

export function doStep(phone: Phone, model: CaseModel, kind: ActionKind): void {
  if (!atOnce.includes(kind)) {
    go(stepAddress(model.number, kind));
    return;
  }
  void phone.outbox.add({ number: model.number, kind, title: model.title, action: { kind } }).then((added) => {
    if (added === null) phone.say(say(W.full));
  });
}

/** What the bottom bar shows, primary last; the rest stands under 更多. */
export function barOf(model: CaseModel): { shown: ActionKind[]; more: (ActionKind | "SHELVING")[] } {
  const may = (kind: ActionKind): boolean => model.allowed.includes(kind);
  let shown: ActionKind[];
  if (model.next === "ACTION_KIND_ANSWER_ESCALATION") shown = ["ACTION_KIND_FEED_BACK", "ACTION_KIND_ANSWER_ESCALATION"];
  else if (may("ACTION_KIND_ACCEPT")) shown = ["ACTION_KIND_ACCEPT"];
  else if (model.next === "ACTION_KIND_DECIDE_EXTENSION") shown = ["ACTION_KIND_DECIDE_EXTENSION"];
  else if (may("ACTION_KIND_CLOSE") || may("ACTION_KIND_REWORK")) shown = ["ACTION_KIND_REWORK", "ACTION_KIND_CLOSE"];
  else if (may("ACTION_KIND_REOPEN")) shown = ["ACTION_KIND_REOPEN"];
  else shown = ["ACTION_KIND_FEED_BACK", "ACTION_KIND_RESOLVE"];
  shown = shown.filter(may);
  const rest: (ActionKind | "SHELVING")[] = [];
  const order: ActionKind[] = [
    "ACTION_KIND_FEED_BACK",
    "ACTION_KIND_RESOLVE",
    "ACTION_KIND_REQUEST_EXTENSION",
    "ACTION_KIND_TRANSFER",
    "ACTION_KIND_ESCALATE",
    "ACTION_KIND_RETURN",
    "ACTION_KIND_ADD_NOTE",
    "ACTION_KIND_ANSWER_ESCALATION",
    "ACTION_KIND_DECIDE_EXTENSION",
    "ACTION_KIND_MARK_COMPLEX",
    "ACTION_KIND_UNSHELVE",
    "ACTION_KIND_CLOSE",
    "ACTION_KIND_REWORK",
  ];
  for (const kind of order) {
    if (!may(kind) || shown.includes(kind)) continue;
    rest.push(kind);
    if (kind === "ACTION_KIND_REQUEST_EXTENSION") rest.push("SHELVING");
  }
  return { shown, more: rest };
}
