// What a citizen is writing, kept on their own phone until the centre has it: words and place, never a telephone or a photo. It is
// not sent by itself.
import { newId } from "../api/ids";
import type { Place } from "../design/map";

export interface CitizenDraft {
  sourceId: string;
  words: string;
  address: string;
  place: Place | null;
}

const key = "huying.citizen.draft";

export function readDraft(): CitizenDraft {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<CitizenDraft> | null;
    if (kept && typeof kept.words === "string")
      return { sourceId: kept.sourceId ?? newId(), words: kept.words, address: kept.address ?? "", place: kept.place ?? null };
  } catch {
    /* none */
  }
  return { sourceId: newId(), words: "", address: "", place: null };
}

export function keepDraft(draft: CitizenDraft): void {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    /* full or forbidden: it is still on the screen */
  }
}

export function dropDraft(): void {
  try {
    localStorage.removeItem(key);
  } catch {
    /* none */
  }
}
