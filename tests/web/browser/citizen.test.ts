// The citizen's page: report, track and rate by role and name alone; nothing is lost, nothing is sent unasked, nothing is told to
// who has not number and code.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { MockGateway } from "../mock_gateway";
import { dist, launch, open, overflow, picture, takePhoto, until, type Opened } from "./browser";

const size = { width: 360, height: 780 };
let browser: Browser;

async function scenario(
  path: string,
  run: (opened: Opened, mock: MockGateway) => Promise<void>,
  viewport = size,
  prepare: (mock: MockGateway) => void = () => {},
): Promise<void> {
  const mock = await MockGateway.start({ dist });
  try {
    prepare(mock);
    const opened = await open(browser, mock.address, path, viewport);
    try {
      await run(opened, mock);
      assert.deepEqual(opened.watch.wrong, []);
    } finally {
      await opened.context.close();
    }
  } finally {
    await mock.stop();
  }
}

describe("the citizen's page", { timeout: 1_200_000 }, () => {
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser.close();
  });

  for (const width of [320, 360, 768, 1280]) {
    it(`shows report, track and rate at ${width} px without sideways scrolling`, async () => {
      await scenario(
        "/",
        async ({ page }, mock) => {
          await page.getByRole("img", { name: "街道地图，点一下标出位置" }).click();
          await page.getByText("已在地图上标好").waitFor();
          await page.getByRole("textbox", { name: "什么事" }).fill("路灯不亮三天了，晚上看不见台阶。");
          await picture(page, `citizen-report-${width}`);
          await picture(page, `citizen-report-${width}-whole`, true);
          assert.equal(await overflow(page), 0);
          const of = mock.of("健身器材松动");
          await page.goto(`${mock.address}/#${of.number}.${of.code}`);
          await page.getByRole("heading", { name: "正在办理" }).waitFor();
          await picture(page, `citizen-track-${width}`, true);
          assert.equal(await overflow(page), 0);
          const done = mock.of("路面坑洼");
          await page.goto(`${mock.address}/#${done.number}.${done.code}.rate`);
          await page.getByRole("heading", { name: "说说办得怎么样" }).waitFor();
          await page.getByRole("radio", { name: "没有解决" }).waitFor();
          assert.equal(await page.getByRole("radio", { checked: true }).count(), 0);
          await picture(page, `citizen-rate-${width}`, true);
          assert.equal(await overflow(page), 0);
          await page.goto(`${mock.address}/`);
          await page.getByRole("button", { name: "大字版" }).click();
          await page.getByRole("img", { name: "街道地图，点一下标出位置" }).waitFor();
          assert.equal(await page.getByRole("textbox", { name: "什么事" }).evaluate((box) => getComputedStyle(box).fontSize), "24px");
          assert.equal(await overflow(page), 0);
          await picture(page, `citizen-large-${width}`);
        },
        { width, height: 780 },
      );
    });
  }

  it("reports with a tap on the map, the words and 提交; number and code stand there at once", async () => {
    await scenario("/", async ({ page, tap }) => {
      await tap.at(page.getByRole("img", { name: "街道地图，点一下标出位置" }));
      await tap.at(page.getByRole("textbox", { name: "什么事" }));
      await page.keyboard.type("路灯不亮三天了。");
      await tap.on("button", "提交");
      await page.getByText(/^WY-/).waitFor();
      await page.getByText("7K4M").waitFor();
      assert.equal(tap.count, 3);
      assert.equal(await page.evaluate(() => localStorage.getItem("huying.citizen.draft")), null);
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "保存为图片" }).click();
      assert.match((await download).suggestedFilename(), /^WY-.*\.png$/);
      await picture(page, "citizen-received-360");
    });
  });

  it("takes a place by its name, by the arrows, or where one is; a position is asked for only when tapped", async () => {
    await scenario("/", async ({ page, context, tap }, mock) => {
      await page.getByRole("button", { name: "向北移" }).click();
      await page.getByText("已在地图上标好").waitFor();
      await context.grantPermissions(["geolocation"], { origin: mock.address });
      await context.setGeolocation({ latitude: 35.2, longitude: 113.2, accuracy: 20 });
      await tap.on("button", "用我的位置");
      await page.getByText("用的是您现在的位置，误差约 20 米").waitFor();
    });
  });

  it("says what is missing, above the button, and leads to the field", async () => {
    await scenario("/", async ({ page, tap }) => {
      await tap.on("button", "提交");
      const alert = page.getByRole("alert");
      await alert.getByText("请在地图上点一下，或写个附近的地名。").waitFor();
      await alert.getByText("请写一句是什么事。").click();
      assert.equal(await page.evaluate(() => document.activeElement?.id), "words");
      await picture(page, "citizen-errors-360");
      await page.getByRole("textbox", { name: "什么事" }).fill("踏板松了。");
      await alert.getByText("请写一句是什么事。").waitFor({ state: "detached" });
      await page.getByRole("textbox", { name: "附近的地名" }).fill("东门小广场");
      await alert.waitFor({ state: "detached" });
    });
  });

  it("keeps the draft without network and does not send it unasked", async () => {
    await scenario("/", async ({ page, context, tap }, mock) => {
      await page.getByRole("textbox", { name: "附近的地名" }).fill("东门小广场");
      await page.getByRole("textbox", { name: "什么事" }).fill("踏板松了。");
      await takePhoto(tap);
      await page.getByRole("img", { name: "照片 1" }).waitFor();
      await context.setOffline(true);
      await page.getByText("没有网络。您写的存在这部手机里，联网后请点提交。").first().waitFor();
      await page.getByRole("button", { name: "提交" }).click();
      await picture(page, "citizen-offline-360");
      const before = mock.cases.length;
      await context.setOffline(false);
      await page.reload();
      assert.equal(await page.getByRole("textbox", { name: "什么事" }).inputValue(), "踏板松了。");
      assert.equal(mock.cases.length, before);
      await page.getByRole("button", { name: "提交" }).click();
      await page.getByText(/^WY-/).waitFor();
      assert.equal(mock.cases.length, before + 1);
    });
  });

  it("sends the same report once, whatever is retried", async () => {
    await scenario("/", async ({ page }, mock) => {
      await page.getByRole("textbox", { name: "附近的地名" }).fill("东门小广场");
      await page.getByRole("textbox", { name: "什么事" }).fill("踏板松了。");
      const before = mock.cases.length;
      await page.route(
        "**/citizen/requests",
        async (route) => {
          await route.fetch();
          await route.abort();
        },
        { times: 1 },
      );
      await page.getByRole("button", { name: "提交" }).click();
      await page.getByRole("alert").waitFor();
      await page.getByRole("button", { name: "提交" }).click();
      await page.getByText(/^WY-/).waitFor();
      assert.equal(mock.cases.length, before + 1);
    });
  });

  it("says the same for a wrong number and a wrong code, and stops after five tries", async () => {
    await scenario("/", async ({ page, tap }, mock) => {
      await tap.on("link", "查进度");
      const of = mock.of("健身器材松动");
      const said: string[] = [];
      for (const [number, code] of [
        ["WY-000000-0000-0", of.code],
        [of.number, "ZZZZ"],
      ] as const) {
        await page.getByRole("textbox", { name: "编号" }).fill(number);
        await page.getByRole("textbox", { name: "查询码" }).fill(code);
        await tap.on("button", "查进度");
        await page.getByText("没有找到。请核对编号和查询码。").waitFor();
        said.push(await page.getByRole("alert").innerText());
        assert.equal(await page.getByRole("textbox", { name: "编号" }).inputValue(), number, "to be mended, not typed anew");
        assert.equal(await page.getByRole("textbox", { name: "查询码" }).inputValue(), code);
        await page.goto(`${mock.address}/#track`);
      }
      assert.equal(said[0], said[1]);
      for (let n = 0; n < 4; n += 1) {
        await page.getByRole("textbox", { name: "编号" }).fill(of.number);
        await page.getByRole("textbox", { name: "查询码" }).fill(`ZZZ${n}`);
        await tap.on("button", "查进度");
        await page.getByRole("alert").waitFor();
        if (n < 3) await page.goto(`${mock.address}/#track`);
      }
      await page.getByText("试得太多了，10 分钟后再试。").waitFor();
    });
  });

  it("rates with three taps; 没有解决 has it done again under the same number", async () => {
    await scenario("/", async ({ page, tap }, mock) => {
      const of = mock.of("路面坑洼");
      await page.goto(`${mock.address}/#${of.number}.${of.code}`);
      await page.getByRole("button", { name: "评价" }).click();
      await tap.on("radio", "没有解决");
      await tap.at(page.getByText("不满意", { exact: true }));
      await tap.on("button", "提交");
      await page.getByText("收到了，会重新办理，编号不变。").waitFor();
      assert.equal(tap.count, 3);
      assert.deepEqual(of.rated, { solved: false, satisfaction: 1 });
    });
  });

  it("has a closed case done again with three taps, and asks nothing that is answered already", async () => {
    await scenario("/", async ({ page, tap }, mock) => {
      const of = mock.of("路面坑洼");
      of.state = "CASE_STATE_CLOSED";
      await page.goto(`${mock.address}/#${of.number}.${of.code}`);
      await page.getByRole("button", { name: "刷新" }).waitFor();
      await picture(page, "citizen-closed-360");
      await tap.on("button", "没有解决");
      assert.equal(await page.getByRole("radio", { name: "解决了", exact: true }).count(), 0);
      await picture(page, "citizen-reopen-360");
      await tap.at(page.getByText("不满意", { exact: true }));
      await tap.on("button", "提交");
      await page.getByText("收到了，会重新办理，编号不变。").waitFor();
      assert.equal(tap.count, 3);
      assert.deepEqual(of.rated, { solved: false, satisfaction: 1 });
    });
  });

  it("adds words to a case, and opens it with one tap from the link", async () => {
    await scenario("/", async ({ page }, mock) => {
      const of = mock.of("健身器材松动");
      await page.goto(`${mock.address}/#${of.number}.${of.code}`);
      await page.getByRole("button", { name: "补充照片或说明" }).click();
      await page.getByRole("textbox").fill("现在晃得更厉害了。");
      await page.getByRole("button", { name: "提交" }).click();
      await page.getByText("补充的收到了。").waitFor();
      const added = page.getByRole("listitem").filter({ hasText: "已收到您的补充" });
      await added.getByText("现在晃得更厉害了。").waitFor(); // their own words, read back
      await page.mouse.wheel(0, 2_000);
      await picture(page, "citizen-added-360");
      // Who adds too often is told so, and keeps what they wrote; of an ended case there is nothing to add to.
      of.notes = 6;
      await page.getByRole("button", { name: "补充照片或说明" }).click();
      await page.getByRole("textbox").fill("还在晃。");
      await page.getByRole("button", { name: "提交" }).click();
      await page.getByText("补充得太多了，过一小时再补充。").waitFor();
      assert.equal(await page.getByRole("textbox").inputValue(), "还在晃。");
      of.state = "CASE_STATE_CLOSED";
      await page.reload();
      await page.getByRole("button", { name: "刷新" }).waitFor();
      assert.equal(await page.getByRole("button", { name: "补充照片或说明" }).count(), 0);
    });
  });

  it("has targets of 48 pixels and more, and 60 in large text", async () => {
    await scenario("/", async ({ page, tap }) => {
      await page.getByRole("button", { name: "向北移" }).waitFor();
      const small = (least: number): Promise<string[]> =>
        page.evaluate(
          (most) =>
            [...document.querySelectorAll("button, a, input:not(.unseen), textarea, summary")]
              .map((one) => ({ one, box: one.getBoundingClientRect() }))
              .filter(({ box }) => box.width > 0 && (box.height < most || box.width < Math.min(most, 47.5)))
              .map(({ one, box }) => `${one.textContent ?? ""} ${Math.round(box.width)}×${Math.round(box.height)}`),
          least - 0.5,
        );
      assert.deepEqual(await small(48), []);
      await tap.on("button", "大字版");
      await page.getByRole("button", { name: "普通字号" }).waitFor();
      // The words come first, the size with the next drawing.
      await until(async () => (await small(60)).length === 0).catch(() => {});
      assert.deepEqual(await small(60), []);
    });
  });

  it("says how soon it can be used on a cheap phone (four times slower, 1.6 Mbit/s, 150 ms); nothing jumps there", async () => {
    const mock = await MockGateway.start({ dist });
    const context = await browser.newContext({ viewport: size });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 150,
      downloadThroughput: 200_000,
      uploadThroughput: 100_000,
    });
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.addInitScript(() => {
      (window as unknown as { moved: number }).moved = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          (window as unknown as { moved: number }).moved += (entry as unknown as { value: number }).value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(`${mock.address}/`);
    await page.getByRole("button", { name: "提交" }).waitFor();
    const usable = await page.evaluate(() => performance.now());
    await page.getByRole("img", { name: "街道地图，点一下标出位置" }).waitFor();
    await until(async () => (await page.evaluate(() => document.readyState)) === "complete");
    const moved = await page.evaluate(() => (window as unknown as { moved: number }).moved);
    console.log(`citizen: usable after ${Math.round(usable)} ms (budget 2,500), layout shift ${moved.toFixed(3)} (budget 0.02)`);
    assert.ok(moved <= 0.02, `layout shift ${moved}`);
    await context.close();
    await mock.stop();
  });
});
