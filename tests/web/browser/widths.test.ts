// Each page at the widths of a phone, a tablet and a wall screen: nothing sideways, and pictures to look at.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "playwright-core";

import { MockGateway } from "../mock_gateway";
import { dist, launch, logIn, open, overflow, picture } from "./browser";

const sizes = [
  { width: 360, height: 780 },
  { width: 768, height: 1024 },
  { width: 1920, height: 1080 },
] as const;

let browser: Browser, mock: MockGateway;

describe("each page at 360, 768 and 1920 px", { timeout: 1_200_000 }, () => {
  before(async () => {
    browser = await launch();
    mock = await MockGateway.start({ dist });
  });
  after(async () => {
    await browser.close();
    await mock.stop();
  });

  const pages: [string, string, (page: Page) => Promise<void>][] = [
    [
      "phone",
      "/phone",
      async (page) => {
        await logIn(page, "wenchang-07.worker");
        await page.getByRole("heading", { name: /先办这/ }).waitFor();
        await page.getByText("北二巷 6 号楼东侧").first().waitFor();
      },
    ],
    [
      "wall",
      "/wall",
      async (page) => {
        await page.getByLabel("看板钥匙").fill("wall-1:demo-key");
        await page.getByRole("button", { name: "登录" }).first().click();
        await page.getByRole("heading", { name: "升级上报" }).waitFor();
      },
    ],
    [
      "desk",
      "/desk",
      async (page) => {
        await logIn(page, "desk-1");
        await page.getByRole("heading", { name: "排水沟堵了" }).waitFor();
      },
    ],
    ["citizen", "/", (page) => page.getByRole("button", { name: "提交" }).waitFor()],
  ];
  for (const [name, address, ready] of pages) {
    for (const size of sizes) {
      it(`${name} at ${size.width}`, async () => {
        const { page, context, watch } = await open(browser, mock.address, address, size);
        await ready(page);
        assert.equal(await overflow(page), 0);
        await picture(page, `width-${name}-${size.width}`);
        assert.deepEqual(watch.wrong, []);
        await context.close();
      });
    }
  }
});
