// The mock's paths for staff. Made-up data only.
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";

import type { ActionBody, RequestBody } from "../../gateway/web/src/api/types";
import { citizen } from "./mock_citizen";
import { brokerAway, Refusal, type Answer, type MockGateway } from "./mock_gateway";
import { figures, register, wall } from "./mock_ledger";
import { street } from "./mock_story";
import { allowed, cardOf, nextOf, viewOf } from "./mock_table";

export function route(mock: MockGateway, request: IncomingMessage, path: string, query: URLSearchParams, body: Buffer): Answer {
  const method = request.method ?? "GET";
  const json = (): Record<string, unknown> => JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  const is = (verb: string, pattern: RegExp): RegExpExecArray | null => (method === verb ? pattern.exec(path) : null);
  let hit: RegExpExecArray | null;
  if (is("GET", /^\/street$/)) return { status: 200, body: { ...street, mapBase: mock.mapBase } };
  if (is("GET", /^\/map$/)) return { status: 200, body: mock.map };
  if (is("POST", /^\/session$/)) {
    const { person, password } = json();
    mock.logins += 1;
    if (mock.logins <= mock.busyLogins)
      throw new Refusal(503, {
        number: 9023,
        name: "GATEWAY_BUSY",
        title: "too much waits to be answered here",
        title_zh: "系统繁忙，请稍后再试",
        retryAfterMs: 2_000,
      });
    if (password !== "demo")
      throw new Refusal(401, {
        number: 9001,
        name: "LOGIN_FAILED",
        title: "the account or the password is wrong",
        title_zh: "账号或密码不对",
        remedy: "try again",
        remedy_zh: "请核对后再试",
      });
    return mock.logIn(String(person));
  }
  if (is("POST", /^\/session\/key$/)) return mock.logIn(json()["key"] === "wall-1:demo-key" ? "wall-1" : "");
  if (is("DELETE", /^\/session$/)) {
    mock.sessions.delete(mock.session(request));
    return { status: 204 };
  }
  if (path.startsWith("/citizen/")) return citizen(mock, path, body);

  const person = mock.person(request);
  if (method !== "GET" && request.headers["huying-csrf"] !== "c")
    throw new Refusal(403, { number: 9004, name: "CSRF", title: "the request lacks its token", title_zh: "请重新登录" });
  if (is("GET", /^\/me$/)) return { status: 200, body: { ...(mock.me(person) as object), csrf: "c" } };
  if (mock.away) throw brokerAway();
  if (is("GET", /^\/cases$/)) {
    const cell = query.get("cell");
    const list = mock.cases
      .filter((one) => mock.mayRead(person, one) && !/CLOSED|VOID|NOT_ACCEPTED/.test(one.state) && (cell === null || one.cell === cell))
      .sort((a, b) => (nextOf(a)?.dueAtMs ?? 0) - (nextOf(b)?.dueAtMs ?? 0));
    return { status: 200, body: { cases: list.slice(0, 200).map((one) => viewOf(one, person, mock.now())), total: list.length } };
  }
  if ((hit = is("GET", /^\/cases\/([^/]+)$/))) {
    const of = mock.found(decodeURIComponent(hit[1] ?? ""), person);
    const near = of.candidates.map((cell, place) => ({
      cell,
      name: mock.nameOf(cell),
      zh: place === 0 ? "点在格内，离边界 4 米" : `相邻，离点 ${4 + place * 7} 米`,
      en: place === 0 ? "the point is inside, 4 m from the border" : `next to it, ${4 + place * 7} m away`,
    }));
    return {
      status: 200,
      body: {
        case: viewOf(of, person, mock.now()),
        card: cardOf(of, mock.now()),
        story: of.story,
        ...(of.state === "CASE_STATE_AT_DESK" && allowed(of, person).includes("ACTION_KIND_ASSIGN") ? { candidates: near } : {}),
      },
    };
  }
  if ((hit = is("GET", /^\/cases\/([^/]+)\/(text|contact|location)$/))) {
    const of = mock.found(decodeURIComponent(hit[1] ?? ""), person);
    if (person.role === "ROLE_OBSERVER")
      throw new Refusal(403, { number: 1008, name: "NOT_ALLOWED", title: "this role may not do this", title_zh: "您的账号不能办这一步" });
    if (hit[2] === "contact") mock.contactLooks.push({ person: person.code, number: of.number });
    return {
      status: 200,
      body:
        hit[2] === "text"
          ? { text: { plain: of.words } }
          : hit[2] === "contact"
            ? { contact: of.telephone ? { telephone: { plain: of.telephone } } : {} }
            : {
                location: {
                  ...(of.point ? { point: { ...of.point, datum: "DATUM_WGS84" } } : {}),
                  ...(of.address || of.place ? { address: of.address || of.place } : {}),
                },
              },
    };
  }
  if ((hit = is("GET", /^\/cases\/([^/]+)\/words$/))) {
    const of = mock.found(decodeURIComponent(hit[1] ?? ""), person);
    return { status: 200, body: { text: { plain: of.wordsAt.get(Number(query.get("sequence"))) ?? "" } } };
  }
  if ((hit = is("POST", /^\/cases\/([^/]+)\/actions$/)))
    return mock.action(mock.found(decodeURIComponent(hit[1] ?? ""), person), json() as unknown as ActionBody, person);
  if (is("POST", /^\/requests$/)) return mock.report(json() as unknown as RequestBody, person);
  if (is("POST", /^\/attachments$/))
    return {
      status: 201,
      body: { blake2b256: createHash("sha256").update(body).digest("base64"), sizeBytes: String(body.length), mediaType: "image/jpeg" },
    };
  if (is("GET", /^\/people$/))
    return {
      status: 200,
      body: mock.persons
        .filter(
          (one) => (!query.get("role") || one.role === query.get("role")) && (!query.get("place") || one.place === query.get("place")),
        )
        .map(({ code, ...rest }) => ({ person: code, ...rest })),
    };
  if (is("GET", /^\/wall$/)) return { status: 200, body: wall(mock) };
  if (is("GET", /^\/register$/)) return { status: 200, body: register(mock, query) };
  if (is("GET", /^\/figures$/)) {
    for (const name of ["from", "to"])
      if (!/^\d+$/.test(query.get(name) ?? ""))
        throw new Refusal(400, {
          number: 1015,
          name: "FIELD_MISSING",
          title: "a required field is missing",
          title_zh: "缺少必填内容",
          detail: name,
        });
    return { status: 200, body: figures() };
  }
  if (is("GET", /^\/system$/))
    return {
      status: 200,
      body: {
        ledger: { open: true, atHead: true, behindMs: 120 },
        gateway: { connections: 3, streams: 2 },
        status: {
          street: "410871061",
          term: 3,
          configurationVersion: "7",
          demonstration: true,
          leases: mock.map.features
            .slice(0, 5)
            .map(({ properties }) => ({ cell: properties.code, host: "host-1", epoch: { term: 3, grant: 1 } })),
          subscriptions: [
            { name: "ledger", principal: "gateway-1", connected: true, atHead: true, sent: "2310", acknowledged: "2304" },
            { principal: "gateway-1", connected: true, atHead: true, sent: "41", acknowledged: "41" },
            { principal: "gateway-1", connected: true, sent: "12" },
          ],
          openCases: String(mock.open().length),
          freeBytes: "42000000000",
          journalBytes: "120000000",
          diskRoom: "DISK_ROOM_ENOUGH",
        },
      },
    };
  if (is("GET", /^\/system\/versions$/))
    return {
      status: 200,
      body: [
        { version: "7", inForce: true, atMs: mock.now() - 3_600_000, publishedBy: "administrator" },
        { version: "6", inForce: false, atMs: mock.now() - 9 * 86_400_000, publishedBy: "administrator" },
      ],
    };
  throw new Refusal(404, { number: 9005, name: "NO_SUCH_PAGE", title: "no such page", title_zh: "没有这一页" });
}
