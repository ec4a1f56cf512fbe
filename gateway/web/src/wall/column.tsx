// The right column: 现在要不要我出面？ Escalations by what climbs first, the first outlined; what nobody holds; on a quiet day
// that it is quiet, and what is due next.
import type { JSX } from "preact";

import { int64, type Card as CardOfLedger, type Wall, type WallEscalation } from "../api/types";
import { Ladder } from "../design/ladder";
import { useNow } from "../design/page";
import { unitShort, type CellNames } from "../logic/cell_names";
import { dateTime } from "../logic/civil_time";
import { age as ageWords, span, wallCountdown } from "../logic/countdown";
import { above } from "../logic/ladder";
import * as C from "../words/common";
import * as W from "../words/wall";
import { choose, language, say } from "../words/language";

const floodAt = 8,
  unitsNamed = 3;

/** 村 or 社区 rather than 村/社区: the unit's own name tells. */
function rungWord(escalation: WallEscalation, names: CellNames): string {
  const word = say(C.rung[escalation.rung ?? "RUNG_STREET"]);
  if (escalation.rung !== "RUNG_UNIT" || language() === "en") return word;
  return /(村|社区)$/.exec(names.unit(names.unitOf(escalation.cell ?? "")))?.[1] ?? word;
}

function Card({
  escalation,
  names,
  first,
  still,
  onOpen,
}: {
  escalation: WallEscalation;
  names: CellNames;
  first: boolean;
  still: boolean;
  onOpen: (number: string) => void;
}): JSX.Element {
  const now = useNow(1_000);
  const top = escalation.atTop ?? escalation.rung === "RUNG_DISTRICT";
  const climbs = int64(escalation.climbsAtMs);
  const left = wallCountdown(climbs, now, language());
  const unit = names.unit(names.unitOf(escalation.cell ?? ""));
  const who = (choose(escalation.answerer, escalation.answererEn) || escalation.person || "")
    .replace(unit, "") // said by the cell's name above
    .trimStart()
    .replace(/^街道|^村\/社区|^区(?=督导)/, "")
    .replace(/ (\d+) 号$/, "$1号");
  const next = above(escalation.rung);
  return (
    <li>
      <button type="button" class={first ? "escalation first" : "escalation"} onClick={() => onOpen(escalation.number)}>
        <Ladder at={escalation.rung} size={112} />
        <span>
          <b class="head">
            {names.short(escalation.cell ?? "")} {choose(escalation.title, escalation.titleEn)}
          </b>
          <span class="reached">
            {top
              ? say(W.reachedTop)
              : say(W.reached, { rung: rungWord(escalation, names), who: who || say(C.rung[escalation.rung ?? "RUNG_STREET"]) })}
          </span>
          <span class="climbs">
            <b role="timer">{still || now === 0 || climbs === 0 ? "–" : left.over ? "0:00" : left.figure}</b>{" "}
            {top ? say(W.mustFeedBack) : next ? say(W.climbsTo, { rung: say(C.rung[next]) }) : ""}
          </span>
        </span>
      </button>
    </li>
  );
}

function Uncovered({
  wall,
  names,
  still,
  onCell,
}: {
  wall: Wall;
  names: CellNames;
  still: boolean;
  onCell: (cell: string) => void;
}): JSX.Element | null {
  const now = useNow(1_000);
  const list = wall.uncovered ?? [];
  const first = list[0];
  if (!first) return null;
  const since = Math.max(1, Math.floor((now - int64(first.sinceMs)) / 1000));
  return (
    <button type="button" class="uncovered-row" onClick={() => onCell(first.cell)}>
      <svg width="72" height="72" viewBox="0 0 72 72" aria-hidden="true">
        <path d="M0 20 20 0M0 46 46 0M0 72 72 0M26 72 72 26M52 72 72 52" />
      </svg>
      <span>
        <b class="head">{say(W.uncovered, { cell: names.short(first.cell) })}</b>
        <span>
          {say(W.uncoveredFor, { time: still || now === 0 ? "–" : span(since, language()) })}
          {list.length > 1 ? ` · ${say(W.uncoveredMore, { n: list.length - 1 })}` : ""}
        </span>
      </span>
    </button>
  );
}

/** The card of the ledger has the cell's whole name as its place. */
function shortPlace(card: CardOfLedger, names: CellNames): string {
  const code = names.codeOf(card.place ?? "");
  return code === "" ? "" : names.short(code);
}

export function Column({
  wall,
  names,
  zone,
  still,
  shown,
  onOpen,
  onCell,
}: {
  wall: Wall;
  names: CellNames;
  zone: string;
  still: boolean;
  shown: number;
  onOpen: (number: string) => void;
  onCell: (cell: string) => void;
}): JSX.Element {
  const now = useNow(20_000);
  const escalations = (wall.escalations ?? []).filter((one) => !one.answered);
  const beyond = wall.more ?? [];
  const total = wall.escalated ?? escalations.length + beyond.reduce((sum, one) => sum + one.count, 0);
  const tooMany = total > shown;
  const cards = escalations.slice(0, tooMany ? shown - 1 : shown);
  // What has no card, by unit: what came without one, and those of which only the number came.
  const rest = new Map<string, number>();
  if (tooMany) {
    const add = (unit: string, count: number): void => {
      rest.set(unit, (rest.get(unit) ?? 0) + count);
    };
    for (const one of escalations.slice(shown - 1)) add(one.unit ?? names.unitOf(one.cell ?? ""), 1);
    for (const one of beyond) add(one.unit, one.count);
  }
  const sum = (units: readonly [string, number][]): number => units.reduce((total, [, n]) => total + n, 0);
  const units = [...rest].sort((a, b) => b[1] - a[1]);
  const others = sum(units.slice(unitsNamed));
  const restWords = [
    ...units.slice(0, unitsNamed).map(([unit, n]) => say(W.unit, { unit: unitShort(names.unit(unit)), n })),
    ...(others > 0 ? [say(W.otherUnits, { n: others })] : []),
  ].join(language() === "en" ? ", " : "，");
  const last = wall.lastEscalation;
  return (
    <section class="column" aria-label={say(W.escalations)}>
      <div class="column-head">
        <h2>{say(W.escalations)}</h2>
        <span>{say(C.count, { n: total })}</span>
      </div>
      {total === 0 ? (
        <>
          <div class="quiet-box">
            <p class="quiet-sentence">{say(W.quiet)}</p>
            {last ? (
              <p>
                {say(last.answeredAfterMs === undefined || last.answeredAfterMs === null ? W.lastUnanswered : W.lastOne, {
                  date: dateTime(int64(last.atMs), now, zone, language()),
                  cell: names.short(last.cell),
                  age: ageWords(int64(last.answeredAfterMs), language()),
                })}
              </p>
            ) : null}
          </div>
          {(wall.uncovered ?? []).length === 0 && (wall.next ?? []).length > 0 ? (
            <div class="next">
              <h3>{say(W.nextDue)}</h3>
              <ul>
                {(wall.next ?? []).slice(0, 3).map((card, place) => {
                  const due = dateTime(int64(card.clock?.dueAtMs), now, zone, language(), true);
                  const today = language() === "en" ? "today " : "今天 ";
                  return (
                    <li key={card.number ?? place}>
                      <button
                        type="button"
                        onClick={() => {
                          if (card.number) onOpen(card.number);
                        }}
                      >
                        <time>{due.startsWith(today) ? due.slice(today.length) : due.split(" ")[0]}</time>
                        <b>
                          {shortPlace(card, names)} {choose(card.title, card.titleEn)}
                        </b>
                        <span>{card.clock?.kind ? say(C.clock[card.clock.kind]) : ""}</span>
                      </button>
                    </li>
                  );
                })}
              </ul>
            </div>
          ) : null}
        </>
      ) : null}
      <ul class="cards">
        {cards.map((one, place) => (
          <Card key={one.number} escalation={one} names={names} first={place === 0} still={still} onOpen={onOpen} />
        ))}
        {tooMany ? <li class="rest">{say(W.more, { n: sum(units), list: restWords })}</li> : null}
      </ul>
      <Uncovered wall={wall} names={names} still={still} onCell={onCell} />
      <p class="unseen" aria-live="polite">
        {total > floodAt ? "" : say(W.escalations) + say(C.count, { n: total })}
      </p>
    </section>
  );
}
