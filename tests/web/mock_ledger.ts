// The ledger's answers of the mock gateway, counted from its cases so that they add up. Made-up data only.
import type { CellMap } from "../../gateway/web/src/api/types";
import { midnight, street, type MockCase } from "./mock_story";
import { cardOf, nextOf } from "./mock_table";

export interface Ledger {
  readonly cases: readonly MockCase[];
  readonly map: CellMap;
  readonly told: readonly unknown[];
  readonly uncovered: readonly { cell: string }[];
  readonly lastEscalation: unknown;
  now(): number;
  open(): MockCase[];
  nameOf(cell: string): string;
}

export function wall(mock: Ledger): unknown {
  const now = mock.now();
  const open = mock.open();
  const late = (one: MockCase): boolean => (nextOf(one)?.dueAtMs ?? Infinity) <= now;
  const escalated = open.filter((one) => one.rung !== "RUNG_CELL" && !one.answered).sort((a, b) => a.climbsAtMs - b.climbsAtMs);
  const cells = mock.map.features.map(({ properties }) => {
    const here = open.filter((one) => one.cell === properties.code);
    const counts = {
      open: here.length,
      escalated: here.filter((one) => escalated.includes(one)).length,
      late: here.filter(late).length,
      paused: here.filter((one) => one.state === "CASE_STATE_SHELVED").length,
      due: here.filter((one) => !late(one) && one.state !== "CASE_STATE_SHELVED" && (nextOf(one)?.dueAtMs ?? Infinity) <= midnight(0))
        .length,
    };
    const gone = mock.uncovered.some((one) => one.cell === properties.code);
    const [mark, count] = counts.escalated
      ? ["升", counts.escalated]
      : gone
        ? ["缺", 0]
        : counts.late
          ? ["超", counts.late]
          : counts.due
            ? ["临", counts.due]
            : counts.paused
              ? ["停", counts.paused]
              : ["", counts.open];
    return { cell: properties.code, unit: properties.unit, ...counts, mark, count };
  });
  const next = open
    .filter((one) => !late(one) && one.cell !== "desk" && one.state !== "CASE_STATE_SHELVED")
    .sort((a, b) => (nextOf(a)?.dueAtMs ?? 0) - (nextOf(b)?.dueAtMs ?? 0))
    .slice(0, 3)
    .map((one) => ({ ...cardOf(one, now), number: one.number, place: mock.nameOf(one.cell) }));
  const rate = (numerator: number, denominator: number) => ({
    numerator: String(numerator),
    denominator: String(denominator),
    leftOut: [
      { reason: "void", zh: "作废", en: "void", count: 2 },
      { reason: "not_accepted", zh: "不予受理", en: "not accepted", count: 1 },
    ],
  });
  const more = new Map<string, number>();
  for (const one of escalated.slice(3)) more.set(one.cell.replace(/-\d+$/, ""), (more.get(one.cell.replace(/-\d+$/, "")) ?? 0) + 1);
  return {
    asOf: now,
    token: `t${mock.told.length}`,
    cells,
    next,
    uncovered: mock.uncovered,
    lastEscalation: mock.lastEscalation ?? null,
    escalated: escalated.length,
    escalations: escalated.slice(0, 3).map((one) => ({
      ...cardOf(one, now),
      number: one.number,
      place: mock.nameOf(one.cell),
      unit: one.cell.replace(/-\d+$/, ""),
      cell: one.cell,
      rung: one.rung,
      climbsAtMs: one.climbsAtMs,
      atTop: one.rung === "RUNG_DISTRICT",
      answered: false,
      person: "s-2",
      answerer: one.answerer,
      answererEn: one.answerer,
    })),
    more: [...more].map(([unit, count]) => ({ unit, count })),
    rates: { inTime: rate(214, 219), solved: rate(168, 184), satisfied: rate(174, 184) },
    flow: {
      today: { filed: 14, dispatched: 13, resolved: 9, ended: 8 },
      yesterday: { filed: 41, dispatched: 40, resolved: 33, ended: 30 },
    },
    open: open.length,
    openLate: open.filter(late).length,
  };
}

export function register(mock: Ledger, query: URLSearchParams): unknown {
  const q = query.get("q") ?? "",
    cell = query.get("cell"),
    unit = query.get("unit"),
    now = mock.now(),
    limit = Number(query.get("limit") ?? 50);
  const state = query.get("state"),
    opened = mock.open();
  const list = (query.get("open") === "0" ? mock.cases.filter((one) => !opened.includes(one)) : opened)
    .filter(
      (one) =>
        (!state || one.state === `CASE_STATE_${state.replace("CASE_STATE_", "").toUpperCase()}`) &&
        (q === "" || `${one.number}${one.title}`.includes(q)) &&
        (!cell || one.cell === cell) &&
        (!unit || one.cell.replace(/-\d+$/, "") === unit),
    )
    .sort(
      (a, b) => Number(b.rung !== "RUNG_CELL") - Number(a.rung !== "RUNG_CELL") || (nextOf(a)?.dueAtMs ?? 0) - (nextOf(b)?.dueAtMs ?? 0),
    );
  return {
    asOf: now,
    more: list.length > limit,
    rows: list.slice(0, limit).map((one) => {
      const card = cardOf(one, now),
        isOpen = opened.includes(one);
      return {
        number: one.number,
        state: one.state,
        open: isOpen,
        cell: one.cell,
        unit: one.cell.replace(/-\d+$/, ""),
        category: one.category,
        filedAtMs: one.receivedAtMs,
        endedAtMs: isOpen ? 0 : one.receivedAtMs + 3_600_000,
        hops: one.hops,
        extensions: one.extensions,
        rework: 0,
        returns: 0,
        rung: one.rung,
        answered: one.answered,
        waitsFor: isOpen && one.rung !== "RUNG_CELL" && !one.answered ? one.rung : "",
        clock: (isOpen && card.clock) || null,
        card: { ...card, answerer: one.answerer, answererEn: one.answerer },
      };
    }),
  };
}

export function figures(): unknown {
  const stage = { due: "219", inTime: "214", overdue: "5" };
  const rate = (numerator: number, denominator: number) => ({
    numerator: String(numerator),
    denominator: String(denominator),
    leftOut: [],
  });
  return (street.units ?? []).map((unit, place) => ({
    group: unit.code,
    filed: String(20 + place),
    dispatched: String(20 + place),
    ended: String(15 + place),
    open: String(5),
    openLate: String(place % 3),
    stages: { arrange: stage, feedBack: stage, solve: stage },
    rates: { inTime: rate(15 + place, 16 + place), solved: rate(12 + place, 14 + place), satisfied: rate(12 + place, 14 + place) },
  }));
}
