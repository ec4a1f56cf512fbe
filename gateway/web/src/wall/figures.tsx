// The strip below: three rates with numerator and denominator, today's flow with yesterday's, what is still open. A click on a
// rate shows what it leaves out, and why, by unit.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { int64, type Figures, type Rate, type Wall } from "../api/types";
import { Sheet } from "../design/parts";
import type { CellNames } from "../logic/cell_names";
import { startOfMonth } from "../logic/civil_time";
import * as C from "../words/common";
import * as W from "../words/wall";
import { choose, language, say, type Pair } from "../words/language";
import type { Board } from "./board";

export type RateName = "inTime" | "solved" | "satisfied";
export const rateNames: Record<RateName, Pair> = { inTime: W.inTime, solved: W.solved, satisfied: W.satisfied };

/** 97.7; a rate of nothing has no figure, and only a whole one is 100.0. */
export function percent(rate: Rate | undefined): string {
  const denominator = int64(rate?.denominator);
  if (denominator === 0) return "–";
  const numerator = int64(rate?.numerator);
  const tenths = Math.round((numerator * 1000) / denominator);
  return ((numerator < denominator ? Math.min(tenths, 999) : tenths) / 10).toFixed(1);
}

export function leftOutWords(rate: Rate | undefined): string {
  const out = (rate?.leftOut ?? []).filter((one) => int64(one.count) > 0);
  if (out.length === 0) return "";
  const list = out
    .map((one) => `${choose(one.zh, one.en) || say(W.reasons[one.reason] ?? [one.reason, one.reason])} ${int64(one.count)}`)
    .join(language() === "en" ? ", " : "，");
  return say(W.leftOut, { n: out.reduce((sum, one) => sum + int64(one.count), 0), list });
}

export function Strip({ wall, onRate }: { wall: Wall; onRate: (rate: RateName) => void }): JSX.Element {
  const today = wall.flow?.today ?? {},
    yesterday = wall.flow?.yesterday ?? {};
  const flows: [Pair, number, number][] = [
    [W.filed, today.filed ?? 0, yesterday.filed ?? 0],
    [W.dispatched, today.dispatched ?? 0, yesterday.dispatched ?? 0],
    [W.resolved, today.resolved ?? 0, yesterday.resolved ?? 0],
    [W.ended, today.ended ?? 0, yesterday.ended ?? 0],
  ];
  return (
    <section class="strip" aria-label={say(W.thisMonth)}>
      <div class="rates">
        {(Object.keys(rateNames) as RateName[]).map((name) => {
          const rate = wall.rates?.[name];
          return (
            <button key={name} type="button" class="rate" onClick={() => onRate(name)}>
              <span>
                {say(rateNames[name])} <small>{say(W.thisMonth)}</small>
              </span>
              <b>
                {percent(rate)}
                <i>%</i>
              </b>
              <span>{say(W.ofCases, { a: int64(rate?.numerator), b: int64(rate?.denominator) })}</span>
            </button>
          );
        })}
      </div>
      <div class="flow">
        {flows.map(([name, now, before]) => (
          <div key={name[0]}>
            <span>{say(name)}</span>
            <b>{now}</b>
            <span>{say(W.yesterday, { n: before })}</span>
          </div>
        ))}
      </div>
      <div class="open">
        <span>{say(W.openCases)}</span>
        <b>{wall.open ?? 0}</b>
        <span class={(wall.openLate ?? 0) > 0 ? "late" : ""}>{say(W.openLate, { n: wall.openLate ?? 0 })}</span>
      </div>
    </section>
  );
}

export function RateSheet({
  board,
  rate,
  names,
  onClose,
}: {
  board: Board;
  rate: RateName;
  names: CellNames;
  onClose: () => void;
}): JSX.Element {
  const [rows, setRows] = useState<Figures[] | null>(null);
  useEffect(() => {
    const now = board.api.time.now();
    void board.api.figures({ from: startOfMonth(now, board.zone), to: Math.round(now), by: "unit" }).then(setRows, () => setRows([]));
  }, [board]);
  const whole = board.wall?.rates?.[rate];
  return (
    <Sheet title={`${say(rateNames[rate])} ${percent(whole)}%`} onClose={onClose}>
      <p>{say(W.ofCases, { a: int64(whole?.numerator), b: int64(whole?.denominator) })}</p>
      <p>{leftOutWords(whole)}</p>
      <h3>{say(W.byUnit)}</h3>
      {rows === null ? (
        <p>{say(C.loading)}</p>
      ) : (
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">{say(W.byUnit)}</th>
              <th scope="col">{say(W.numerator)}</th>
              <th scope="col">{say(W.denominator)}</th>
              <th scope="col">%</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.group}>
                <th scope="row">{names.unit(row.group ?? "")}</th>
                <td>{int64(row.rates?.[rate]?.numerator)}</td>
                <td>{int64(row.rates?.[rate]?.denominator)}</td>
                <td>{percent(row.rates?.[rate])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="rows">
        <button type="button" class="button" onClick={onClose}>
          {say(C.close)}
        </button>
      </div>
    </Sheet>
  );
}
