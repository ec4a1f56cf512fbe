// A gateway of the tests: docs/api.md from an in-memory story, on a real socket, with the headers and refusals of the real one.
// Everything it tells is made up (演示数据，全部虚构), and it says so.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

import type { ActionBody, CellMap, MapBase, RequestBody } from "../../gateway/web/src/api/types";
import { deskCases, otherCases, workersCases } from "./mock_cases";
import { begin, caseOf, day, hour, midnight, people, readCells, street, type MockCase, type Person } from "./mock_story";
import { route } from "./mock_routes";
import { act, allowed } from "./mock_table";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** What the gateway sends with every page: nothing inline, nothing from elsewhere, no eval. */
export const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

interface Told {
  id: number;
  subject: string;
  cell: string;
  sequence: number;
  kind: string;
  number: string;
}
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly details: Record<string, unknown>,
  ) {
    super(String(status));
  }
}

/** What a map needs beyond it, in a page alone: the origin of its tiles. */
export function pagePolicy(base: MapBase | null): string {
  const origin = /^https?:\/\/[^/]+/.exec(base?.tiles[0] ?? "")?.[0];
  return origin ? `${policy}; img-src 'self' data: blob: ${origin}` : policy;
}

/** What the gateway answers while its session with the broker is down. */
export const brokerAway = (): Refusal =>
  new Refusal(503, {
    number: 8002,
    name: "NOT_CONNECTED",
    title: "no answer from the broker",
    title_zh: "连接不上服务",
    retryAfterMs: 1_000,
  });

export interface MockOptions {
  dist: string;
  cell?: string;
  busy?: boolean;
  quiet?: boolean;
  flood?: number;
}

export class MockGateway {
  readonly map: CellMap = readCells();
  readonly persons: Person[] = people(this.map);
  cases: MockCase[] = [];
  told: Told[] = [];
  /** Every step that was decided: (person, action id), in order. */
  decided: { person: string; id: string; kind: string; number: string; toCell?: string }[] = [];
  reports: RequestBody[] = [];
  contactLooks: { person: string; number: string }[] = [];
  /** Steps are put on disk and not decided, so often; or the broker is away. */
  undecided = 0;
  away = false;
  readonly streams = new Set<ServerResponse>();
  streamsOpened = 0;
  resumedFrom: string[] = [];
  timeShiftMs = 0;
  /** --tiles and --tiles-attribution: as the gateway's next start would have them. */
  mapBase: MapBase | null = null;
  /** What a proxy in front would answer from the same origin, below /tiles/. */
  tiles: (path: string) => Buffer | undefined = () => undefined;
  uncovered: { cell: string; what: string; sinceMs: number }[] = [];
  lastEscalation: { cell: string; atMs: number; answeredAfterMs: number | null } | undefined;
  readonly sessions = new Map<string, string>();
  private readonly answers = new Map<string, Answer>();
  private readonly server: Server;
  private readonly started = Date.now();
  tries = 0;
  /** So many logins find the queue full. */
  busyLogins = 0;
  logins = 0;

  private constructor(private readonly options: MockOptions) {
    const cell = options.cell ?? "wenchang-07";
    const name = this.map.features.find((feature) => feature.properties.code === cell)?.properties.name ?? cell;
    // A place on the border of three cells: where the desk is needed.
    const ring = this.map.features.find((feature) => feature.properties.code === "wenchang-09")?.geometry.coordinates[0] as
      number[][] | undefined;
    const corner = { longitude: (ring?.[0]?.[0] ?? 113.2) + 0.0001, latitude: (ring?.[0]?.[1] ?? 35.2) + 0.00008 };
    this.cases = options.quiet
      ? otherCases(this.map, cell, false)
      : [...workersCases(cell, name), ...otherCases(this.map, cell, options.busy ?? true), ...deskCases(corner)];
    for (let n = 0; n < (options.flood ?? 0); n += 1)
      this.cases.push(
        caseOf(cell, name, {
          title: "积水",
          titleEn: "Flooding",
          place: ["北二巷", "学苑路", "东门"][n % 3] ?? "",
          category: "drainage",
          clocks: [
            {
              kind: "CLOCK_KIND_FEED_BACK",
              generation: 1,
              dueAtMs: String(midnight(0)),
              firstDueAtMs: String(midnight(0)),
              startedAtMs: String(begin),
            },
          ],
        }),
      );
    if (!options.quiet) this.uncovered = [{ cell: "liulin-01", what: "nobody_on_duty", sinceMs: begin - 192_000 }];
    if (options.quiet) this.lastEscalation = { cell: "wenchang-07", atMs: begin - 3 * day + 6.38 * hour, answeredAfterMs: 42 * 60_000 };
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async start(options: MockOptions): Promise<MockGateway> {
    const mock = new MockGateway(options);
    await new Promise<void>((resolve) => mock.server.listen(0, "127.0.0.1", resolve));
    return mock;
  }
  async stop(): Promise<void> {
    this.cutStreams();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
  /** Its process has ended: nobody listens any more. */
  async leave(): Promise<void> {
    const { port } = this.server.address() as AddressInfo;
    await this.stop();
    this.leftPort = port;
  }
  async comeBack(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.leftPort, "127.0.0.1", resolve));
  }
  private leftPort = 0;
  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  now(): number {
    return begin + (Date.now() - this.started) + this.timeShiftMs;
  }
  of(title: string, cell?: string): MockCase {
    const found = this.cases.find((one) => one.title === title && (cell === undefined || one.cell === cell));
    if (!found) throw new Error(`no case ${title}`);
    return found;
  }
  expireSessions(): void {
    this.sessions.clear();
  }
  /** With the next step that comes in: no reading of the page hears of it before. */
  sessionsEndWithAStep = false;
  cutStreams(): void {
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  /** An event of a case is committed: it goes to every stream, and stays for those that come back. */
  tell(of: MockCase, kind: string): void {
    const told: Told = {
      id: this.told.length + 1,
      subject: `case.410871061.${of.cell.replace(/-\d+$/, "")}.${of.cell}.${kind}`,
      cell: of.cell,
      sequence: this.told.length + 1,
      kind,
      number: of.number,
    };
    this.told.push(told);
    for (const stream of this.streams) stream.write(this.framed(told));
  }
  private framed(told: Told): string {
    // The token is a block of its own, behind what it covers.
    return `event: case\ndata: ${JSON.stringify({ subject: told.subject, cell: told.cell, sequence: String(told.sequence), index: 0, kind: told.kind, event: { caseNumber: told.number } })}\n\nid: t${told.id}\n\n`;
  }

  // ---- HTTP ----------------------------------------------------------------------------------------------------------
  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", "http://mock");
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Huying-Now", String(Math.round(this.now())));
    try {
      if (!address.pathname.startsWith("/api/v1/")) {
        this.file(address.pathname, response);
        return;
      }
      const path = address.pathname.slice("/api/v1".length);
      if (path === "/events") {
        this.stream(request, response, address);
        return;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = route(this, request, path, address.searchParams, Buffer.concat(chunks));
      for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
      response.writeHead(answer.status, answer.body === undefined ? {} : { "Content-Type": "application/json" });
      response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, { title: String(error), title_zh: "" });
      response.writeHead(refusal.status, { "Content-Type": "application/problem+json" });
      response.end(JSON.stringify({ status: refusal.status, ...refusal.details }));
    }
  }

  private file(path: string, response: ServerResponse): void {
    const pages: Record<string, string> = { "/": "index.html", "/phone": "phone.html", "/wall": "wall.html", "/desk": "desk.html" };
    const name = pages[path] ?? path.slice(1);
    const tile = path.startsWith("/tiles/") ? this.tiles(path) : undefined;
    if (tile) {
      response.writeHead(200, { "Content-Type": "image/png" });
      response.end(tile);
      return;
    }
    const file = join(this.options.dist, name);
    if (name.includes("..") || !existsSync(file)) {
      response.writeHead(404, { "Content-Type": "text/plain" });
      response.end("404");
      return;
    }
    if (name.endsWith(".html")) response.setHeader("Content-Security-Policy", pagePolicy(this.mapBase));
    response.writeHead(200, {
      "Content-Type": types[extname(name)] ?? "application/octet-stream",
      "Cache-Control": name.startsWith("assets/") ? "max-age=31536000, immutable" : "no-cache",
      ...(existsSync(`${file}.gz`) ? { "Content-Encoding": "gzip" } : {}),
    });
    response.end(readFileSync(existsSync(`${file}.gz`) ? `${file}.gz` : file));
  }

  session(request: IncomingMessage): string {
    return /huying=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
  }
  person(request: IncomingMessage): Person {
    if (this.sessionsEndWithAStep && request.method === "POST") {
      this.sessionsEndWithAStep = false;
      this.expireSessions();
    }
    const found = this.persons.find((one) => one.code === this.sessions.get(this.session(request)));
    if (!found) throw new Refusal(401, { number: 9003, name: "NO_LOGIN", title: "no session", title_zh: "登录已过期" });
    return found;
  }
  mayRead(person: Person, of: MockCase): boolean {
    return person.role !== "ROLE_GRID_WORKER" && person.role !== "ROLE_CADRE" ? true : person.place === of.cell;
  }
  found(number: string, person?: Person): MockCase {
    const of = this.cases.find((one) => one.number === number);
    if (!of) throw new Refusal(404, { number: 4001, name: "CASE_UNKNOWN", title: "there is no such case", title_zh: "没有这个案件" });
    if (person && !this.mayRead(person, of))
      throw new Refusal(403, { number: 1008, name: "NOT_ALLOWED", title: "this role may not do this", title_zh: "您的账号不能办这一步" });
    return of;
  }

  private stream(request: IncomingMessage, response: ServerResponse, address: URL): void {
    this.person(request);
    if (this.away) throw brokerAway();
    const last = request.headers["last-event-id"] ?? address.searchParams.get("after") ?? "";
    this.streamsOpened += 1;
    this.resumedFrom.push(String(last));
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(": \n\n");
    if (last !== "") {
      const from = /^t(\d+)$/.exec(String(last));
      if (!from) {
        response.end("event: lost\ndata: {}\n\n");
        return;
      }
      for (const told of this.told.slice(Number(from[1]))) response.write(this.framed(told));
    }
    response.write("event: head\ndata: {}\n\n");
    this.streams.add(response);
    const beat = setInterval(() => response.write(": \n\n"), 5_000);
    response.on("close", () => {
      clearInterval(beat);
      this.streams.delete(response);
    });
  }

  logIn(person: string): Answer {
    const found = this.persons.find((one) => one.code === person);
    if (!found)
      throw new Refusal(401, {
        number: 9001,
        name: "LOGIN_FAILED",
        title: "the account or the password is wrong",
        title_zh: "账号或密码不对",
        remedy: "try again",
        remedy_zh: "请核对后再试",
      });
    const token = createHash("sha256").update(`${person}${Math.random()}`).digest("hex");
    this.sessions.set(token, person);
    return {
      status: 200,
      body: { csrf: "c", me: this.me(found) },
      headers: { "Set-Cookie": `huying=${token}; HttpOnly; SameSite=Strict; Path=/` },
    };
  }
  me(of: Person): unknown {
    const cells = of.role === "ROLE_GRID_WORKER" || of.role === "ROLE_CADRE" ? [of.place] : [];
    return {
      person: of.code,
      title: of.title,
      roles: [{ role: of.role, place: of.place }],
      cells,
      readOnly: of.role === "ROLE_OBSERVER",
      street: street.street,
      demonstration: true,
      ratePermille: 1000,
      timeZone: "Asia/Shanghai",
    };
  }

  nameOf(cell: string): string {
    return this.map.features.find((feature) => feature.properties.code === cell)?.properties.name ?? cell;
  }
  open(): MockCase[] {
    return this.cases.filter((one) => !/CLOSED|VOID|NOT_ACCEPTED/.test(one.state));
  }

  /** (person, action id) has the same answer for good. */
  once(key: string, decide: () => Answer): Answer {
    const before = this.answers.get(key);
    if (before) return before;
    if (this.undecided > 0) {
      this.undecided -= 1;
      throw new Refusal(504, { number: 9011, name: "NOT_DECIDED", title: "on disk, not decided yet", title_zh: "中心已收到，还没有定" });
    }
    const answer = decide();
    this.answers.set(key, answer);
    return answer;
  }

  action(of: MockCase, action: ActionBody, person: Person): Answer {
    return this.once(`${person.code}/${action.actionId}`, () => {
      const may = allowed(of, person);
      if (!may.includes(action.kind))
        throw new Refusal(409, {
          number: 4003,
          name: "STATE_REFUSES",
          title: "the case is in a state in which this cannot be done",
          title_zh: "案件现在的状态不能办这一步",
          state: of.state,
          allowed: may,
        });
      act(of, action, person, Math.round(this.now()));
      this.decided.push({
        person: person.code,
        id: action.actionId,
        kind: action.kind,
        number: of.number,
        ...(action.toCell ? { toCell: action.toCell } : {}),
      });
      this.tell(of, action.kind.replace("ACTION_KIND_", "").toLowerCase());
      return { status: 200, body: { stage: "DECIDED", outcome: { state: of.state, revision: String(of.revision) }, events: [] } };
    });
  }

  report(request: RequestBody, person: Person): Answer {
    return this.once(`${person.code}/${request.sourceId}`, () => {
      this.reports.push(request);
      const of = caseOf(person.place, this.nameOf(person.place), {
        title: (request.text?.plain ?? "照片").slice(0, 12),
        words: request.text?.plain ?? "",
        state: "CASE_STATE_DISPATCHED",
        receivedAtMs: Math.round(this.now()),
        story: [],
        clocks: [{ kind: "CLOCK_KIND_ARRANGE", generation: 1, dueAtMs: String(midnight(0)), firstDueAtMs: String(midnight(0)) }],
      });
      this.cases.push(of);
      this.decided.push({ person: person.code, id: request.sourceId, kind: "REPORT", number: of.number });
      this.tell(of, "filed");
      return { status: 201, body: { caseNumber: of.number, known: false, cell: of.cell, rule: "DISPATCH_RULE_POINT" } };
    });
  }
}
