// What a clock says: how long is left, or how long it is over (faces 2.6). Pure. Never negative, never 0 天.
import type { Language } from "../words/language";

const secondsOfDay = 86_400,
  secondsOfHour = 3_600,
  secondsOfMinute = 60;

export interface Countdown {
  over: boolean;
  /** 2 天 3 小时; 14 小时 18 分; 18 分 40 秒 */
  figure: string;
  /** Under an hour: the seconds show, so it must be drawn each second. */
  ticks: boolean;
}

/** Whole seconds between: what is left is rounded up, what is over down, and neither is ever 0. */
function seconds(dueMs: number, nowMs: number): { total: number; over: boolean } {
  const left = dueMs - nowMs;
  if (left > 0) return { total: Math.ceil(left / 1000), over: false };
  return { total: Math.max(1, Math.floor(-left / 1000)), over: true };
}

export function span(totalSeconds: number, language: Language): string {
  const days = Math.floor(totalSeconds / secondsOfDay),
    hours = Math.floor((totalSeconds % secondsOfDay) / secondsOfHour);
  const minutes = Math.floor((totalSeconds % secondsOfHour) / secondsOfMinute),
    rest = totalSeconds % secondsOfMinute;
  const unit =
    language === "en" ? { day: "d", hour: "h", minute: "min", second: "s" } : { day: "天", hour: "小时", minute: "分", second: "秒" };
  const join = (...parts: [number, string][]): string =>
    parts
      .filter(([n]) => n > 0)
      .map(([n, u]) => `${n} ${u}`)
      .join(" ");
  if (days > 99) return `${days} ${unit.day}`;
  if (days > 0) return join([days, unit.day], [hours, unit.hour]);
  if (hours > 0) return join([hours, unit.hour], [minutes, unit.minute]);
  if (minutes > 0) return `${minutes} ${unit.minute} ${rest} ${unit.second}`;
  return `${Math.max(1, rest)} ${unit.second}`;
}

export function countdown(dueMs: number, nowMs: number, language: Language): Countdown {
  const { total, over } = seconds(dueMs, nowMs);
  return { over, figure: span(total, language), ticks: total < secondsOfHour };
}

/** Where nothing is drawn each second: whole minutes, what is left rounded up. */
export function coarseCountdown(dueMs: number, nowMs: number, language: Language): Countdown {
  const { total, over } = seconds(dueMs, nowMs);
  const minutes = Math.max(1, over ? Math.floor(total / secondsOfMinute) : Math.ceil(total / secondsOfMinute));
  const figure = minutes < 60 ? `${minutes} ${language === "en" ? "min" : "分"}` : span(minutes * secondsOfMinute, language);
  return { over, figure, ticks: false };
}

/** The wall's: 41:20, 2:05:10, 12天. */
export function wallCountdown(dueMs: number, nowMs: number, language: Language): Countdown {
  const { total, over } = seconds(dueMs, nowMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const days = Math.floor(total / secondsOfDay),
    hours = Math.floor(total / secondsOfHour);
  const minutes = Math.floor((total % secondsOfHour) / secondsOfMinute),
    rest = total % secondsOfMinute;
  let figure: string;
  if (days > 0) figure = language === "en" ? `${days} d` : `${days}天`;
  else if (hours > 0) figure = `${hours}:${two(minutes)}:${two(rest)}`;
  else figure = `${minutes}:${two(rest)}`;
  return { over, figure, ticks: days === 0 };
}

/** How old data is, in words: 6 分钟, 40 秒, 2 小时. */
export function age(ms: number, language: Language): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const english = language === "en";
  if (total < secondsOfMinute) return english ? `${total} s` : `${total} 秒`;
  if (total < secondsOfHour) return english ? `${Math.floor(total / 60)} min` : `${Math.floor(total / 60)} 分钟`;
  return english ? `${Math.floor(total / secondsOfHour)} h` : `${Math.floor(total / secondsOfHour)} 小时`;
}
