// The desk: what has nowhere to go yet, one decision a click or a key, the register; steps stop where the connection does.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { MockGateway } from "../mock_gateway";
import { caseOf } from "../mock_story";
import { dist, launch, logIn, open, overflow, picture, until, type Opened } from "./browser";

let browser: Browser;

async function scenario(
  run: (opened: Opened, mock: MockGateway) => Promise<void>,
  viewport = { width: 1440, height: 940 },
  person = "desk-1",
): Promise<void> {
  const mock = await MockGateway.start({ dist });
  try {
    const opened = await open(browser, mock.address, "/desk", viewport);
    try {
      await logIn(opened.page, person);
      await opened.page.getByRole("heading", { name: "排水沟堵了" }).waitFor();
      await opened.page.getByText("巷口排水沟堵了").waitFor();
      await run(opened, mock);
      assert.deepEqual(opened.watch.wrong, []);
    } finally {
      await opened.context.close();
    }
  } finally {
    await mock.stop();
  }
}
const assigned = (mock: MockGateway): string[] => mock.decided.filter((one) => one.kind === "ACTION_KIND_ASSIGN").map((one) => one.number);

describe("the desk", { timeout: 1_200_000 }, () => {
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser.close();
  });

  for (const [width, height] of [
    [1280, 800],
    [1440, 940],
    [1920, 1080],
    [768, 1024],
    [360, 780],
  ] as const) {
    it(`shows its three pages at ${width} px without sideways scrolling`, async () => {
      await scenario(
        async ({ page }) => {
          await picture(page, `desk-${width}`, width < 1000);
          assert.equal(await overflow(page), 0);
          await page.getByRole("tab", { name: /销号台账/ }).click();
          await page.getByRole("row").nth(5).waitFor();
          await picture(page, `desk-register-${width}`);
          assert.equal(await overflow(page), 0);
          await page.getByRole("tab", { name: "系统" }).click();
          await page.getByRole("heading", { name: "网格由谁接管" }).waitFor();
          await page
            .getByRole("table", { name: "名录版本" })
            .getByRole("row", {
              name: /第 7 版 .* 起，administrator 发布 生效中/,
            })
            .waitFor();
          const subscriptions = page.getByRole("table", { name: "订阅" });
          assert.deepEqual(await subscriptions.getByRole("columnheader").allInnerTexts(), ["名字", "订阅者", "进度", "已送", "已确认"]);
          await subscriptions.getByRole("row", { name: "ledger gateway-1 已到最新 2310 2304" }).waitFor();
          await subscriptions.getByRole("row", { name: "没有名字，第 2 个 gateway-1 还没到最新 12 0" }).waitFor();
          await picture(page, `desk-system-${width}`, true);
          assert.equal(await overflow(page), 0);
        },
        { width, height },
      );
    });
  }

  it("decides a cell with one click, opens the next, and says when the centre had it", async () => {
    await scenario(async ({ page, tap }, mock) => {
      await tap.on("button", "派给 A：文昌社区 09 网格");
      await until(() => assigned(mock).length === 1);
      assert.equal(tap.count, 1);
      assert.equal(mock.of("排水沟堵了").cell, "wenchang-09");
      await page.getByText(/已派给文昌社区 09，中心 09:4\d 记下。/).waitFor();
      await page.getByRole("heading", { name: "噪声扰民" }).waitFor();
    });
  });

  it("gives the reason of each candidate, as the gateway says it", async () => {
    await scenario(async ({ page }) => {
      await page.getByText("点在格内，离边界 4 米").waitFor();
      await page.getByText("相邻，离点 11 米").waitFor();
      await page
        .getByRole("button", { name: /噪声扰民/ })
        .first()
        .click();
      await page.getByText("学校后面晚上施工").waitFor();
      assert.equal(await page.getByRole("button", { name: /^派给 A/ }).count(), 0);
    });
  });

  it("sends a case of the register elsewhere with a reason, where the case table lets that person", async () => {
    const reassign = async (person: string, width: number): Promise<void> => {
      await scenario(
        async ({ page, tap }, mock) => {
          await page.getByRole("tab", { name: /销号台账/ }).click();
          await page.getByRole("button", { name: "污水从井盖外溢" }).first().click();
          await page.getByRole("heading", { name: "为什么在这里" }).waitFor();
          await picture(page, `desk-case-${person}-${width}`);
          if (person === "desk-1") {
            assert.equal(await page.getByRole("button", { name: "改派" }).count(), 0);
            return;
          }
          const from = mock.of("污水从井盖外溢").cell;
          await tap.on("button", "改派");
          const sheet = page.getByRole("dialog", { name: "改派" });
          assert.equal(await sheet.getByRole("option", { name: mock.nameOf(from), exact: true }).count(), 0);
          await sheet.getByRole("button", { name: "改派" }).click();
          await sheet.getByRole("alert").getByText("请选一个网格。").waitFor();
          await sheet.getByRole("combobox", { name: "网格名字" }).selectOption({ label: "石桥村 02 网格" });
          await sheet.getByRole("textbox", { name: "理由" }).fill("井在路那一边。");
          await picture(page, `desk-reassign-${width}`);
          assert.equal(await overflow(page), 0);
          await sheet.getByRole("button", { name: "改派" }).click();
          await until(() => mock.decided.some((one) => one.kind === "ACTION_KIND_TRANSFER"));
          assert.equal(mock.of("污水从井盖外溢").cell, "shiqiao-02");
          await page.getByRole("dialog").waitFor({ state: "detached" });
        },
        { width, height: 780 },
        person,
      );
    };
    await reassign("desk-1", 1280);
    await reassign("s-1", 1280);
    await reassign("s-1", 360);
  });

  it("opens a closed case again with a reason, found by its state", async () => {
    await scenario(async ({ page, tap }, mock) => {
      const of = mock.of("污水从井盖外溢");
      await page.getByRole("tab", { name: /销号台账/ }).click();
      await page.getByRole("button", { name: of.title }).first().waitFor();
      of.state = "CASE_STATE_CLOSED";
      await page.getByRole("combobox", { name: "状态" }).selectOption({ label: "已结案" });
      await page.getByText("1 件符合，最近结束的在前").waitFor();
      await page.getByRole("cell", { name: "已结案" }).waitFor();
      await picture(page, "desk-closed-1280");
      await page.getByRole("button", { name: of.title }).first().click();
      await tap.on("button", "重新办理");
      const sheet = page.getByRole("dialog", { name: "重新办理" });
      await sheet.getByRole("button", { name: "重新办理" }).click();
      await sheet.getByRole("alert").first().waitFor();
      assert.equal(of.state, "CASE_STATE_CLOSED", "not without a reason");
      await sheet.getByRole("textbox", { name: "理由" }).fill("诉求人来电说还在溢。");
      await picture(page, "desk-reopen-1280");
      await sheet.getByRole("button", { name: "重新办理" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      assert.equal(of.state, "CASE_STATE_REWORK");
      await page.getByText("没有这样的案件。").waitFor();
    });
  });

  it("says that there is no candidate where it was looked at, and nothing where it was not", async () => {
    await scenario(async ({ page }) => {
      const row = page.getByRole("button", { name: /消防栓漏水/ });
      assert.doesNotMatch(await row.innerText(), /候选|位置/);
      await row.click();
      await page.getByText("消防栓一直漏水").waitFor();
      assert.match(await row.innerText(), /没有位置/);
    });
  });

  it("says that an account does not show the words and the place, not that there are none", async () => {
    await scenario(async ({ page }) => {
      await page.route(/\/api\/v1\/cases\/[^/]+\/(text|location)$/, (route) =>
        route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ status: 403, name: "NOT_ALLOWED" }) }),
      );
      await page.getByRole("button", { name: /消防栓漏水/ }).click();
      await page.getByText("您的账号看不到原话和位置").first().waitFor();
      assert.equal(await page.getByText("没有位置").count(), 0);
      await picture(page, "desk-not-shown-1440");
    });
  });

  it("takes a letter instead, unless letters are switched off", async () => {
    await scenario(async ({ page, tap }, mock) => {
      // The key is heard from the frame after the one that shows the cells; the case decided, the next one has none to choose from.
      await until(async () => {
        if (assigned(mock).length === 0) await page.keyboard.press("b");
        return assigned(mock).length === 1;
      });
      assert.equal(mock.of("排水沟堵了").cell, "wenchang-08");
      await page.getByRole("button", { name: /道路塌陷/ }).click();
      await page.getByRole("button", { name: /^派给 A/ }).waitFor();
      await tap.on("button", "键盘");
      await tap.on("checkbox", /字母键/);
      await page.keyboard.press("Escape");
      await page.keyboard.press("a");
      await page.getByRole("button", { name: /树枝压电线/ }).click();
      await page.getByText("第 3 次转办，由中心最后决定").first().waitFor();
      assert.equal(assigned(mock).length, 1);
    });
  });

  it("sends to another cell by its name with two clicks, and refuses with three", async () => {
    await scenario(async ({ page, tap }, mock) => {
      await page
        .getByRole("button", { name: /噪声扰民/ })
        .first()
        .click();
      await page.getByText("学校后面晚上施工").waitFor();
      await tap.on("button", "派给别的网格");
      await page.getByText(`一共 ${mock.map.features.length} 个网格，这里列出 12 个。`).waitFor();
      await page.getByRole("textbox", { name: "网格名字" }).fill("石桥村02");
      await page.getByText("这里列出 12 个").waitFor({ state: "detached" });
      await picture(page, "desk-another-1440");
      await tap.at(page.getByRole("dialog").getByRole("button", { name: "石桥村 02 网格" }));
      await until(() => assigned(mock).length === 1);
      assert.equal(tap.count, 2);
      tap.count = 0;
      await page.getByRole("button", { name: /消防栓漏水/ }).click();
      await page.getByText("消防栓一直漏水").waitFor();
      await tap.on("button", "不予受理");
      await tap.on("radio", "不归街道办");
      await picture(page, "desk-refuse-1440");
      await tap.on("button", "发出");
      await until(() => mock.decided.some((one) => one.kind === "ACTION_KIND_NOT_ACCEPT"));
      assert.equal(tap.count, 3);
    });
  });

  it("says who decided when another desk was faster, then opens the next", async () => {
    await scenario(async ({ page }, mock) => {
      const of = mock.of("排水沟堵了");
      of.state = "CASE_STATE_DISPATCHED";
      of.cell = "wenchang-08";
      of.story.push({
        atMs: mock.now(),
        kind: "EVENT_KIND_ASSIGNED",
        zh: "指挥中心坐席 2 号派给文昌社区 08 网格",
        en: "Desk 2 sent it on",
        revision: "2",
        cell: "desk",
        sequence: "9",
      });
      // It stands for two seconds; a look from here may come later.
      await page.evaluate(() => {
        const seen: string[] = [];
        Object.assign(window, { seenByTest: seen });
        new MutationObserver(() => seen.push(document.querySelector("p.gone")?.textContent ?? "")).observe(document.body, {
          childList: true,
          subtree: true,
          characterData: true,
        });
      });
      mock.tell(of, "assigned");
      await until(() =>
        page.evaluate(() =>
          (window as unknown as { seenByTest: string[] }).seenByTest.some((words) =>
            words.includes("指挥中心坐席 2 号派给文昌社区 08 网格"),
          ),
        ),
      );
      await page.getByRole("heading", { name: "噪声扰民" }).waitFor();
    });
  });

  it("finds in the register from one character on, and exports what is filtered", async () => {
    await scenario(async ({ page, tap }) => {
      await tap.on("tab", /销号台账/);
      assert.equal(tap.count, 1);
      await page.getByRole("searchbox").fill("污水");
      await until(async () => (await page.getByRole("row").count()) === 2);
      assert.match((await page.getByRole("link", { name: "导出表格" }).getAttribute("href")) ?? "", /register\.xlsx\?.*q=/);
      await page.getByRole("button", { name: "污水从井盖外溢" }).click();
      await page.getByRole("heading", { name: "为什么在这里" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("searchbox").fill("");
      await page.getByRole("combobox", { name: "村/社区" }).selectOption({ label: "石桥村" });
      await until(async () => !(await page.getByRole("table").innerText()).includes("文昌"));
      assert.equal(await page.getByRole("combobox", { name: "网格" }).getByRole("option", { name: /文昌/ }).count(), 0);
      assert.match(
        (await page.getByRole("link", { name: "导出本月数字" }).getAttribute("href")) ?? "",
        /figures\.xlsx\?from=\d+&to=\d+&by=unit$/,
      );
      await picture(page, "desk-unit-1440");
      assert.equal(await overflow(page), 0);
    });
  });

  it("shows why a search is refused, in place of what was found before, and exports nothing then", async () => {
    await scenario(async ({ page, tap }) => {
      await tap.on("tab", /销号台账/);
      await page.getByRole("searchbox").fill("污水");
      await until(async () => (await page.getByRole("row").count()) === 2);
      await page.route("**/api/v1/register?*", (route) =>
        route.fulfill({
          status: 400,
          contentType: "application/problem+json",
          body: JSON.stringify({ status: 400, title_zh: "查的词太多" }),
        }),
      );
      await page.getByRole("searchbox").fill("一 二 三 四 五 六 七 八 九");
      await page.getByText("查的词太多。").waitFor();
      assert.equal(await page.getByRole("button", { name: "污水从井盖外溢" }).count(), 0);
      assert.equal(await page.getByRole("link", { name: "导出表格" }).count(), 0);
      await page.unroute("**/api/v1/register?*");
      await page.getByRole("searchbox").fill("污水");
      await page.getByRole("button", { name: "污水从井盖外溢" }).waitFor();
      await page.getByRole("link", { name: "导出表格" }).waitFor();
    });
  });

  it("does not say that everything has a place while it does not know, and lets its person log out", async () => {
    const mock = await MockGateway.start({ dist });
    try {
      const { page, context } = await open(browser, mock.address, "/desk", {
        width: 1440,
        height: 940,
      });
      let status = 503;
      await page.route("**/api/v1/register?*", (route) =>
        status > 0
          ? route.fulfill({
              status,
              contentType: "application/problem+json",
              body: JSON.stringify({ status, title_zh: "不行", remedy: "try" }),
            })
          : route.continue(),
      );
      await logIn(page, "desk-1");
      await page.getByText("中心暂时没有应答，5 秒后自动再试。").waitFor();
      assert.equal(await page.getByText("都有去处了。").count(), 0);
      status = 403;
      await page.getByText("您的账号不能用这个页面。").waitFor();
      status = 0;
      await logIn(page, "desk-1");
      await page.getByRole("heading", { name: "排水沟堵了" }).waitFor();
      await page.getByRole("button", { name: "退出登录" }).click();
      await page.getByRole("textbox", { name: "账号" }).waitFor();
      await context.close();
    } finally {
      await mock.stop();
    }
  });

  it("stops steps with the reason when the connection is gone; reading goes on", async () => {
    await scenario(async ({ page, context }, mock) => {
      await context.setOffline(true);
      await page.getByText("没有网络，现在不能办步骤，可以看。").waitFor();
      await page.getByRole("button", { name: /^派给 A/ }).click({ force: true });
      await page.keyboard.press("a");
      await picture(page, "desk-offline-1440");
      await page
        .getByRole("button", { name: /噪声扰民/ })
        .first()
        .click();
      assert.equal(assigned(mock).length, 0);
      await context.setOffline(false);
      await page.getByText("没有网络，现在不能办步骤").waitFor({ state: "detached" });
    });
  });

  it("looks stale when it is: dimmed, with its countdowns stopped", async () => {
    await scenario(async ({ page, context }, mock) => {
      await page.clock.install();
      await page.reload();
      await page.getByText("巷口排水沟堵了").waitFor();
      const figure = page.getByRole("timer").first();
      assert.match(await figure.innerText(), /^\d+ 分$/);
      await context.setOffline(true);
      mock.cutStreams();
      await page.clock.runFor(65_000);
      assert.match(await figure.innerText(), /^\d+ 分$/);
      await page.clock.runFor(65_000);
      await page.getByText(/，还剩 –，必须定去向$/).waitFor();
      assert.deepEqual([...new Set(await page.getByRole("timer").allInnerTexts())], ["–"]);
      assert.equal(await page.locator(".list > ul").evaluate((list) => getComputedStyle(list).opacity), "0.4");
      await picture(page, "desk-stale-1440");
      await context.setOffline(false);
      await until(async () => {
        await page.clock.runFor(5_000);
        return /^\d+ 分$/.test(await figure.innerText());
      });
    });
  });

  it("says that the centre does not answer while the gateway does, and goes on by itself", async () => {
    await scenario(async ({ page }, mock) => {
      mock.away = true;
      mock.cutStreams();
      await page.getByText("中心暂时没有应答，现在不能办步骤，可以看。").waitFor();
      await picture(page, "desk-centre-away-1440");
      assert.equal(await page.getByText(/没有网络/).count(), 0);
      mock.away = false;
      await page.getByText("中心暂时没有应答").waitFor({ state: "detached" });
    });
  });

  it("says how many are open and how many of them it lists: the figure of the tab", async () => {
    await scenario(async ({ page, tap }, mock) => {
      const open = mock.open().length;
      assert.ok(open > 50);
      await page.getByRole("tab", { name: new RegExp(`^销号台账 ?${open}$`) }).click();
      await page.getByText(`${open} 件未销号，这里是最急的 50 件`).waitFor();
      await picture(page, "desk-register-1440");
      await page.getByRole("searchbox").fill("路灯");
      const found = mock.open().filter((one) => one.title.includes("路灯")).length;
      await page.getByText(`${found} 件符合，最急的在前`).waitFor();
      await page.getByRole("searchbox").fill("");
      assert.ok(open > 100 && open <= 150);
      await tap.on("button", "再看 50 件");
      await page.getByText(`${open} 件未销号，这里是最急的 100 件`).waitFor();
      await tap.on("button", "再看 50 件");
      await page.getByText(`${open} 件未销号，最急的在前`).waitFor();
    });
  });

  it("calls what fits no category by the citizen's words, which turn nothing that stands around them", async () => {
    await scenario(async ({ page }, mock) => {
      const words = "单元门锁坏了\u202e，夜里关不上。";
      const of = caseOf("desk", "指挥中心", {
        title: "网页反映，未分类",
        titleEn: "web page, uncategorised",
        category: "general",
        state: "CASE_STATE_AT_DESK",
        words,
        source: "gateway-1",
      });
      mock.cases.push(of);
      mock.tell(of, "filed");
      await page.getByRole("button", { name: /^单元门锁坏了，夜里关不上/ }).click();
      await page.getByRole("heading", { name: "单元门锁坏了，夜里关不上" }).waitFor();
      const shown = page.locator("bdi", { hasText: "单元门锁坏了" });
      assert.equal(await shown.textContent(), words);
      assert.equal(await shown.evaluate((one) => getComputedStyle(one).unicodeBidi), "isolate");
      await picture(page, "desk-uncategorised-1440");
    });
  });
});
