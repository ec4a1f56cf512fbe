// The citizen's part of the mock gateway. Made-up data only.
import { createHash } from "node:crypto";

import type { TrackStep } from "../../gateway/web/src/api/types";
import { brokerAway, Refusal, type Answer, type MockGateway } from "./mock_gateway";
import { caseOf, day, hour, midnight } from "./mock_story";

export function citizen(mock: MockGateway, path: string, body: Buffer): Answer {
  if (path === "/citizen/attachments")
    return {
      status: 201,
      body: { blake2b256: createHash("sha256").update(body).digest("base64"), sizeBytes: String(body.length), mediaType: "image/jpeg" },
    };
  const json = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  if (path === "/citizen/requests") {
    if (mock.away) throw brokerAway();
    return mock.once(`citizen/${String(json["sourceId"])}`, () => {
      const point = json["point"] as { latitude: number; longitude: number } | undefined;
      if (point && (point.latitude < 35 || point.latitude > 36))
        throw new Refusal(400, { number: 9020, name: "OUTSIDE_STREET", title: "the point is outside the street", title_zh: "不在本街道" });
      const of = caseOf("wenchang-07", mock.nameOf("wenchang-07"), {
        title: "路灯不亮",
        words: String(json["words"] ?? ""),
        state: "CASE_STATE_DISPATCHED",
        receivedAtMs: Math.round(mock.now()),
        clocks: [{ kind: "CLOCK_KIND_ARRANGE", generation: 1, dueAtMs: String(midnight(0)), firstDueAtMs: String(midnight(0)) }],
      });
      mock.cases.push(of);
      mock.tell(of, "filed");
      return { status: 201, body: { caseNumber: of.number, code: of.code, link: `/#${of.number}.${of.code}` } };
    });
  }
  const of = mock.cases.find((one) => one.number === json["caseNumber"] && one.code === json["code"]);
  if (!of) {
    mock.tries += 1;
    if (mock.tries > 5)
      throw new Refusal(429, { number: 9007, name: "TOO_MANY_TRIES", title: "too many tries", title_zh: "", retryAfterMs: 600_000 });
    throw new Refusal(404, { number: 9006, name: "CODE_WRONG", title: "not found", title_zh: "" });
  }
  if (path === "/citizen/track") {
    const at = (ms: number, zh: string, en: string) => ({ atMs: ms, zh, en });
    const steps: TrackStep[] = [
      at(of.receivedAtMs, "收到了", "Received"),
      at(of.receivedAtMs + 1_000, `已交给${mock.nameOf(of.cell)}`, "Handed to the cell"),
    ];
    if (!/DISPATCHED|AT_DESK/.test(of.state)) steps.push(at(of.receivedAtMs + 780_000, "网格员已接手", "Accepted"));
    if (/FED_BACK|ACCEPTED/.test(of.state)) steps.push(at(of.receivedAtMs + 2 * hour, "正在办理", "In progress"));
    for (const one of of.added)
      steps.push({
        ...at(one.atMs, "已收到您的补充", "What you added was received"),
        ...(one.words ? { words: one.words } : {}),
        ...(one.images > 0 ? { images: one.images } : {}),
      });
    const resolved = of.state === "CASE_STATE_RESOLVED";
    if (resolved) steps.push(at(of.receivedAtMs + day, "已办，请您确认", "Done, please confirm"));
    return {
      status: 200,
      body: {
        caseNumber: of.number,
        title: of.title,
        state: of.state,
        stateZh: resolved ? "已办，请您确认" : /DISPATCHED/.test(of.state) ? `已交给${mock.nameOf(of.cell)}` : "正在办理",
        stateEn: resolved ? "Done, please confirm" : "In progress",
        cellName: mock.nameOf(of.cell),
        latestAnswerMs: midnight(6),
        steps,
        words: of.words,
        done: resolved ? ["灯泡和线路都换了，现在已亮。"] : [],
        mayRate: resolved,
        mayReopen: of.state === "CASE_STATE_CLOSED",
        mayAdd: !/CLOSED|VOID|NOT_ACCEPTED/.test(of.state),
        rated: of.rated !== null,
      },
    };
  }
  if (path === "/citizen/rate") {
    of.rated = { solved: Boolean(json["solved"]), satisfaction: Number(json["satisfaction"]) };
    if (!of.rated.solved) of.state = "CASE_STATE_REWORK";
    return { status: 200, body: { stage: "DECIDED" } };
  }
  if (path === "/citizen/notes") {
    return mock.once(`note/${of.number}/${String(json["actionId"])}`, () => {
      of.notes += 1;
      if (of.notes > 6)
        throw new Refusal(429, {
          number: 9013,
          name: "TRIES_EXCEEDED",
          title: "too many tries, requests or notes from here, or for this number",
          title_zh: "次数太多，请稍后再试",
          retryAfterMs: 3_600_000,
        });
      const images = Array.isArray(json["attachments"]) ? json["attachments"].length : 0;
      of.added.push({ words: String(json["words"] ?? ""), images, atMs: Math.round(mock.now()) });
      return { status: 200, body: { stage: "DECIDED" } };
    });
  }
  throw new Refusal(404, { number: 9005, name: "NO_SUCH_PAGE", title: "no such page", title_zh: "没有这一页" });
}
