// What the phone page knows, and how it comes to know it: the session, the list, the stream, the queue. One object; views read it
// and are drawn anew when it changes. No polling: an event, a step or the network's return makes it read again.
import { CasePlaces, CaseTitles } from "../api/case_parts";
import { Api } from "../api/client";
import { EventStream, retryWait } from "../api/events";
import { Problem } from "../api/problem";
import type { CaseDetail, CaseView, CellMap, Location, Me, Street } from "../api/types";
import { inOrder, modelOf, type CaseModel } from "../logic/case_model";
import { isUncategorised, titleOfWords, withoutFormatting } from "../logic/case_title";
import { time } from "../logic/civil_time";
import { reachOf, type Reach } from "../logic/reach";
import * as W from "../words/staff";
import { say } from "../words/language";
import { Outbox, type Settled } from "./outbox";
import { OpenedCases } from "./opened_cases";
import { RestingList } from "./resting_list";
import { ring } from "./ring";
import type { KeptList, PhoneStore } from "./store";

const againMs = 5_000;

export class Phone {
  readonly api = new Api();
  readonly outbox: Outbox;
  me: Me | null = null;
  street: Street | null = null;
  map: CellMap | null = null;
  readonly list = new RestingList({ onChange: () => this.changed(), onNew: ring });
  unanswered = 0;
  loadedAtMs = 0; // the centre's time of the list; 0: none yet
  loadedSteadyMs = 0;
  reach: Reach = "there"; // how far this phone comes; short of the centre everything is kept and tried again
  logInNeeded = false; // a sheet over the page while me is known, else the whole page
  begun = false;
  notice = "";
  private readonly opened: OpenedCases;
  private readonly titles = new CaseTitles(this.api);
  private readonly places = new CasePlaces(this.api);
  private readonly listeners = new Set<() => void>();
  private stream: EventStream | null = null;
  private reloadTimer: ReturnType<typeof setTimeout> | undefined;
  private sentNow = 0;

  constructor(readonly store: PhoneStore) {
    this.opened = new OpenedCases(
      this.api,
      store,
      () => this.changed(),
      (error) => this.failed(error),
    );
    this.outbox = new Outbox(this.api, store, {
      onChange: () => this.changed(),
      onSettled: (settled) => this.settled(settled),
      mayRun: () => this.stream !== null,
      onSent: () => this.reached("there"),
      onFailed: (error) => this.failed(error),
    });
    this.api.onExpired = () => {
      if (!this.logInNeeded) {
        this.logInNeeded = true;
        this.changed();
      }
    };
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.reached("noNetwork"));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.reach !== "there") this.hurry();
    });
  }

  get views(): readonly CaseView[] {
    return this.list.shown;
  }
  get zone(): string {
    return this.me?.timeZone ?? this.street?.timeZone ?? "Asia/Shanghai";
  }
  /** Nothing answers this phone at all. */
  get offline(): boolean {
    return this.reach === "noNetwork" || this.reach === "noAnswer";
  }
  get demonstration(): boolean {
    return this.me?.demonstration ?? this.street?.demonstration ?? false;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  changed(): void {
    for (const listener of this.listeners) listener();
  }
  say(notice: string): void {
    this.notice = notice;
    this.changed();
  }

  async start(): Promise<void> {
    await this.outbox.load();
    void this.api.street().then(
      (street) => {
        this.street = street;
        this.changed();
      },
      () => {},
    );
    try {
      await this.entered(await this.api.me());
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.logInNeeded = true;
      else await this.fromDevice(error);
    }
    this.begun = true;
    this.changed();
  }

  /** The centre is not reached at the start: the last person of this device, with what was kept. */
  private async fromDevice(error: unknown): Promise<void> {
    this.notEntered(error);
    const last = await this.store.get<{ person: string }>("facts", "last");
    const kept = last ? await this.store.get<KeptList>("lists", last.person) : undefined;
    if (kept) {
      this.me = kept.me;
      this.list.restore(kept.views);
      this.titles.restore(kept.titles);
      this.places.restore(kept.places);
      this.loadedAtMs = kept.atMs;
      this.outbox.person = kept.person;
    } else {
      this.logInNeeded = true;
    }
  }
  private tries = 0;
  private enterTimer: ReturnType<typeof setTimeout> | undefined;
  /** Nobody has entered yet and no stream tells that the centre is back: asked again, and ever more seldom. */
  private notEntered(error: unknown): void {
    this.reached(error instanceof Problem ? "centreAway" : reachOf(error, navigator.onLine));
    clearTimeout(this.enterTimer);
    this.enterTimer = setTimeout(() => this.hurry(), Math.max(againMs, retryWait((this.tries += 1))));
  }

  async entered(me: Me): Promise<void> {
    if (this.me && this.me.person !== me.person) {
      this.list.restore([]);
      this.titles.clear();
      this.places.clear();
      this.opened.clear();
      this.loadedAtMs = 0;
      location.hash = "#/";
    }
    this.me = me;
    this.outbox.person = me.person;
    this.logInNeeded = false;
    this.reach = "there";
    clearTimeout(this.enterTimer);
    this.tries = 0;
    this.changed();
    await this.store.put("facts", { key: "last", person: me.person }).catch(() => {});
    this.openStream();
    await this.reload();
    void this.outbox.run();
  }

  async leave(): Promise<void> {
    const person = this.me?.person ?? "";
    await this.api.logOut().catch(() => {});
    this.stream?.close();
    this.stream = null;
    await this.store.forget(person).catch(() => {});
    this.me = null;
    this.list.restore([]);
    this.titles.clear();
    this.places.clear();
    this.opened.clear();
    this.loadedAtMs = 0;
    this.outbox.person = "";
    this.logInNeeded = true;
    location.hash = "#/";
    this.changed();
  }

  private openStream(): void {
    this.stream?.close();
    this.stream = new EventStream(this.api, {
      onEvent: (event) => {
        if (event.kind !== "head") this.reloadSoon();
      },
      onState: (state, failures, why) => {
        if (state === "live") {
          this.reached("there");
          if (failures > 0) this.reloadSoon();
        } else if (state === "cut" && failures >= 2) this.failed(why);
      },
      onAlive: () => {},
      onLost: () => this.reloadSoon(),
      onExpired: () => this.api.onExpired(),
    });
  }

  private reached(reach: Reach): void {
    if (this.reach === reach || (reach === "there" && this.stream === null)) return;
    this.reach = reach;
    if (reach === "there") {
      this.reloadSoon();
      void this.outbox.run();
    } else if (reach === "centreAway") this.reloadSoon(againMs); // the stream may stand: no event will tell that it is back
    this.changed();
  }
  private failed(error: unknown): void {
    this.reached(reachOf(error, navigator.onLine));
  }

  /** The network may be back: try everything now. */
  hurry(): void {
    if (!this.me || (this.stream === null && !this.logInNeeded)) {
      void this.api.me().then(
        (me) => this.entered(me),
        (error: unknown) => {
          if (error instanceof Problem && error.status === 401) this.api.onExpired();
          else this.notEntered(error);
        },
      );
      return;
    }
    this.stream?.hurry();
    void this.reload();
    void this.outbox.run();
  }

  private reloadSoon(waitMs = 300): void {
    clearTimeout(this.reloadTimer);
    this.reloadTimer = setTimeout(() => void this.reload(), waitMs);
  }

  async reload(): Promise<void> {
    const person = this.me?.person;
    if (!person || this.stream === null) return;
    try {
      let views: CaseView[] = [],
        after: string | undefined,
        unanswered = 0;
      for (let page = 0; page < 5; page += 1) {
        const list = await this.api.cases(after ? { limit: 200, after } : { limit: 200 });
        views = views.concat(list.cases ?? []);
        unanswered += list.unanswered?.length ?? 0;
        if (!list.more || !list.after) break;
        after = list.after;
      }
      if (this.me?.person !== person) return;
      this.unanswered = unanswered;
      this.loadedAtMs = this.api.time.now();
      this.loadedSteadyMs = performance.now();
      this.reached("there");
      this.list.take(views);
      await this.keepList(person, views);
      void this.readParts(person, views);
      await this.refreshOpened();
    } catch (error) {
      if (error instanceof Problem && error.passing) {
        this.reached("centreAway");
        this.reloadSoon(againMs);
      } else this.failed(error);
      this.changed();
    }
  }

  private async keepList(person: string, views: CaseView[]): Promise<void> {
    if (this.me?.person !== person) return;
    const list: KeptList = { person, me: this.me, views, atMs: this.loadedAtMs, titles: this.titles.kept(), places: this.places.kept() };
    await this.store.put("lists", list).catch(() => {});
  }
  private async readParts(person: string, views: CaseView[]): Promise<void> {
    const listed = inOrder(views.map((view) => this.modelOf(view))).map((model) => model.number);
    const first = [...views].sort((a, b) => listed.indexOf(a.whole.caseNumber) - listed.indexOf(b.whole.caseNumber));
    const found = await Promise.all([this.titles.read(first), this.places.read(first)]);
    if (!found.includes(true) || this.me?.person !== person) return;
    this.changed();
    await this.keepList(person, views);
  }

  models(): CaseModel[] {
    return inOrder(this.views.map((view) => this.modelOf(view)));
  }
  modelOf(view: CaseView): CaseModel {
    const number = view.whole.caseNumber;
    const title = this.titles.of(number) || (isUncategorised(view) ? titleOfWords(this.opened.words(number)) : "");
    const address = withoutFormatting(this.placeOf(number)?.address ?? "");
    return modelOf(view, this.api.time.now() || this.loadedAtMs, this.zone, this.outbox.waiting(number), title, address);
  }

  // ---- One case ------------------------------------------------------------------------------------------------------
  detail(number: string): CaseDetail | undefined {
    return this.opened.detail(number);
  }
  /** Where the trouble is, as far as it was said and read. */
  placeOf(number: string): Location | undefined {
    return this.places.get(number) ?? this.opened.place(number);
  }
  wordsOf(number: string): string {
    return this.opened.words(number);
  }
  /** Reads a case; without network what was kept of it. False: neither. */
  open(number: string): Promise<boolean> {
    return this.opened.open(
      this.me?.person ?? "",
      number,
      this.views.find((one) => one.whole.caseNumber === number),
    );
  }

  private async refreshOpened(): Promise<void> {
    const number = /^#\/case\/([^/]+)/.exec(location.hash)?.[1];
    if (number) await this.open(decodeURIComponent(number)).catch(() => {});
  }

  // ---- What came of steps --------------------------------------------------------------------------------------------
  private settled(settled: Settled): void {
    if (settled.what === "done") {
      this.sentNow += 1;
      const n = this.sentNow;
      this.say(
        settled.step.kind === "REPORT"
          ? say(W.reported, { number: settled.caseNumber })
          : say(W.sentSteps, { n, time: time(this.api.time.now(), this.zone) }),
      );
      clearTimeout(this.noticeTimer);
      this.noticeTimer = setTimeout(() => {
        this.sentNow = 0;
        this.say("");
      }, 8_000);
    } else if (settled.what === "already") {
      void this.tellWhoAccepted(settled.step.number);
    }
    this.reloadSoon();
  }
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;

  /** 学府 09 网格员 09:31 已签收，您不用再签 */
  private async tellWhoAccepted(number: string): Promise<void> {
    let words = say(W.alreadyPlain);
    try {
      const detail = await this.api.case(number);
      const step = [...(detail.story ?? [])].reverse().find((one) => /accepted$/i.test(one.kind ?? ""));
      const card = detail.card ?? detail.case.card;
      if (step && card?.holder)
        words = say(W.already, { who: say([card.holder, card.holderEn || card.holder]), time: time(Number(step.atMs), this.zone) });
    } catch {
      /* the plain words say enough */
    }
    this.say(words);
  }

  async cellMap(): Promise<CellMap | null> {
    if (!this.map) {
      try {
        this.map = await this.api.map();
        await this.store.put("facts", { key: "map", map: this.map }).catch(() => {});
      } catch {
        this.map = (await this.store.get<{ map: CellMap }>("facts", "map"))?.map ?? null;
      }
    }
    return this.map;
  }
}
