import type { JSX } from "preact";

import type { Rung } from "../api/types";
import { stairs } from "../logic/ladder";
import * as W from "../words/common";
import { say } from "../words/language";

/** Four stairs, low to high: passed filled, here bright, ahead dotted. */
export function Ladder({ at, size = 96 }: { at: Rung | undefined; size?: number }): JSX.Element {
  const gap = 4,
    wide = (96 - 3 * gap) / 4;
  return (
    <svg class="ladder" width={size} height={size * 0.9} viewBox="0 0 96 86" role="img" aria-label={say(W.rung[at ?? "RUNG_CELL"])}>
      {stairs(at).map((stair, place) => {
        const high = 22 + place * 20;
        const inset = stair === "ahead" ? 1 : 0;
        return (
          <rect
            key={place}
            class={stair}
            x={place * (wide + gap) + inset}
            y={86 - high + inset}
            width={wide - 2 * inset}
            height={high - 2 * inset}
          />
        );
      })}
    </svg>
  );
}
