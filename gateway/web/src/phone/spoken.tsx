// The clocks' voice: one line that is not seen, and that a screen reader reads out when it changes.
import type { JSX } from "preact";
import { useRef } from "preact/hooks";

import { useNow } from "../design/page";
import type { CaseModel } from "../logic/case_model";
import { toSay, type Said } from "../logic/spoken";
import * as C from "../words/common";
import * as W from "../words/staff";
import { choose, say } from "../words/language";
import { usePhone } from "./frame";

function words({ model, what }: Said): string {
  const title = choose(model.title, model.titleEn);
  if (what === "climbed") return say(W.spokenClimbed, { title, rung: say(C.rung[model.rung ?? "RUNG_STREET"]) });
  const clock = model.clockKind ? say(C.clock[model.clockKind]) : "";
  return say(what === "due" ? W.spokenDue : W.spokenHour, { title, clock });
}

export function Spoken(): JSX.Element {
  const phone = usePhone();
  const now = useNow(20_000);
  const before = useRef<{ models: readonly CaseModel[]; atMs: number }>({ models: [], atMs: 0 });
  const line = useRef("");
  if (phone.loadedAtMs > 0 && now > 0) {
    const models = phone.models();
    const [first, ...others] = toSay(before.current.models, before.current.atMs, models, now);
    if (first) line.current = words(first) + (others.length > 0 ? say(W.spokenMore, { n: others.length }) : "");
    before.current = { models, atMs: now };
  }
  return (
    <p class="unseen" role="status">
      {line.current}
    </p>
  );
}
