// What the desk knows: what waits for a place, the register's worst rows, the session and the stream.
import { CaseTitles } from "../api/case_parts";
import { Api } from "../api/client";
import { EventStream } from "../api/events";
import { newId } from "../api/ids";
import { Problem } from "../api/problem";
import {
  int64,
  type ActionBody,
  type ActionKind,
  type CaseDetail,
  type CaseView,
  type CellMap,
  type FetchReply,
  type Location,
  type Me,
  type Register,
  type Street,
} from "../api/types";
import { nextClock } from "../logic/case_model";
import { CellNames } from "../logic/cell_names";
import { time } from "../logic/civil_time";
import { reachOf, type Reach } from "../logic/reach";
import * as C from "../words/common";
import * as W from "../words/desk";
import { choose, say } from "../words/language";

const againMs = 5_000;

export interface Opened {
  detail: CaseDetail;
  words: string;
  location: Location | null; // null: it was not read
  hidden: boolean; // this account may read neither
}
export type ReassignKind = "ACTION_KIND_ASSIGN" | "ACTION_KIND_TRANSFER";
/** The step by which the case table lets this person send a case elsewhere, if it does. */
export function reassignedBy(allowed: readonly ActionKind[] | undefined): ReassignKind | undefined {
  return (["ACTION_KIND_ASSIGN", "ACTION_KIND_TRANSFER"] as const).find((one) => allowed?.includes(one));
}

/** `reassign`: the step by which the case can be sent elsewhere after all, where the case table gives one. */
export interface Notice {
  text: string;
  number?: string;
  reassign?: ReassignKind;
}

export class Desk {
  readonly api = new Api();
  me: Me | null = null;
  street: Street | null = null;
  map: CellMap | null = null;
  names = new CellNames();
  waiting: CaseView[] = [];
  register: Register = {};
  open: number | null = null; // cases in all
  begun = false;
  logInNeeded = false;
  reach: Reach = "there"; // short of the centre steps are not done here
  forbidden = false; // this account has no desk
  readSteadyMs = 0;
  readMs = 0;
  chosen = "";
  opened = new Map<string, Opened>();
  notice: Notice | null = null;
  gone: { number: string; text: string } | null = null; // decided by somebody else; shown for two seconds
  private readonly titles = new CaseTitles(this.api);
  private stream: EventStream | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly own = new Set<string>();
  private readonly ids = new Map<string, string>(); // of a decision: the same with every try

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  changed(): void {
    for (const listener of this.listeners) listener();
  }
  get zone(): string {
    return this.me?.timeZone ?? this.street?.timeZone ?? "Asia/Shanghai";
  }
  get offline(): boolean {
    return this.reach !== "there";
  }
  get demonstration(): boolean {
    return this.me?.demonstration ?? this.street?.demonstration ?? false;
  }

  /** What a case is called here: the desk reads the citizen's words. */
  titleOf(view: CaseView): string {
    return this.titles.of(view.whole.caseNumber) || choose(view.card?.title, view.card?.titleEn) || view.whole.caseNumber;
  }

  async start(): Promise<void> {
    this.api.onExpired = () => {
      this.logInNeeded = true;
      this.changed();
    };
    addEventListener("offline", () => {
      this.reach = "noNetwork";
      this.changed();
    });
    addEventListener("online", () => {
      this.stream?.hurry();
      void this.read();
    });
    try {
      this.street = await this.api.street();
      await this.entered(await this.api.me());
    } catch (error) {
      this.reach = reachOf(error, navigator.onLine);
      if (error instanceof Problem && error.status === 401) this.logInNeeded = true;
      else {
        setTimeout(() => void this.start(), againMs);
      }
    }
    this.begun = true;
    this.changed();
  }

  async entered(me: Me): Promise<void> {
    this.me = me;
    this.logInNeeded = false;
    this.map ??= await this.api.map();
    this.names = new CellNames(this.map.features, this.street);
    await this.read();
    this.stream?.close();
    this.stream = new EventStream(this.api, {
      onEvent: (event) => {
        if (event.kind !== "head") this.readSoon();
      },
      onState: (state, failures, why) => {
        if (state === "live") {
          this.reach = "there";
          if (failures > 0) this.readSoon();
        }
        if (state === "cut" && failures >= 2) this.reach = reachOf(why, navigator.onLine);
        this.changed();
      },
      onAlive: () => {
        this.readSteadyMs = performance.now();
      },
      onLost: () => this.readSoon(),
      onExpired: () => this.api.onExpired(),
    });
    this.changed();
  }

  private readSoon(waitMs = 500): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.read();
    }, waitMs);
  }
  async leave(): Promise<void> {
    this.stream?.close();
    this.stream = null;
    await this.api.logOut().catch(() => {});
    location.reload(); // nothing of it stays on the screen
  }

  async read(): Promise<void> {
    try {
      const [list, register] = await Promise.all([
        this.api.cases({ cell: "desk", limit: 200 }),
        this.api.register({ open: 1, order: "worst", limit: 8 }),
      ]);
      const due = (view: CaseView): number => int64((view.card?.clock ?? nextClock(view))?.dueAtMs);
      const before = this.waiting.find((view) => view.whole.caseNumber === this.chosen);
      this.waiting = (list.cases ?? []).filter((view) => view.whole.state === "CASE_STATE_AT_DESK").sort((a, b) => due(a) - due(b));
      this.register = register;
      void this.titles.read(this.waiting).then((found) => {
        if (found) this.changed();
      });
      void this.api.wall().then(
        (wall) => {
          this.open = wall.open ?? 0;
          this.changed();
        },
        () => {},
      );
      const seen = new Set(this.waiting.map((view) => view.whole.caseNumber));
      for (const number of this.own) if (!seen.has(number) && number !== this.chosen) this.own.delete(number);
      this.readMs = this.api.time.now();
      this.readSteadyMs = performance.now();
      this.reach = "there";
      this.forbidden = false;
      if (before && !this.waiting.some((view) => view.whole.caseNumber === this.chosen)) this.wentAway(before);
      if (!this.waiting.some((view) => view.whole.caseNumber === this.chosen)) this.choose(this.waiting[0]?.whole.caseNumber ?? "");
      this.changed();
    } catch (error) {
      if (error instanceof Problem && error.status === 403) this.forbidden = true;
      else if (error instanceof Problem && error.passing) {
        this.reach = "centreAway";
        this.readSoon(againMs);
      } else this.reach = reachOf(error, navigator.onLine);
      this.changed();
    }
  }

  /** It was open here and somebody else decided it: told for two seconds. */
  private wentAway(view: CaseView): void {
    const number = view.whole.caseNumber;
    if (this.own.has(number)) return;
    void this.api.case(number).then(
      (detail) => {
        const last = detail.story?.[detail.story.length - 1];
        this.gone = {
          number,
          text: last?.zh
            ? say([last.zh, last.en ?? last.zh])
            : say(W.whoDecided, { state: say(C.state[detail.case.whole.state ?? "CASE_STATE_DISPATCHED"]) }),
        };
        this.changed();
        setTimeout(() => {
          this.gone = null;
          this.changed();
        }, 2_000);
      },
      () => {},
    );
  }

  choose(number: string): void {
    this.chosen = number;
    this.changed();
    if (number === "") return;
    void (async () => {
      try {
        const detail = await this.api.case(number);
        let hidden = false;
        const part = (of: "text" | "location"): Promise<FetchReply | null> =>
          this.api.part(number, of).catch((error: unknown) => {
            if (error instanceof Problem && error.status === 403) hidden = true;
            return null;
          });
        const [text, place] = await Promise.all([part("text"), part("location")]);
        this.opened.set(number, { detail, words: text?.text?.plain ?? "", location: place && (place.location ?? {}), hidden });
        this.changed();
      } catch {
        /* the list still says what it is */
      }
    })();
  }
  step(by: number): void {
    const at = this.waiting.findIndex((view) => view.whole.caseNumber === this.chosen);
    const next = this.waiting[Math.min(this.waiting.length - 1, Math.max(0, at + by))];
    if (next) this.choose(next.whole.caseNumber);
  }

  /** A decision counts at once; the next one opens. */
  async decide(number: string, action: Omit<ActionBody, "actionId">): Promise<void> {
    const revision = this.opened.get(number)?.detail.case.whole.revision;
    const key = `${number}/${action.kind}/${action.toCell ?? action.reasonCode ?? ""}/${action.words?.plain ?? ""}`;
    const actionId = this.ids.get(key) ?? newId();
    if (this.own.has(number)) return;
    this.own.add(number);
    this.ids.set(key, actionId);
    try {
      await this.api.act(number, { actionId, ...action, ...(revision !== undefined ? { expectedRevision: String(revision) } : {}) });
    } catch (error) {
      this.own.delete(number);
      throw error;
    }
    const at = time(this.api.time.now(), this.zone);
    this.notice = action.toCell
      ? { text: say(W.decided, { cell: this.names.whole(action.toCell).replace(/ 网格$/, ""), time: at }), number }
      : { text: say(W.notAcceptedDone, { time: at }) };
    const place = this.waiting.findIndex((view) => view.whole.caseNumber === number);
    this.waiting = this.waiting.filter((view) => view.whole.caseNumber !== number);
    if (this.chosen === number) this.choose((this.waiting[place] ?? this.waiting[0])?.whole.caseNumber ?? "");
    this.changed();
    this.readSoon();
    const notice = this.notice;
    if (notice.number) {
      void this.api.case(number).then(
        (detail) => {
          const kind = reassignedBy(detail.case.allowed);
          if (kind && this.notice === notice) {
            this.notice = { ...notice, reassign: kind };
            this.changed();
          }
        },
        () => {},
      );
    }
  }
}
