import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Api } from "../api/client";
import { busyForMs } from "../api/problem";
import type { Me } from "../api/types";
import * as W from "../words/common";
import { say } from "../words/language";
import { Errors, troubleOf, type Trouble } from "./parts";

const triesMax = 12;

/** Person and password; while many log in at once it waits and comes again by itself. What a password manager fills in is taken. No puzzle. */
export function LoginForm({
  api,
  person = "",
  fixed = false,
  button,
  onDone,
  check,
}: {
  api: Api;
  person?: string;
  fixed?: boolean;
  button?: string;
  onDone: (me: Me) => void;
  check?: (person: string, password: string) => Promise<Me>;
}): JSX.Element {
  const [name, setName] = useState(person);
  const [password, setPassword] = useState("");
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const [busy, setBusy] = useState(false);
  const [waits, setWaits] = useState("");
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setTrouble([]);
    for (let tries = 1; ; tries += 1) {
      try {
        onDone(await (check ?? ((who, secret) => api.logIn(who, secret)))(name.trim(), password));
        break;
      } catch (error) {
        const waitMs = tries < triesMax ? busyForMs(error) : 0;
        if (waitMs === 0) {
          setTrouble([troubleOf(error)]);
          break;
        }
        setWaits(say(W.logInBusy, { n: Math.ceil(waitMs / 1000) }));
        // Those who were refused together do not come again together.
        await new Promise((resolve) => setTimeout(resolve, waitMs * (0.75 + Math.random() * 0.25)));
        if (gone.current) return;
      }
    }
    setWaits("");
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <label class="field">
        <span>{say(W.account)}</span>
        <input
          class="input"
          name="person"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          value={name}
          readOnly={fixed}
          required
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{say(W.password)}</span>
        <input
          class="input"
          name="password"
          type="password"
          autocomplete="current-password"
          value={password}
          required
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      <Errors trouble={trouble} />
      <p class="waits" role="status">
        {waits}
      </p>
      <div class="rows">
        <button class="button primary" type="submit" aria-busy={busy}>
          {button ?? say(W.logIn)}
        </button>
      </div>
    </form>
  );
}
