// 现在先办哪一件？ The list: what is due first, with its one next step.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { int64, type RegisterRow } from "../api/types";
import { Chips } from "../design/chip";
import { Figure } from "../design/clock";
import { useNow } from "../design/page";
import { byPlace, type CaseModel } from "../logic/case_model";
import { titleOfWords, uncategorised } from "../logic/case_title";
import { dateTime, time } from "../logic/civil_time";
import { span } from "../logic/countdown";
import * as C from "../words/common";
import * as W from "../words/staff";
import { choose, language, say } from "../words/language";
import { Connection, go, Header, Notice, Tabs, usePhone } from "./frame";
import { caseAddress, doStep } from "./steps";

const floodAt = 30;

function spoken(model: CaseModel, now: number, zone: string): string {
  const parts = [choose(model.title, model.titleEn)];
  if (model.timeMark !== "") parts.unshift(say(C.mark[model.timeMark]?.pair ?? ["", ""]));
  if (model.clockKind && model.dueMs > 0) {
    parts.push(`${say(C.clock[model.clockKind])} ${dateTime(model.dueMs, now, zone, language())}`);
    const left = Math.max(1, Math.round(Math.abs(model.dueMs - now) / 1000));
    parts.push(say(model.dueMs <= now ? C.overTime : C.leftTime, { time: span(left, language()) }));
  }
  if (model.stateMark === "escalated")
    parts.push(say(C.mark["escalated"]?.pair ?? ["", ""], { rung: say(C.rung[model.rung ?? "RUNG_STREET"]) }));
  return parts.join(language() === "en" ? ", " : "，");
}

export function CaseCard({ model }: { model: CaseModel }): JSX.Element {
  const phone = usePhone();
  const now = phone.api.time.now() || phone.loadedAtMs;
  const waiting = phone.outbox.waiting(model.number);
  const last = waiting[waiting.length - 1];
  const title = choose(model.title, model.titleEn);
  const own = phone.me?.cells?.includes(phone.views.find((view) => view.whole.caseNumber === model.number)?.whole.cell ?? "") ?? false;
  return (
    <li class={`card ${model.edge}`}>
      <Chips model={model} waiting={last ? say(C.step[last]) : ""} />
      <h3>
        <a href={caseAddress(model.number)} aria-label={spoken(model, now, phone.zone)}>
          {title}
        </a>
      </h3>
      <p class="place">{choose(model.place, model.placeEn)}</p>
      {own ? null : <p class="hint">{say(C.holderNow, { holder: choose(model.holder, model.holderEn) })}</p>}
      <div class="foot">
        <div>
          {model.clockKind && model.dueMs > 0 ? (
            <>
              <p class="clock">
                {say(C.clock[model.clockKind])} {dateTime(model.dueMs, now, phone.zone, language(), true)}
                {model.provisional ? ` ${say(C.provisional)}` : ""}
              </p>
              <p class="left">
                <Figure dueMs={model.dueMs} />
              </p>
            </>
          ) : (
            <p class="clock">
              {say(C.state[phone.views.find((view) => view.whole.caseNumber === model.number)?.whole.state ?? "CASE_STATE_ACCEPTED"])}
            </p>
          )}
          {model.asked !== "" ? <p class="hint">{say(C.asks[model.asked]?.state ?? ["", ""])}</p> : null}
          {last ? <p class="hint">{say(W.stillRunning, { step: say(C.step[last]) })}</p> : null}
        </div>
        {model.next ? (
          <button
            type="button"
            class="button primary"
            aria-label={`${say(C.stepOf(model.next, model.asked))}：${title}`}
            onClick={() => doStep(phone, model, model.next ?? "ACTION_KIND_ACCEPT")}
          >
            {say(C.stepOf(model.next, model.asked))}
          </button>
        ) : null}
      </div>
    </li>
  );
}

const afterEventsMs = 1_500; // the ledger may be a moment behind the event that told of an ending

/** Where nothing is left to do: what was closed last, of the cells that this person may read. */
function LastClosed(): JSX.Element | null {
  const phone = usePhone();
  const [last, setLast] = useState<{ row: RegisterRow; title: string } | undefined>(undefined);
  useEffect(() => {
    let over = false,
      answered = 0;
    const read = async (turn: number): Promise<void> => {
      const row = (await phone.api.register({ open: 0, state: "closed", limit: 1 })).rows?.[0];
      if (over || !row) return;
      const words = row.category === uncategorised ? (await phone.api.part(row.number, "text").catch(() => null))?.text?.plain : "";
      if (over || turn < answered) return; // a slow answer to an older question
      answered = turn;
      setLast({ row, title: titleOfWords(words ?? "") });
    };
    const ask = (turn: number): void => void read(turn).catch(() => {});
    ask(1);
    const again = setTimeout(() => ask(2), afterEventsMs);
    return () => {
      over = true;
      clearTimeout(again);
    };
  }, [phone, phone.loadedAtMs]);
  if (!last) return null;
  const { row } = last;
  const title = last.title || choose(row.card?.title, row.card?.titleEn) || row.number;
  const date = dateTime(int64(row.endedAtMs), phone.api.time.now() || phone.loadedAtMs, phone.zone, language());
  return (
    <p class="last">
      <a href={caseAddress(row.number)}>{say(W.lastClosed, { title, date })}</a>
    </p>
  );
}

export function List(): JSX.Element {
  const phone = usePhone();
  useNow(20_000);
  const models = phone.models();
  const groups = {
    first: models.filter((model) => model.group === "first"),
    later: models.filter((model) => model.group === "later"),
    paused: models.filter((model) => model.group === "paused"),
  };
  const flood = groups.first.length > floodAt;
  const cards = (list: readonly CaseModel[]): JSX.Element => (
    <ul class="cards">
      {list.map((model) => (
        <CaseCard key={model.number} model={model} />
      ))}
    </ul>
  );
  const where = phone.me?.title.replace(/网格员$|副网格员$/, "网格") ?? "";
  return (
    <>
      <Header
        title={say(W.myCases)}
        aside={
          <>
            <span>{where}</span>
            {phone.loadedAtMs > 0 ? <span>{say(W.updatedAt, { time: time(phone.loadedAtMs, phone.zone) })}</span> : null}
          </>
        }
      />
      <Connection />
      <main>
        <Notice />
        {phone.list.held ? (
          <button type="button" class="button changes" onClick={() => phone.list.takeHeld()}>
            {say(W.changes, { n: phone.list.heldChanges() })}
          </button>
        ) : null}
        {phone.unanswered > 0 ? <p class="notice">{say(W.unanswered, { n: phone.unanswered })}</p> : null}
        {models.length === 0 && phone.loadedAtMs > 0 ? (
          <>
            <p class="empty">{say(W.empty)}</p>
            <LastClosed />
          </>
        ) : null}
        {models.length === 0 && phone.loadedAtMs === 0 && !phone.offline ? (
          <p class="empty">{say(phone.reach === "centreAway" ? C.again.centreAway : C.loading)}</p>
        ) : null}
        {groups.first.length > 0 ? (
          <section aria-label={say(W.first, { n: flood ? 3 : groups.first.length })}>
            <div class="group">
              <h2>{say(W.first, { n: flood ? 3 : groups.first.length })}</h2>
              <span>{say(W.firstUntil)}</span>
            </div>
            {cards(flood ? groups.first.slice(0, 3) : groups.first)}
            {flood ? (
              <>
                <p class="notice">{say(W.flood, { n: groups.first.length })}</p>
                {byPlace(groups.first.slice(3)).map(({ place, models: of }) => (
                  <details key={place} class="corner">
                    <summary>
                      {place}
                      <span>{say(C.count, { n: of.length })}</span>
                    </summary>
                    {cards(of)}
                  </details>
                ))}
              </>
            ) : null}
          </section>
        ) : null}
        {groups.later.length > 0 ? (
          <section aria-label={say(W.later)}>
            <div class="group">
              <h2>{say(W.later)}</h2>
              <span>{say(C.count, { n: groups.later.length })}</span>
            </div>
            {cards(groups.later)}
          </section>
        ) : null}
        {groups.paused.length > 0 ? (
          <section aria-label={say(W.pausedGroup)}>
            <div class="group">
              <h2>{say(W.pausedGroup)}</h2>
              <span>{say(C.count, { n: groups.paused.length })}</span>
            </div>
            {cards(groups.paused)}
          </section>
        ) : null}
      </main>
      <Tabs at="cases" />
    </>
  );
}

export { go };
