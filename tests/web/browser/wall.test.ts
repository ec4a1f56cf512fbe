// The wall: its answer at a look, the supervisor's steps by role and name, and that no event is lost over forced reconnects.
// HUYING_RECONNECTS=500 makes the long run of it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "playwright-core";

import { MockGateway } from "../mock_gateway";
import { caseOf, begin } from "../mock_story";
import { dist, heapOf, launch, open, overflow, picture, until, type Opened } from "./browser";

const size = { width: 1920, height: 1080 };
let browser: Browser;

async function wall(mock: MockGateway, path = "/wall", viewport = size): Promise<Opened> {
  const opened = await open(browser, mock.address, path, viewport);
  await opened.page.getByLabel("看板钥匙").fill("wall-1:demo-key");
  await opened.page.getByRole("button", { name: "登录" }).first().click();
  await opened.page.getByRole("heading", { name: "升级上报" }).waitFor();
  return opened;
}
/** A gateway and a page of one test: both end with it, however it ends. */
async function scenario(
  options: Parameters<typeof MockGateway.start>[0],
  run: (opened: Opened, mock: MockGateway) => Promise<void>,
): Promise<void> {
  const mock = await MockGateway.start(options);
  try {
    const opened = await wall(mock);
    try {
      await run(opened, mock);
    } finally {
      await opened.context.close();
    }
  } finally {
    await mock.stop();
  }
}
const eventsOf = (page: Page): Promise<number> => page.evaluate(() => Number(document.documentElement.dataset["events"] ?? 0));

const reconnects = Number(process.env["HUYING_RECONNECTS"] ?? 50);

describe("the wall", { timeout: 1_200_000 + reconnects * 3_000 }, () => {
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser.close();
  });

  it("shows a busy day at five metres: no figure under 32 px, no word under 28, nothing sideways", async () => {
    await scenario({ dist }, async ({ page, watch }) => {
      await page.getByText("后升到区").waitFor();
      await picture(page, "wall-busy-1920");
      assert.equal(await overflow(page), 0);
      const small = await page.evaluate(() => {
        const found: string[] = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const text = node.textContent?.trim() ?? "";
          const parent = node.parentElement;
          if (text === "" || !parent || parent.closest(".unseen, noscript, svg")) continue;
          const px = parseFloat(getComputedStyle(parent).fontSize);
          if (px < 28 || (/^[\d:.]+$/.test(text) && px < 31.9)) found.push(`${text} ${px}`);
        }
        // Inside the map the scale of the picture counts too.
        const svg = document.querySelector<SVGSVGElement>(".map svg");
        const scale = svg?.getScreenCTM()?.a ?? 0;
        for (const text of document.querySelectorAll<SVGTextElement>(".map text")) {
          const px = parseFloat(getComputedStyle(text).fontSize) * scale;
          if (px < 27.9) found.push(`${text.textContent ?? ""} ${px.toFixed(1)} on the map`);
        }
        return found;
      });
      assert.deepEqual(small, []);
      assert.deepEqual(watch.wrong, []);
      // Never a citizen's words, a name, a telephone, or an address finer than the cell.
      const text = await page.evaluate(() => document.body.innerText);
      for (const secret of ["井盖往外冒污水", "13900000", "北二巷", "学苑路"]) assert.ok(!text.includes(secret), secret);
    });
  });

  it("fits in English too: nothing beside another thing's place", async () => {
    await scenario({ dist }, async ({ page }, mock) => {
      await page.goto(`${mock.address}/wall?lang=en`);
      await page.getByText("prev.").first().waitFor();
      await picture(page, "wall-english-1920");
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>(".rate, .flow > div, .open, .legend, .legend li")]
          .filter((one) => one.scrollWidth > one.clientWidth + 1)
          .map((one) => one.innerText),
      );
      assert.deepEqual(cut, []);
      assert.equal(await overflow(page), 0);
    });
  });

  it("is calm on a quiet day, and says so in one sentence", async () => {
    await scenario({ dist, quiet: true }, async ({ page, watch }, mock) => {
      await page.getByText("现在没有升级上报").waitFor();
      await page.getByText("接下来到期").waitFor();
      await picture(page, "wall-quiet-1920");
      await page.getByText(/^上一次：.*文昌07，42 分钟后有人应答$/).waitFor();
      if (mock.lastEscalation) mock.lastEscalation.answeredAfterMs = null;
      await page.reload();
      await page.getByText(/^上一次：.*了结前没有人应答$/).waitFor();
      assert.deepEqual(watch.wrong, []);
      for (const [name, viewport, path] of [
        ["wall-768", { width: 768, height: 1024 }, "/wall"],
        ["wall-screen55-1920", size, "/wall?screen=55"],
      ] as const) {
        await page.setViewportSize(viewport);
        await page.goto(mock.address + path);
        await page.getByText("现在没有升级上报").waitFor();
        await picture(page, name);
        assert.equal(await overflow(page), 0, name);
      }
    });
  });

  it("coalesces a flood of escalations by unit", async () => {
    await scenario({ dist }, async ({ page }, mock) => {
      const beitang = mock.map.features.map(({ properties }) => properties.code).filter((cell) => cell.startsWith("beitang-"));
      mock.cases.push(
        ...["wenhua-01", "wenhua-02", "wenhua-03", "shiqiao-01", "shiqiao-02", "meiwan-01", "wenchang-02", ...beitang].map((cell, n) =>
          caseOf(cell, cell, { rung: "RUNG_STREET", answerer: "街道督导 2 号", climbsAtMs: begin + (n + 3) * 3_600_000, title: "积水" }),
        ),
      );
      await page.reload();
      const [all = 0, ...parts] = (await page.getByText(/^还有 \d+ 件：.*，其余 \d+$/).innerText()).match(/\d+/g)?.map(Number) ?? [];
      assert.equal(all, 8 + beitang.length);
      assert.equal(
        parts.reduce((sum, n) => sum + n, 0),
        all,
      );
      // A unit without a quiet cell is named in the ink of the mark that it stands on.
      const inks = await page
        .locator(".label", { hasText: "北塘" })
        .locator("text")
        .evaluateAll((texts) => texts.map((text) => getComputedStyle(text).fill));
      assert.equal(inks.length, 2);
      assert.equal(inks[0], inks[1]);
      await picture(page, "wall-flood-1920");
      assert.equal(await page.locator(".column").evaluate((column) => column.scrollHeight - column.clientHeight), 0, "nothing is cut");
    });
  });

  it("says of a key that is wrong that the key is", async () => {
    const mock = await MockGateway.start({ dist });
    try {
      const { page, context } = await open(browser, mock.address, "/wall", size);
      await page.getByLabel("看板钥匙").fill("wall-1:another");
      await page.getByRole("button", { name: "登录" }).first().click();
      await page.getByRole("alert").getByText("看板钥匙不对，请核对后再试。").waitFor();
      await picture(page, "wall-key-1920");
      await context.close();
    } finally {
      await mock.stop();
    }
  });

  it("tells a story with one click, answers with two, reminds with three, shows a rate with two", async () => {
    await scenario({ dist }, async ({ page, tap, watch }, mock) => {
      await tap.on("button", /污水从井盖外溢/);
      await page.getByRole("heading", { name: "为什么在这里" }).waitFor();
      assert.equal(tap.count, 1);
      await picture(page, "wall-story-1920");
      await tap.on("button", "我来应答");
      assert.equal(tap.count, 2);
      // The wall's own account can only read: the supervisor's own login is asked for once.
      await page.getByRole("textbox", { name: "账号" }).fill("s-2");
      await page.getByLabel("密码").fill("demo");
      await picture(page, "wall-login-1920");
      await page.getByRole("dialog", { name: "请督导登录，2 分钟内有效" }).getByRole("button", { name: "登录" }).click();
      await until(() => mock.decided.some((one) => one.kind === "ACTION_KIND_ANSWER_ESCALATION" && one.person === "s-2"));
      await page.getByText(/我来应答：中心 09:4\d 记下/).waitFor();
      await page.getByRole("button", { name: "关闭" }).click();
      await page.getByRole("button", { name: /污水从井盖外溢/ }).waitFor({ state: "detached" });

      tap.count = 0;
      await tap.on("button", /路灯不亮|垃圾未清|乱停电动车|路面坑洼|噪声扰民|占道经营/);
      await tap.on("button", "催办");
      await page.getByRole("textbox", { name: "账号" }).fill("s-2");
      await page.getByLabel("密码").fill("demo");
      await page.getByRole("dialog", { name: "请督导登录，2 分钟内有效" }).getByRole("button", { name: "登录" }).click();
      await page.getByText(/^发给：/).waitFor();
      await tap.on("button", "发出");
      await until(() => mock.decided.some((one) => one.kind === "ACTION_KIND_REMIND"));
      assert.equal(tap.count, 3);
      await page.getByRole("button", { name: "关闭" }).click();

      tap.count = 0;
      await tap.on("button", /^响应率/);
      await page.getByRole("table").getByText("石桥村").waitFor();
      await page.getByText("不计入 3 件：作废 2，不予受理 1").waitFor();
      assert.ok(tap.count <= 2);
      await picture(page, "wall-rate-1920");
      await page.keyboard.press("Escape");
      // Afterwards the wall reads with its own key again.
      await until(
        async () =>
          (await page.evaluate(async () => ((await (await fetch("/api/v1/me")).json()) as { person: string }).person)) === "wall-1",
      );
      assert.deepEqual(watch.wrong, []);
    });
  });

  it("closes a story by Esc wherever the focus is", async () => {
    await scenario({ dist }, async ({ page, tap }) => {
      await tap.on("button", /污水从井盖外溢/);
      await page.getByRole("heading", { name: "为什么在这里" }).waitFor();
      await page.evaluate(() => (document.activeElement as HTMLElement).blur()); // what had it was drawn anew
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    });
  });

  it("says that it is not for an account that may not read it, and that the centre does not answer", async () => {
    const mock = await MockGateway.start({ dist });
    try {
      for (const [status, words] of [
        [403, "您的账号不能用这个页面。"],
        [503, "中心暂时没有应答，5 秒后自动再试。"],
      ] as const) {
        const { page, context } = await open(browser, mock.address, "/wall", size);
        let refused = true;
        await page.route("**/api/v1/wall", (route) =>
          refused ? route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify({ status }) }) : route.continue(),
        );
        await page.getByLabel("看板钥匙").fill("wall-1:demo-key");
        await page.getByRole("button", { name: "登录" }).first().click();
        await page.getByText(words).waitFor();
        refused = false;
        if (status === 503) await page.getByRole("heading", { name: "升级上报" }).waitFor(); // by itself
        await context.close();
      }
    } finally {
      await mock.stop();
    }
  });

  it("lets a keyboard walk units, then cells", async () => {
    await scenario({ dist }, async ({ page }) => {
      await page.getByRole("img", { name: /全街道网格/ }).focus();
      await page.keyboard.press("ArrowRight");
      await page.getByRole("img", { name: /^北塘01：在办/ }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.getByRole("img", { name: /^东泉01：在办/ }).waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
    });
  });

  it("loses no event over forced reconnects, and does not grow", async (t) => {
    await scenario({ dist }, async ({ page, context }, mock) => {
      await until(() => mock.streams.size === 1);
      const heap = await heapOf(context, page);
      const of = mock.of("污水从井盖外溢");
      let told = 0;
      let first = 0;
      for (let n = 0; n < reconnects; n += 1) {
        mock.tell(of, "reminded");
        told += 1;
        mock.cutStreams();
        mock.tell(of, "reminded"); // while nobody listens
        mock.tell(of, "reminded");
        told += 2;
        await until(() => mock.streams.size === 1);
        await until(async () => (await eventsOf(page)) === told);
        if (n === Math.min(9, reconnects - 1)) first = await heap();
      }
      assert.equal(await eventsOf(page), told);
      assert.ok(
        mock.resumedFrom.slice(1).every((from) => from !== ""),
        "each reconnect goes on behind the last id",
      );
      const grown = (await heap()) / first;
      t.diagnostic(
        `${reconnects} reconnects, ${told} events, none lost, the heap at ${(grown * 100).toFixed(1)} % of what it was after 10`,
      );
      assert.ok(grown < 1.2, `the heap grew to ${grown.toFixed(2)} of what it was`);
    });
  });

  it("draws at most once a second under 500 events a second", async () => {
    await scenario({ dist }, async ({ page }, mock) => {
      await until(() => mock.streams.size === 1);
      let reads = 0;
      page.on("request", (request) => {
        if (request.url().endsWith("/api/v1/wall")) reads += 1;
      });
      const of = mock.of("污水从井盖外溢");
      const started = Date.now();
      for (let n = 0; n < 30; n += 1) {
        for (let k = 0; k < 50; k += 1) mock.tell(of, "reminded");
        await until(async () => (await eventsOf(page)) === (n + 1) * 50);
      }
      const seconds = (Date.now() - started) / 1000;
      assert.ok(reads <= seconds + 2, `${reads} readings in ${seconds.toFixed(1)} s`);
    });
  });

  it("looks stale when it is: the age first, then dimmed with its countdowns stopped", async () => {
    await scenario({ dist }, async ({ page, context }, mock) => {
      await page.clock.install();
      await page.reload();
      await page.getByText("后升到区").waitFor();
      await context.setOffline(true);
      mock.cutStreams();
      await page.clock.runFor(35_000);
      await page.getByText(/数据停在 09:4\d，正在重连/).waitFor();
      await picture(page, "wall-old-1920");
      await page.clock.runFor(100_000);
      await page.getByText(/连接断开，画面停在 09:4\d/).waitFor();
      assert.equal(await page.getByRole("timer").first().innerText(), "–");
      await picture(page, "wall-stale-1920");
    });
  });

  it("stays, with its age, while the gateway itself is away, and goes on when it is back", async () => {
    await scenario({ dist }, async ({ page }, mock) => {
      await page.clock.install();
      await page.reload();
      await page.getByText("后升到区").waitFor();
      await mock.leave();
      await page.clock.runFor(65_000); // far more than three tries
      await page.getByText(/正在重连/).waitFor();
      assert.ok(await page.getByText("后升到区").isVisible());
      await mock.comeBack();
      await until(async () => {
        await page.clock.runFor(5_000);
        return mock.streams.size === 1;
      });
      await page.getByText(/正在重连/).waitFor({ state: "hidden" });
    });
  });

  it("does not go blank when its login ends: it comes back with its key, or asks over dimmed data", async () => {
    await scenario({ dist }, async ({ page }, mock) => {
      mock.expireSessions();
      mock.cutStreams();
      await until(() => mock.streams.size === 1);
      await page.evaluate(() => localStorage.clear());
      mock.expireSessions();
      mock.cutStreams();
      await page.getByRole("dialog", { name: "请重新登录看板" }).waitFor();
      assert.ok((await page.evaluate(() => document.body.innerText)).includes("污水从井盖外溢"));
      await picture(page, "wall-expired-1920");
    });
  });
});
