// 现在要不要我出面？ The wall of the street's supervisors.
import { render, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import "./wall.css";
import { Problem } from "../api/problem";
import { LoginForm } from "../design/login";
import { ageSince, PageContext, useNow } from "../design/page";
import { Errors, Sheet, troubleOf, type Trouble } from "../design/parts";
import { Icon } from "../design/signs";
import { date, time, weekday } from "../logic/civil_time";
import { age } from "../logic/countdown";
import { freshness, limits } from "../logic/stale";
import * as C from "../words/common";
import * as W from "../words/wall";
import { beginLanguage, language, say } from "../words/language";
import { Board } from "./board";
import { Column } from "./column";
import { RateSheet, Strip, type RateName } from "./figures";
import { CellSheet, StorySheet } from "./story";
import { Legend, StreetMap } from "./street_map";

const board = new Board();
const screenInches = Number(new URLSearchParams(location.search).get("screen") ?? 75);
const cardsShown = screenInches < 75 ? 2 : 3;

function KeyForm({ onDone }: { onDone: () => void }): JSX.Element {
  const [key, setKey] = useState("");
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await board.entered(await board.useKey(key.trim()));
      onDone();
    } catch (error) {
      const isWrong = error instanceof Problem && error.status === 401;
      setTrouble([{ ...troubleOf(error), ...(isWrong ? { text: say(W.keyWrong) } : {}) }]);
    }
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <label class="field">
        <span>{say(W.keyNeeded)}</span>
        <small class="hint">{say(W.keyHint)}</small>
        <input
          class="input"
          type="password"
          autocomplete="off"
          aria-label={say(W.keyNeeded)}
          value={key}
          required
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </label>
      <Errors trouble={trouble} />
      <div class="rows">
        <button type="submit" class="button primary">
          {say(C.logIn)}
        </button>
      </div>
    </form>
  );
}

function Head({ stale }: { stale: "fresh" | "old" | "stale" }): JSX.Element {
  const now = useNow(1_000);
  const old = ageSince(board.aliveSteadyMs);
  const wall = board.wall;
  const lateCells = (wall?.cells ?? []).filter((cell) => (cell.late ?? 0) > 0).length;
  const many = (wall?.escalated ?? wall?.escalations?.length ?? 0) > 8 || (wall?.openLate ?? 0) > 30;
  const stopped = time(board.asOfMs || now, board.zone);
  return (
    <header class={`head-bar ${stale}`}>
      <h1>{say(W.title, { street: board.street?.street.name ?? "" })}</h1>
      {board.demonstration ? (
        <span class="demo" role="note">
          {say(C.demonstration)}
        </span>
      ) : null}
      {many ? <span class="flood">{say(W.flood, { n: wall?.openLate ?? 0, cells: lateCells })}</span> : null}
      <span class="connection" role="status">
        {board.wall === null ? null : stale === "fresh" && board.state === "live" ? (
          <>
            <i class="dot" />
            {say(W.live, { age: old < 1_500 ? say(W.justNow) : say(W.seconds, { n: Math.floor(old / 1000) }) })}
          </>
        ) : (
          <>
            <Icon of="clock" size={30} />
            {stale === "stale" ? say(W.cutBar, { time: stopped }) : say(W.cut, { time: stopped })}
            {stale === "fresh" ? "" : `（${age(old, language())}）`}
          </>
        )}
      </span>
      <span class="date">{now === 0 ? "" : `${date(now, now, board.zone, language())} ${weekday(now, board.zone, language())}`}</span>
      <b class="now">{now === 0 ? "" : time(now, board.zone)}</b>
    </header>
  );
}

function WallPage(): JSX.Element {
  const [, redraw] = useState(0);
  const [cell, setCell] = useState("");
  const [number, setNumber] = useState("");
  const [rate, setRate] = useState<RateName | "">("");
  useEffect(() => board.subscribe(() => redraw((n) => n + 1)), []);
  useNow(1_000);
  board.tick();
  useEffect(() => {
    document.title = say(W.title, { street: board.street?.street.name ?? "" });
  });
  const page = { time: board.api.time, zone: board.zone, demonstration: board.demonstration, mapBase: board.street?.mapBase || null };
  const wall = board.wall;
  const stale = board.aliveSteadyMs === 0 ? "fresh" : freshness(ageSince(board.aliveSteadyMs), limits.wall);
  const expiredFor = board.expiredSteadyMs === 0 ? 0 : ageSince(board.expiredSteadyMs);
  const tooOld = expiredFor > 10 * 60_000;
  const still = stale === "stale" || (board.logInNeeded && wall !== null);
  if (!wall || !board.map || tooOld) {
    return (
      <PageContext.Provider value={page}>
        <Head stale="fresh" />
        <main class="waiting">
          {board.logInNeeded || tooOld || board.forbidden ? (
            <section>
              {board.forbidden && !board.logInNeeded ? <p role="alert">{say(C.notForYou, { who: say(W.whoseWall) })}</p> : null}
              {tooOld ? <p>{say(W.noData)}</p> : null}
              <h2>{say(board.me ? W.logInAgain : W.logIn)}</h2>
              <KeyForm onDone={() => redraw((n) => n + 1)} />
              <details>
                <summary>{say(C.account)}</summary>
                <LoginForm api={board.api} onDone={(me) => void board.entered(me)} />
              </details>
            </section>
          ) : (
            <p role="status">{say(board.reach === "there" ? C.loading : C.again[board.reach])}</p>
          )}
        </main>
      </PageContext.Provider>
    );
  }
  const close = (): void => {
    setCell("");
    setNumber("");
    void board.endSteps();
  };
  return (
    <PageContext.Provider value={page}>
      <Head stale={still ? "stale" : stale} />
      {board.logInNeeded ? (
        <p class="trouble" role="alert">
          {say(W.logInAgain)}
        </p>
      ) : null}
      <main class={still ? "board still" : "board"}>
        <section class="map-side" aria-label={say(W.mapTitle)}>
          <StreetMap
            features={board.map.features}
            cells={wall.cells ?? []}
            names={board.names}
            changed={board.changedCells}
            onPick={setCell}
          />
          {screenInches >= 65 ? <Legend /> : null}
        </section>
        <Column wall={wall} names={board.names} zone={board.zone} still={still} shown={cardsShown} onOpen={setNumber} onCell={setCell} />
        <Strip wall={wall} onRate={setRate} />
      </main>
      {number !== "" ? (
        <StorySheet key={number} board={board} number={number} onClose={close} />
      ) : cell !== "" ? (
        <CellSheet key={cell} board={board} cell={cell} onOpen={setNumber} onClose={close} />
      ) : null}
      {rate !== "" ? <RateSheet board={board} rate={rate} names={board.names} onClose={() => setRate("")} /> : null}
      {board.logInNeeded && still ? (
        <Sheet title={say(W.logInAgain)}>
          <KeyForm onDone={() => redraw((n) => n + 1)} />
        </Sheet>
      ) : null}
    </PageContext.Provider>
  );
}

beginLanguage(location.search, null);
document.documentElement.classList.add("wall");
if (screenInches < 75) document.documentElement.classList.add(screenInches < 65 ? "screen55" : "screen65");
const place = document.getElementById("page");
if (place) {
  render(<WallPage />, place);
  void board.start();
}
