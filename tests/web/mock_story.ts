// The made-up street of the mock gateway: the demonstration's cells and people, and cases that nobody ever reported. Everything
// here is made up; people are roles and numbers. 演示数据，全部虚构
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { CaseState, CellMap, ClockView, Rung, Sentence, Street } from "../../gateway/web/src/api/types";

export const hour = 3_600_000,
  day = 24 * hour;
/** 2026-11-23 09:42:00 in Shanghai. */
export const begin = Date.UTC(2026, 10, 23, 1, 42);
/** 24:00 of the day that is `days` from the beginning's. */
export const midnight = (days: number): number => Date.UTC(2026, 10, 23 + days, 16);

export interface MockCase {
  number: string;
  cell: string;
  state: CaseState;
  title: string;
  titleEn: string;
  place: string;
  category: string;
  words: string;
  revision: number;
  clocks: ClockView[];
  story: Sentence[];
  rung: Rung;
  answered: boolean;
  climbsAtMs: number;
  holder: string;
  holderEn: string;
  holderPerson: string;
  telephone: string;
  point?: { latitude: number; longitude: number; accuracyMetres: number };
  address?: string;
  ask?: string; // ASK_KIND_…
  candidates: string[];
  notes: number; // of the citizen, this hour
  added: { words: string; images: number; atMs: number }[]; // by the citizen
  receivedAtMs: number;
  hops: number;
  source: string;
  onSpot: boolean;
  code: string;
  rated: { solved: boolean; satisfaction: number } | null;
  answerer: string;
  extensions: number;
  wordsAt: Map<number, string>;
  pauses: { fromMs: number; toMs: number }[];
}

export interface Person {
  code: string;
  title: string;
  role: string;
  place: string;
}

const root = process.env["HUYING_ROOT"] ?? process.cwd();

interface RawCells {
  features: { properties: { id: string; name: string; unit: string }; geometry: CellMap["features"][number]["geometry"] }[];
}

export function readCells(): CellMap {
  const raw = JSON.parse(readFileSync(join(root, "deploy/wenyuan/cells.geojson"), "utf8")) as RawCells;
  return {
    type: "FeatureCollection",
    features: raw.features.map(({ properties, geometry }) => ({
      type: "Feature",
      properties: { code: properties.id, name: properties.name, unit: properties.unit },
      geometry,
    })),
  };
}

const units: [string, string][] = [
  ["shiqiao", "石桥村"],
  ["liulin", "柳林村"],
  ["xingyuan", "杏园村"],
  ["dongquan", "东泉村"],
  ["xiquan", "西泉村"],
  ["huaishu", "槐树村"],
  ["zaolin", "枣林村"],
  ["meiwan", "梅湾村"],
  ["zhuyuan", "竹园村"],
  ["songpo", "松坡村"],
  ["qingqu", "清渠村"],
  ["beitang", "北塘村"],
  ["wenhua", "文华社区"],
  ["wenchang", "文昌社区"],
];

export const street: Street = {
  street: { code: "410871061", name: "文苑街道" },
  version: "7",
  demonstration: true,
  ratePermille: 1000,
  timeZone: "Asia/Shanghai",
  units: units.map(([code, name]) => ({ code, name })),
  categories: [
    { code: "general", name: "其他", nameEn: "Other" },
    { code: "sanitation", name: "市容环境", nameEn: "Sanitation" },
    { code: "road", name: "道路设施", nameEn: "Roads" },
    { code: "drainage", name: "排水与积水", nameEn: "Drainage" },
  ],
  mapBase: null,
  bounds: [113.15, 35.15, 113.3, 35.25],
};

export function people(cells: CellMap): Person[] {
  const result: Person[] = [
    { code: "s-1", title: "街道督导 1 号", role: "ROLE_STREET_SUPERVISOR", place: "410871061" },
    { code: "s-2", title: "街道督导 2 号", role: "ROLE_STREET_SUPERVISOR", place: "410871061" },
    { code: "desk-1", title: "指挥中心坐席 1 号", role: "ROLE_DESK", place: "410871061" },
    { code: "wall-1", title: "大屏 1", role: "ROLE_OBSERVER", place: "410871061" },
  ];
  for (const { properties } of cells.features) {
    const name = properties.name.replace(/ 网格$/, "");
    result.push({ code: `${properties.code}.worker`, title: `${name} 网格员`, role: "ROLE_GRID_WORKER", place: properties.code });
    result.push({ code: `${properties.code}.deputy`, title: `${name} 副网格员`, role: "ROLE_GRID_WORKER", place: properties.code });
    result.push({ code: `${properties.code}.cadre`, title: `${name} 包联干部`, role: "ROLE_CADRE", place: properties.code });
  }
  return result;
}

let serial = 100;
export function caseOf(cell: string, name: string, over: Partial<MockCase>): MockCase {
  serial += 1;
  const received = over.receivedAtMs ?? begin - 2 * day;
  const holder = `${name.replace(/ 网格$/, "")} 网格员`;
  const made: MockCase = {
    number: `WY-261121-${String(serial).padStart(4, "0")}-${serial % 10}`,
    cell,
    state: "CASE_STATE_ACCEPTED",
    title: "路灯不亮",
    titleEn: "Street light out",
    place: "东门小广场",
    category: "road",
    words: "",
    revision: 3,
    clocks: [],
    story: [],
    rung: "RUNG_CELL",
    answered: false,
    climbsAtMs: 0,
    holder,
    holderEn: `grid worker of ${cell}`,
    holderPerson: `${cell}.worker`,
    telephone: "",
    candidates: [],
    notes: 0,
    added: [],
    receivedAtMs: received,
    hops: 0,
    source: "mini-program",
    onSpot: false,
    code: "7K4M",
    rated: null,
    answerer: "",
    extensions: 0,
    wordsAt: new Map(),
    pauses: [],
    ...over,
  };
  if (made.clocks.length === 0) {
    made.clocks = [
      {
        kind: "CLOCK_KIND_ARRANGE",
        generation: 1,
        firstDueAtMs: String(midnight(-2)),
        dueAtMs: String(midnight(-2)),
        outcome: "CLOCK_OUTCOME_MET",
        startedAtMs: String(received),
      },
      {
        kind: "CLOCK_KIND_FEED_BACK",
        generation: 1,
        firstDueAtMs: String(midnight(4)),
        dueAtMs: String(midnight(4)),
        startedAtMs: String(received),
      },
      {
        kind: "CLOCK_KIND_SOLVE",
        generation: 1,
        firstDueAtMs: String(midnight(5)),
        dueAtMs: String(midnight(5)),
        startedAtMs: String(received),
      },
    ];
  }
  if (made.story.length === 0) {
    const step = (atMs: number, kind: string, zh: string, en: string, note_zh = "", note_en = ""): void => {
      const sentence: Sentence = {
        atMs,
        kind: `EVENT_KIND_${kind}`,
        zh,
        en,
        revision: String(made.story.length + 1),
        cell,
        sequence: String(made.story.length + 10),
      };
      if (note_zh) {
        sentence.note_zh = note_zh;
        sentence.note_en = note_en;
      }
      made.story.push(sentence);
    };
    step(received, "FILED", "诉求收到，立案", "A request came in and became a case");
    step(
      received + 1_000,
      "DISPATCHED",
      `位置在${name}内，派给${holder}`,
      `The point lies in ${cell}; sent to its grid worker`,
      "按位置派遣",
      "by its point",
    );
    if (made.state !== "CASE_STATE_DISPATCHED" && made.state !== "CASE_STATE_AT_DESK")
      step(received + 33 * 60_000, "ACCEPTED", `${holder}签收`, `Grid worker of ${cell} accepted it`);
  }
  return made;
}
