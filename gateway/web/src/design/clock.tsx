import type { JSX } from "preact";

import type { CaseWhole, Sentence } from "../api/types";
import { clockRows, type ClockRow } from "../logic/clock_rows";
import { date, dateTime } from "../logic/civil_time";
import { countdown, span } from "../logic/countdown";
import * as W from "../words/common";
import { language, say, type Pair } from "../words/language";
import { useNow, usePage } from "./page";
import { Icon } from "./signs";

const zero: Pair = ["销号", "To zero"];
const waits: Pair = ["派遣后开始", "starts when dispatched"];
const dueAt: Pair = ["{date} 到期", "due {date}"];
const doneAt: Pair = ["{date} 已办", "done {date}"];
const arranged: Pair = ["{date} 已安排", "arranged {date}"];
const fedBack: Pair = ["{date} 已反馈", "fed back {date}"];
const solved: Pair = ["{date} 已办结", "resolved {date}"];
const done: Pair = ["已完成", "done"];
const still: Pair = ["暂停中", "paused"];
const paused: Pair = ["曾暂停", "Was paused"];
const pausedNow: Pair = ["暂停", "Paused"];
const fromTo: Pair = ["{from} 至 {to}", "{from} to {to}"];
const sinceDay: Pair = ["{from} 起", "since {from}"];

/** What is left or over, as a timer that is not read out by itself. */
export function Figure({ dueMs, offline = false }: { dueMs: number; offline?: boolean }): JSX.Element {
  const { time } = usePage();
  const first = countdown(dueMs, time.now(), language());
  const now = useNow(first.ticks ? 1_000 : 20_000);
  if (offline || now === 0) return <span role="timer">–</span>;
  const { over, figure } = countdown(dueMs, now, language());
  return (
    <span role="timer" class={over ? "figure over" : "figure"}>
      {say(over ? W.overTime : W.leftTime, { time: figure })}
    </span>
  );
}

function Row({ row, now }: { row: ClockRow; now: number }): JSX.Element {
  const { zone } = usePage();
  const name = row.kind === "zero" ? say(zero) : say(W.clock[row.kind]);
  const at = (ms: number): string => dateTime(ms, now, zone, language(), true);
  let detail = say(waits);
  let figure: JSX.Element | null = null;
  if (row.status === "done") {
    const words =
      row.kind === "CLOCK_KIND_ARRANGE"
        ? arranged
        : row.kind === "CLOCK_KIND_FEED_BACK"
          ? fedBack
          : row.kind === "CLOCK_KIND_SOLVE"
            ? solved
            : doneAt;
    detail = row.doneAtMs > 0 ? say(words, { date: at(row.doneAtMs) }) : say(dueAt, { date: at(row.dueMs) });
    figure =
      row.latenessMs > 0 ? (
        <span>{say(W.late, { time: span(Math.max(1, Math.floor(row.latenessMs / 1000)), language()) })}</span>
      ) : (
        <span class="tick">
          <Icon of="tick" size={18} />
          {say(W.inTime)}
        </span>
      );
  } else if (row.status === "running" || row.status === "over") {
    const left = countdown(row.dueMs, now, language());
    detail = say(dueAt, { date: at(row.dueMs) });
    figure = (
      <span role="timer">
        {left.figure}
        <small>{say(left.over ? W.over : W.left)}</small>
      </span>
    );
  } else if (row.status === "paused") {
    detail = say(still);
  } else if (row.status === "moot") {
    detail = say(done);
  }
  return (
    <li class={row.status}>
      <span class={row.tile.length > 1 ? "tile long" : "tile"} aria-hidden="true">
        {row.tile}
      </span>
      <div>
        <span class="name">{name}</span>
        {(row.status === "running" || row.status === "over") && row.gone > 0 ? (
          <svg class="progress" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect width={row.gone * 100} height="6" />
          </svg>
        ) : null}
        <div class="hint">{detail}</div>
        {row.provisional && row.status !== "done" ? (
          <details class="hint">
            <summary>{say(W.provisional)}</summary>
            {say(W.provisionalWhy)}
          </details>
        ) : null}
        {row.firstDueMs > 0 && row.firstDueMs !== row.dueMs ? <div class="hint">{say(W.kept, { date: at(row.firstDueMs) })}</div> : null}
      </div>
      <div class="figure">{figure}</div>
    </li>
  );
}

/** The three clocks of a case, what runs beside them, and its pauses. */
export function ClockRows({ whole, story }: { whole: CaseWhole; story: readonly Sentence[] }): JSX.Element {
  const { time, zone } = usePage();
  const rows = (at: number): ClockRow[] => clockRows(whole, story, at);
  const ticks = rows(time.now()).some(
    (row) => (row.status === "running" || row.status === "over") && countdown(row.dueMs, time.now(), language()).ticks,
  );
  const now = useNow(ticks ? 1_000 : 20_000);
  const pauses = whole.pauses ?? [];
  const day = (ms: number): string => date(ms, now, zone, language());
  return (
    <ul class="clocks">
      {rows(now).map((row) => (
        <Row key={row.kind} row={row} now={now} />
      ))}
      {pauses.map((pause, place) => {
        const from = Number(pause.fromMs ?? 0),
          to = Number(pause.toMs ?? 0);
        return (
          <li key={`pause-${place}`} class="paused">
            <span class="tile" aria-hidden="true">
              ‖
            </span>
            <div>
              <span class="name">
                {to > 0 ? `${say(paused)} ${span(Math.max(1, Math.round((to - from) / 1000)), language())}` : say(pausedNow)}
              </span>
              <div class="hint">{to > 0 ? say(fromTo, { from: day(from), to: day(to - 1) }) : say(sinceDay, { from: day(from) })}</div>
            </div>
            <div class="figure" />
          </li>
        );
      })}
    </ul>
  );
}
