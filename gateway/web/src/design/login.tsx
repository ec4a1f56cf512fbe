import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { Api } from "../api/client";
import type { Me } from "../api/types";
import * as W from "../words/common";
import { say } from "../words/language";
import { Errors, troubleOf, type Trouble } from "./parts";

/** Person and password; what a password manager fills in is taken. No puzzle. */
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
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setTrouble([]);
    try {
      onDone(await (check ?? ((who, secret) => api.logIn(who, secret)))(name.trim(), password));
    } catch (error) {
      setTrouble([troubleOf(error)]);
    }
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
      <div class="rows">
        <button class="button primary" type="submit">
          {button ?? say(W.logIn)}
        </button>
      </div>
    </form>
  );
}
