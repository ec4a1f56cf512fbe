// What a case is called that fits no category: the beginning of the citizen's words, for who may read them; else what the gateway
// calls it, which says where it came from. Pure.
import type { CaseView } from "../api/types";

const most = 24; // of a title, a Chinese character counted twice: twelve of them (faces 2.5)

export const uncategorised = "general";
export const isUncategorised = (view: CaseView): boolean => view.whole.filed?.category === uncategorised;

// Signs that reorder what stands around them (bidirectional marks, embeddings, isolates), and those that cannot be seen.
const formatting = /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/** For a sentence of ours that quotes a part of it; a whole text is shown as it is, isolated. */
export const withoutFormatting = (text: string): string => text.replace(formatting, "");

/** The first sentence, cut to a title's length and before any figures that could be a telephone. Empty: nothing to call it by. */
export function titleOfWords(words: string): string {
  const [text = ""] = withoutFormatting(words)
    .trim()
    .split(/[\n。！？；!?;]|\. |[\d０-９][\d０-９\s\-‐–－]{5,}/);
  let width = 0,
    title = "";
  for (const sign of text.trim().replace(/[，,、：:]+$/, "")) {
    width += (sign.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
    if (width > most) return `${title.trimEnd()}…`;
    title += sign;
  }
  return title;
}
