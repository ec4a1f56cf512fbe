import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { int64, type Sentence } from "../api/types";
import { dateTime } from "../logic/civil_time";
import * as W from "../words/common";
import { choose, language, say } from "../words/language";
import { useNow, usePage } from "./page";
import { StepSign } from "./signs";

/** 为什么在这里: newest first, three steps, then all. The sentences are the gateway's. */
export function Timeline({
  story,
  title,
  few = 3,
  children,
}: {
  story: readonly Sentence[];
  title: string;
  few?: number;
  children?: (sentence: Sentence) => JSX.Element | null;
}): JSX.Element {
  const [all, setAll] = useState(false);
  const { zone } = usePage();
  const now = useNow(60_000);
  const newest = [...story].reverse();
  const shown = all ? newest : newest.slice(0, few);
  return (
    <section aria-label={title}>
      <div class="section-head">
        <h2>{title}</h2>
        {newest.length > few ? (
          <button type="button" class="link" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? say(W.fewerSteps) : say(W.allSteps, { n: newest.length })}
          </button>
        ) : null}
      </div>
      <ol class="story">
        {shown.map((sentence, place) => {
          const note = choose(sentence.note_zh, sentence.note_en);
          return (
            <li key={`${int64(sentence.revision)}-${newest.length - place}`}>
              <StepSign now={place === 0} />
              <p>{choose(sentence.zh, sentence.en)}</p>
              <span class="hint">
                {dateTime(int64(sentence.atMs), now, zone, language())}
                {note ? ` · ${note}` : ""}
              </span>
              {children ? children(sentence) : null}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
