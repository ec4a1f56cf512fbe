// 销号台账: worst first, filtered, searched, exported.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { root } from "../api/client";
import { Problem } from "../api/problem";
import { int64, type Register, type RegisterRow } from "../api/types";
import { Chip } from "../design/chip";
import { useNow } from "../design/page";
import { Sheet, troubleOf } from "../design/parts";
import { Timeline } from "../design/timeline";
import type { CaseDetail } from "../api/types";
import { isEnded, type MarkName } from "../logic/case_model";
import { dateTime, startOfMonth } from "../logic/civil_time";
import { coarseCountdown } from "../logic/countdown";
import * as C from "../words/common";
import * as W from "../words/desk";
import { choose, language, say } from "../words/language";
import { Reassign, Reopen } from "./sheets";
import { reassignedBy, type Desk } from "./state";

function markOf(row: RegisterRow, now: number): MarkName {
  if (row.open === false) return row.state === "CASE_STATE_CLOSED" ? "closed" : "";
  if (row.waitsFor) return "escalated";
  const due = int64(row.clock?.dueAtMs);
  if (due > 0 && due <= now) return "late";
  if (row.state === "CASE_STATE_SHELVED" || row.card?.state === "paused") return "shelved";
  if (row.card?.state === "due") return "due";
  return row.state === "CASE_STATE_RESOLVED" ? "resolved" : "";
}

export function RegisterTable({
  desk,
  rows,
  whole,
  still,
  onOpen,
}: {
  desk: Desk;
  rows: readonly RegisterRow[];
  whole: boolean;
  still: boolean;
  onOpen: (number: string) => void;
}): JSX.Element {
  const now = useNow(20_000);
  const columns = whole
    ? W.columns
    : [W.columns[0], W.columns[1], W.columns[2], W.columns[3], W.columns[5]].filter((one) => one !== undefined);
  const at = (ms: number): string => dateTime(ms, now, desk.zone, language(), true);
  return (
    <table class="register">
      <thead>
        <tr>
          {columns.map((pair, place) => (
            <th key={pair[0]} scope="col" class={place > 2 ? "figure" : ""}>
              {say(pair)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const mark = markOf(row, now);
          const due = int64(row.clock?.dueAtMs);
          const left = coarseCountdown(due, now, language());
          const figure = still ? "–" : left.figure;
          const holder = choose(row.card?.holder, row.card?.holderEn) || desk.names.whole(row.cell ?? "");
          const who = row.waitsFor
            ? say(W.waitsFor, { holder, who: choose(row.card?.answerer, row.card?.answererEn) || say(C.rung[row.waitsFor]) })
            : holder;
          return (
            <tr key={row.number}>
              <td>
                {mark === "" ? say(C.state[row.state ?? "CASE_STATE_ACCEPTED"]) : <Chip of={mark} rung={row.waitsFor || undefined} />}
              </td>
              <th scope="row">
                <button type="button" class="plain" onClick={() => onOpen(row.number)}>
                  {choose(row.card?.title, row.card?.titleEn) || row.number}
                </button>
              </th>
              <td>{who}</td>
              <td class="figure">
                {row.open === false
                  ? say(W.endedAt, { date: at(int64(row.endedAtMs)) })
                  : due > 0
                    ? whole
                      ? `${row.clock?.kind ? say(C.clock[row.clock.kind]) : ""} ${at(due)}`
                      : left.over && !still
                        ? say(C.overTime, { time: figure })
                        : mark === "shelved"
                          ? at(due)
                          : figure
                    : "–"}
              </td>
              {whole ? <td class={left.over && due > 0 ? "figure late" : "figure"}>{left.over && due > 0 ? figure : "–"}</td> : null}
              <td class="figure">{row.hops ?? 0}</td>
              {whole ? (
                <>
                  <td class="figure">{row.extensions ?? 0}</td>
                  <td class="figure">{row.rework ?? 0}</td>
                  <td class="figure">{at(int64(row.filedAtMs))}</td>
                </>
              ) : null}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const mostRows = 200; // of a page of the register (docs/api.md)
// Who may have the figures: they are of the whole street (docs/api.md).
const ofWholeStreet = ["ROLE_STREET_SUPERVISOR", "ROLE_DISTRICT_SUPERVISOR", "ROLE_DESK", "ROLE_ADMINISTRATOR"];
const openStates = ["DISPATCHED", "ACCEPTED", "FED_BACK", "RESOLVED", "VERIFIED", "SHELVED", "REWORK", "AT_DESK", "PARKED"] as const,
  endedStates = ["CLOSED", "NOT_ACCEPTED", "VOID"] as const; // behind the open ones: what has ended is asked for by its name

/** How many there are, and how many of them stand here where those are fewer: the figure of the tab stands in it. */
export function countWords(register: Register, filtered: boolean, open: number | null, ended = false): string {
  const shown = register.rows?.length ?? 0;
  if (ended) return say(register.more ? W.endedShown : W.endedFound, { n: shown });
  if (!register.more) return say(filtered ? W.found : W.openCount, { n: shown });
  return filtered || open === null ? say(W.foundShown, { shown }) : say(W.openShown, { n: open, shown });
}

/** Rows and the question that they answer: another one may have been asked since. */
interface Found {
  register: Register;
  filtered: boolean;
  ended: boolean;
}

export function RegisterPage({ desk, still, onOpen }: { desk: Desk; still: boolean; onOpen: (number: string) => void }): JSX.Element {
  const [filter, setFilter] = useState<Record<string, string | number | undefined>>({});
  const [q, setQ] = useState("");
  const [limit, setLimit] = useState(50);
  const [found, setFound] = useState<Found | null>(null);
  const [refused, setRefused] = useState("");
  const ended = endedStates.some((name) => filter["state"] === `CASE_STATE_${name}`);
  const open = ended ? 0 : 1;
  const filtered = [q.trim() || undefined, ...Object.values(filter)].some((one) => one !== undefined);
  const asked = { open, order: "worst", ...filter, q: q.trim() || undefined };
  const key = JSON.stringify([asked, limit, desk.readMs]);
  useEffect(() => {
    let over = false; // an answer to what was asked before comes too late
    const take = (register: Register | null, why: string): void => {
      if (over) return;
      setFound(register && { register, filtered, ended });
      setRefused(why);
    };
    const fails = (error: unknown): void => {
      // Rows of another question must not stand below this one. Where nothing answers, the page says so and asks again.
      if (error instanceof Problem && !error.passing) take(null, troubleOf(error).text);
    };
    const ask = (): void => void desk.api.register({ ...asked, limit }).then((register) => take(register, ""), fails);
    const timer = setTimeout(ask, 200);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [key]);
  const register = found?.register;
  const unit = filter["unit"];
  const cells = desk.names.codes().filter((cell) => unit === undefined || desk.names.unitOf(cell) === unit);
  const now = desk.api.time.now();
  const wholeStreet = (desk.me?.roles ?? []).some((one) => ofWholeStreet.includes(one.role));
  const month = `?from=${startOfMonth(now, desk.zone)}&to=${Math.round(now)}&by=unit`;
  const { order: _, ...exportable } = asked;
  const exported = desk.api.registerQuery(exportable);
  return (
    <section class="panel whole" aria-label={say(W.register)}>
      <div class="panel-head">
        <h2>{say(W.register)}</h2>
        <span>{found ? countWords(found.register, found.filtered, desk.open, found.ended) : refused === "" ? say(C.loading) : ""}</span>
      </div>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>{say(W.search)}</span>
          <input
            class="input"
            type="search"
            placeholder={say(W.searchHint)}
            value={q}
            onInput={(event) => setQ(event.currentTarget.value)}
          />
        </label>
        <label>
          <span>{say(["村/社区", "Unit"])}</span>
          <select
            class="input"
            value={String(filter["unit"] ?? "")}
            onChange={(event) => setFilter({ ...filter, unit: event.currentTarget.value || undefined, cell: undefined })}
          >
            <option value="">{say(W.allUnits)}</option>
            {(desk.street?.units ?? []).map((one) => (
              <option key={one.code} value={one.code}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{say(["网格", "Cell"])}</span>
          <select
            class="input"
            value={String(filter["cell"] ?? "")}
            onChange={(event) => setFilter({ ...filter, cell: event.currentTarget.value || undefined })}
          >
            <option value="">{say(W.allCells)}</option>
            {cells.map((cell) => (
              <option key={cell} value={cell}>
                {desk.names.whole(cell)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{say(["状态", "State"])}</span>
          <select
            class="input"
            value={String(filter["state"] ?? "")}
            onChange={(event) => setFilter({ ...filter, state: event.currentTarget.value || undefined })}
          >
            <option value="">{say(W.allStates)}</option>
            {[...openStates, ...endedStates].map((name) => (
              <option key={name} value={`CASE_STATE_${name}`}>
                {say(name === "FED_BACK" ? W.fedBack : C.state[`CASE_STATE_${name}`])}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{say(["类别", "Category"])}</span>
          <select
            class="input"
            value={String(filter["category"] ?? "")}
            onChange={(event) => setFilter({ ...filter, category: event.currentTarget.value || undefined })}
          >
            <option value="">{say(W.allCategories)}</option>
            {(desk.street?.categories ?? []).map((one) => (
              <option key={one.code} value={one.code}>
                {choose(one.name, one.nameEn)}
              </option>
            ))}
          </select>
        </label>
        {refused === "" ? (
          <a class="button" href={`${root}/register.xlsx${exported}`} download>
            {say(W.exportTable)}
          </a>
        ) : null}
        {wholeStreet && now > 0 ? (
          <a class="button" href={`${root}/figures.xlsx${month}`} download>
            {say(W.exportFigures)}
          </a>
        ) : null}
      </form>
      {refused === "" ? null : (
        <p class="empty" role="alert">
          {refused}
        </p>
      )}
      {register && (register.rows ?? []).length === 0 ? <p class="empty">{say(W.noneFound)}</p> : null}
      <div class="scroll">
        <RegisterTable desk={desk} rows={register?.rows ?? []} whole still={still} onOpen={onOpen} />
      </div>
      {register?.more && limit < mostRows ? (
        <div class="rows pad">
          <button type="button" class="button" onClick={() => setLimit(Math.min(mostRows, limit + 50))}>
            {say(W.more, { n: 50 })}
          </button>
        </div>
      ) : register?.more ? (
        <p class="hint pad">{say(W.mostShown, { n: mostRows })}</p>
      ) : null}
    </section>
  );
}

/** A case of the register: its story, and 改派 and 重新办理 where the case table lets this person take these steps. */
export function CaseSheet({ desk, number, onClose }: { desk: Desk; number: string; onClose: () => void }): JSX.Element {
  const [detail, setDetail] = useState<CaseDetail | null>(null);
  const [asked, setAsked] = useState<"" | "reassign" | "reopen">("");
  useEffect(() => {
    void desk.api.case(number).then(setDetail, () => {});
  }, [desk, number]);
  const card = detail?.card ?? detail?.case.card;
  const kind = reassignedBy(detail?.case.allowed);
  const mayReopen = detail?.case.allowed?.includes("ACTION_KIND_REOPEN") ?? false;
  const steps = [...(kind ? (["reassign"] as const) : []), ...(mayReopen ? (["reopen"] as const) : [])];
  if (asked === "reopen") return <Reopen desk={desk} number={number} onClose={(done) => (done ? onClose() : setAsked(""))} />;
  if (asked === "reassign" && kind)
    return (
      <Reassign
        desk={desk}
        number={number}
        kind={kind}
        from={detail?.case.whole.cell ?? ""}
        onClose={(done) => (done ? onClose() : setAsked(""))}
      />
    );
  return (
    <Sheet title={choose(card?.title, card?.titleEn) || number} onClose={onClose}>
      <p class="hint">{number}</p>
      {detail ? (
        <>
          <p>{say(isEnded(detail.case.whole.state) ? C.holderThen : C.holderNow, { holder: choose(card?.holder, card?.holderEn) })}</p>
          <Timeline story={detail.story ?? []} title={say(W.storyTitle)} few={5} />
        </>
      ) : (
        <p>{say(C.loading)}</p>
      )}
      <div class="rows">
        {steps.map((one) => (
          <button
            key={one}
            type="button"
            class="button"
            aria-disabled={desk.offline}
            title={desk.offline ? say(W.disabledWhy) : undefined}
            onClick={() => {
              if (!desk.offline) setAsked(one);
            }}
          >
            {say(one === "reassign" ? W.reassign : C.step.ACTION_KIND_REOPEN)}
          </button>
        ))}
        <button type="button" class="button" onClick={onClose}>
          {say(C.close)}
        </button>
      </div>
    </Sheet>
  );
}
