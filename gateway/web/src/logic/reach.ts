// How far a page comes: to the centre, or where it ends. Pure; what failed and whether the device has a network go in. A page says
// which it is, because what a person can do about it differs: find a network, or wait.
import { Problem } from "../api/problem";

export type Reach = "there" | "noNetwork" | "noAnswer" | "centreAway";

/** What a failure says of it. A refusal is an answer: the way is open. */
export function reachOf(error: unknown, onLine: boolean): Reach {
  if (error instanceof Problem) return error.centreAway ? "centreAway" : "there";
  return onLine ? "noAnswer" : "noNetwork";
}
