// What browser tests share: one Chromium, pages that speak Chinese, and a tally of taps. Elements are found by role and name only.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { chromium, type Browser, type BrowserContext, type Locator, type Page } from "playwright-core";

export const dist = process.env["HUYING_DIST"] ?? "dist";
export const screenshots = process.env["HUYING_SCREENSHOTS"] ?? "screenshots";

/** `heap`: without the compilers that work while a page runs. What they make of code that is used often stands in the heap and grows
 *  for minutes; without it the heap holds what the page keeps. */
export function launch(measured: "" | "heap" = ""): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["HUYING_CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      ...(measured === "heap" ? ["--js-flags=--no-opt --no-maglev --no-sparkplug"] : []),
    ],
  });
}

/** What a page must never do: break the policy, ask another host, or throw. */
export class Watch {
  readonly wrong: string[] = [];
  /** `tiles`: the one other origin that is meant, of images alone. */
  constructor(page: Page, address: string, tiles = "") {
    page.on("pageerror", (error) => this.wrong.push(`threw: ${error.message}`));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) this.wrong.push(message.text());
    });
    page.on("request", (request) => {
      const url = request.url();
      if (tiles !== "" && url.startsWith(`${tiles}/`) && request.resourceType() === "image") return;
      if (!url.startsWith(address) && !/^(blob|data):/.test(url)) this.wrong.push(`asked ${url}`);
    });
  }
}

export interface Opened {
  context: BrowserContext;
  page: Page;
  watch: Watch;
  tap: Tally;
}

/** Counts taps on our own controls. */
export class Tally {
  count = 0;
  constructor(readonly page: Page) {}
  async on(role: Parameters<Page["getByRole"]>[0], name: string | RegExp, exact = true): Promise<void> {
    this.count += 1;
    await this.page
      .getByRole(role, { name, exact: typeof name === "string" && exact })
      .first()
      .click();
  }
  async at(locator: Locator): Promise<void> {
    this.count += 1;
    await locator.click();
  }
}

export async function open(
  browser: Browser,
  address: string,
  path: string,
  size: { width: number; height: number },
  over: Parameters<Browser["newContext"]>[0] = {},
  tiles = "",
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: size,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    hasTouch: size.width < 700,
    ...over,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  const watch = new Watch(page, address, tiles);
  await page.goto(address + path);
  return { context, page, watch, tap: new Tally(page) };
}

export async function logIn(page: Page, person: string): Promise<void> {
  await page.getByRole("textbox", { name: "账号" }).fill(person);
  await page.getByLabel("密码").fill("demo");
  await page.getByRole("button", { name: /^(登录|重新登录)$/ }).click();
}

export async function picture(page: Page, name: string, fullPage = false): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage });
}

/** No sideways scrolling at this width. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Waits until `asked` is true. What is not true after a minute and a half never will be: a try may come 30 s after the one before. */
export async function until(asked: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 90_000;
  while (!(await asked())) {
    if (Date.now() > end) throw new Error(`never: ${asked.toString().slice(0, 200)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Asks for the bytes in use of the page's heap, what is garbage collected: the least of three, since an answer may be under way. */
export async function heapOf(context: BrowserContext, page: Page): Promise<() => Promise<number>> {
  const session = await context.newCDPSession(page);
  return async () => {
    let least = Infinity;
    for (let n = 0; n < 3; n += 1) {
      await session.send("HeapProfiler.collectGarbage");
      least = Math.min(least, (await session.send("Runtime.getHeapUsage")).usedSize);
    }
    return least;
  };
}

/** A small JPEG that the browser itself makes: a photo of nothing. */
export async function photo(page: Page, width = 2_400, height = 1_800): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const bytes = await page.evaluate(
    async ([w, h]) => {
      const canvas = document.createElement("canvas");
      canvas.width = w ?? 1;
      canvas.height = h ?? 1;
      const context = canvas.getContext("2d");
      if (context)
        for (let n = 0; n < 400; n += 1) {
          context.fillStyle = `hsl(${n * 37} 60% ${30 + (n % 40)}%)`;
          context.fillRect((n * 97) % (w ?? 1), (n * 61) % (h ?? 1), 300, 220);
        }
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
      return [...new Uint8Array(await (blob ?? new Blob()).arrayBuffer())];
    },
    [width, height],
  );
  return { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from(bytes) };
}

export async function takePhoto(tap: Tally, name: string | RegExp = "拍照"): Promise<void> {
  const file = await photo(tap.page);
  const chooser = tap.page.waitForEvent("filechooser");
  await tap.on("button", name);
  await (await chooser).setFiles(file);
}
