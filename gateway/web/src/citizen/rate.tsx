// 真的解决了吗？ Nothing is chosen beforehand; 没有解决 says what follows. Of a closed case that is the only answer left.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";

import type { Api } from "../api/client";
import { newId } from "../api/ids";
import type { Track } from "../api/types";
import { doneBy, lastDone } from "./done";
import { useNow, useOneAtATime, usePage } from "../design/page";
import { Errors, troubleOf, type Trouble } from "../design/parts";
import * as C from "../words/common";
import * as W from "../words/citizen";
import { choose, say, type Pair } from "../words/language";

const levels: [number, Pair][] = [
  [3, W.satisfied],
  [2, W.rather],
  [1, W.notSatisfied],
];

export function Rate({ api, track, code, onDone }: { api: Api; track: Track; code: string; onDone: (told: string) => void }): JSX.Element {
  const now = useNow();
  const { zone } = usePage();
  const [solved, setSolved] = useState<boolean | null>(track.mayRate ? null : false);
  const [level, setLevel] = useState(0);
  const [words, setWords] = useState("");
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const [busy, oneAtATime] = useOneAtATime();
  // The same answer has the same id with every try; another answer is another step.
  const id = useMemo(newId, [solved, level, words]);
  const done = lastDone(track);
  const send = (): Promise<void> =>
    oneAtATime(async () => {
      const wrong: Trouble[] = [];
      if (solved === null) wrong.push({ text: say(W.chooseSolved), field: "solved" });
      if (level === 0) wrong.push({ text: say(W.chooseSatisfied), field: "level" });
      setTrouble(wrong);
      if (wrong.length > 0 || solved === null) return;
      try {
        await api.citizenRate({
          caseNumber: track.caseNumber,
          code,
          actionId: id,
          solved,
          satisfaction: level,
          ...(words.trim() ? { words: words.trim() } : {}),
        });
        onDone(say(solved ? W.ratedSolved : W.ratedNot));
      } catch (error) {
        setTrouble([troubleOf(error)]);
      }
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <section>
        <p class="hint">
          {track.title
            ? say(W.whichCase, { number: track.caseNumber, title: choose(track.title, track.titleEn) })
            : `${say(W.number)} ${track.caseNumber}`}
        </p>
        {done ? (
          <blockquote>
            <bdi>{done.words}</bdi>
            <span>{doneBy(track, done, now, zone)}</span>
          </blockquote>
        ) : null}
        {track.mayRate ? (
          <fieldset>
            <legend>{say(W.solvedQuestion)}</legend>
            <label class="answer">
              <input id="solved" type="radio" name="solved" checked={solved === true} onChange={() => setSolved(true)} />
              {say(W.solved)}
            </label>
            <label class="answer">
              <input type="radio" name="solved" checked={solved === false} onChange={() => setSolved(false)} />
              {say(W.notSolved)}
            </label>
            <p class="hint">{say(W.notSolvedHint)}</p>
          </fieldset>
        ) : (
          <p class="hint">{say(W.reopenHint)}</p>
        )}
        <fieldset>
          <legend>{say(W.satisfiedQuestion)}</legend>
          <div class="levels">
            {levels.map(([value, pair], place) => (
              <label key={value} class="answer">
                <input
                  id={place === 0 ? "level" : undefined}
                  class="unseen"
                  type="radio"
                  name="level"
                  checked={level === value}
                  onChange={() => setLevel(value)}
                />
                {say(pair)}
              </label>
            ))}
          </div>
        </fieldset>
        <label class="field">
          <span class="title">
            {say(W.anythingElse)} <small>{say(W.optional)}</small>
          </span>
          <textarea class="input" maxLength={2_000} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
      </section>
      <div class="bar">
        <Errors trouble={trouble} />
        <button type="submit" class="button primary" aria-busy={busy}>
          {say(C.submit)}
        </button>
      </div>
    </form>
  );
}
