// 哪一件还没有去处？ The desk of the command centre.
import { render, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import "./desk.css";
import { LoginForm } from "../design/login";
import { ageSince, PageContext, useNow } from "../design/page";
import { Sheet } from "../design/parts";
import { time } from "../logic/civil_time";
import { age } from "../logic/countdown";
import { freshness, limits } from "../logic/stale";
import * as C from "../words/common";
import * as W from "../words/desk";
import { beginLanguage, language, say } from "../words/language";
import { Decide, WaitingList } from "./decide";
import { CaseSheet, RegisterPage, RegisterTable } from "./register";
import { Desk } from "./state";
import { SystemPage } from "./system";

const desk = new Desk();
const keysName = "huying.desk.keys";
type Tab = "undecided" | "register" | "system";

function App(): JSX.Element {
  const [, redraw] = useState(0);
  const [tab, setTab] = useState<Tab>("undecided");
  const [open, setOpen] = useState("");
  const [help, setHelp] = useState(false);
  const [letterKeys, setLetterKeys] = useState(localStorage.getItem(keysName) !== "off");
  useEffect(() => desk.subscribe(() => redraw((n) => n + 1)), []);
  useEffect(() => {
    document.title = say(W.title);
  });
  useNow(5_000);
  const page = { time: desk.api.time, zone: desk.zone, demonstration: desk.demonstration, mapBase: desk.street?.mapBase || null };
  const old = ageSince(desk.readSteadyMs);
  const fresh = desk.readSteadyMs === 0 ? "fresh" : freshness(old, limits.desk);
  const still = fresh === "stale";
  const tabs: [Tab, string, number | null][] = [
    ["undecided", say(W.undecided), desk.waiting.length],
    ["register", say(W.register), desk.open],
    ["system", say(W.system), null],
  ];
  return (
    <PageContext.Provider value={page}>
      <header class="top">
        <h1>{say(W.title)}</h1>
        {desk.me && !desk.forbidden ? (
          <nav role="tablist" aria-label={say(W.title)}>
            {tabs.map(([id, name, count]) => (
              <button key={id} type="button" role="tab" aria-selected={tab === id} onClick={() => setTab(id)}>
                {name}
                {count === null ? null : <span class="count">{count}</span>}
              </button>
            ))}
          </nav>
        ) : null}
        <span class="right">
          {desk.demonstration ? (
            <span class="demo" role="note">
              {say(C.demonstration)}
            </span>
          ) : null}
          {desk.readMs > 0 ? (
            <span role="status" class={fresh}>
              {desk.offline
                ? say(C.standsAt, { time: time(desk.readMs, desk.zone) })
                : fresh === "fresh"
                  ? say(W.liveAt, { time: time(desk.readMs, desk.zone) })
                  : say(C.stale, { age: age(old, language()) })}
            </span>
          ) : null}
          {desk.me ? (
            <button type="button" class="help" aria-label={say(W.keys)} onClick={() => setHelp(true)}>
              ?
            </button>
          ) : null}
          {desk.me ? (
            <button type="button" class="leave" onClick={() => void desk.leave()}>
              {say(C.logOut)}
            </button>
          ) : null}
        </span>
      </header>
      {desk.reach !== "there" && desk.me && desk.readMs > 0 ? (
        <p class="cut" role="alert">
          {say(W.cutOff[desk.reach])}
        </p>
      ) : null}
      {!desk.begun || (desk.reach !== "there" && desk.me === null) || (desk.me && desk.readMs === 0 && !desk.forbidden) ? (
        <main>
          <p class="empty" role="status">
            {say(desk.reach === "there" ? C.loading : C.again[desk.reach])}
          </p>
        </main>
      ) : desk.me === null || desk.forbidden ? (
        <main class="login">
          <section class="panel">
            {desk.me ? <p role="alert">{say(C.notForYou, { who: say(W.whoseDesk) })}</p> : null}
            <LoginForm api={desk.api} onDone={(me) => void desk.entered(me)} />
          </section>
        </main>
      ) : (
        <main class={`${tab} ${still ? "still" : ""}`}>
          {tab === "undecided" ? (
            <>
              <WaitingList desk={desk} still={still} />
              <Decide desk={desk} letterKeys={letterKeys} still={still} />
              <section class="panel below" aria-label={say(W.register)}>
                <div class="panel-head">
                  <h2>{say(W.register)}</h2>
                  <span>{say(W.openCount, { n: desk.open ?? "…" })}</span>
                </div>
                <RegisterTable desk={desk} rows={(desk.register.rows ?? []).slice(0, 6)} whole={false} still={still} onOpen={setOpen} />
                <div class="rows pad">
                  <button type="button" class="button" onClick={() => setTab("register")}>
                    {say(W.all, { n: desk.open ?? "…" })}
                  </button>
                </div>
              </section>
            </>
          ) : tab === "register" ? (
            <RegisterPage desk={desk} still={still} onOpen={setOpen} />
          ) : (
            <SystemPage desk={desk} />
          )}
        </main>
      )}
      {open ? <CaseSheet key={open} desk={desk} number={open} onClose={() => setOpen("")} /> : null}
      {help ? (
        <Sheet title={say(W.keys)} onClose={() => setHelp(false)}>
          <label class="choice">
            <input
              type="checkbox"
              checked={letterKeys}
              onChange={() => {
                localStorage.setItem(keysName, letterKeys ? "off" : "on");
                setLetterKeys(!letterKeys);
              }}
            />
            {say(W.keysOn)}
          </label>
          <div class="rows">
            <button type="button" class="button" onClick={() => setHelp(false)}>
              {say(C.close)}
            </button>
          </div>
        </Sheet>
      ) : null}
      {desk.me && desk.logInNeeded ? (
        <Sheet title={say(C.logInAgain)}>
          <p>{say(C.expired)}</p>
          <LoginForm api={desk.api} person={desk.me.person} button={say(C.logInAgain)} onDone={(me) => void desk.entered(me)} />
        </Sheet>
      ) : null}
    </PageContext.Provider>
  );
}

beginLanguage(location.search, localStorage.getItem("huying.language"));
const place = document.getElementById("page");
if (place) {
  render(<App />, place);
  void desk.start();
}
