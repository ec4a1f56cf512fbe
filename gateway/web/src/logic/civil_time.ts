// Instants of the centre as dates that people read: 11月23日 24:00. The zone is the street's; Intl knows the calendar.
import type { Language } from "../words/language";

export interface Civil {
  year: number;
  month: number;
  day: number;
  weekday: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, found);
  }
  return found;
}

export function civil(atMs: number, zone: string): Civil {
  const parts: Record<string, string> = {};
  for (const part of format(zone).formatToParts(atMs)) parts[part.type] = part.value;
  return {
    year: Number(parts["year"]),
    month: Number(parts["month"]),
    day: Number(parts["day"]),
    weekday: weekdays.indexOf(parts["weekday"] ?? ""),
    hour: Number(parts["hour"]) % 24,
    minute: Number(parts["minute"]),
    second: Number(parts["second"]),
  };
}

export const dayMs = 86_400_000;

/** The next midnight after `atMs`: the end of its day. */
export function endOfDay(atMs: number, zone: string): number {
  const now = civil(atMs, zone);
  const sinceMidnight = ((now.hour * 60 + now.minute) * 60 + now.second) * 1000 + (((atMs % 1000) + 1000) % 1000);
  return atMs - sinceMidnight + dayMs;
}

const two = (value: number): string => String(value).padStart(2, "0");
const englishMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const chineseDays = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

export function time(atMs: number, zone: string): string {
  const at = civil(atMs, zone);
  return `${two(at.hour)}:${two(at.minute)}`;
}

/** 11月23日, with the year when it is another than now's. */
export function date(atMs: number, nowMs: number, zone: string, language: Language): string {
  const at = civil(atMs, zone);
  const withYear = at.year !== civil(nowMs, zone).year;
  if (language === "en") return `${at.day} ${englishMonths[at.month - 1]}${withYear ? ` ${at.year}` : ""}`;
  return `${withYear ? `${at.year}年` : ""}${two(at.month)}月${two(at.day)}日`;
}

export function weekday(atMs: number, zone: string, language: Language): string {
  const day = civil(atMs, zone).weekday;
  return (language === "en" ? weekdays[day] : chineseDays[day]) ?? "";
}

/** 11月23日 24:00: midnight is the end of the day before it. With `today`, the day that is now is said by that word. */
export function dateTime(atMs: number, nowMs: number, zone: string, language: Language, today = false): string {
  const at = civil(atMs, zone);
  const isEnd = at.hour === 0 && at.minute === 0 && at.second === 0;
  const day = isEnd ? atMs - 1000 : atMs;
  const clock = isEnd ? "24:00" : time(atMs, zone);
  const name = today && sameDay(day, nowMs, zone) ? (language === "en" ? "today" : "今天") : date(day, nowMs, zone, language);
  return `${name} ${clock}`;
}

export function sameDay(aMs: number, bMs: number, zone: string): boolean {
  const a = civil(aMs, zone),
    b = civil(bMs, zone);
  return a.day === b.day && a.month === b.month && a.year === b.year;
}

/** 24:00 of a civil day given as 2026-12-05. */
export function endOfCivilDay(day: string, zone: string): number {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return NaN;
  // Midday UTC of that civil day is on that day in every zone from -11 to +11; the end of the day is found from there.
  const middle = Date.UTC(year, month - 1, date, 12);
  const there = civil(middle, zone);
  return endOfDay(middle, zone) + (there.day === date ? 0 : there.day > date ? -dayMs : dayMs);
}

/** 00:00 of the first day of the month that `atMs` is in. */
export function startOfMonth(atMs: number, zone: string): number {
  const { year, month } = civil(atMs, zone);
  return endOfCivilDay(`${year}-${two(month)}-01`, zone) - dayMs;
}

/** A civil day as an input's value: 2026-12-05. */
export function civilDay(atMs: number, zone: string): string {
  const at = civil(atMs, zone);
  return `${at.year}-${two(at.month)}-${two(at.day)}`;
}
