// A map below the cells: a real browser asks a real server of tiles for the right ones, shows them where they lie, tells it nothing
// else; and where none is named no request leaves the origin.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Locator, Page } from "playwright-core";

import type { MapBase } from "../../../gateway/web/src/api/types";
import { MockGateway } from "../mock_gateway";
import { drawTiles, parity, TileServer, tileColours } from "../tile_server";
import { dist, launch, logIn, open, picture, until, type Opened } from "./browser";

const attribution = "© 测试底图（虚构）";
const phone = { width: 360, height: 780 };
const citizensMap = "街道地图，点一下标出位置";
let browser: Browser, pngs: Buffer[];

const base = (template: string, maxzoom = 18): MapBase => ({
  tiles: [template],
  attribution,
  minzoom: 0,
  maxzoom,
});

interface Scene extends Opened {
  mock: MockGateway;
  server: TileServer;
}

async function scene(
  path: string,
  size: { width: number; height: number },
  run: (scene: Scene) => Promise<void>,
  {
    tiles = (server: TileServer): MapBase | null => base(server.template),
    missing = [] as string[],
    prepare = (_: MockGateway): void => {},
  } = {},
): Promise<void> {
  const mock = await MockGateway.start({ dist });
  const server = await TileServer.start(pngs);
  for (const name of missing) server.missing.add(name);
  mock.mapBase = tiles(server);
  prepare(mock);
  const opened = await open(browser, mock.address, path, size, {}, server.origin);
  try {
    await run({ ...opened, mock, server });
    assert.deepEqual(opened.watch.wrong, []);
    assert.deepEqual(server.strange, [], "what was asked for are tiles");
    for (const { path: asked, headers } of server.asked) {
      assert.match(asked, /^\/tiles\/\d+\/\d+\/\d+\.png$/);
      for (const name of ["referer", "origin", "cookie", "authorization", "huying-csrf"]) assert.equal(headers[name], undefined, name);
    }
  } finally {
    await opened.context.close();
    await server.stop();
    await mock.stop();
  }
}

const asked = (server: TileServer): string[] => [...new Set(server.asked.map(({ z, x, y }) => `${z}/${x}/${y}`))].sort();
const drawn = (page: Page): Promise<string[]> =>
  page
    .locator("image")
    .evaluateAll((images) =>
      images.map((image) => (image.getAttribute("href") ?? "").replace(/^.*\/tiles\//, "").replace(".png", "")).sort(),
    );
/** All that the page shows has been asked for and has come. */
async function arrived(page: Page, server: TileServer): Promise<void> {
  await page.locator("image").first().waitFor({ state: "attached" });
  await until(async () => (await drawn(page)).every((name) => asked(server).includes(name)));
  // A stream of events is never idle: the images themselves say when they are there, and two frames that they are painted.
  await page.evaluate(async () => {
    const images = [...document.querySelectorAll("image")].map(async (image) => {
      const same = new Image();
      same.src = image.getAttribute("href")!;
      await same.decode();
    });
    await Promise.allSettled(images);
    for (let n = 0; n < 2; n += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/** The colours of a picture, and for each the nearest of the tiles' colours; 4: the paper. */
async function coloursIn(shot: Buffer, places: readonly { x: number; y: number }[]): Promise<number[]> {
  const page = await browser.newPage();
  const found = await page.evaluate(
    async ([encoded, points]) => {
      const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const pen = canvas.getContext("2d")!;
      pen.drawImage(bitmap, 0, 0);
      return points.map(({ x, y }) => [...pen.getImageData(Math.round(x), Math.round(y), 1, 1).data.slice(0, 3)]);
    },
    [shot.toString("base64"), places] as const,
  );
  await page.close();
  const known = [...tileColours, "#F3F5F7"].map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  return found.map((colour) => {
    const distances = known.map((one) => Math.hypot(...one.map((channel, n) => channel - (colour[n] ?? 0))));
    return distances.indexOf(Math.min(...distances));
  });
}

// The street and its picture at 360 pixels, written down here and not asked of the page: the cells' edges in degrees; the picture
// is 0.62 as high as wide, its middle is the street's.
const west = 113.1697884,
  east = 113.2322479,
  middle = (35.1742932 + 35.2177165) / 2;
const cosine = Math.cos((middle * Math.PI) / 180);
/** Where a tile's part lies in a picture so wide: (0.5, 0.5) is its middle. */
function placeOf(z: number, x: number, y: number, width: number, part: { across: number; down: number }): { x: number; y: number } {
  const longitude = ((x + part.across) / 2 ** z) * 360 - 180;
  const latitude = (Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + part.down)) / 2 ** z))) * 180) / Math.PI;
  const scale = width / (east - west);
  return {
    x: (longitude - west) * scale,
    y: 0.31 * width - ((latitude - middle) * scale) / cosine,
  };
}

async function shown(map: Locator, tiles: readonly [z: number, x: number, y: number][]): Promise<number[]> {
  const { width, height } = (await map.boundingBox())!;
  const places = tiles.flatMap(([z, x, y]) =>
    [0.25, 0.45, 0.75].flatMap((across) => [0.2, 0.6, 0.8].map((down) => placeOf(z, x, y, width, { across, down }))),
  );
  assert.ok(places.length > 0);
  const inside = places.map((place) => place.x > 2 && place.x < width - 2 && place.y > 2 && place.y < height - 2);
  const colours = await coloursIn(
    await map.screenshot(),
    places.map((place, n) => (inside[n] ? place : { x: 0, y: 0 })),
  );
  // Of nine places in a tile most say its colour: a border or a name may lie over some.
  return tiles.map((_, n) => {
    const seen = colours.slice(n * 9, n * 9 + 9).filter((_, at) => inside[n * 9 + at]);
    return [0, 1, 2, 3, 4].reduce((best, colour) => {
      const count = (of: number): number => seen.filter((one) => one === of).length;
      return count(colour) > count(best) ? colour : best;
    }, 0);
  });
}

describe("tiles of a map below the cells", { timeout: 1_200_000 }, () => {
  before(async () => {
    browser = await launch();
    pngs = await drawTiles(browser);
  });
  after(async () => {
    await browser.close();
  });

  // By the formula of every slippy map: 113.1697884 E is column 6671.24 of zoom 13, 113.2322479 E is 6672.66; the picture's upper
  // edge is row 3238.94, its lower 3239.82.
  const four: [number, number, number][] = [
    [13, 6671, 3238],
    [13, 6672, 3238],
    [13, 6671, 3239],
    [13, 6672, 3239],
  ];

  it("are the right ones, and are seen where they lie", async () => {
    await scene("/", phone, async ({ page, server }) => {
      await arrived(page, server);
      assert.deepEqual(asked(server), ["13/6671/3238", "13/6671/3239", "13/6672/3238", "13/6672/3239"]);
      const map = page.getByRole("img", { name: citizensMap });
      const lower = four.filter(([, , y]) => y === 3239);
      assert.deepEqual(
        await shown(map, lower),
        lower.map(([, x, y]) => parity(x, y)),
      );
      assert.equal(
        await page
          .locator("image")
          .first()
          .evaluate((image) => image.closest("[aria-hidden=true]") !== null),
        true,
      );
      await page.getByText(attribution).waitFor();
      await picture(page, "tiles-citizen-360");
    });
  });

  it("that do not come leave the paper, and the rest works", async () => {
    await scene(
      "/",
      phone,
      async ({ page, server }) => {
        await arrived(page, server);
        const map = page.getByRole("img", { name: citizensMap });
        assert.deepEqual(
          await shown(map, [
            [13, 6671, 3239],
            [13, 6672, 3239],
          ]),
          [4, parity(6672, 3239)],
        );
        await picture(page, "tiles-citizen-missing-360");
        await map.click();
        await page.getByText("已在地图上标好").waitFor();
      },
      { missing: ["13/6671/3239"] },
    );
  });

  it("come anew with the scale and with a drag, and no further than the server goes; the point is the same as on paper", async () => {
    const points: string[] = [];
    const tapAndZoom = async ({ page }: Opened, server?: TileServer): Promise<void> => {
      const map = page.getByRole("img", { name: citizensMap });
      const zooms = async (): Promise<string[]> => [...new Set((await drawn(page)).map((name) => name.split("/")[0]!))];
      await map.click({ position: { x: 120, y: 90 } });
      await page.getByText("已在地图上标好").waitFor();
      if (server) {
        await until(async () => (await zooms()).join() === "15");
        await arrived(page, server);
        await picture(page, "tiles-citizen-tapped-360");
        const before = await drawn(page);
        const box = (await map.boundingBox())!;
        await page.mouse.move(box.x + 180, box.y + 100);
        await page.mouse.down();
        await page.mouse.move(box.x + 20, box.y + 60, { steps: 5 });
        await page.mouse.up();
        await until(async () => (await drawn(page)).join() !== before.join());
        await arrived(page, server);
        for (let n = 0; n < 6; n += 1) await page.getByRole("button", { name: "放大" }).click();
        await until(async () => (await zooms()).join() === "17");
        await arrived(page, server);
      } else {
        const box = (await map.boundingBox())!;
        await page.mouse.move(box.x + 180, box.y + 100);
        await page.mouse.down();
        await page.mouse.move(box.x + 20, box.y + 60, { steps: 5 });
        await page.mouse.up();
        for (let n = 0; n < 6; n += 1) await page.getByRole("button", { name: "放大" }).click();
      }
      points.push((await page.evaluate(() => JSON.stringify({ ...localStorage }))).replace(/"sourceId\\?":\\?"[^"\\]*/g, ""));
    };
    await scene("/", phone, async (opened) => tapAndZoom(opened, opened.server), { tiles: (server) => base(server.template, 17) });
    await scene("/", phone, async (opened) => tapAndZoom(opened), {
      tiles: () => null,
    });
    assert.match(points[0]!, /latitude/);
    assert.equal(points[0], points[1]);
  });

  it("lie below the phone's map, and the service worker neither keeps nor stops them", async () => {
    await scene("/phone", phone, async ({ page, mock, server }) => {
      await logIn(page, "wenchang-07.worker");
      await page.getByRole("link", { name: "地图" }).click();
      await arrived(page, server);
      await picture(page, "tiles-phone-map-360");
      await page.evaluate(() => navigator.serviceWorker.ready);
      await until(() => page.evaluate(() => navigator.serviceWorker.controller !== null));
      const before = server.asked.length;
      await page.getByRole("link", { name: "上报" }).click();
      await page.getByRole("button", { name: "在地图上改" }).click();
      await until(() => server.asked.length > before);
      await arrived(page, server);
      await picture(page, "tiles-phone-report-360");
      await page.goto(`${mock.address}/phone#/map`);
      await page.reload();
      await arrived(page, server);
      const kept = await page.evaluate(async () => {
        const all: string[] = [];
        for (const name of await caches.keys()) all.push(...(await (await caches.open(name)).keys()).map((request) => request.url));
        return all;
      });
      assert.ok(kept.some((url) => url.endsWith("/phone")));
      assert.deepEqual(
        kept.filter((url) => url.includes("/tiles/")),
        [],
      );
    });
  });

  it("are told to a phone that keeps its page: it takes the page's new policy for its next opening", async () => {
    const mock = await MockGateway.start({ dist });
    const server = await TileServer.start(pngs);
    const { context, page } = await open(browser, mock.address, "/phone", phone, {}, server.origin);
    const keptPolicy = (): Promise<string> =>
      page.evaluate(async () => {
        for (const name of await caches.keys()) {
          const kept = await (await caches.open(name)).match("/phone");
          if (kept) return kept.headers.get("content-security-policy") ?? "";
        }
        return "";
      });
    try {
      await logIn(page, "wenchang-07.worker");
      await page.getByRole("link", { name: "地图" }).waitFor();
      await page.evaluate(() => navigator.serviceWorker.ready);
      await until(async () => (await keptPolicy()) !== "");
      assert.ok(!(await keptPolicy()).includes(server.origin));
      mock.mapBase = base(server.template);
      await page.goto(`${mock.address}/phone#/map`);
      await page.reload();
      await until(async () => (await keptPolicy()).includes(server.origin));
      await page.reload();
      await arrived(page, server);
      assert.ok(server.asked.length > 0);
    } finally {
      await context.close();
      await server.stop();
      await mock.stop();
    }
  });

  it("may come from the gateway's own origin, and then no other is asked", async () => {
    const paths: string[] = [];
    await scene(
      "/",
      phone,
      async ({ page, mock, server }) => {
        await page.locator("image").first().waitFor({ state: "attached" });
        await until(() => paths.length >= 4);
        assert.equal(paths.sort()[0], "/tiles/13/6671/3238.png");
        assert.deepEqual(server.asked, []);
        assert.equal((await page.request.get(mock.address)).headers()["content-security-policy"]?.includes("localhost"), false);
      },
      {
        tiles: () => base("/tiles/{z}/{x}/{y}.png"),
        prepare: (mock) => {
          mock.tiles = (path) => {
            paths.push(path);
            return pngs[0];
          };
        },
      },
    );
  });

  for (const size of [
    { width: 1920, height: 1080 },
    { width: 3840, height: 2160 },
  ])
    it(`fill the wall at ${size.width}: at most 128`, async () => {
      await scene("/wall", size, async ({ page, server }) => {
        await page.getByLabel("看板钥匙").fill("wall-1:demo-key");
        await page.getByRole("button", { name: "登录" }).click();
        await arrived(page, server);
        const count = (await drawn(page)).length;
        assert.ok(count >= 12 && count <= 128, `${count}`);
        assert.equal(new Set(server.asked.map(({ z }) => z)).size, 1);
        await page.getByText(attribution).waitFor();
        await picture(page, `tiles-wall-${size.width}`);
      });
    });

  it("lie below the desk's map of a case, close to its place and no closer than to it", async () => {
    await scene("/desk", { width: 1920, height: 1080 }, async ({ page, server }) => {
      await logIn(page, "desk-1");
      await arrived(page, server);
      assert.ok(server.asked.every(({ z }) => z <= 18));
      await picture(page, "tiles-desk-1920");
    });
  });

  it("are asked of nobody where no server is named: no request leaves the origin, no image is drawn", async () => {
    for (const [path, person] of [
      ["/", ""],
      ["/phone", "wenchang-07.worker"],
      ["/desk", "desk-1"],
      ["/wall", "key"],
    ] as const)
      await scene(
        path,
        path === "/wall" ? { width: 1920, height: 1080 } : phone,
        async ({ page, server, mock }) => {
          if (person === "key") {
            await page.getByLabel("看板钥匙").fill("wall-1:demo-key");
            await page.getByRole("button", { name: "登录" }).click();
          } else if (person !== "") await logIn(page, person);
          if (path === "/phone") await page.getByRole("link", { name: "地图" }).click();
          await page.locator("path.ground, g.pick path, path.cell").first().waitFor({ state: "attached" });
          await page.waitForLoadState("domcontentloaded");
          assert.equal(await page.locator("image").count(), 0);
          assert.equal(await page.getByText(attribution).count(), 0);
          assert.deepEqual(server.asked, []);
          const policy = (await page.request.get(mock.address + path)).headers()["content-security-policy"];
          assert.doesNotMatch(policy ?? "", /https?:/);
        },
        { tiles: () => null },
      );
  });
});
