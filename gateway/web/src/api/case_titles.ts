// Titles of cases that fit no category, read once each from the citizen's words (logic/case_title.ts): the first ones of a list, which
// are looked at. Whoever may not read the words keeps the gateway's title. One object a page.
import { isUncategorised, titleOfWords } from "../logic/case_title";
import type { Api } from "./client";
import { Problem } from "./problem";
import type { CaseView } from "./types";

const mostReadings = 40; // at a time

export class CaseTitles {
  private titles = new Map<string, string>(); // empty: there are no words, or not for this person
  private reading = false;

  constructor(private readonly api: Api) {}

  of(number: string): string {
    return this.titles.get(number) ?? "";
  }
  clear(): void {
    this.titles.clear();
  }
  kept(): Record<string, string> {
    return Object.fromEntries(this.titles);
  }
  restore(kept: Record<string, string> = {}): void {
    this.titles = new Map(Object.entries(kept));
  }

  /** Of these cases, in this order; those of others are forgotten. True: a title is there that was not. */
  async read(views: readonly CaseView[]): Promise<boolean> {
    const listed = new Set(views.map((view) => view.whole.caseNumber));
    for (const number of this.titles.keys()) if (!listed.has(number)) this.titles.delete(number);
    if (this.reading) return false;
    this.reading = true;
    let found = false;
    try {
      const missing = views.filter((view) => isUncategorised(view) && !this.titles.has(view.whole.caseNumber));
      for (const view of missing.slice(0, mostReadings)) {
        const number = view.whole.caseNumber;
        const words = await this.api.part(number, "text").then(
          (reply) => reply.text?.plain ?? "",
          (error: unknown) => (error instanceof Problem && !error.passing ? "" : null),
        );
        if (words === null) break; // later, with the next list
        this.titles.set(number, titleOfWords(words));
        found = true;
      }
    } finally {
      this.reading = false;
    }
    return found;
  }
}
