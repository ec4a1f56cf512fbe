// Pictures of the phone in its states, to be looked at (faces, section 6); and what can be measured of them: nothing is wider
// than the screen, targets are large, nothing breaks the page's policy.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { MockGateway } from "../mock_gateway";
import { caseOf } from "../mock_story";
import { dist, launch, logIn, open, overflow, picture, takePhoto } from "./browser";

const phoneSize = { width: 360, height: 780 };
let browser: Browser, mock: MockGateway;

describe("the phone's pictures", { timeout: 1_200_000 }, () => {
  before(async () => {
    browser = await launch();
    mock = await MockGateway.start({ dist });
  });
  after(async () => {
    await browser.close();
    await mock.stop();
  });

  for (const width of [320, 360, 768]) {
    it(`shows list, case, form, outbox and report at ${width} px without sideways scrolling`, async () => {
      const { page, watch, tap, context } = await open(browser, mock.address, "/phone", { width, height: 780 });
      await logIn(page, "wenchang-07.worker");
      await page.getByRole("heading", { name: /先办这/ }).waitFor();
      await picture(page, `phone-list-${width}`);
      assert.equal(await overflow(page), 0);
      await page.getByRole("link", { name: /健身器材松动/ }).click();
      await page.getByRole("heading", { name: "13710 时限" }).waitFor();
      await page.getByText("漫步机踏板松了").waitFor();
      await picture(page, `phone-case-${width}`, true);
      assert.equal(await overflow(page), 0);
      await page.getByRole("button", { name: "更多" }).click();
      await picture(page, `phone-more-${width}`);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "办结" }).click();
      await takePhoto(tap);
      await page.getByRole("img", { name: "照片 1" }).waitFor();
      await picture(page, `phone-resolve-${width}`);
      assert.equal(await overflow(page), 0);
      await page.goto(`${mock.address}/phone#/report`);
      await page.getByRole("button", { name: "提交" }).waitFor();
      await picture(page, `phone-report-${width}`, true);
      assert.equal(await overflow(page), 0);
      await page.goto(`${mock.address}/phone#/map`);
      await page.getByRole("button", { name: "文昌社区 07 网格" }).waitFor();
      await picture(page, `phone-map-${width}`);
      assert.deepEqual(watch.wrong, []);
      await context.close();
    });
  }

  it("has targets of 48 pixels and more, in the list and in a case", async () => {
    const { page, context } = await open(browser, mock.address, "/phone", phoneSize);
    await logIn(page, "wenchang-07.worker");
    await page.getByRole("heading", { name: /先办这/ }).waitFor();
    const small = (): Promise<string[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll("button, .tabs a, input, select, textarea, summary")]
          .map((one) => ({ one, box: one.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.width < 47.5 || box.height < 47.5))
          .map(({ one, box }) => `${one.textContent ?? ""} ${Math.round(box.width)}×${Math.round(box.height)}`),
      );
    assert.deepEqual(await small(), []);
    await page.getByRole("link", { name: /健身器材松动/ }).click();
    await page.getByRole("heading", { name: "13710 时限" }).waitFor();
    assert.deepEqual(await small(), []);
    await context.close();
  });

  it("shows the states: empty, flood, stale, English, expired, centre away", async () => {
    const flood = await MockGateway.start({ dist, flood: 40 });
    const first = await open(browser, flood.address, "/phone", phoneSize);
    await logIn(first.page, "wenchang-07.worker");
    await first.page.getByText("今天到期").waitFor();
    await picture(first.page, "phone-flood-360", true);
    flood.expireSessions();
    await first.page.reload();
    await first.page.getByRole("button", { name: "登录", exact: true }).waitFor();
    await picture(first.page, "phone-login-360");
    await first.context.close();
    await flood.stop();
    const quiet = await MockGateway.start({ dist, quiet: true });
    quiet.cases.push(caseOf("wenchang-07", "文昌社区 07 网格", { title: "井盖松动", state: "CASE_STATE_CLOSED" }));
    const second = await open(browser, quiet.address, "/phone", phoneSize);
    await logIn(second.page, "wenchang-07.worker");
    await second.page.getByText("现在没有要办的案件").waitFor();
    await second.page.getByRole("link", { name: /^最近结案的：井盖松动，/ }).waitFor();
    await picture(second.page, "phone-empty-360");
    await second.context.close();
    await quiet.stop();
    mock.of("健身器材松动").ask = "ASK_KIND_EXTENSION";
    const third = await open(browser, mock.address, "/phone?lang=en", phoneSize);
    await third.page.getByRole("textbox", { name: "Account" }).fill("wenchang-07.worker");
    await third.page.getByLabel("Password").fill("demo");
    await third.page.getByRole("button", { name: "Log in" }).click();
    await third.page.getByRole("heading", { name: /first$/ }).waitFor();
    await third.page.getByText("Extension asked for").waitFor();
    await picture(third.page, "phone-english-360");
    assert.equal(await overflow(third.page), 0);
    mock.expireSessions();
    mock.cutStreams();
    await third.page.getByRole("dialog", { name: "Log in again" }).waitFor();
    await picture(third.page, "phone-expired-360");
    await third.context.close();
    mock.of("健身器材松动").ask = "ASK_KIND_SHELVING";
    const fourth = await open(browser, mock.address, `/phone#/case/${mock.of("健身器材松动").number}`, phoneSize);
    await logIn(fourth.page, "s-1");
    await fourth.page.goto(`${mock.address}/phone#/case/${mock.of("健身器材松动").number}`);
    await fourth.page.getByText("挂账审批中").waitFor();
    await fourth.page.getByRole("button", { name: "同意挂账" }).click();
    await fourth.page.getByRole("heading", { name: "审批挂账" }).waitFor();
    await fourth.page.getByRole("button", { name: "不同意挂账" }).waitFor();
    assert.equal(await fourth.page.getByRole("button", { name: /延期/ }).count(), 0);
    await picture(fourth.page, "phone-decide-360");
    await fourth.context.close();
  });
});
