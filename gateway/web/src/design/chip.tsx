import type { JSX } from "preact";

import type { Rung } from "../api/types";
import type { CaseModel, MarkName } from "../logic/case_model";
import * as W from "../words/common";
import { say } from "../words/language";
import { Sign } from "./signs";

/** The word of a mark; of an escalation with the rung that it reached. */
export function markWord(of: MarkName, rung?: Rung): string {
  const mark = W.mark[of];
  return mark ? say(mark.pair, { rung: say(W.rung[rung ?? "RUNG_STREET"]) }) : "";
}

export function Chip({ of, rung, more }: { of: MarkName; rung?: Rung | undefined; more?: string }): JSX.Element | null {
  if (of === "") return null;
  return (
    <span class={`chip ${of}`}>
      <Sign of={of} />
      {markWord(of, rung)}
      {more ? ` ${more}` : ""}
    </span>
  );
}

/** At most two: the time, and the rung or another state; a step that waits comes before them. */
export function Chips({ model, waiting = "" }: { model: CaseModel; waiting?: string }): JSX.Element | null {
  const marks: MarkName[] = [model.timeMark, model.stateMark].filter((mark) => mark !== "");
  if (marks.length === 0 && waiting === "") return null;
  return (
    <div class="chips">
      {waiting !== "" ? <Chip of="unsent" more={waiting} /> : null}
      {marks.map((mark) => (
        <Chip key={mark} of={mark} rung={model.rung} />
      ))}
    </div>
  );
}
