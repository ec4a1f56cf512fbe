// A cell by the small map, or by its name. The map's code is read on demand.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { CellMap } from "../api/types";
import { say, type Pair } from "../words/language";
import { usePhone } from "./frame";

type MapModule = typeof import("../design/map");

function useMapModule(): MapModule | null {
  const [module, setModule] = useState<MapModule | null>(null);
  useEffect(() => {
    void import("../design/map").then(
      (read) => setModule(() => read),
      () => {},
    );
  }, []);
  return module;
}

/** The map's code and the cells, each null until it is there. */
export function useCells(): { module: MapModule | null; map: CellMap | null } {
  const phone = usePhone();
  const module = useMapModule();
  const [map, setMap] = useState<CellMap | null>(null);
  useEffect(() => {
    void phone.cellMap().then(setMap);
  }, [phone]);
  return { module, map };
}

export function CellChoice({
  label,
  map,
  own,
  around,
  chosen,
  onPick,
}: {
  label: Pair;
  map: CellMap | null;
  own: readonly string[];
  around: readonly string[];
  chosen: string;
  onPick: (cell: string) => void;
}): JSX.Element {
  const module = useMapModule();
  const name = map?.features.find((feature) => feature.properties.code === chosen)?.properties.name ?? "";
  return (
    <section>
      <h2 id="cell-title">{say(label)}</h2>
      {module && map ? (
        <module.CellPicker
          features={map.features}
          around={around}
          chosen={chosen}
          own={own}
          onPick={(code) => {
            if (!own.includes(code)) onPick(code);
          }}
          label={say(label)}
        />
      ) : null}
      <label class="field">
        <span class="hint">{name || say(["或从名单里选", "or choose by name"])}</span>
        <select class="input" aria-labelledby="cell-title" value={chosen} onChange={(event) => onPick(event.currentTarget.value)}>
          <option value="">—</option>
          {(map?.features ?? [])
            .filter((feature) => !own.includes(feature.properties.code) && !feature.properties.retired)
            .map((feature) => (
              <option key={feature.properties.code} value={feature.properties.code}>
                {feature.properties.name}
              </option>
            ))}
        </select>
      </label>
    </section>
  );
}
