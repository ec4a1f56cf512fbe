// 哪一件还没有去处？ The list by time left, the map with what is known of the place, the candidates with their reasons.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { int64, type Candidate, type CaseView } from "../api/types";
import { Quoted } from "../design/free_text";
import { CellPicker } from "../design/map";
import { useNow } from "../design/page";
import { Errors, troubleOf, type Trouble } from "../design/parts";
import { nextClock } from "../logic/case_model";
import { withoutFormatting } from "../logic/case_title";
import { dateTime } from "../logic/civil_time";
import { coarseCountdown } from "../logic/countdown";
import * as C from "../words/common";
import * as W from "../words/desk";
import { choose, language, say } from "../words/language";
import { AnotherCell, NotAccepted, Reassign } from "./sheets";
import type { Desk, Notice, Opened } from "./state";

export const letters = ["A", "B", "C"] as const;
const floodAt = 40;

/** Why it is not placed yet. Until it is opened only its filing is known: that this names no cell says nothing. */
export function reasonOf(desk: Desk, view: CaseView, opened: Opened | undefined): string {
  if ((view.whole.hops ?? 0) >= 3) return say(W.lastHop, { n: view.whole.hops ?? 0 });
  const candidates = opened ? candidatesOf(desk, opened).length : (view.whole.filed?.candidates?.length ?? 0);
  if (!opened && candidates === 0) return "";
  if (opened?.hidden) return say(W.notShown);
  if (opened?.location) {
    const { address, point } = opened.location;
    if (!point) return address ? say(W.onlyAddress, { address: withoutFormatting(address) }) : say(W.noPlace);
    if (!point.accuracyMetres && candidates <= 1) return say(W.defaultPoint);
  }
  return candidates === 0 ? say(W.noCandidate) : candidates === 1 ? say(W.oneCandidate) : say(W.candidates, { n: candidates });
}

function sourceName(code: string | undefined): string {
  const known = W.sources[code ?? ""];
  return known ? say(known) : (code ?? "");
}

/** The candidates with their reasons: the gateway's sentences; where it sent none, what the filing says. */
export function candidatesOf(desk: Desk, opened: Opened): Candidate[] {
  const given = opened.detail.candidates;
  if (given) return given.slice(0, 3);
  const filed = opened.detail.case.whole.filed;
  return (filed?.candidates ?? []).slice(0, 3).map((cell, place) => {
    const metres = (filed?.borderCentimetres ?? -1) >= 0 ? Math.round((filed?.borderCentimetres ?? 0) / 100) : null;
    return place === 0
      ? {
          cell,
          name: desk.names.whole(cell),
          zh: metres === null ? "最近的候选" : `最近的候选，离别的网格 ${metres} 米`,
          en: metres === null ? "the nearest candidate" : `the nearest candidate, ${metres} m from another cell`,
        }
      : { cell, name: desk.names.whole(cell), zh: `第 ${place + 1} 近的候选`, en: `candidate number ${place + 1} by distance` };
  });
}

export function WaitingList({ desk, still }: { desk: Desk; still: boolean }): JSX.Element {
  const now = useNow(20_000);
  const groups =
    desk.waiting.length > floodAt
      ? [...desk.waiting].sort((a, b) => (a.card?.title ?? "").localeCompare(b.card?.title ?? ""))
      : desk.waiting;
  return (
    <section class="panel list" aria-label={say(W.undecided)}>
      <div class="panel-head">
        <h2>{say(W.undecided)}</h2>
        <span>{desk.waiting.length > floodAt ? say(W.flood, { n: desk.waiting.length }) : say(W.byTimeLeft)}</span>
      </div>
      <p class="gone" role="status">
        {desk.gone?.text ?? ""}
      </p>
      {desk.waiting.length === 0 ? <p class="empty">{say(W.allPlaced)}</p> : null}
      <ul>
        {groups.map((view) => {
          const due = int64((view.card?.clock ?? nextClock(view))?.dueAtMs);
          const left = coarseCountdown(due, now, language());
          const near = due - now < 30 * 60_000;
          const number = view.whole.caseNumber;
          return (
            <li key={number}>
              <button type="button" aria-current={desk.chosen === number ? "true" : undefined} onClick={() => desk.choose(number)}>
                <span>
                  <b>{desk.titleOf(view)}</b>
                  <small>{reasonOf(desk, view, desk.opened.get(number))}</small>
                </span>
                {due > 0 ? (
                  <time role="timer" class={left.over ? "late" : near ? "due" : ""}>
                    {still ? "–" : left.over ? say(C.overTime, { time: left.figure }) : left.figure}
                  </time>
                ) : null}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function Decide({ desk, letterKeys, still }: { desk: Desk; letterKeys: boolean; still: boolean }): JSX.Element {
  const now = useNow(20_000);
  const [sheet, setSheet] = useState<"" | "cell" | "refuse">("");
  const [reassigning, setReassigning] = useState<Notice | null>(null);
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const number = desk.chosen;
  const opened = desk.opened.get(number);
  const view = opened?.detail.case ?? desk.waiting.find((one) => one.whole.caseNumber === number);
  const candidates = opened ? candidatesOf(desk, opened) : [];
  const send = async (cell: string): Promise<void> => {
    setTrouble([]);
    if (desk.offline) return;
    try {
      await desk.decide(number, { kind: "ACTION_KIND_ASSIGN", toCell: cell });
    } catch (error) {
      setTrouble([troubleOf(error, "ACTION_KIND_ASSIGN")]);
    }
  };
  useEffect(() => {
    setTrouble([]);
    setSheet("");
  }, [number]);
  useEffect(() => {
    if (!letterKeys) return;
    const key = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (
        event.ctrlKey ||
        event.altKey ||
        event.metaKey ||
        event.repeat ||
        /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
        document.querySelector("[role=dialog]")
      )
        return;
      const at = letters.findIndex((letter) => letter.toLowerCase() === event.key.toLowerCase());
      const candidate = candidates[at];
      if (candidate) void send(candidate.cell);
      else if (event.key === "j") desk.step(1);
      else if (event.key === "k") desk.step(-1);
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  });
  const card = opened?.detail.card ?? view?.card;
  const title = view ? desk.titleOf({ ...view, ...(card ? { card } : {}) }) : "";
  const point = opened?.location?.point;
  const due = int64((card?.clock ?? (view ? nextClock(view) : undefined))?.dueAtMs);
  const left = coarseCountdown(due, now, language());
  const may = view?.allowed?.includes("ACTION_KIND_ASSIGN") ?? false;
  const around = candidates.map((candidate) => candidate.cell);
  return (
    <>
      <section class="panel place" aria-label={title}>
        {view ? (
          <>
            <div class="panel-head">
              <h2>{title}</h2>
              <span>
                {say(W.sourceOf, {
                  source: sourceName(view.whole.filed?.source),
                  date: dateTime(int64(view.whole.receivedAtMs), now, desk.zone, language(), true),
                })}
              </span>
            </div>
            {desk.map ? (
              <CellPicker
                features={desk.map.features}
                around={around.length > 0 ? around : []}
                chosen=""
                own={[]}
                label={say(C.map)}
                aspect={0.67}
                letterSize={1 / 36}
                onPick={(cell) => {
                  if (may) void send(cell);
                }}
                letters={Object.fromEntries(candidates.map((candidate, place) => [candidate.cell, letters[place] ?? ""]))}
                {...(point?.latitude !== undefined && point.longitude !== undefined
                  ? { pin: { latitude: point.latitude, longitude: point.longitude, metres: point.accuracyMetres ?? 0 } }
                  : {})}
              />
            ) : null}
            {point?.accuracyMetres ? <p class="accuracy">{say(W.errorOf, { n: point.accuracyMetres })}</p> : null}
          </>
        ) : (
          <p class="empty">{say(W.allPlaced)}</p>
        )}
      </section>
      <section class="panel decide" aria-label={say(W.undecided)}>
        {desk.notice ? (
          <p class="notice" role="status">
            {desk.notice.text}
            {desk.notice.reassign ? (
              <button type="button" class="link" onClick={() => setReassigning(desk.notice)}>
                {say(W.reassign)}
              </button>
            ) : null}
          </p>
        ) : null}
        {view ? (
          <>
            <div class="words">
              {opened?.words ? (
                <p>
                  <Quoted words={opened.words} />
                </p>
              ) : null}
              <p class="hint">
                {(view.whole.hops ?? 0) >= 3
                  ? say(W.lastHop, { n: view.whole.hops ?? 0 })
                  : say(W.hopsAndLeft, {
                      hops: view.whole.hops ?? 0,
                      left: say(left.over ? C.overTime : C.leftTime, { time: still ? "–" : left.figure }),
                    })}
              </p>
              <p class="hint">
                {reasonOf(desk, view, opened)}
                {opened?.location?.address ? (
                  <>
                    {" · "}
                    <bdi>{opened.location.address}</bdi>
                  </>
                ) : null}
              </p>
            </div>
            <ul class="candidates">
              {candidates.map((candidate, place) => (
                <li key={candidate.cell}>
                  <span class="letter" aria-hidden="true">
                    {letters[place]}
                  </span>
                  <span>
                    <b>{candidate.name ?? desk.names.whole(candidate.cell)}</b>
                    <small>{choose(candidate.zh, candidate.en)}</small>
                  </span>
                  <button
                    type="button"
                    class="button primary"
                    aria-disabled={desk.offline || !may}
                    title={desk.offline ? say(W.disabledWhy) : undefined}
                    onClick={() => {
                      if (!desk.offline && may) void send(candidate.cell);
                    }}
                    aria-label={`${say(W.sendTo, { letter: letters[place] ?? "" })}：${candidate.name ?? candidate.cell}`}
                  >
                    {say(W.sendTo, { letter: letters[place] ?? "" })}
                  </button>
                </li>
              ))}
            </ul>
            <Errors trouble={trouble} />
            {desk.offline ? <p class="hint">{say(W.disabledWhy)}</p> : null}
            <div class="rows pad">
              <button
                type="button"
                class="button"
                aria-disabled={desk.offline}
                onClick={() => {
                  if (!desk.offline) setSheet("cell");
                }}
              >
                {say(W.another)}
              </button>
              <button
                type="button"
                class="button"
                aria-disabled={desk.offline}
                onClick={() => {
                  if (!desk.offline) setSheet("refuse");
                }}
              >
                {say(W.notAccepted)}
              </button>
            </div>
          </>
        ) : null}
      </section>
      {sheet === "cell" ? <AnotherCell desk={desk} number={number} onClose={() => setSheet("")} /> : null}
      {sheet === "refuse" ? <NotAccepted desk={desk} number={number} onClose={() => setSheet("")} /> : null}
      {reassigning?.number && reassigning.reassign ? (
        <Reassign desk={desk} number={reassigning.number} kind={reassigning.reassign} onClose={() => setReassigning(null)} />
      ) : null}
    </>
  );
}
