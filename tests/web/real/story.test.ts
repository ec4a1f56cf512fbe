// A request's way with nothing made up but its words: a citizen's page, the worker's phone, the desk's register, the wall, and back to
// the citizen, in a real browser, before a real gateway, broker and host. HUYING_BINARY names the program.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "playwright-core";

import { dist, launch, open, picture, takePhoto, type Opened } from "../browser/browser";

const phone = { width: 360, height: 780 };
let browser: Browser, server: ChildProcess, folder: string, said = "", address = "";

function passwordOf(person: string): string {
  const line = said.split("\n").find((one) => one.split(/\s+/).includes(person) && /[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\s*$/.test(one));
  assert.ok(line, `a login of ${person} is printed`);
  return line.trim().split(/\s+/).at(-1)!;
}

async function logIn(page: Page, person: string): Promise<void> {
  await page.getByRole("textbox", { name: "账号" }).fill(person);
  await page.getByLabel("密码").fill(passwordOf(person));
  await page.getByRole("button", { name: /^(登录|重新登录)$/ }).click();
}

async function started(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), "huying-web-"));
  server = spawn(process.env["HUYING_BINARY"]!, [
    "serve", "--data", join(folder, "data"), "--directory", join(process.env["HUYING_ROOT"]!, "deploy/wenyuan"),
    "--http", "127.0.0.1:0", "--web", dist,
  ]);
  await new Promise<void>((resolve, reject) => {
    const read = (bytes: Buffer): void => {
      said += bytes.toString();
      const found = /pages at (http:\/\/\S+?)\/?\s/.exec(said);
      if (!found || !/wall-1:\S+\s/.test(said)) return;
      address = found[1]!;
      resolve();
    };
    server.stdout!.on("data", read);
    server.stderr!.on("data", read);
    server.on("exit", () => reject(new Error(said)));
  });
}

describe("a request, from the citizen over the worker to the wall and back", { timeout: 180_000 }, () => {
  const opened: Opened[] = [];
  const page = async (path: string, size: { width: number; height: number }): Promise<Page> => {
    const one = await open(browser, address, path, size);
    opened.push(one);
    return one.page;
  };

  before(async () => {
    await started();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.removeAllListeners("exit");
    if (server && server.exitCode === null) {
      server.kill("SIGTERM");
      await new Promise((resolve) => server.on("exit", resolve));
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it("is told to each in their words, and nothing of it is lost between them", async () => {
    const citizen = await page("/", phone);
    await citizen.getByRole("textbox", { name: "附近的地名" }).fill("石桥村东门小广场");
    await citizen.getByRole("textbox", { name: "什么事" }).fill("路灯不亮三天了。（虚构）");
    await citizen.getByRole("button", { name: "提交" }).click();
    const number = await citizen.getByText(/^WY-\d{6}-\d{4}-\d$/).innerText();
    const code = /查询码\s*([2-9A-Z]{4})(?![0-9A-Z])/.exec(await citizen.locator("body").innerText())?.[1];
    assert.ok(code, "the query code is shown at once");
    await picture(citizen, "real-citizen-received");

    const worker = await page("/phone", phone);
    await logIn(worker, "shiqiao-01.worker");
    await worker.getByRole("button", { name: /^签收/ }).click();
    await worker.getByRole("button", { name: /^(写反馈|办结)/ }).first().waitFor();
    await picture(worker, "real-phone-accepted");

    const wall = await page("/wall", { width: 1920, height: 1080 });
    await wall.getByLabel("看板钥匙").fill(/wall-1:\S+/.exec(said)![0]);
    await wall.getByRole("button", { name: "登录" }).click();
    await wall.getByText("现在没有升级上报").waitFor();
    await wall.getByText(/石桥\s?01/).first().waitFor();
    assert.doesNotMatch(await wall.locator("body").innerText(), /路灯不亮/, "no citizen's words on the wall");
    await picture(wall, "real-wall");

    const desk = await page("/desk", { width: 1440, height: 900 });
    await logIn(desk, "desk-1");
    await desk.getByText("处置中").first().waitFor();
    await picture(desk, "real-desk");

    await worker.getByRole("main").getByRole("link").first().click();
    await worker.getByRole("button", { name: "办结", exact: true }).click();
    await takePhoto(opened[1]!.tap);
    await worker.getByRole("textbox", { name: "怎么解决的" }).fill("灯泡换好了，晚上去看过。");
    await worker.getByRole("button", { name: "办结", exact: true }).click();
    await worker.getByText("现在没有要办的案件").or(worker.getByText("待核实")).first().waitFor();
    await picture(worker, "real-phone-resolved");

    await citizen.goto(`${address}/#${number}.${code}`);
    await citizen.getByRole("button", { name: "刷新" }).click();
    await citizen.getByRole("heading", { name: /请您确认/ }).waitFor();
    await citizen.getByText("灯泡换好了，晚上去看过。").first().waitFor();
    await picture(citizen, "real-citizen-solved", true);
    for (const one of opened) assert.deepEqual(one.watch.wrong, []);
  });
});
