import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { CellMap } from "../api/types";
import { CellNames } from "../logic/cell_names";
import * as C from "../words/common";
import * as W from "../words/staff";
import { language, say, setLanguage } from "../words/language";
import { useMapModule } from "./cell_choice";
import { Connection, Header, Tabs, usePhone } from "./frame";

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
  const module = useMapModule();
  const [map, setMap] = useState<CellMap | null>(null);
  const [chosen, setChosen] = useState("");
  useEffect(() => {
    void phone.cellMap().then(setMap);
  }, [phone]);
  const own = phone.me?.cells ?? [];
  const names = new CellNames(map?.features ?? [], phone.street);
  const open = phone.views.filter((view) => view.whole.cell === chosen).length;
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
            />
          ) : (
            <p class="hint">{say(C.loading)}</p>
          )}
          <p class="big" role="status">
            {chosen ? names.whole(chosen) : own.map((cell) => names.whole(cell)).join("、")}
          </p>
          {own.includes(chosen) ? <p class="hint">{say(W.tabCases, { n: open })}</p> : null}
        </section>
      </main>
      <Tabs at="map" />
    </>
  );
}
