// What every part of a page needs: the centre's time, the street's zone, and drawing anew as time goes by. Ticks only while the
// page is seen; seconds only where something under an hour is shown.
import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";

import { CentreTime } from "../api/centre_time";
import type { MapBase } from "../api/types";

export interface Page {
  time: CentreTime;
  zone: string;
  demonstration: boolean;
  mapBase: MapBase | null; // null: the cells stand on paper
}

export const PageContext = createContext<Page>({ time: new CentreTime(), zone: "Asia/Shanghai", demonstration: false, mapBase: null });

export const usePage = (): Page => useContext(PageContext);

/** The centre's now, drawn anew every `everyMs` while the page is seen. */
export function useNow(everyMs = 30_000): number {
  const { time } = usePage();
  const [, redraw] = useState(0);
  useEffect(() => {
    const tick = (): void => {
      if (document.visibilityState === "visible") redraw((n) => n + 1);
    };
    const timer = setInterval(tick, everyMs);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [everyMs]);
  return time.now();
}

/** Work that a button starts: while it goes on, a second press does nothing. */
export function useOneAtATime(): [busy: boolean, run: (work: () => Promise<void>) => Promise<void>] {
  const [busy, setBusy] = useState(false);
  const going = useRef(false);
  const run = async (work: () => Promise<void>): Promise<void> => {
    if (going.current) return;
    going.current = true;
    setBusy(true);
    try {
      await work();
    } finally {
      going.current = false;
      setBusy(false);
    }
  };
  return [busy, run];
}

/** Milliseconds of the device's steady clock since `steadyMs`. */
export const ageSince = (steadyMs: number): number => (steadyMs === 0 ? 0 : performance.now() - steadyMs);
