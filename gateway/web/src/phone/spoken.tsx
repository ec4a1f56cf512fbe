// The clocks' voice: one line that is not seen, and that a screen reader reads out when it changes. A line stands for ten seconds, so
// that none runs over another and the same words are heard again when they are said of another case.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { useNow } from "../design/page";
import { toSay, type Picture, type Said } from "../logic/spoken";
import * as C from "../words/common";
import * as W from "../words/staff";
import { choose, say } from "../words/language";
import { usePhone } from "./frame";

const lineMs = 10_000,
  betweenMs = 200,
  rememberedMost = 200,
  linesMost = 3; // that wait; what comes beyond is in the list

function words([{ model, what }, ...others]: [Said, ...Said[]]): string {
  const title = [choose(model.title, model.titleEn), choose(model.place, model.placeEn)]
    .filter((part) => part !== "")
    .join(say(W.spokenPlace));
  const clock = model.clockKind ? say(C.clock[model.clockKind]) : "";
  const line =
    what === "climbed"
      ? say(W.spokenClimbed, { title, rung: say(C.rung[model.rung ?? "RUNG_STREET"]) })
      : say(what === "due" ? W.spokenDue : W.spokenHour, { title, clock });
  const cases = new Set(others.map((one) => one.model.number).filter((number) => number !== model.number));
  return line + (cases.size > 0 ? say(W.spokenMore, { n: cases.size }) : "");
}

export function Spoken(): JSX.Element {
  const phone = usePhone();
  const now = useNow(20_000);
  const before = useRef<Picture>({ models: [], atMs: 0 });
  const waiting = useRef<string[]>([]);
  const [line, setLine] = useState("");
  useEffect(() => {
    // Nobody listens to a page that is not seen: what happens meanwhile is said when it is seen again. After a slow answer the
    // centre's time may step back a little; what was said is not said again.
    if (document.visibilityState !== "visible" || phone.loadedAtMs === 0 || now < before.current.atMs) return;
    const picture = { models: phone.models(), atMs: now };
    const [first, ...others] = toSay(before.current, picture);
    // A case that one list lacks, for its cell did not answer, is no new one when it is back.
    const listed = new Set(picture.models.map((model) => model.number));
    const missing = before.current.models.filter((model) => !listed.has(model.number)).slice(0, rememberedMost);
    before.current = { models: [...picture.models, ...missing], atMs: now };
    if (!first) return;
    waiting.current = [...waiting.current, words([first, ...others])].slice(-linesMost);
    setLine((stands) => stands || (waiting.current.shift() ?? ""));
  });
  useEffect(() => {
    if (line === "" && waiting.current.length === 0) return;
    const next = (): void => setLine(line === "" ? (waiting.current.shift() ?? "") : "");
    const timer = setTimeout(next, line === "" ? betweenMs : lineMs);
    return () => clearTimeout(timer);
  }, [line]);
  return (
    <p class="unseen" role="status">
      {line}
    </p>
  );
}
