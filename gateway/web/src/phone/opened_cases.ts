// The cases that were opened: read from the centre, kept on the device for when there is no network. Never a contact.
import type { Api } from "../api/client";
import { Problem } from "../api/problem";
import type { CaseDetail, CaseView, Location } from "../api/types";
import type { KeptCase, PhoneStore } from "./store";

export class OpenedCases {
  private readonly details = new Map<string, CaseDetail>();
  private readonly citizenWords = new Map<string, string>();
  private turn = 0; // of a person: what comes for another, or after the log-out, is not kept
  private readonly places = new Map<string, Location>();

  constructor(
    private readonly api: Api,
    private readonly store: PhoneStore,
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  detail(number: string): CaseDetail | undefined {
    return this.details.get(number);
  }
  words(number: string): string {
    return this.citizenWords.get(number) ?? "";
  }
  place(number: string): Location | undefined {
    return this.places.get(number);
  }
  clear(): void {
    this.turn += 1;
    this.places.clear();
    this.details.clear();
    this.citizenWords.clear();
  }

  /** False: the centre was not reached, and nothing was kept. Throws a Problem that will not pass by itself. */
  async open(person: string, number: string, listed: CaseView | undefined): Promise<boolean> {
    const key = `${person}/${number}`;
    const turn = this.turn;
    try {
      const detail = await this.api.case(number);
      if (turn !== this.turn) return false;
      if (detail.card && !detail.case.card) detail.case.card = detail.card;
      this.details.set(number, detail);
      this.changed();
      if (!this.citizenWords.has(number)) {
        const text = await this.api.part(number, "text").catch(() => null);
        if (turn !== this.turn) return false;
        if (text) this.citizenWords.set(number, text.text?.plain ?? "");
      }
      if (!this.places.has(number)) {
        const reply = await this.api.part(number, "location").catch(() => null);
        if (turn !== this.turn) return false;
        if (reply) this.places.set(number, reply.location ?? {});
      }
      const place = this.places.get(number);
      const kept: KeptCase = {
        key,
        person,
        number,
        detail,
        words: this.words(number),
        ...(place ? { place } : {}),
        atMs: this.api.time.now(),
      };
      await this.store.put("cases", kept).catch(() => {});
    } catch (error) {
      if (turn !== this.turn) return false;
      if (error instanceof Problem && !error.passing) throw error;
      this.failed(error);
      if (!this.details.has(number)) {
        const kept = await this.store.get<KeptCase>("cases", key);
        if (kept) {
          this.details.set(number, kept.detail);
          this.citizenWords.set(number, kept.words);
          if (kept.place) this.places.set(number, kept.place);
        } else if (listed) {
          this.details.set(number, { case: listed, story: [] });
        } else {
          return false;
        }
      }
    }
    this.changed();
    return true;
  }
}
