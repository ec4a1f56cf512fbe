// 到谁手里了，最晚什么时候答复我？ Number and code, steps in plain words, the latest date of an answer; and adding to it.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";

import { Problem, type Api } from "../api/client";
import { newId } from "../api/ids";
import { int64, type Track } from "../api/types";
import { ageSince, useNow, useOneAtATime, usePage } from "../design/page";
import { Errors, troubleOf, type Trouble } from "../design/parts";
import { PhotoField } from "../design/photo_field";
import { TrackSign } from "../design/signs";
import { allDone, doneBy } from "./done";
import { dateTime } from "../logic/civil_time";
import { age } from "../logic/countdown";
import { freshness, limits } from "../logic/stale";
import * as C from "../words/common";
import * as W from "../words/citizen";
import { choose, language, say } from "../words/language";

/** A picture of number and code that the phone can keep: drawn here, sent nowhere. */
function saveImage(number: string, code: string): void {
  const canvas = document.createElement("canvas");
  canvas.width = 900;
  canvas.height = 420;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.fillStyle = "#FFFFFF";
  context.fillRect(0, 0, 900, 420);
  context.fillStyle = "#14181D";
  const family = getComputedStyle(document.body).fontFamily;
  context.font = `700 40px ${family}`;
  context.fillText(say(C.demonstration), 60, 80);
  context.fillText(say(W.number), 60, 200);
  context.fillText(say(W.code), 60, 310);
  context.font = `700 60px ${family}`;
  context.fillText(number, 240, 205);
  context.fillText(code, 240, 315);
  canvas.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${number}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}

export function NumberBox({ number, code }: { number: string; code: string }): JSX.Element {
  return (
    <section class="number-box" aria-label={say(W.noteDown)}>
      <p>{say(W.noteDown)}</p>
      <dl>
        <dt>{say(W.number)}</dt>
        <dd>{number}</dd>
        <dt>{say(W.code)}</dt>
        <dd>{code}</dd>
      </dl>
      <button type="button" class="link" onClick={() => saveImage(number, code)}>
        {say(W.saveImage)}
      </button>
    </section>
  );
}

/** What was asked last stands in its fields again: a wrong sign is mended, not everything typed anew. */
export function LookUp({
  asked,
  onTry,
  trouble,
}: {
  asked: { readonly number: string; readonly code: string };
  trouble: readonly Trouble[];
  onTry: (number: string, code: string) => void;
}): JSX.Element {
  const [number, setNumber] = useState(asked.number);
  const [code, setCode] = useState(asked.code);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onTry(number.trim().toUpperCase(), code.trim().toUpperCase());
      }}
    >
      <section>
        <label class="field">
          <span class="title">{say(W.number)}</span>
          <input
            class="input"
            autocomplete="off"
            autocapitalize="characters"
            maxLength={32}
            required
            value={number}
            onInput={(event) => setNumber(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span class="title">{say(W.code)}</span>
          <input
            class="input"
            autocomplete="off"
            autocapitalize="characters"
            maxLength={8}
            required
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        </label>
      </section>
      <div class="bar">
        <Errors trouble={trouble} />
        <button type="submit" class="button primary">
          {say(W.track)}
        </button>
      </div>
    </form>
  );
}

function AddMore({ api, track, code, onDone }: { api: Api; track: Track; code: string; onDone: () => void }): JSX.Element {
  const [words, setWords] = useState("");
  const [photos, setPhotos] = useState<Blob[]>([]);
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const [id] = useState(newId);
  const coming = useRef<Promise<readonly Blob[]> | null>(null);
  const [busy, oneAtATime] = useOneAtATime();
  const send = (): Promise<void> =>
    oneAtATime(async () => {
      const taken = coming.current ? await coming.current : photos;
      if (words.trim() === "" && taken.length === 0) {
        setTrouble([{ text: say(C.mustWrite), field: "more-words" }]);
        return;
      }
      try {
        const attachments = await Promise.all(taken.map((photo) => api.attach(photo, "citizen")));
        await api.citizenNote({
          caseNumber: track.caseNumber,
          code,
          actionId: id,
          ...(words.trim() ? { words: words.trim() } : {}),
          ...(attachments.length > 0 ? { attachments } : {}),
        });
        onDone();
      } catch (error) {
        if (error instanceof Problem && error.status === 429) setTrouble([{ text: say(W.addedTooOften), number: error.number }]);
        else setTrouble([troubleOf(error)]);
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
        <h2>{say(W.addMore)}</h2>
        <label class="field">
          <span class="unseen">{say(W.what)}</span>
          <textarea
            id="more-words"
            class="input"
            maxLength={2_000}
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </label>
        <PhotoField photos={photos} onChange={setPhotos} coming={coming} most={3} />
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

export function TrackView({
  api,
  track,
  code,
  readAt,
  trouble,
  onRefresh,
  onRate,
}: {
  api: Api;
  track: Track;
  code: string;
  readAt: number;
  trouble: readonly Trouble[];
  onRefresh: () => void;
  onRate: () => void;
}): JSX.Element {
  const now = useNow(30_000);
  const { zone } = usePage();
  const [adding, setAdding] = useState(false);
  const [told, setTold] = useState("");
  const steps = track.steps ?? [];
  const ended = ["CASE_STATE_CLOSED", "CASE_STATE_VOID", "CASE_STATE_NOT_ACCEPTED"].includes(track.state ?? "");
  const old = ageSince(readAt);
  const done = allDone(track);
  if (adding)
    return (
      <AddMore
        api={api}
        track={track}
        code={code}
        onDone={() => {
          setAdding(false);
          setTold(say(W.added));
          onRefresh();
        }}
      />
    );
  return (
    <>
      <NumberBox number={track.caseNumber} code={code} />
      <section>
        <div class="state">
          <h2>{choose(track.stateZh, track.stateEn)}</h2>
          <button type="button" class="link" onClick={onRefresh}>
            {say(W.refresh)}
            {freshness(old, limits.citizen) === "fresh" ? "" : ` · ${say(W.ageOf, { age: age(old, language()) })}`}
          </button>
        </div>
        {!ended && int64(track.latestAnswerMs) > 0 ? (
          <p class="latest">
            {say(track.provisional ? W.expected : W.latest, { date: dateTime(int64(track.latestAnswerMs), now, zone, language()) })}
          </p>
        ) : null}
        <p class="told" role="status">
          {told}
        </p>
        <ol class="track">
          {steps.map((step, place) => {
            const here = place === steps.length - 1 && !ended;
            return (
              <li key={`${place}-${step.atMs}`}>
                <TrackSign of={here ? "here" : "done"} />
                <b>{choose(step.zh, step.en)}</b>
                <span>{dateTime(int64(step.atMs), now, zone, language())}</span>
                {step.words ? <p class="own">{step.words}</p> : null}
                {step.images ? <span>{say(W.withPhotos, { n: step.images })}</span> : null}
              </li>
            );
          })}
          {ended || track.mayRate ? null : (
            <li class="ahead">
              <TrackSign of="ahead" />
              <b>{say(W.confirmLater)}</b>
              <span>{say(W.confirmHint)}</span>
            </li>
          )}
        </ol>
        {done.map((one) => (
          <blockquote key={one.words}>
            <bdi>{one.words}</bdi>
            <span>{doneBy(track, one, now, zone)}</span>
          </blockquote>
        ))}
        {track.words ? (
          <details>
            <summary>{say(W.yourWords)}</summary>
            <p class="own">{track.words}</p>
          </details>
        ) : null}
      </section>
      <div class="bar">
        <Errors trouble={trouble} />
        {ended || !track.mayAdd ? null : (
          <button type="button" class={track.mayRate ? "button" : "button wide"} onClick={() => setAdding(true)}>
            {say(W.addMore)}
          </button>
        )}
        {track.mayRate ? (
          <button type="button" class="button primary" onClick={onRate}>
            {say(W.rate)}
          </button>
        ) : track.mayReopen ? (
          <button type="button" class="button wide" onClick={onRate}>
            {say(W.notSolved)}
          </button>
        ) : null}
      </div>
    </>
  );
}
