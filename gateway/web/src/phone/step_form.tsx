// The screens that ask for words: feed back, resolve, ask for more time, hand over, flag as hard, and the supervisors' own. What
// is typed is kept on the device until the centre has it.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { int64, type ActionBody, type ActionKind, type CellMap } from "../api/types";
import { useOneAtATime } from "../design/page";
import { Errors, refusalWords, type Trouble } from "../design/parts";
import { PhotoField } from "../design/photo_field";
import { holdsTelephone, mostWordsBytes, utf8Length } from "../logic/checks";
import { civilDay, dateTime, dayMs, endOfCivilDay } from "../logic/civil_time";
import { listed } from "../logic/queue_rules";
import * as C from "../words/common";
import * as W from "../words/staff";
import { choose, language, say } from "../words/language";
import { CellChoice } from "./cell_choice";
import { Connection, go, Header, useIsHere, usePhone } from "./frame";
import { rules, type FormKind } from "./form_rules";
import { caseAddress } from "./steps";
import type { Draft } from "./store";

export function StepForm({ number, kind }: { number: string; kind: FormKind }): JSX.Element {
  const phone = usePhone();
  const rule = rules[kind];
  const actionKind: ActionKind = kind === "SHELVING" ? "ACTION_KIND_REQUEST_EXTENSION" : kind;
  const key = `${phone.me?.person ?? ""}/${number}/${kind}`;
  const [words, setWords] = useState("");
  const [reason, setReason] = useState("");
  const [day, setDay] = useState("");
  const [cell, setCell] = useState("");
  const [photos, setPhotos] = useState<Blob[]>([]);
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const [busy, oneAtATime] = useOneAtATime();
  const [map, setMap] = useState<CellMap | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const loaded = useRef(false);
  const coming = useRef<Promise<readonly Blob[]> | null>(null);
  const isHere = useIsHere();

  useEffect(() => {
    void phone.store.get<Draft>("drafts", key).then(
      (draft) => {
        if (draft) {
          setWords((now) => now || draft.words);
          setReason((now) => now || (draft.reason ?? ""));
          setDay((now) => now || (draft.date ?? ""));
          setCell((now) => now || (draft.cell ?? ""));
          setPhotos((now) => (now.length > 0 ? now : (draft.photos ?? [])));
        }
        loaded.current = true;
      },
      () => {
        loaded.current = true;
      },
    );
    if (!phone.detail(number)) void phone.open(number).catch(() => {});
    if (rule?.cell) void phone.cellMap().then(setMap);
  }, [key, number, phone, rule]);
  useEffect(() => {
    if (!loaded.current) return;
    setTrouble((now) => (now.length > 0 ? [] : now)); // what was missing is being mended
    void phone.store.put("drafts", { key, words, reason, date: day, photos, cell } satisfies Draft).catch(() => {});
  }, [words, reason, day, photos, cell, key, phone]);

  if (!rule) return <Header title={say(C.notFoundPage)} back={caseAddress(number)} />;
  const detail = phone.detail(number);
  const view = detail?.case ?? phone.views.find((one) => one.whole.caseNumber === number);
  const model = view ? phone.modelOf({ ...view, card: view.card ?? detail?.card ?? {} }) : null;
  const ask = kind === "ACTION_KIND_DECIDE_EXTENSION" ? C.asks[model?.asked ?? ""] : undefined;
  const title = model ? choose(model.title, model.titleEn) : "";
  const now = phone.api.time.now();
  const askedUntil = int64(view?.whole.ask?.untilMs);
  const until = endOfCivilDay(day, phone.zone);
  const button = ask ? ask.grant : phone.offline && rule.offlineButton ? rule.offlineButton : rule.button;

  const check = (second: boolean, photos: readonly Blob[]): Trouble[] => {
    const wrong: Trouble[] = [];
    if (rule.photos === "must" && photos.length === 0) wrong.push({ text: say(C.minimumPhoto) });
    if (rule.cell?.must && cell === "") wrong.push({ text: say(W.chooseCell) });
    if (rule.reasons && reason === "" && words.trim() === "") wrong.push({ text: say(W.chooseReason) });
    if (rule.date && !(until > now)) wrong.push({ text: say(W.chooseDate), field: "day" });
    if ((rule.words === "must" || second) && words.trim() === "") wrong.push({ text: say(C.mustWrite), field: "words" });
    if (rule.words === "may" && words.trim() === "" && photos.length === 0) wrong.push({ text: say(W.needWordsOrPhoto), field: "words" });
    if (utf8Length(words) > mostWordsBytes)
      wrong.push({ text: say(["写得太长了，请短一些。", "Too long; make it shorter."]), field: "words" });
    if (rule.public && holdsTelephone(words)) wrong.push({ text: say(C.names), field: "words" });
    return wrong;
  };

  const send = (second = false): Promise<void> =>
    oneAtATime(async () => {
      const taken = coming.current ? await coming.current : photos;
      const wrong = check(second, taken);
      setTrouble(wrong);
      if (wrong.length > 0) return;
      const action: Omit<ActionBody, "actionId"> = { kind: actionKind };
      if (words.trim() !== "") action.words = { plain: words.trim() };
      if (reason !== "") action.reasonCode = reason;
      if (rule.date) {
        action.untilMs = String(until);
        action.asks = kind === "SHELVING" ? "ASK_KIND_SHELVING" : "ASK_KIND_EXTENSION";
      }
      if (rule.cell && cell !== "") action.toCell = cell;
      if (kind === "ACTION_KIND_VERIFY" || kind === "ACTION_KIND_DECIDE_EXTENSION")
        action.verdict = second ? "VERDICT_FAILED" : "VERDICT_PASSED";
      const added = await phone.outbox
        .add({ number, kind: actionKind, title: model?.title ?? number, action, photos: [...taken] })
        .catch(() => null);
      if (added === null) {
        setTrouble([{ text: say(W.full) }]);
        return;
      }
      const settled = await added.first;
      if (settled.what === "refused" && isHere()) {
        // The words are here; the step is not kept a second time.
        await phone.outbox.drop(settled.step);
        setTrouble([
          {
            text: refusalWords(settled.problem.details, actionKind),
            ...(settled.problem.number ? { number: settled.problem.number } : {}),
          },
        ]);
        return;
      }
      await phone.store.remove("drafts", key).catch(() => {});
      loaded.current = false;
      if (isHere()) go(settled.what === "waits" ? caseAddress(number) : "#/");
    });

  const waiting = listed(phone.outbox.steps, phone.me?.person ?? "");
  return (
    <>
      <Header title={say(ask ? ask.title : rule.title)} back={caseAddress(number)} aside={title} />
      <Connection />
      <main class="form">
        {ask && askedUntil > 0 ? (
          <p class="notice">{say(C.askedUntil, { date: dateTime(askedUntil, now, phone.zone, language()) })}</p>
        ) : null}
        {rule.hint ? <p class="notice">{say(rule.hint)}</p> : null}
        {rule.phrases ? (
          <section aria-label={say(["常用语", "Phrases"])} class="phrases">
            {rule.phrases.map((phrase) => (
              <button
                key={phrase[0]}
                type="button"
                class="phrase"
                aria-pressed={words === say(phrase)}
                onClick={() => setWords(say(phrase))}
              >
                {say(phrase)}
              </button>
            ))}
          </section>
        ) : null}
        {rule.photos ? (
          <section>
            <h2>{say(W.scenePhotos)}</h2>
            <p class="hint">{say(rule.photos === "must" ? W.atLeastOne : W.optional)}</p>
            <PhotoField
              photos={photos}
              onChange={setPhotos}
              coming={coming}
              caption={kind === "ACTION_KIND_RESOLVE" ? say(W.after) : ""}
              onTaken={() => field.current?.focus()}
            />
          </section>
        ) : null}
        {rule.cell ? (
          <CellChoice
            label={rule.cell.label}
            map={map}
            own={phone.me?.cells ?? []}
            around={view?.whole.cell ? [view.whole.cell] : (phone.me?.cells ?? [])}
            chosen={cell}
            onPick={setCell}
          />
        ) : null}
        {rule.reasons ? (
          <section>
            <h2>{say(W.reason)}</h2>
            <div class="choices" role="radiogroup" aria-label={say(W.reason)}>
              {rule.reasons.map((one) => (
                <label key={one.code} class="choice">
                  <input type="radio" name="reason" checked={reason === one.code} onChange={() => setReason(one.code)} />
                  {say(one.pair)}
                </label>
              ))}
            </div>
          </section>
        ) : null}
        {rule.date ? (
          <section>
            <label class="field">
              <span>{say(rule.date)}</span>
              <input
                id="day"
                class="input"
                type="date"
                value={day}
                min={civilDay(now + dayMs, phone.zone)}
                onInput={(event) => setDay(event.currentTarget.value)}
              />
            </label>
            {until > now ? <p class="hint">{dateTime(until, now, phone.zone, language())}</p> : null}
            {model && model.dueMs > 0 ? (
              <p class="hint">{say(C.kept, { date: dateTime(model.firstDueMs || model.dueMs, now, phone.zone, language()) })}</p>
            ) : null}
          </section>
        ) : null}
        <section>
          <label class="field">
            <span>{say(rule.wordsLabel)}</span>
            {rule.public ? <small class="hint">{say(W.citizenSees)}</small> : null}
            <textarea
              id="words"
              ref={field}
              class="input"
              value={words}
              maxLength={2_000}
              aria-invalid={trouble.some((one) => one.field === "words")}
              aria-label={say(rule.wordsLabel)}
              onInput={(event) => setWords(event.currentTarget.value)}
            />
          </label>
        </section>
        {waiting.length > 0 ? (
          <section>
            <h2>{say(W.tabOutbox, { n: waiting.length })}</h2>
            <ul class="small-steps">
              {waiting.slice(0, 3).map((one) => (
                <li key={one.id}>
                  {one.kind === "REPORT" ? say(W.reportTitle) : say(C.step[one.kind])} {one.title}
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </main>
      <div class="bar tall">
        <Errors trouble={trouble} />
        {rule.second ? (
          <button type="button" class="button" onClick={() => void send(true)}>
            {say(ask ? ask.refuse : rule.second)}
          </button>
        ) : null}
        <button type="button" class="button primary" aria-busy={busy} onClick={() => void send()}>
          {say(button)}
        </button>
      </div>
    </>
  );
}
