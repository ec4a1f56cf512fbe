// Where the trouble is: the address that was written, and the point on a small map, which is read on demand.
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { withoutFormatting } from "../logic/case_title";
import * as C from "../words/common";
import * as W from "../words/staff";
import { say } from "../words/language";
import { useCells } from "./cell_choice";
import { usePhone } from "./frame";

function SmallMap({ number, cell, label }: { number: string; cell: string; label: string }): JSX.Element | null {
  const phone = usePhone();
  const { module, map } = useCells();
  const point = phone.placeOf(number)?.point;
  if (point?.latitude === undefined || point.longitude === undefined) return null;
  if (!module || !map) return <p class="hint">{say(C.loading)}</p>;
  const pin = { latitude: point.latitude, longitude: point.longitude, metres: point.accuracyMetres ?? 0 };
  return <module.PlaceMap features={map.features} cell={cell} pin={pin} label={label} />;
}

/** `cellName`: said where nobody wrote an address. */
export function Place({ number, cell, cellName }: { number: string; cell: string; cellName: string }): JSX.Element {
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  const { address = "", point } = phone.placeOf(number) ?? {};
  const metres = point?.accuracyMetres ?? 0;
  return (
    <>
      <p class="place">{address ? <bdi>{address}</bdi> : cellName}</p>
      {point?.latitude !== undefined && point.longitude !== undefined ? (
        <details class="where" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{say(W.onTheMap)}</summary>
          {open ? <SmallMap number={number} cell={cell} label={`${say(W.onTheMap)}：${withoutFormatting(address) || cellName}`} /> : null}
          {metres > 0 ? <p class="hint">{say(W.pointError, { n: Math.round(metres) })}</p> : null}
        </details>
      ) : null}
    </>
  );
}
