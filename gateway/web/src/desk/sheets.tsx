// What the desk asks before it decides otherwise: another cell by its name, not accepted by a rule, sent elsewhere after all, or
// opened again.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";

import { newId } from "../api/ids";
import { Errors, Sheet, troubleOf, type Trouble } from "../design/parts";
import * as C from "../words/common";
import * as W from "../words/desk";
import { say } from "../words/language";
import type { Desk, ReassignKind } from "./state";

const cellsShown = 12;

export function AnotherCell({ desk, number, onClose }: { desk: Desk; number: string; onClose: () => void }): JSX.Element {
  const [text, setText] = useState("");
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const found = (desk.map?.features ?? []).filter(
    ({ properties }) =>
      !properties.retired && (text === "" || `${properties.name}${properties.code}`.replace(/ /g, "").includes(text.replace(/ /g, ""))),
  );
  const send = async (cell: string): Promise<void> => {
    try {
      await desk.decide(number, { kind: "ACTION_KIND_ASSIGN", toCell: cell });
      onClose();
    } catch (error) {
      setTrouble([troubleOf(error, "ACTION_KIND_ASSIGN")]);
    }
  };
  return (
    <Sheet title={say(W.another)} onClose={onClose}>
      <label class="field">
        <span>{say(W.cellName)}</span>
        <input class="input" autocomplete="off" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <Errors trouble={trouble} />
      <p class="hint" role="status">
        {found.length > cellsShown ? say(W.cellsShown, { n: found.length, shown: cellsShown }) : ""}
      </p>
      <ul class="cells">
        {found.slice(0, cellsShown).map(({ properties }) => (
          <li key={properties.code}>
            <button type="button" class="button" onClick={() => void send(properties.code)}>
              {properties.name}
            </button>
          </li>
        ))}
      </ul>
      <div class="rows">
        <button type="button" class="button" onClick={onClose}>
          {say(C.close)}
        </button>
      </div>
    </Sheet>
  );
}

export function NotAccepted({ desk, number, onClose }: { desk: Desk; number: string; onClose: () => void }): JSX.Element {
  const [code, setCode] = useState("");
  const [words, setWords] = useState("");
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const send = async (): Promise<void> => {
    if (code === "") {
      setTrouble([{ text: say(W.chooseRule) }]);
      return;
    }
    try {
      await desk.decide(number, { kind: "ACTION_KIND_NOT_ACCEPT", reasonCode: code, words: { plain: words } });
      onClose();
    } catch (error) {
      setTrouble([troubleOf(error, "ACTION_KIND_NOT_ACCEPT")]);
    }
  };
  return (
    <Sheet title={say(W.notAccepted)} onClose={onClose}>
      <fieldset>
        <legend>{say(W.rule)}</legend>
        {W.refusalRules.map((rule) => (
          <label key={rule.code} class="choice">
            <input
              type="radio"
              name="rule"
              checked={code === rule.code}
              onChange={() => {
                setCode(rule.code);
                setWords(rule.text[0]);
              }}
            />
            {say(rule.pair)}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{say(W.citizenText)}</span>
        <textarea class="input" value={words} maxLength={2_000} onInput={(event) => setWords(event.currentTarget.value)} />
      </label>
      <Errors trouble={trouble} />
      <div class="rows">
        <button type="button" class="button" onClick={onClose}>
          {say(C.close)}
        </button>
        <button type="button" class="button primary" onClick={() => void send()}>
          {say(W.send)}
        </button>
      </div>
    </Sheet>
  );
}

function Reason({ id, words, onWords }: { id: string; words: string; onWords: (words: string) => void }): JSX.Element {
  return (
    <label class="field">
      <span>{say(W.reason)}</span>
      <textarea id={id} class="input" maxLength={2_000} value={words} onInput={(event) => onWords(event.currentTarget.value)} />
    </label>
  );
}

/** 改派: a new recorded step, not an undo that never was. */
export function Reassign({
  desk,
  number,
  kind,
  from = "",
  onClose,
}: {
  desk: Desk;
  number: string;
  kind: ReassignKind;
  from?: string; // where it is: not offered
  onClose: (done: boolean) => void;
}): JSX.Element {
  const [cell, setCell] = useState("");
  const [words, setWords] = useState("");
  const id = useMemo(newId, [cell, words]); // the same with every try of the same
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const send = async (): Promise<void> => {
    const missing: Trouble[] = [];
    if (cell === "") missing.push({ text: say(W.chooseCell), field: "reassign-cell" });
    if (words.trim() === "") missing.push({ text: say(C.mustWrite), field: "reassign-words" });
    setTrouble(missing);
    if (missing.length > 0) return;
    try {
      await desk.api.act(number, { actionId: id, kind, toCell: cell, words: { plain: words.trim() } });
      onClose(true);
      await desk.read();
    } catch (error) {
      setTrouble([troubleOf(error, kind)]);
    }
  };
  return (
    <Sheet title={say(W.reassign)} onClose={() => onClose(false)}>
      <label class="field">
        <span>{say(W.cellName)}</span>
        <select id="reassign-cell" class="input" value={cell} onChange={(event) => setCell(event.currentTarget.value)}>
          <option value="">—</option>
          {(desk.map?.features ?? [])
            .filter(({ properties }) => !properties.retired && properties.code !== from)
            .map(({ properties }) => (
              <option key={properties.code} value={properties.code}>
                {properties.name}
              </option>
            ))}
        </select>
      </label>
      <Reason id="reassign-words" words={words} onWords={setWords} />
      <Errors trouble={trouble} />
      <div class="rows">
        <button type="button" class="button" onClick={() => onClose(false)}>
          {say(C.close)}
        </button>
        <button type="button" class="button primary" onClick={() => void send()}>
          {say(W.reassign)}
        </button>
      </div>
    </Sheet>
  );
}

/** 重新办理: it was closed, and somebody says that it is not solved. */
export function Reopen({ desk, number, onClose }: { desk: Desk; number: string; onClose: (done: boolean) => void }): JSX.Element {
  const [words, setWords] = useState("");
  const id = useMemo(newId, [words]); // the same with every try of the same
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const step = C.step.ACTION_KIND_REOPEN;
  const send = async (): Promise<void> => {
    if (words.trim() === "") {
      setTrouble([{ text: say(C.mustWrite), field: "reopen-words" }]);
      return;
    }
    try {
      await desk.api.act(number, { actionId: id, kind: "ACTION_KIND_REOPEN", words: { plain: words.trim() } });
      onClose(true);
      await desk.read();
    } catch (error) {
      setTrouble([troubleOf(error, "ACTION_KIND_REOPEN")]);
    }
  };
  return (
    <Sheet title={say(step)} onClose={() => onClose(false)}>
      <p>{say(C.reopenHint)}</p>
      <Reason id="reopen-words" words={words} onWords={setWords} />
      <Errors trouble={trouble} />
      <div class="rows">
        <button type="button" class="button" onClick={() => onClose(false)}>
          {say(C.close)}
        </button>
        <button type="button" class="button primary" onClick={() => void send()}>
          {say(step)}
        </button>
      </div>
    </Sheet>
  );
}
