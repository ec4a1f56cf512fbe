import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { CellNames } from "../logic/cell_names";
import * as C from "../words/common";
import * as W from "../words/staff";
import { choose, language, say, setLanguage } from "../words/language";
import { useCells } from "./cell_choice";
import { Connection, Header, Tabs, usePhone } from "./frame";
import { caseAddress } from "./steps";

export function MeView(): JSX.Element {
  const phone = usePhone();
  const [sound, setSound] = useState(localStorage.getItem("huying.sound") !== "no");
  const error = phone.api.time.deviceError(Date.now(), performance.now());
  return (
    <>
      <Header title={say(W.meTitle)} />
      <Connection />
      <main class="form">
        <section>
          <p class="big">{phone.me?.title}</p>
          <p class="hint">
            {phone.me?.street?.name} · {phone.me?.person}
          </p>
        </section>
        {!phone.demonstration && Math.abs(error) > 120_000 ? <p class="notice strong">{say(C.clockWrong)}</p> : null}
        <section>
          <label class="choice">
            <input
              type="checkbox"
              checked={sound}
              onChange={() => {
                localStorage.setItem("huying.sound", sound ? "no" : "yes");
                setSound(!sound);
              }}
            />
            {say(W.sound)}
          </label>
          <button
            type="button"
            class="button"
            onClick={() => {
              setLanguage(language() === "en" ? "zh" : "en");
              localStorage.setItem("huying.language", language());
              phone.changed();
            }}
          >
            {say(C.english)}
          </button>
        </section>
        <section>
          <p class="hint">{say(W.clearedOnLogOut)}</p>
          <button type="button" class="button" onClick={() => void phone.leave()}>
            {say(C.logOut)}
          </button>
        </section>
      </main>
      <Tabs at="me" />
    </>
  );
}

export function MapView(): JSX.Element {
  const phone = usePhone();
  const { module, map } = useCells();
  const [chosen, setChosen] = useState("");
  const own = phone.me?.cells ?? [];
  const names = new CellNames(map?.features ?? [], phone.street);
  const shown = chosen === "" ? own : own.filter((cell) => cell === chosen);
  const here = new Set(phone.views.filter((view) => shown.includes(view.whole.cell ?? "")).map((view) => view.whole.caseNumber));
  const models = phone.models().filter((model) => here.has(model.number));
  const spots = models.flatMap(({ number }) => {
    const { latitude, longitude } = phone.placeOf(number)?.point ?? {};
    return latitude !== undefined && longitude !== undefined ? [{ latitude, longitude }] : [];
  });
  return (
    <>
      <Header title={say(W.mapTitle)} aside={say(W.mine)} />
      <Connection />
      <main class="form">
        <section>
          {module && map ? (
            <module.CellPicker
              features={map.features}
              around={own.slice(0, 4)}
              chosen={chosen}
              own={own}
              onPick={setChosen}
              label={say(W.mapTitle)}
              aspect={1.05}
              spots={spots}
            />
          ) : (
            <p class="hint">{say(C.loading)}</p>
          )}
          <p class="big" role="status">
            {chosen ? names.whole(chosen) : own.map((cell) => names.whole(cell)).join("、")}
          </p>
          {shown.length > 0 ? <p class="hint">{say(W.tabCases, { n: models.length })}</p> : null}
          <ul class="here">
            {models.map((model) => (
              <li key={model.number}>
                <a href={caseAddress(model.number)}>
                  {choose(model.title, model.titleEn)}
                  <small>{choose(model.place, model.placeEn)}</small>
                </a>
              </li>
            ))}
          </ul>
        </section>
      </main>
      <Tabs at="map" />
    </>
  );
}
