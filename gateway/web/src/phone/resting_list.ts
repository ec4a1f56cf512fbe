// The phone's list as it is shown. Nothing changes its place under a finger: a new order is held until the screen rested for
// three seconds, or until it is asked for; what changed within a case is shown at once.
import type { CaseView } from "../api/types";

const touchPauseMs = 3_000;

export interface RestingListRules {
  onChange(): void;
  onNew(): void; // a case that was not there came, in a list that was read before
}

export class RestingList {
  shown: CaseView[] = [];
  held: CaseView[] | null = null;
  private touchedMs = -Infinity;
  private readBefore = false;

  constructor(private readonly rules: RestingListRules) {
    for (const kind of ["pointerdown", "scroll"])
      addEventListener(
        kind,
        () => {
          this.touchedMs = performance.now();
        },
        { passive: true, capture: true },
      );
  }

  /** What was kept on the device, or nothing: shown as it is. */
  restore(views: CaseView[]): void {
    this.shown = views;
    this.held = null;
  }

  take(views: CaseView[]): void {
    const rest = touchPauseMs - (performance.now() - this.touchedMs);
    if (this.shown.length > 0 && rest > 0 && orderOf(views) !== orderOf(this.shown)) {
      const fresh = new Map(views.map((view) => [numberOf(view), view]));
      this.shown = this.shown.map((view) => fresh.get(numberOf(view)) ?? view);
      this.held = views;
      setTimeout(() => {
        if (this.held) this.take(this.held);
      }, rest + 50);
    } else {
      const known = new Set(this.shown.map(numberOf));
      if (this.readBefore && views.some((view) => !known.has(numberOf(view)))) this.rules.onNew();
      this.readBefore = true;
      this.shown = views;
      this.held = null;
    }
    this.rules.onChange();
  }

  takeHeld(): void {
    if (!this.held) return;
    this.shown = this.held;
    this.held = null;
    this.rules.onChange();
  }

  /** How many cases come or go by what is held; at least one where something is. */
  heldChanges(): number {
    if (!this.held) return 0;
    const shown = new Set(this.shown.map(numberOf));
    const next = new Set(this.held.map(numberOf));
    return Math.max(1, [...next].filter((n) => !shown.has(n)).length + [...shown].filter((n) => !next.has(n)).length);
  }
}

function numberOf(view: CaseView): string {
  return view.whole.caseNumber;
}
function orderOf(list: readonly CaseView[]): string {
  return list.map(numberOf).join();
}
