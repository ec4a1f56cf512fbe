// The phone, its stream cut again and again: what happened while it was away is on its list each time, and its heap does not grow.
// HUYING_RECONNECTS=500 makes the long run of it; HUYING_COMPILERS=on leaves the browser its compilers, to see what their code adds.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { MockGateway } from "../mock_gateway";
import { dist, heapOf, launch, logIn, open, until } from "./browser";

const reconnects = Number(process.env["HUYING_RECONNECTS"] ?? 20);
const compilers = process.env["HUYING_COMPILERS"] === "on";

describe("the phone, cut off", { timeout: 600_000 + reconnects * 3_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(compilers ? "" : "heap");
  });
  after(async () => {
    await browser.close();
  });

  it("shows after each forced reconnect what it missed, and does not grow", async (t) => {
    const mock = await MockGateway.start({ dist });
    const { context, page, watch } = await open(browser, mock.address, "/phone", { width: 360, height: 780 });
    try {
      await logIn(page, "wenchang-07.worker");
      await page
        .getByRole("link", { name: /污水从井盖外溢/ })
        .first()
        .waitFor();
      await until(() => mock.streams.size === 1);
      const heap = await heapOf(context, page);
      const of = mock.of("污水从井盖外溢");
      of.title = "污水从井盖外溢第零次";
      mock.tell(of, "reminded"); // the first place in the stream that it knows
      await page.getByRole("link", { name: of.title }).first().waitFor();
      let first = 0;
      for (let n = 1; n <= reconnects; n += 1) {
        mock.cutStreams();
        of.title = `污水从井盖外溢第${n}次`; // while nobody listens
        mock.tell(of, "reminded");
        await until(() => mock.streams.size === 1);
        await page.getByRole("link", { name: of.title }).first().waitFor();
        if (n === Math.min(10, reconnects)) first = await heap();
        if (n === 10 || n === 50 || n % 100 === 0) t.diagnostic(`after ${n}: ${await heap()} bytes`);
      }
      assert.equal(mock.resumedFrom.length, reconnects + 1);
      assert.ok(
        mock.resumedFrom.slice(1).every((from) => from !== ""),
        "each reconnect goes on behind the last id",
      );
      const grown = (await heap()) / first;
      t.diagnostic(`${reconnects} reconnects, each change shown, the heap at ${(grown * 100).toFixed(1)} % of what it was after 10`);
      if (!compilers) assert.ok(grown < 1.03, `the heap grew to ${grown.toFixed(2)} of what it was`);
      assert.deepEqual(watch.wrong, []);
    } finally {
      await context.close();
      await mock.stop();
    }
  });
});
