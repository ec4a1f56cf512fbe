// Access rules of WCAG 2.2 AA that a program can check (axe-core), on each page's screens; the rest is for people.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "playwright-core";

import { MockGateway } from "../mock_gateway";
import { caseOf } from "../mock_story";
import { dist, launch, logIn, open, picture } from "./browser";

const axe = readFileSync(createRequire(join(process.cwd(), "package.json")).resolve("axe-core/axe.min.js"), "utf8");

interface Found {
  id: string;
  help: string;
  nodes: { target: unknown; html: string }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const run = (
      window as unknown as { axe: { run: (where: Document, options: unknown) => Promise<{ violations: Found[]; passes: unknown[] }> } }
    ).axe.run;
    const result = await run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] });
    if (result.passes.length < 5) throw new Error("axe looked at nothing");
    return result.violations;
  });
  return found.map(
    (one) =>
      `${one.id}: ${one.help}: ${one.nodes
        .slice(0, 3)
        .map((node) => node.html.slice(0, 160))
        .join(" | ")}`,
  );
}

let browser: Browser, mock: MockGateway;

describe("access", { timeout: 1_200_000 }, () => {
  before(async () => {
    browser = await launch();
    mock = await MockGateway.start({ dist });
  });
  after(async () => {
    await browser.close();
    await mock.stop();
  });

  it("says once what a clock has come to, to who cannot see it", async () => {
    const own = await MockGateway.start({ dist, quiet: true });
    try {
      const due = own.now() + 61 * 60_000;
      const clock = { kind: "CLOCK_KIND_FEED_BACK", generation: 1, dueAtMs: String(due), firstDueAtMs: String(due) } as const;
      const of = caseOf("wenchang-07", "文昌社区 07 网格", { title: "积水", clocks: [clock] });
      own.cases.push(of);
      const { page, context } = await open(browser, own.address, "/phone", { width: 360, height: 780 });
      await logIn(page, "wenchang-07.worker");
      await page.getByRole("heading", { name: /先办这/ }).waitFor();
      const said = (words: string): Promise<void> => page.getByRole("status").filter({ hasText: words }).waitFor({ state: "attached" });
      const passes = (minutes: number): void => {
        own.timeShiftMs += minutes * 60_000;
        own.tell(of, "note_added");
      };
      assert.equal(await page.getByRole("status").filter({ hasText: "积水" }).count(), 0);
      passes(2);
      await said("积水，东门小广场，反馈还有 1 小时到期");
      passes(60);
      await said("积水，东门小广场，反馈到期了");
      of.rung = "RUNG_STREET";
      passes(1);
      await said("积水，东门小广场，已升级到街道");
      assert.equal(await page.getByRole("status").filter({ hasText: "到期" }).count(), 0);
      await context.close();
    } finally {
      await own.stop();
    }
  });

  it("holds on the phone: list, case, form, outbox, report", async () => {
    const { page, context } = await open(browser, mock.address, "/phone", { width: 360, height: 780 });
    await page.getByRole("button", { name: "登录" }).waitFor();
    assert.deepEqual(await violations(page), []);
    await logIn(page, "wenchang-07.worker");
    await page.getByRole("heading", { name: /先办这/ }).waitFor();
    assert.deepEqual(await violations(page), []);
    for (const hash of [
      `#/case/${mock.of("健身器材松动").number}`,
      `#/case/${mock.of("健身器材松动").number}/resolve`,
      `#/case/${mock.of("广告牌松动").number}/transfer`,
      "#/outbox",
      "#/report",
      "#/me",
      "#/map",
    ]) {
      await page.goto(`${mock.address}/phone${hash}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
      assert.deepEqual(await violations(page), [], hash);
    }
    await context.close();
  });

  it("waits and comes again by itself where many log in at once", async () => {
    const { page, context } = await open(browser, mock.address, "/phone", { width: 360, height: 780 });
    const before = mock.logins;
    mock.busyLogins = Infinity;
    await logIn(page, "wenchang-07.worker");
    await page.getByRole("status").getByText("现在登录的人多，请稍等，2 秒后自动再试。").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    assert.deepEqual(await violations(page), []);
    await picture(page, "phone-login-busy-360");
    mock.busyLogins = 0;
    await page.getByRole("heading", { name: /先办这/ }).waitFor();
    assert.ok(mock.logins >= before + 2);
    await context.close();
  });

  it("holds on the wall and in its story", async () => {
    const { page, context } = await open(browser, mock.address, "/wall", { width: 1920, height: 1080 });
    await page.getByLabel("看板钥匙").fill("wall-1:demo-key");
    await page.getByRole("button", { name: "登录" }).first().click();
    await page.getByText("后升到区").waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole("button", { name: /污水从井盖外溢/ }).click();
    await page.getByRole("heading", { name: "为什么在这里" }).waitFor();
    assert.deepEqual(await violations(page), []);
    await context.close();
  });

  it("holds at the desk", async () => {
    const { page, context } = await open(browser, mock.address, "/desk", { width: 1440, height: 940 });
    await logIn(page, "desk-1");
    await page.getByText("巷口排水沟堵了").waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole("tab", { name: /销号台账/ }).click();
    await page.getByRole("row").nth(5).waitFor();
    assert.deepEqual(await violations(page), []);
    await context.close();
  });

  it("holds for citizens: report, track, rate, large text", async () => {
    const { page, context } = await open(browser, mock.address, "/", { width: 360, height: 780 });
    await page.getByRole("img", { name: "街道地图，点一下标出位置" }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole("button", { name: "大字版" }).click();
    assert.deepEqual(await violations(page), []);
    const done = mock.of("路面坑洼");
    await page.goto(`${mock.address}/#${done.number}.${done.code}`);
    await page.getByRole("button", { name: "评价" }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole("button", { name: "评价" }).click();
    await page.getByRole("heading", { name: "说说办得怎么样" }).waitFor();
    assert.deepEqual(await violations(page), []);
    await context.close();
  });
});
