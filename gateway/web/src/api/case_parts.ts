// What a list does not hold of its cases, read once each: the first ones of a list, which are looked at. Whoever may not read it
// goes without. One object a page and part.
import { isUncategorised, titleOfWords } from "../logic/case_title";
import type { Api } from "./client";
import { Problem } from "./problem";
import type { CaseView, FetchReply, Location } from "./types";

const mostLookedAt = 40; // of a list

/** An answer, and no trouble that passes or a session that is over. */
const isNotTheirs = (error: unknown): boolean => error instanceof Problem && (error.status === 403 || error.status === 404);

class CaseParts<T> {
  private parts = new Map<string, T>();
  private reading = false;
  private turn = 0; // of a person: what was asked for another is not kept

  constructor(
    private readonly api: Api,
    private readonly part: "text" | "location",
    private readonly isWanted: (view: CaseView) => boolean,
    private readonly made: (reply: FetchReply) => T, // of an empty one, where it is not for this person
  ) {}

  get(number: string): T | undefined {
    return this.parts.get(number);
  }
  clear(): void {
    this.parts.clear();
    this.reading = false;
    this.turn += 1;
  }
  kept(): Record<string, T> {
    return Object.fromEntries(this.parts);
  }
  restore(kept: Record<string, T> = {}): void {
    this.parts = new Map(Object.entries(kept));
  }

  /** Of these cases, in this order; those of others are forgotten. True: something is there that was not. */
  async read(views: readonly CaseView[]): Promise<boolean> {
    const listed = new Set(views.map((view) => view.whole.caseNumber));
    for (const number of this.parts.keys()) if (!listed.has(number)) this.parts.delete(number);
    if (this.reading) return false;
    this.reading = true;
    const turn = this.turn;
    let found = false;
    try {
      for (const view of views.slice(0, mostLookedAt)) {
        if (!this.isWanted(view) || this.parts.has(view.whole.caseNumber)) continue;
        const number = view.whole.caseNumber;
        const reply = await this.api.part(number, this.part).catch((error: unknown) => (isNotTheirs(error) ? ({} as FetchReply) : null));
        if (turn !== this.turn) return false;
        if (reply === null) break; // later, with the next list
        this.parts.set(number, this.made(reply));
        found = true;
      }
    } finally {
      if (turn === this.turn) this.reading = false;
    }
    return found;
  }
}

/** Titles of cases that fit no category, from the citizen's words (logic/case_title.ts); empty: the gateway's title stays. */
export class CaseTitles extends CaseParts<string> {
  constructor(api: Api) {
    super(api, "text", isUncategorised, (reply) => titleOfWords(reply.text?.plain ?? ""));
  }
  of(number: string): string {
    return this.get(number) ?? "";
  }
}

/** Where the trouble is, as whoever reported it said; the gateway's own place is the cell. */
export class CasePlaces extends CaseParts<Location> {
  constructor(api: Api) {
    super(
      api,
      "location",
      () => true,
      (reply) => reply.location ?? {},
    );
  }
}
