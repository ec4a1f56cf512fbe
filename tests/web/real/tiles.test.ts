// `huying serve --tiles`: the real gateway's policy lets a real browser show the tiles of a real server, and nothing but their numbers
// goes there, with a session or without one.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "playwright-core";

import { launch, open, picture, until } from "../browser/browser";
import { drawTiles, TileServer } from "../tile_server";
import { Served } from "./served";

const phone = { width: 360, height: 780 };
let browser: Browser, served: Served, tiles: TileServer;

/** Shown, and not only asked for: what the policy forbids has no pixels. */
async function shownTiles(page: Page): Promise<string[]> {
  await page.locator("image").first().waitFor({ state: "attached" });
  return page.locator("image").evaluateAll((images) =>
    Promise.all(
      images.map(async (image) => {
        const same = new Image();
        same.src = image.getAttribute("href")!;
        await same.decode();
        return `${same.naturalWidth} ${same.src}`;
      }),
    ),
  );
}

describe("a map below the cells, by the program itself", { timeout: 1_200_000 }, () => {
  before(async () => {
    browser = await launch();
    tiles = await TileServer.start(await drawTiles(browser));
    served = await Served.start(["--tiles", tiles.template, "--tiles-attribution", "© 测试底图（虚构）", "--tiles-max-zoom", "16"]);
  });
  after(async () => {
    await browser?.close();
    await served?.stop();
    await tiles?.stop();
  });

  it("is shown to a citizen without a login, and below a worker's, and its server learns tile numbers alone", async () => {
    const citizen = await open(browser, served.address, "/", phone, {}, tiles.origin);
    const four = ["13/6671/3238", "13/6671/3239", "13/6672/3238", "13/6672/3239"];
    assert.deepEqual(
      (await shownTiles(citizen.page)).sort(),
      four.map((name) => `256 ${tiles.origin}/tiles/${name}.png`),
    );
    await citizen.page.getByText("© 测试底图（虚构）").waitFor();
    await picture(citizen.page, "real-citizen-tiles");
    const worker = await open(browser, served.address, "/phone", phone, {}, tiles.origin);
    await served.logIn(worker.page, "shiqiao-01.worker");
    await worker.page.getByRole("link", { name: "地图" }).click();
    assert.ok((await shownTiles(worker.page)).every((shown) => /^256 .*\/tiles\/1[0-6]\/\d+\/\d+\.png$/.test(shown)));
    const wall = await open(browser, served.address, "/wall", { width: 1920, height: 1080 }, {}, tiles.origin);
    await wall.page.getByLabel("看板钥匙").fill(served.wallKey());
    await wall.page.getByRole("button", { name: "登录" }).click();
    await until(async () => (await shownTiles(wall.page)).length > 12);
    await picture(wall.page, "real-wall-tiles");
    for (const { watch, context } of [citizen, worker, wall]) {
      assert.deepEqual(watch.wrong, []);
      await context.close();
    }
    assert.deepEqual(tiles.strange, []);
    assert.ok(tiles.asked.length > 16);
    for (const { path, headers } of tiles.asked) {
      assert.match(path, /^\/tiles\/\d+\/\d+\/\d+\.png$/);
      for (const name of ["referer", "origin", "cookie", "huying-csrf"]) assert.equal(headers[name], undefined, name);
    }
  });
});
