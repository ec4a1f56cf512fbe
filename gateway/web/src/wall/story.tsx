// A case's story on the wall, and a supervisor's steps with their own login. Nothing finer than the cell, no citizen's words.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { newId } from "../api/ids";
import { int64, type ActionKind, type CaseDetail, type PersonRow } from "../api/types";
import { Ladder } from "../design/ladder";
import { LoginForm } from "../design/login";
import { useNow, useOneAtATime } from "../design/page";
import { Errors, Sheet, troubleOf, type Trouble } from "../design/parts";
import { Timeline } from "../design/timeline";
import { nextClock } from "../logic/case_model";
import { dateTime, time } from "../logic/civil_time";
import { countdown } from "../logic/countdown";
import * as C from "../words/common";
import * as W from "../words/wall";
import { choose, language, say } from "../words/language";
import type { Board } from "./board";

const steps: readonly ActionKind[] = [
  "ACTION_KIND_REMIND",
  "ACTION_KIND_SUPERVISE",
  "ACTION_KIND_WHISTLE",
  "ACTION_KIND_ANSWER_ESCALATION",
];

export function StorySheet({ board, number, onClose }: { board: Board; number: string; onClose: () => void }): JSX.Element {
  const [detail, setDetail] = useState<CaseDetail | null>(null);
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const [asked, setAsked] = useState<ActionKind | null>(null); // to whom is shown before it is sent
  const [login, setLogin] = useState<ActionKind | null>(null);
  const [told, setTold] = useState("");
  const [targets, setTargets] = useState<PersonRow[]>([]);
  const [ticked, setTicked] = useState<string[]>([]);
  const now = useNow(1_000);
  const ids = useRef(new Map<ActionKind, string>()); // the same with every try, until it is done
  const [, oneAtATime] = useOneAtATime();
  const read = async (): Promise<void> => {
    try {
      setDetail(await board.api.case(number));
    } catch (error) {
      setTrouble([troubleOf(error)]);
    }
  };
  useEffect(() => {
    void read();
  }, [number]);
  const view = detail?.case;
  const card = detail?.card ?? view?.card;
  const clock = card?.clock ?? (view ? nextClock(view) : undefined);
  const due = int64(clock?.dueAtMs);
  const escalation = board.wall?.escalations?.find((one) => one.number === number);
  const canAsk = board.me?.readOnly === true && !board.stepLogin;
  const offered = steps.filter(
    (kind) =>
      view?.allowed?.includes(kind) ||
      (canAsk &&
        (kind === "ACTION_KIND_ANSWER_ESCALATION"
          ? escalation !== undefined
          : kind === "ACTION_KIND_REMIND" || kind === "ACTION_KIND_SUPERVISE")),
  );

  const act = (kind: ActionKind): Promise<void> =>
    oneAtATime(async () => {
      setTrouble([]);
      try {
        const holder = detail?.case.whole.holder?.person;
        const to = kind === "ACTION_KIND_WHISTLE" ? ticked : kind === "ACTION_KIND_ANSWER_ESCALATION" ? [] : holder ? [holder] : [];
        const actionId = ids.current.get(kind) ?? newId();
        ids.current.set(kind, actionId);
        await board.api.act(number, { actionId, kind, ...(to.length > 0 ? { targets: to } : {}) });
        ids.current.delete(kind);
        setAsked(null);
        setTold(`${say(C.step[kind])}：${say(W.done, { time: time(board.api.time.now(), board.zone) })}`);
        await read();
      } catch (error) {
        setTrouble([troubleOf(error, kind)]);
      }
    });
  const press = (kind: ActionKind): void => {
    if (!board.canAct) {
      setLogin(kind);
      return;
    }
    if (kind === "ACTION_KIND_ANSWER_ESCALATION") {
      void act(kind);
      return;
    }
    setAsked(kind);
    if (kind === "ACTION_KIND_WHISTLE") void board.api.people({ role: "ROLE_UNIT_SUPERVISOR" }).then(setTargets, () => {});
  };

  return (
    <Sheet
      title={`${board.names.short(view?.whole.cell ?? escalation?.cell ?? "")} ${choose(card?.title, card?.titleEn)}`}
      onClose={onClose}
    >
      {!detail ? (
        <p>{say(C.loading)}</p>
      ) : (
        <>
          <div class="facts">
            {view?.whole.rung && view.whole.rung !== "RUNG_CELL" ? <Ladder at={view.whole.rung} size={96} /> : null}
            <div>
              <p>{say(C.holderNow, { holder: choose(card?.holder, card?.holderEn) || view?.whole.holder?.place || "" })}</p>
              {due > 0 && clock?.kind ? (
                <p>
                  {say(C.clock[clock.kind])} {dateTime(due, now, board.zone, language())} ·{" "}
                  {say(due <= now ? C.overTime : C.leftTime, { time: countdown(due, now, language()).figure })}
                </p>
              ) : null}
              {int64(clock?.firstDueAtMs) > 0 && int64(clock?.firstDueAtMs) !== due ? (
                <p>{say(C.kept, { date: dateTime(int64(clock?.firstDueAtMs), now, board.zone, language()) })}</p>
              ) : null}
            </div>
          </div>
          <Timeline story={detail.story ?? []} title={say(C.whyHere)} />
        </>
      )}
      <p role="status" class="told">
        {told}
      </p>
      <Errors trouble={trouble} />
      {asked ? (
        <section>
          {asked === "ACTION_KIND_WHISTLE" ? (
            <fieldset>
              {targets.map((one) => (
                <label key={one.person} class="choice">
                  <input
                    type="checkbox"
                    checked={ticked.includes(one.person)}
                    onChange={() =>
                      setTicked(ticked.includes(one.person) ? ticked.filter((other) => other !== one.person) : [...ticked, one.person])
                    }
                  />
                  {one.title}
                </label>
              ))}
            </fieldset>
          ) : (
            <p>{say(W.toWhom, { who: choose(card?.holder, card?.holderEn) })}</p>
          )}
          <div class="rows">
            <button type="button" class="button primary" onClick={() => void act(asked)}>
              {say(W.sendIt)}
            </button>
          </div>
        </section>
      ) : (
        <>
          {offered.includes("ACTION_KIND_ANSWER_ESCALATION") ? <p class="hint">{say(W.answerHint)}</p> : null}
          <div class="rows">
            <button type="button" class="button" onClick={onClose}>
              {say(C.close)}
            </button>
            {offered.map((kind) => (
              <button
                key={kind}
                type="button"
                class={kind === "ACTION_KIND_ANSWER_ESCALATION" ? "button primary" : "button"}
                onClick={() => press(kind)}
              >
                {say(C.step[kind])}
              </button>
            ))}
          </div>
        </>
      )}
      {login ? (
        <Sheet title={say(W.loginForStep)} onClose={() => setLogin(null)}>
          <LoginForm
            api={board.api}
            check={(person, password) => board.logInForSteps(person, password)}
            onDone={() => {
              const kind = login;
              setLogin(null);
              if (kind === "ACTION_KIND_ANSWER_ESCALATION") void act(kind);
              else setAsked(kind);
            }}
          />
        </Sheet>
      ) : null}
    </Sheet>
  );
}

/** A cell: what is wrong with it, and the story of its worst case. */
export function CellSheet({
  board,
  cell,
  onOpen,
  onClose,
}: {
  board: Board;
  cell: string;
  onOpen: (number: string) => void;
  onClose: () => void;
}): JSX.Element {
  const [none, setNone] = useState(false);
  const uncovered = (board.wall?.uncovered ?? []).filter((one) => one.cell === cell);
  useEffect(() => {
    void board.api.cases({ cell, limit: 1 }).then(
      (list) => {
        const first = list.cases?.[0];
        if (first && uncovered.length === 0) onOpen(first.whole.caseNumber);
        else setNone(first === undefined);
      },
      () => setNone(true),
    );
  }, [cell]);
  const why = (what: string | undefined): string =>
    say(what === "host_lost" ? W.hostLost : what === "cell_parked" ? W.parked : W.nobodyOnDuty);
  return (
    <Sheet title={board.names.whole(cell)} onClose={onClose}>
      {uncovered.map((one) => (
        <p key={one.what}>
          {say(C.mark["uncovered"]?.pair ?? ["", ""])}：{why(one.what)}
        </p>
      ))}
      {none && uncovered.length === 0 ? <p>{say(W.noCases)}</p> : null}
      <div class="rows">
        <button type="button" class="button" onClick={onClose}>
          {say(C.close)}
        </button>
      </div>
    </Sheet>
  );
}
