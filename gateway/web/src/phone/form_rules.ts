// What each screen that asks for words asks for: one row a step.
import type { ActionKind } from "../api/types";
import * as C from "../words/common";
import type { Pair } from "../words/language";
import * as W from "../words/staff";

export type FormKind = ActionKind | "SHELVING";

export interface FormRules {
  title: Pair;
  button: Pair;
  offlineButton?: Pair;
  wordsLabel: Pair;
  public?: boolean;
  phrases?: readonly Pair[];
  photos?: "must" | "may";
  words?: "must" | "may";
  reasons?: readonly W.Reason[];
  date?: Pair;
  cell?: { label: Pair; must: boolean };
  hint?: Pair;
  second?: Pair;
}

const step = C.step;
export const rules: Partial<Record<FormKind, FormRules>> = {
  ACTION_KIND_FEED_BACK: {
    title: step.ACTION_KIND_FEED_BACK,
    button: W.send,
    offlineButton: W.feedbackOffline,
    wordsLabel: W.feedbackWords,
    public: true,
    phrases: W.feedbackPhrases,
    photos: "may",
    words: "must",
  },
  ACTION_KIND_RESOLVE: {
    title: step.ACTION_KIND_RESOLVE,
    button: step.ACTION_KIND_RESOLVE,
    offlineButton: W.resolveOffline,
    wordsLabel: W.solvedHow,
    public: true,
    photos: "must",
    words: "must",
  },
  ACTION_KIND_ESCALATE: {
    title: step.ACTION_KIND_ESCALATE,
    button: C.submit,
    wordsLabel: W.otherReason,
    reasons: W.reasons.hard,
    hint: W.hardHint,
  },
  ACTION_KIND_REQUEST_EXTENSION: {
    title: step.ACTION_KIND_REQUEST_EXTENSION,
    button: C.submit,
    wordsLabel: W.otherReason,
    reasons: W.reasons.extension,
    date: W.newDate,
  },
  SHELVING: { title: W.askShelving, button: C.submit, wordsLabel: W.otherReason, reasons: W.reasons.shelving, date: W.reviewDate },
  ACTION_KIND_TRANSFER: {
    title: step.ACTION_KIND_TRANSFER,
    button: C.submit,
    wordsLabel: W.otherReason,
    reasons: W.reasons.transfer,
    cell: { label: W.toCell, must: true },
  },
  ACTION_KIND_RETURN: {
    title: step.ACTION_KIND_RETURN,
    button: C.submit,
    wordsLabel: W.otherReason,
    reasons: W.reasons.return,
    cell: { label: W.betterCell, must: false },
  },
  ACTION_KIND_ADD_NOTE: { title: step.ACTION_KIND_ADD_NOTE, button: C.submit, wordsLabel: W.reportWords, photos: "may", words: "may" },
  ACTION_KIND_REWORK: { title: step.ACTION_KIND_REWORK, button: step.ACTION_KIND_REWORK, wordsLabel: W.reason, words: "must" },
  ACTION_KIND_REOPEN: {
    title: step.ACTION_KIND_REOPEN,
    button: step.ACTION_KIND_REOPEN,
    wordsLabel: W.reason,
    words: "must",
    hint: C.reopenHint,
  },
  ACTION_KIND_VERIFY: { title: step.ACTION_KIND_VERIFY, button: step.ACTION_KIND_VERIFY, wordsLabel: W.otherReason },
  ACTION_KIND_DECIDE_EXTENSION: {
    title: ["审批延期", "Decide on more time"],
    button: step.ACTION_KIND_DECIDE_EXTENSION,
    second: ["不同意延期", "Refuse"],
    wordsLabel: W.reason,
  },
};

export function formKindOf(part: string): FormKind | undefined {
  const kind = part === "shelving" ? "SHELVING" : `ACTION_KIND_${part.toUpperCase()}`;
  return kind in rules ? (kind as FormKind) : undefined;
}
