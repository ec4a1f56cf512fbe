// How old data may be before a page says so, and before it looks so (faces 1.5, 2.9). Pure; ages are of the steady clock.

export type Freshness = "fresh" | "old" | "stale";

export interface Limits {
  oldMs: number;
  staleMs: number;
}

export const limits = {
  phone: { oldMs: 5 * 60_000, staleMs: 60 * 60_000 },
  wall: { oldMs: 30_000, staleMs: 120_000 },
  desk: { oldMs: 60_000, staleMs: 120_000 },
  citizen: { oldMs: 10 * 60_000, staleMs: 60 * 60_000 },
} satisfies Record<string, Limits>;

export function freshness(ageMs: number, of: Limits): Freshness {
  if (ageMs >= of.staleMs) return "stale";
  return ageMs >= of.oldMs ? "old" : "fresh";
}
