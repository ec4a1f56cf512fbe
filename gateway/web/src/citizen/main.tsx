// The citizen's page: report, track, rate. No login; a case opens by its number and code, or by the private link that holds both
// in its fragment, which no server sees.
import { render, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import "./citizen.css";
import { Api } from "../api/client";
import { Problem } from "../api/problem";
import type { Street, Track } from "../api/types";
import { PageContext } from "../design/page";
import { Banner, troubleOf, type Trouble } from "../design/parts";
import * as C from "../words/common";
import * as W from "../words/citizen";
import { beginLanguage, say } from "../words/language";
import { Rate } from "./rate";
import { Report } from "./report";
import { LookUp, NumberBox, TrackView } from "./track";

const api = new Api();
const largeName = "huying.large";

interface Route {
  at: "report" | "track" | "rate";
  number: string;
  code: string;
}

function readRoute(): Route {
  const [, number = "", code = "", rate] = /^#([A-Z0-9-]{1,32})\.([A-Z0-9]{1,8})(\.rate)?$/.exec(location.hash) ?? [];
  if (number !== "") return { at: rate ? "rate" : "track", number, code };
  return { at: location.hash === "#track" ? "track" : "report", number: "", code: "" };
}
/** The private link, as the gateway writes it: #NUMBER.CODE */
const addressOf = (number: string, code: string, rate = false): string => `#${number}.${code}${rate ? ".rate" : ""}`;

function App(): JSX.Element {
  const [route, setRoute] = useState(readRoute);
  const [street, setStreet] = useState<Street | null>(null);
  const [track, setTrack] = useState<Track | null>(null);
  const [readAt, setReadAt] = useState(0);
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const [told, setTold] = useState("");
  const [offline, setOffline] = useState(!navigator.onLine);
  const [large, setLarge] = useState(localStorage.getItem(largeName) === "yes");

  useEffect(() => {
    const change = (): void => {
      setRoute(readRoute());
      setTrouble([]);
      scrollTo(0, 0);
    };
    const net = (): void => setOffline(!navigator.onLine);
    addEventListener("hashchange", change);
    addEventListener("online", net);
    addEventListener("offline", net);
    change(); // the address may have changed before anybody listened
    void api.street().then(setStreet, () => {});
    return () => {
      removeEventListener("hashchange", change);
      removeEventListener("online", net);
      removeEventListener("offline", net);
    };
  }, []);
  useEffect(() => {
    document.documentElement.classList.toggle("large", large);
    localStorage.setItem(largeName, large ? "yes" : "no");
  }, [large]);

  const read = async (number: string, code: string): Promise<boolean> => {
    try {
      setTrack(await api.citizenTrack(number, code));
      setReadAt(performance.now());
      setTrouble([]);
      return true;
    } catch (error) {
      // One sentence for a wrong number and a wrong code: neither tells which.
      if (error instanceof Problem && (error.status === 404 || error.status === 400)) {
        setTrack(null);
        setTrouble([{ text: say(W.wrong) }]);
      } else if (error instanceof Problem && error.status === 429) setTrouble([{ text: say(W.tries) }]);
      else setTrouble([troubleOf(error)]);
      return false;
    }
  };
  useEffect(() => {
    if (route.number !== "") void read(route.number, route.code);
    else setTrack(null);
  }, [route.number, route.code]);

  const shown = route.at !== "report" && track?.caseNumber === route.number ? track : null;
  const rateTitle = shown?.mayReopen ? W.notSolved : W.rateTitle;
  const title = say(route.at === "report" ? W.report : route.at === "rate" ? rateTitle : W.track);
  useEffect(() => {
    document.title = title;
  }, [title]);
  const demonstration = street?.demonstration ?? false;
  return (
    <PageContext.Provider
      value={{ time: api.time, zone: street?.timeZone ?? "Asia/Shanghai", demonstration, mapBase: street?.mapBase || null }}
    >
      <Banner shown={demonstration} otherwise={street?.street.name ?? ""} />
      <header class="header">
        <h1>{title}</h1>
        <nav>
          <button type="button" class="link" aria-pressed={large} onClick={() => setLarge(!large)}>
            {say(large ? W.normal : W.large)}
          </button>
          {route.at === "report" ? (
            <a class="link" href="#track">
              {say(W.track)}
            </a>
          ) : shown ? (
            <a class="link" href="#track">
              {say(W.another)}
            </a>
          ) : (
            <a class="link" href="#">
              {say(W.report)}
            </a>
          )}
        </nav>
      </header>
      <main>
        <p class={told ? "told shown" : "told"} role="status">
          {told}
        </p>
        {route.at === "report" ? (
          <Report
            api={api}
            offline={offline}
            onReceived={(number, code) => {
              setTold(say(W.received));
              location.hash = addressOf(number, code);
            }}
          />
        ) : shown && route.at === "rate" && (shown.mayRate || shown.mayReopen) ? (
          <Rate
            api={api}
            track={shown}
            code={route.code}
            onDone={(words) => {
              setTold(words);
              location.hash = addressOf(route.number, route.code);
              void read(route.number, route.code);
            }}
          />
        ) : shown ? (
          <TrackView
            api={api}
            track={shown}
            code={route.code}
            readAt={readAt}
            trouble={trouble}
            onRefresh={() => void read(route.number, route.code)}
            onRate={() => {
              setTold("");
              location.hash = addressOf(route.number, route.code, true);
            }}
          />
        ) : (
          <>
            {route.number !== "" && trouble.length === 0 ? <NumberBox number={route.number} code={route.code} /> : null}
            {route.number !== "" && trouble.length === 0 ? (
              <p class="hint center" role="status">
                {say(C.loading)}
              </p>
            ) : (
              <LookUp
                asked={route}
                trouble={trouble}
                onTry={(number, code) => {
                  if (route.number === number && route.code === code) {
                    void read(number, code);
                    return;
                  }
                  location.hash = addressOf(number, code);
                  if (readRoute().number === "") setTrouble([{ text: say(W.wrong) }]);
                }}
              />
            )}
          </>
        )}
      </main>
    </PageContext.Provider>
  );
}

beginLanguage(location.search, null);
const place = document.getElementById("page");
if (place) render(<App />, place);
