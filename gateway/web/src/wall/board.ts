// What the wall knows: the whole picture in one answer, told to be old by events, never asked for without one. Draws at most once
// a second. Reloads itself at 04:00 and after three failed resumes.
import { Api } from "../api/client";
import { EventStream, type StreamState } from "../api/events";
import { busyForMs, Problem } from "../api/problem";
import type { CellMap, Me, Street, Wall } from "../api/types";
import { CellNames } from "../logic/cell_names";
import { civil } from "../logic/civil_time";
import { reachOf, type Reach } from "../logic/reach";

const drawEveryMs = 1_000,
  afterEventsMs = 1_500,
  againMs = 5_000,
  failuresToReload = 3,
  stepLoginMs = 120_000;
const keyName = "huying.wall.key";

export class Board {
  readonly api = new Api();
  me: Me | null = null;
  street: Street | null = null;
  map: CellMap | null = null;
  names = new CellNames();
  wall: Wall | null = null;
  forbidden = false; // this account has no wall
  reach: Reach = "there"; // why there is no picture yet; where there is one, its age says it
  state: StreamState = "connecting";
  aliveSteadyMs = 0; // when anything came last
  readSteadyMs = 0; // when the picture was read
  asOfMs = 0;
  events = 0; // taken since the page was opened
  changedCells = new Set<string>();
  logInNeeded = false;
  expiredSteadyMs = 0;
  stepLogin: Me | null = null; // a supervisor's own login, for two minutes
  private stream: EventStream | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly seen = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private trailing: ReturnType<typeof setTimeout> | undefined;
  private reading = false;
  private again = false;
  private lastReadMs = -Infinity;
  private stepTimer: ReturnType<typeof setTimeout> | undefined;
  private openedDay = 0;
  private looksForPage = false;

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
  get demonstration(): boolean {
    return this.me?.demonstration ?? this.street?.demonstration ?? false;
  }
  get canAct(): boolean {
    return this.stepLogin !== null || (this.me !== null && !this.me.readOnly);
  }

  async start(): Promise<void> {
    this.api.onExpired = () => this.expired();
    try {
      this.street = await this.api.street();
      this.changed();
      const key = localStorage.getItem(keyName);
      await this.entered(key ? await this.api.logInWithKey(key) : await this.api.me());
    } catch (error) {
      this.reach = reachOf(error, navigator.onLine);
      if (error instanceof Problem && error.status === 401) this.logInNeeded = true;
      else setTimeout(() => void this.start(), againMs);
      this.changed();
    }
  }

  async useKey(key: string): Promise<Me> {
    const me = await this.api.logInWithKey(key);
    localStorage.setItem(keyName, key);
    return me;
  }

  async entered(me: Me): Promise<void> {
    this.me = me;
    this.logInNeeded = false;
    this.expiredSteadyMs = 0;
    this.map ??= await this.api.map();
    this.names = new CellNames(this.map.features, this.street);
    this.openedDay = civil(this.api.time.now(), this.zone).day;
    await this.read();
    this.stream?.close();
    this.stream = new EventStream(
      this.api,
      {
        onEvent: (event) => {
          if (event.kind === "head") return;
          if (!this.isNew(event.data)) return;
          this.events += 1;
          document.documentElement.dataset["events"] = String(this.events);
          this.readSoon();
        },
        onState: (state, failures) => {
          this.state = state;
          if (state === "live") {
            this.aliveSteadyMs = performance.now();
            if (failures > 0) this.readSoon();
          }
          if (state === "cut" && failures >= failuresToReload && navigator.onLine) void this.reloadPage();
          this.changed();
        },
        onAlive: () => {
          this.aliveSteadyMs = performance.now();
        },
        onLost: () => this.readSoon(),
        onExpired: () => this.expired(),
      },
      this.wall?.token ? { after: this.wall.token } : {},
    );
    this.changed();
  }

  /** An event may come twice after a break; its place in its cell's stream tells. */
  private isNew(data: string): boolean {
    try {
      const { cell, sequence, index, subject } = JSON.parse(data) as {
        cell?: string;
        sequence?: string | number;
        index?: number;
        subject?: string;
      };
      if (sequence === undefined) return true;
      const key = `${cell ?? subject ?? ""}/${sequence}/${index ?? 0}`;
      if (this.seen.has(key)) return false;
      this.seen.add(key);
      if (this.seen.size > 4_096)
        for (const first of this.seen) {
          this.seen.delete(first);
          break;
        }
    } catch {
      /* counted all the same */
    }
    return true;
  }

  /** Not more than once a minute, whatever happens; and only to a page that is there: a browser's own page of errors never comes back. */
  private async reloadPage(): Promise<void> {
    const last = Number(sessionStorage.getItem("huying.wall.reloaded") ?? 0);
    if (Date.now() - last < 60_000 || this.looksForPage) return;
    this.looksForPage = true;
    try {
      const page = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(10_000) });
      if (!page.ok) return;
      sessionStorage.setItem("huying.wall.reloaded", String(Date.now()));
      location.reload();
    } catch {
      /* Nobody answers: what is seen stays, with its age, and the stream goes on trying. */
    } finally {
      this.looksForPage = false;
    }
  }
  /** Called with each tick: at 04:00 the page begins anew. */
  tick(): void {
    if (!this.api.time.isKnown || this.openedDay === 0 || this.demonstration) return;
    const now = civil(this.api.time.now(), this.zone);
    if (now.day !== this.openedDay && now.hour >= 4) void this.reloadPage();
  }

  private expired(): void {
    if (this.expiredSteadyMs === 0) this.expiredSteadyMs = performance.now();
    const key = localStorage.getItem(keyName);
    if (key && !this.logInNeeded) {
      this.logInNeeded = true;
      void this.api.logInWithKey(key).then(
        (me) => this.entered(me),
        (error: unknown) => {
          const waitMs = busyForMs(error);
          if (waitMs > 0) setTimeout(() => void this.start(), waitMs);
          this.changed();
        },
      );
    } else {
      this.logInNeeded = true;
    }
    this.changed();
  }

  private readSoon(): void {
    this.readInTurn();
    // The ledger may be a moment behind the event that told of it.
    clearTimeout(this.trailing);
    this.trailing = setTimeout(() => this.readInTurn(), afterEventsMs);
  }
  /** Not more than one reading a second, whoever asks. */
  private readInTurn(): void {
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        void this.read();
      },
      Math.max(60, this.lastReadMs + drawEveryMs - performance.now()),
    );
  }

  async read(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    this.lastReadMs = performance.now();
    try {
      const wall = await this.api.wall();
      this.changedCells = new Set(
        (wall.cells ?? [])
          .filter((cell) => {
            const before = this.wall?.cells?.find((one) => one.cell === cell.cell);
            return before !== undefined && (before.mark !== cell.mark || before.count !== cell.count);
          })
          .map((cell) => cell.cell),
      );
      this.wall = wall;
      this.forbidden = false;
      this.reach = "there";
      this.asOfMs = Number(wall.asOf ?? 0) || this.api.time.now();
      this.readSteadyMs = this.aliveSteadyMs = performance.now();
      this.changed();
    } catch (error) {
      if (error instanceof Problem && error.status === 403) this.forbidden = true;
      else if (!(error instanceof Problem && error.status === 401)) {
        this.reach = error instanceof Problem ? "centreAway" : reachOf(error, navigator.onLine);
        clearTimeout(this.trailing);
        this.trailing = setTimeout(() => this.readInTurn(), againMs);
      }
      this.changed();
    } finally {
      this.reading = false;
      if (this.again) {
        this.again = false;
        this.readInTurn();
      }
    }
  }

  // ---- A supervisor's own login ----------------------------------------------------------------------------------------
  async logInForSteps(person: string, password: string): Promise<Me> {
    const me = await this.api.logIn(person, password);
    this.stepLogin = me;
    clearTimeout(this.stepTimer);
    this.stepTimer = setTimeout(() => void this.endSteps(), stepLoginMs);
    this.changed();
    return me;
  }
  /** Back to the wall's own read-only key. */
  async endSteps(): Promise<void> {
    if (!this.stepLogin) return;
    this.stepLogin = null;
    clearTimeout(this.stepTimer);
    await this.api.logOut().catch(() => {});
    const key = localStorage.getItem(keyName);
    if (key) await this.api.logInWithKey(key).catch(() => this.expired());
    else this.expired();
    this.changed();
  }
}
