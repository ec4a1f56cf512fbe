// A request's way with nothing made up but its words: a citizen's page, the worker's phone, the desk's register, the wall, and back to
// the citizen, in a real browser, before a real gateway, broker and host.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "playwright-core";

import { launch, open, picture, takePhoto, until, type Opened } from "../browser/browser";
import { Served } from "./served";

const phone = { width: 360, height: 780 };
let browser: Browser, served: Served;

describe("a request, from the citizen over the worker to the wall and back", { timeout: 1_200_000 }, () => {
  const opened: Opened[] = [];
  const page = async (path: string, size: { width: number; height: number }): Promise<Page> => {
    const one = await open(browser, served.address, path, size);
    opened.push(one);
    return one.page;
  };

  before(async () => {
    served = await Served.start();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await served?.stop();
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
    await served.logIn(worker, "shiqiao-01.worker");
    await worker.getByRole("button", { name: /^签收/ }).click();
    await worker
      .getByRole("button", { name: /^(写反馈|办结)/ })
      .first()
      .waitFor();
    await worker.getByText("石桥村东门小广场").first().waitFor();
    await picture(worker, "real-phone-accepted");

    const resolve = async (how: string): Promise<void> => {
      await worker.getByRole("button", { name: "办结", exact: true }).click();
      await takePhoto(opened[1]!.tap);
      await worker.getByRole("textbox", { name: "怎么解决的" }).fill(how);
      await worker.getByRole("button", { name: "办结", exact: true }).click();
    };

    const wall = await page("/wall", { width: 1920, height: 1080 });
    await wall.getByLabel("看板钥匙").fill(served.wallKey());
    await wall.getByRole("button", { name: "登录" }).click();
    await wall.getByText("现在没有升级上报").waitFor();
    await wall
      .getByText(/石桥\s?01/)
      .first()
      .waitFor();
    assert.doesNotMatch(await wall.locator("body").innerText(), /路灯不亮/, "no citizen's words on the wall");
    await picture(wall, "real-wall");

    const desk = await page("/desk", { width: 1440, height: 900 });
    await served.logIn(desk, "desk-1");
    await desk.getByText("处置中").first().waitFor();
    await picture(desk, "real-desk");

    await worker.getByRole("main").getByRole("link").first().click();
    await resolve("灯泡换好了，晚上去看过。");
    await worker.getByText("现在没有要办的案件").or(worker.getByText("待核实")).first().waitFor();
    await picture(worker, "real-phone-resolved");

    await citizen.goto(`${served.address}/#${number}.${code}`);
    await citizen.getByRole("button", { name: "刷新" }).click();
    await citizen.getByRole("heading", { name: /请您确认/ }).waitFor();
    await citizen.getByText("灯泡换好了，晚上去看过。").first().waitFor();
    await picture(citizen, "real-citizen-solved", true);
    await citizen.getByRole("button", { name: "评价" }).click();
    await citizen.getByRole("radio", { name: "没有解决" }).click();
    await citizen.getByText("不满意", { exact: true }).click();
    await citizen.getByRole("button", { name: "提交" }).click();
    await citizen.getByText("收到了，会重新办理，编号不变。").waitFor();
    await citizen.getByRole("heading", { name: "已重新办理" }).waitFor();
    await picture(citizen, "real-citizen-not-solved", true);
    await worker.goto(`${served.address}/phone`);
    await worker.getByRole("main").getByRole("link").first().click(); // it is the worker's to do again
    await worker
      .getByText(/诉求人说没有解决，第 1 次返工/)
      .first()
      .waitFor();
    await picture(worker, "real-phone-rework");

    await resolve("线路也换了。（虚构）");
    const supervisor = await page("/phone", phone);
    await served.logIn(supervisor, "shiqiao.supervisor");
    await supervisor.getByRole("button", { name: /^核实无误，结案/ }).click();
    // It is asked once and once again; where the ledger is later than that, at the next look at the page.
    const last = supervisor.getByRole("link", { name: /^最近结案的：/ });
    await until(async () => {
      if ((await last.count()) > 0) return true;
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      if ((await last.count()) === 0) await supervisor.reload();
      return (await last.count()) > 0;
    });
    await picture(supervisor, "real-phone-nothing-left");
    await supervisor.getByRole("link", { name: /^最近结案的：/ }).click();
    await supervisor.getByRole("button", { name: "重新办理" }).click();
    await supervisor.getByRole("heading", { name: "重新办理" }).waitFor(); // theirs to do, too; here the desk does it
    await picture(supervisor, "real-phone-reopen");
    await desk.getByRole("tab", { name: /销号台账/ }).click();
    await desk.getByRole("combobox", { name: "状态" }).selectOption({ label: "已结案" });
    await desk.getByText("1 件符合").waitFor();
    await desk.getByRole("table").getByRole("button").click();
    await desk.getByRole("button", { name: "重新办理" }).click();
    const reopen = desk.getByRole("dialog", { name: "重新办理" });
    await reopen.getByRole("textbox", { name: "理由" }).fill("诉求人来电说还是不亮。（虚构）");
    await picture(desk, "real-desk-reopen");
    await reopen.getByRole("button", { name: "重新办理" }).click();
    await reopen.waitFor({ state: "detached" });
    await worker.goto(`${served.address}/phone`);
    await worker
      .getByRole("button", { name: /^(写反馈|办结)/ })
      .first()
      .waitFor(); // once more theirs to do
    await worker.getByRole("main").getByRole("link").first().click();
    await worker
      .getByText(/重新办理/)
      .first()
      .waitFor();
    await picture(worker, "real-phone-reopened");
    for (const one of opened) assert.deepEqual(one.watch.wrong, []);
  });
});
