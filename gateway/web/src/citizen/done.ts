// What was done, in the worker's public words: the gateway tells the words alone, or with when and by which cell.
import { int64, type DoneWords, type Track } from "../api/types";
import { dateTime } from "../logic/civil_time";
import * as W from "../words/citizen";
import { language, say } from "../words/language";

export function allDone(track: Track): DoneWords[] {
  return (track.done ?? []).map((one) => (typeof one === "string" ? { words: one } : one));
}

export function lastDone(track: Track): DoneWords | undefined {
  const all = allDone(track);
  return all[all.length - 1];
}

export function doneBy(track: Track, done: DoneWords, nowMs: number, zone: string): string {
  const cell = done.cellName ?? track.cellName ?? "";
  return int64(done.atMs) > 0 ? say(W.doneBy, { cell, date: dateTime(int64(done.atMs), nowMs, zone, language()) }) : cell;
}
