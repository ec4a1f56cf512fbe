// What clocks say, in both languages: never negative, never 0 天, 24:00 for the end of a day.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  civil,
  civilDay,
  date,
  dateTime,
  dayMs,
  endOfCivilDay,
  endOfDay,
  startOfMonth,
  time,
  weekday,
} from "../../../gateway/web/src/logic/civil_time";
import { age, coarseCountdown, countdown, wallCountdown } from "../../../gateway/web/src/logic/countdown";
import { freshness, limits } from "../../../gateway/web/src/logic/stale";
import { fill, say, setLanguage, type Pair } from "../../../gateway/web/src/words/language";
import * as Common from "../../../gateway/web/src/words/common";
import * as Staff from "../../../gateway/web/src/words/staff";
import * as WallWords from "../../../gateway/web/src/words/wall";
import * as DeskWords from "../../../gateway/web/src/words/desk";
import * as CitizenWords from "../../../gateway/web/src/words/citizen";

const zone = "Asia/Shanghai";
const now = Date.UTC(2026, 10, 23, 1, 42); // 11月23日 09:42
const second = 1_000,
  minute = 60 * second,
  hour = 60 * minute,
  day = 24 * hour;

describe("a countdown", () => {
  const cases: [number, string, boolean][] = [
    [1, "1 秒", false],
    [999, "1 秒", false],
    [second, "1 秒", false],
    [40 * second, "40 秒", false],
    [18 * minute + 40 * second, "18 分 40 秒", false],
    [18 * minute, "18 分 0 秒", false],
    [59 * minute + 59 * second, "59 分 59 秒", false],
    [hour, "1 小时", false],
    [14 * hour + 18 * minute, "14 小时 18 分", false],
    [14 * hour, "14 小时", false],
    [day, "1 天", false],
    [2 * day + 3 * hour + 59 * minute, "2 天 3 小时", false],
    [99 * day + hour, "99 天 1 小时", false],
    [100 * day + 5 * hour, "100 天", false],
    [0, "1 秒", true],
    [-1, "1 秒", true],
    [-(day + 9 * hour + 42 * minute), "1 天 9 小时", true],
    [-(5 * minute), "5 分 0 秒", true],
  ];
  for (const [left, figure, over] of cases) {
    it(`of ${left} ms says ${over ? "已超" : "还剩"} ${figure}`, () => {
      assert.deepEqual({ ...countdown(now + left, now, "zh"), ticks: undefined }, { over, figure, ticks: undefined });
    });
  }
  it("never says a negative figure or 0 天, whatever is left", () => {
    for (let left = -200 * day; left < 200 * day; left += 7 * hour + 13 * minute + 1_237) {
      for (const language of ["zh", "en"] as const) {
        for (const of of [countdown, coarseCountdown, wallCountdown]) {
          const { figure, over } = of(now + left, now, language);
          assert.ok(!figure.includes("-") && !/(^|\s)0 ?(天|d)\b/.test(figure) && figure !== "", figure);
          assert.equal(over, left <= 0);
        }
      }
    }
  });
  it("ticks only under an hour", () => {
    assert.equal(countdown(now + hour, now, "zh").ticks, false);
    assert.equal(countdown(now + hour - 1, now, "zh").ticks, false);
    assert.equal(countdown(now + hour - second, now, "zh").ticks, true);
  });
  it("is 41:20, 2:05:10 and 12天 on the wall", () => {
    assert.equal(wallCountdown(now + 41 * minute + 20 * second, now, "zh").figure, "41:20");
    assert.equal(wallCountdown(now + 2 * hour + 5 * minute + 10 * second, now, "zh").figure, "2:05:10");
    assert.equal(wallCountdown(now + 12 * day + hour, now, "zh").figure, "12天");
  });
  it("is in whole minutes where it is not drawn each second, what is left rounded up", () => {
    assert.equal(coarseCountdown(now + 21 * minute + 1, now, "zh").figure, "22 分");
    assert.equal(coarseCountdown(now - 21 * minute - 59 * second, now, "zh").figure, "21 分");
    assert.equal(coarseCountdown(now + 70 * minute, now, "zh").figure, "1 小时 10 分");
  });
  it("has an age in words", () => {
    assert.equal(age(40 * second, "zh"), "40 秒");
    assert.equal(age(6 * minute, "zh"), "6 分钟");
    assert.equal(age(3 * hour, "en"), "3 h");
  });
});

describe("a date", () => {
  it("ends its day at 24:00, not at 00:00 of the next", () => {
    const midnight = Date.UTC(2026, 10, 23, 16);
    assert.equal(dateTime(midnight, now, zone, "zh"), "11月23日 24:00");
    assert.equal(dateTime(midnight, now, zone, "zh", true), "今天 24:00");
    assert.equal(dateTime(midnight + second, now, zone, "zh"), "11月24日 00:00");
    assert.equal(dateTime(midnight, now, zone, "en", true), "today 24:00");
  });
  it("says the year when it is another", () => {
    assert.equal(date(Date.UTC(2027, 0, 3, 4), now, zone, "zh"), "2027年01月03日");
    assert.equal(date(now, now, zone, "zh"), "11月23日");
    // The last moment of a year belongs to it.
    assert.equal(dateTime(Date.UTC(2026, 11, 31, 16), now, zone, "zh"), "12月31日 24:00");
  });
  it("is of the street's zone, not the device's", () => {
    assert.equal(time(now, zone), "09:42");
    assert.equal(time(now, "Europe/Berlin"), "02:42");
    assert.equal(weekday(now, zone, "zh"), "周一");
    assert.deepEqual(civil(Date.UTC(2026, 1, 28, 20), zone), { year: 2026, month: 3, day: 1, weekday: 0, hour: 4, minute: 0, second: 0 });
  });
  it("finds the end of a day, today's and one that was chosen", () => {
    assert.equal(endOfDay(now, zone), Date.UTC(2026, 10, 23, 16));
    assert.equal(endOfDay(Date.UTC(2026, 10, 23, 16), zone), Date.UTC(2026, 10, 24, 16));
    assert.equal(endOfCivilDay("2026-11-30", zone), Date.UTC(2026, 10, 30, 16));
    assert.equal(endOfCivilDay("2028-02-29", zone), Date.UTC(2028, 1, 29, 16));
    assert.ok(Number.isNaN(endOfCivilDay("", zone)));
    assert.equal(civilDay(endOfCivilDay("2026-12-31", zone) - 1, zone), "2026-12-31");
    assert.equal(endOfDay(now, zone) - now <= dayMs, true);
    assert.equal(startOfMonth(now, zone), Date.UTC(2026, 9, 31, 16));
    assert.equal(startOfMonth(Date.UTC(2026, 10, 30, 15, 59), zone), Date.UTC(2026, 9, 31, 16));
    assert.equal(startOfMonth(Date.UTC(2026, 10, 30, 16), zone), Date.UTC(2026, 10, 30, 16));
  });
});

describe("freshness", () => {
  it("turns old, then stale, at each page's own limits", () => {
    assert.equal(freshness(29_999, limits.wall), "fresh");
    assert.equal(freshness(30_000, limits.wall), "old");
    assert.equal(freshness(120_000, limits.wall), "stale");
    assert.equal(freshness(4 * 60_000, limits.phone), "fresh");
    assert.equal(freshness(60_000, limits.desk), "old");
    assert.equal(freshness(10 * 60_000, limits.citizen), "old");
  });
});

describe("the words", () => {
  const pairs = (module: object): Pair[] => {
    const found: Pair[] = [];
    const walk = (value: unknown): void => {
      if (Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === "string")) found.push(value as unknown as Pair);
      else if (value && typeof value === "object") Object.values(value).forEach(walk);
    };
    walk({ ...module });
    return found;
  };
  const all = [Common, Staff, WallWords, DeskWords, CitizenWords].flatMap(pairs);

  it("are there in both languages, with the same values in both", () => {
    assert.ok(all.length > 300);
    for (const [zh, en] of all) {
      assert.ok(zh !== "" && en !== "", zh);
      const names = (text: string): string => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();
      assert.equal(names(zh), names(en), zh);
    }
  });
  it("keep the style: no exclamation marks, full-width punctuation, a space between Chinese and figures, no empty phrases", () => {
    for (const [zh] of all) {
      assert.ok(!/[!！]|请耐心等待|温馨提示|系统异常|请联系管理员|\p{Extended_Pictographic}/u.test(zh), zh);
      assert.ok(!/[\u4e00-\u9fff][,;:?]/.test(zh), `half-width: ${zh}`);
      assert.ok(!/[\u4e00-\u9fff]\d|\d[\u4e00-\u9fff]/.test(zh.replace(/1月/, "")), `no space: ${zh}`);
    }
  });
  it("fill in values and leave unknown ones", () => {
    assert.equal(fill("{n} 件 {x}", { n: 3 }), "3 件 {x}");
    setLanguage("en");
    assert.equal(say(Common.count, { n: 2 }), "2");
    setLanguage("zh");
    assert.equal(say(Common.count, { n: 2 }), "2 件");
  });
  it("keep a figure or a Latin letter of a name apart from the Chinese around it, and nothing else", () => {
    assert.equal(say(WallWords.reached, { rung: "街道", who: "督导 1" }), "已到 街道 · 等督导 1 应答");
    assert.equal(say(WallWords.reached, { rung: "街道", who: "督导1号" }), "已到 街道 · 等督导1号应答");
    assert.equal(fill("由{who}办，{n} 件", { who: "A 组", n: 2 }), "由 A 组办，2 件");
    assert.equal(fill("（{a}）{a}。to {a}x", { a: "1b" }), "（1b）1b。to 1bx");
  });
  it("of the desk say what is left, or how far it is over, and then what must be done", () => {
    const left = say(Common.overTime, { time: coarseCountdown(now - 335 * minute, now, "zh").figure });
    assert.equal(say(DeskWords.hopsAndLeft, { hops: 0, left }), "转办 0 次，已超 5 小时 35 分，必须定去向");
  });
});
