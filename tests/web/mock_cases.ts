// The made-up cases of the mock street: one worker's, everybody else's, and those at the desk. 演示数据，全部虚构
import type { CellMap, ClockView } from "../../gateway/web/src/api/types";
import { begin, caseOf, day, hour, midnight, type MockCase } from "./mock_story";

const running = (kind: ClockView["kind"], dueMs: number, firstMs = dueMs, beganMs = begin - 2 * day): ClockView =>
  ({ kind, generation: 1, firstDueAtMs: String(firstMs), dueAtMs: String(dueMs), startedAtMs: String(beganMs) }) as ClockView;
const met = (kind: ClockView["kind"], dueMs: number): ClockView => ({ ...running(kind, dueMs), outcome: "CLOCK_OUTCOME_MET" });

/** The cases of one worker, as in the pictures: one overdue and climbed, one to accept, one to resolve, and later ones. */
export function workersCases(cell: string, name: string): MockCase[] {
  const one = (over: Partial<MockCase>): MockCase => caseOf(cell, name, over);
  const fitness = one({
    title: "健身器材松动",
    titleEn: "Loose fitness machine",
    place: "东门小广场",
    state: "CASE_STATE_FED_BACK",
    receivedAtMs: begin - 8 * day,
    words: "东门小广场的漫步机踏板松了，老人踩上去晃。",
    telephone: "13900000001",
    clocks: [
      met("CLOCK_KIND_ARRANGE", midnight(-8)),
      met("CLOCK_KIND_FEED_BACK", midnight(-6)),
      running("CLOCK_KIND_SOLVE", midnight(0), midnight(-2), begin - 8 * day),
    ],
    pauses: [{ fromMs: midnight(-5), toMs: midnight(-3) }],
  });
  fitness.story.push({
    atMs: begin - 6 * day,
    kind: "EVENT_KIND_FED_BACK",
    zh: `${fitness.holder}反馈`,
    en: "The grid worker fed back",
    revision: "4",
    cell,
    sequence: "14",
    hasWords: true,
  });
  return [
    one({
      title: "污水从井盖外溢",
      titleEn: "Sewage from a manhole",
      place: "北二巷 6 号楼东侧",
      category: "drainage",
      rung: "RUNG_STREET",
      climbsAtMs: begin + 41 * 60_000 + 20_000,
      answerer: "街道督导 2 号",
      words: "井盖往外冒污水，味道很大。",
      receivedAtMs: begin - 4 * day,
      clocks: [
        met("CLOCK_KIND_ARRANGE", midnight(-4)),
        { ...running("CLOCK_KIND_FEED_BACK", midnight(-2), midnight(-2), begin - 4 * day), outcome: "CLOCK_OUTCOME_FIRED" },
        running("CLOCK_KIND_SOLVE", midnight(2)),
      ],
    }),
    one({
      title: "楼道堆放旧家具",
      titleEn: "Furniture in the stairway",
      place: "学苑路 12 号院 3 单元",
      category: "sanitation",
      state: "CASE_STATE_DISPATCHED",
      revision: 2,
      receivedAtMs: begin - 40 * 60_000,
      words: "三单元一楼楼道堆了旧沙发，挡路。",
      telephone: "13900000002",
      clocks: [running("CLOCK_KIND_ARRANGE", begin + 18 * 60_000 + 40_000, begin + 18 * 60_000 + 40_000, begin - 40 * 60_000)],
    }),
    fitness,
    one({
      title: "路灯不亮",
      place: "学苑路 12 号院东门",
      words: "路灯不亮三天了。",
      clocks: [met("CLOCK_KIND_ARRANGE", midnight(-2)), met("CLOCK_KIND_FEED_BACK", midnight(0)), running("CLOCK_KIND_SOLVE", midnight(3))],
    }),
    one({ title: "广告牌松动", titleEn: "Loose sign", place: "北一巷口" }),
    one({
      title: "路面坑洼",
      titleEn: "Potholes",
      place: "学苑路",
      state: "CASE_STATE_RESOLVED",
      clocks: [
        met("CLOCK_KIND_ARRANGE", midnight(-3)),
        met("CLOCK_KIND_FEED_BACK", midnight(-1)),
        met("CLOCK_KIND_SOLVE", midnight(3)),
        running("CLOCK_KIND_VERIFY", midnight(2)),
      ],
    }),
    one({ title: "垃圾清运不及时", titleEn: "Rubbish not collected", place: "西门" }),
    one({
      title: "绿化带补种",
      titleEn: "Replant the green strip",
      place: "学苑路西段",
      state: "CASE_STATE_SHELVED",
      clocks: [
        met("CLOCK_KIND_ARRANGE", midnight(-9)),
        met("CLOCK_KIND_FEED_BACK", midnight(-7)),
        { ...running("CLOCK_KIND_SOLVE", midnight(-1)), outcome: "CLOCK_OUTCOME_PAUSED" },
        running("CLOCK_KIND_REVIEW", midnight(12)),
      ],
      pauses: [{ fromMs: begin - 3 * day, toMs: 0 }],
    }),
  ];
}

/** Cases of the other cells: how many, and how bad, is fixed by the cell's place in the list. */
export function otherCases(cells: CellMap, skip: string, busy: boolean): MockCase[] {
  const result: MockCase[] = [];
  const kinds: [string, string][] = [
    ["路灯不亮", "Street light out"],
    ["垃圾未清", "Rubbish left"],
    ["乱停电动车", "Scooters in the way"],
    ["路面坑洼", "Potholes"],
    ["噪声扰民", "Noise"],
    ["占道经营", "Stalls on the road"],
  ];
  cells.features.forEach(({ properties }, place) => {
    if (properties.code === skip) return;
    const many = busy ? ([1, 2, 0, 3, 1, 2, 4, 1][place % 8] ?? 1) : ([1, 0, 1, 0, 1][place % 5] ?? 0);
    for (let n = 0; n < many; n += 1) {
      const [title = "", titleEn = ""] = kinds[(place + n) % kinds.length] ?? [];
      const over: Partial<MockCase> = { title, titleEn, place: "路口" };
      if (busy && n === 0) {
        if (place % 16 === 3)
          over.clocks = [
            met("CLOCK_KIND_ARRANGE", midnight(-2)),
            { ...running("CLOCK_KIND_FEED_BACK", begin - (place + 2) * hour), outcome: "CLOCK_OUTCOME_FIRED" },
            running("CLOCK_KIND_SOLVE", midnight(3)),
          ];
        else if (place % 16 === 9)
          over.clocks = [
            met("CLOCK_KIND_ARRANGE", midnight(-2)),
            running("CLOCK_KIND_FEED_BACK", midnight(0)),
            running("CLOCK_KIND_SOLVE", midnight(4)),
          ];
        else if (place === 20 || place === 52) {
          over.rung = place === 20 ? "RUNG_UNIT" : "RUNG_DISTRICT";
          over.answerer = place === 20 ? "村干部 1 号" : "区督导 1 号";
          over.climbsAtMs = place === 20 ? begin + 2 * hour + 5 * 60_000 + 10_000 : begin + 12 * day + hour;
        } else if (place === 31 || place === 57) {
          over.state = "CASE_STATE_SHELVED";
          over.clocks = [met("CLOCK_KIND_ARRANGE", midnight(-2)), running("CLOCK_KIND_REVIEW", midnight(9))];
        }
      } else if (!busy && n === 0 && (place === 10 || place === 45)) {
        over.clocks = [
          met("CLOCK_KIND_ARRANGE", midnight(-2)),
          running("CLOCK_KIND_FEED_BACK", place === 10 ? begin + 4.3 * hour : midnight(0)),
          running("CLOCK_KIND_SOLVE", midnight(4)),
        ];
      }
      result.push(caseOf(properties.code, properties.name, over));
    }
  });
  return result;
}

/** What waits at the desk: six requests with their candidates. */
export function deskCases(corner: { latitude: number; longitude: number }): MockCase[] {
  const at = (
    title: string,
    titleEn: string,
    words: string,
    minutes: number,
    candidates: string[],
    over: Partial<MockCase> = {},
  ): MockCase =>
    caseOf("desk", "指挥中心", {
      state: "CASE_STATE_AT_DESK",
      title,
      titleEn,
      words,
      candidates,
      holder: "指挥中心坐席",
      holderEn: "the desk",
      holderPerson: "desk-1",
      revision: 1,
      place: "",
      receivedAtMs: begin - 38 * 60_000,
      clocks: [running("CLOCK_KIND_DESK", begin + minutes * 60_000)],
      source: "hotline-12345",
      story: [
        {
          atMs: begin - 38 * 60_000,
          kind: "EVENT_KIND_FILED",
          zh: candidates.length > 1 ? "位置离几个网格的边界都近，请指挥中心定去向" : "写的地方对不上任何网格，请指挥中心定去向",
          en: "Dispatch was not certain; the desk decides",
          revision: "1",
          cell: "desk",
          sequence: "5",
        },
      ],
      ...over,
    });
  return [
    at("排水沟堵了", "Blocked ditch", "巷口排水沟堵了，一下雨就漫到路上。", 22, ["wenchang-09", "wenchang-08", "wenhua-17"], {
      point: { ...corner, accuracyMetres: 15 },
    }),
    at("噪声扰民", "Noise", "学校后面晚上施工，很吵。", 48, [], { address: "学校后面" }),
    at("道路塌陷", "Sunken road", "路中间塌了一块。", 70, ["wenhua-03"], {
      point: { latitude: 35.2, longitude: 113.2, accuracyMetres: 0 },
    }),
    at("树枝压电线", "Branch on a wire", "大树枝压在电线上。", 92, ["shiqiao-01", "liulin-02"], { hops: 3 }),
    at("井盖松动", "Loose manhole cover", "井盖一踩就响。", 125, ["wenhua-05", "wenhua-06"], { address: "旧区名 和平路" }),
    at("消防栓漏水", "Leaking hydrant", "消防栓一直漏水。", 220, []),
  ];
}
