// Small parts that more than one page draws: errors that take the focus, sheets, the demonstration's banner.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { Problem } from "../api/problem";
import type { ActionKind } from "../api/types";
import { reachOf } from "../logic/reach";
import * as W from "../words/common";
import { choose, language, say } from "../words/language";

/** Its band is always there, so that nothing jumps when it becomes known what this is. */
export function Banner({ shown, otherwise = "" }: { shown: boolean; otherwise?: string }): JSX.Element {
  return (
    <div class="demonstration" role="note">
      {shown ? say(W.demonstration) : otherwise}
    </div>
  );
}

export interface Trouble {
  text: string;
  number?: number;
  field?: string;
}

/** Above the button; takes the focus when it appears. */
export function Errors({ trouble }: { trouble: readonly Trouble[] }): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  const text = trouble.map((one) => one.text).join("\n");
  useEffect(() => {
    if (text !== "") box.current?.focus();
  }, [text]);
  if (trouble.length === 0) return null;
  return (
    <div class="errors" role="alert" tabIndex={-1} ref={box}>
      {trouble.map((one) => (
        <p key={one.text}>
          {one.field ? (
            <a
              href={`#${one.field}`}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(one.field ?? "")?.focus();
              }}
            >
              {one.text}
            </a>
          ) : (
            one.text
          )}
          {one.number ? <small> {say(W.catalogue, { n: one.number })}</small> : null}
        </p>
      ))}
    </div>
  );
}

/** A refusal in plain words: what happened, and what may be done (faces, section 3). */
export function refusalWords(details: Problem["details"], kind: ActionKind | "REPORT"): string {
  if (details.status === 403 || details.name === "ROLE_REFUSES" || details.name === "NOT_ALLOWED")
    return kind !== "REPORT" && W.whoMay[kind] ? say(W.noPermission, { who: say(W.whoMay[kind]) }) : say(W.noPermissionPlain);
  if (details.state && kind !== "REPORT") {
    const allowed = (details.allowed ?? [])
      .filter((one) => W.step[one] !== undefined)
      .map((one) => say(W.step[one]))
      .join(language() === "en" ? ", " : "、");
    const values = { state: say(W.state[details.state] ?? ["?", "?"]), step: say(W.step[kind]), allowed: allowed || say(W.nothingElse) };
    return say(details.state === "CASE_STATE_RESOLVED" ? W.awaitingRefuses : W.stateRefuses, values);
  }
  return problemWords(details);
}

export function problemWords(details: Problem["details"]): string {
  const what = choose(details.title_zh, details.title),
    remedy = language() === "en" ? details.remedy : details.remedy_zh; // English has no business in a Chinese sentence
  if (what === "") return say(W.trouble);
  const stop = language() === "en" ? "." : "。";
  const sentence = (text: string): string => (/[。.！？?]$/.test(text) ? text : text + stop);
  return sentence(what) + (remedy && language() === "en" ? ` ${sentence(remedy)}` : remedy ? sentence(remedy) : "");
}

export function troubleOf(error: unknown, kind: ActionKind | "REPORT" = "REPORT"): Trouble {
  const reach = reachOf(error, navigator.onLine);
  if (!(error instanceof Problem) || reach !== "there") {
    const text = say(W.tryLater[reach === "there" ? "noAnswer" : reach]);
    return error instanceof Problem && error.number ? { text, number: error.number } : { text };
  }
  const text = error.passing && !error.details.title_zh ? say(W.tryLater.centreAway) : refusalWords(error.details, kind);
  return error.number ? { text, number: error.number } : { text };
}

const sheets: object[] = []; // those that are open; the last one has the keys

/** A sheet over the page: Esc closes it, the focus goes in and comes back. Keys are the page's: what had the focus may be drawn anew. */
export function Sheet({ title, onClose, children }: { title: string; onClose?: () => void; children: ComponentChildren }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const first = box.current?.querySelector<HTMLElement>("input, textarea, select, button");
    (first ?? box.current)?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const keep = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && onClose) {
      event.stopPropagation();
      onClose();
    }
    if (event.key !== "Tab" || !box.current) return;
    if (!box.current.contains(document.activeElement)) box.current.focus();
    const stops = [...box.current.querySelectorAll<HTMLElement>("a[href], input, textarea, select, button")];
    const first = stops[0],
      last = stops[stops.length - 1];
    if (event.shiftKey && document.activeElement === first) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first?.focus();
    }
  };
  const keys = useRef(keep);
  keys.current = keep;
  useEffect(() => {
    const own = {};
    const listen = (event: KeyboardEvent): void => {
      if (sheets[sheets.length - 1] === own) keys.current(event);
    };
    sheets.push(own);
    document.addEventListener("keydown", listen, true);
    return () => {
      sheets.splice(sheets.indexOf(own), 1);
      document.removeEventListener("keydown", listen, true);
    };
  }, []);
  return (
    <div class="sheet">
      <div role="dialog" aria-modal="true" aria-label={title} ref={box} tabIndex={-1}>
        <h2>{title}</h2>
        {children}
      </div>
    </div>
  );
}
