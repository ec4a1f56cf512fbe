// What workers do most, by role and name alone, with the taps that faces 1.1 allows; and what must not go wrong: no network, an
// ended session, two workers at once, a centre that is away.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import type { Browser, Page } from "playwright-core";

import { MockGateway } from "../mock_gateway";
import { caseOf } from "../mock_story";
import { dist, launch, logIn, open, picture, takePhoto, until, type Opened } from "./browser";

const size = { width: 360, height: 780 };
let browser: Browser, mock: MockGateway, opened: Opened;

async function list(page: Page): Promise<void> {
  await page
    .getByRole("heading", { name: /先办这|以后到期/ })
    .first()
    .waitFor();
}
const kinds = (): string[] => mock.decided.map((one) => one.kind.replace("ACTION_KIND_", ""));

describe("the phone", { timeout: 1_200_000 }, () => {
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    mock = await MockGateway.start({ dist });
    opened = await open(browser, mock.address, "/phone", size);
    await logIn(opened.page, "wenchang-07.worker");
    await list(opened.page);
  });
  afterEach(async () => {
    const { wrong } = opened.watch;
    await opened.context.close();
    await mock.stop();
    assert.deepEqual(wrong, []);
  });

  it("says what is next without a tap: the overdue one first, spoken whole", async () => {
    const first = opened.page.getByRole("main").getByRole("link").first();
    assert.match(
      (await first.getAttribute("aria-label")) ?? "",
      /^超期，污水从井盖外溢，反馈 11月21日 24:00，已超 1 天 9 小时，已升级到街道$/,
    );
    assert.equal(opened.tap.count, 0);
  });

  it("accepts with one tap, and says when the centre had it", async () => {
    await opened.tap.on("button", "签收：楼道堆放旧家具");
    await opened.page.getByText(/1 步已发出，中心 09:4\d 收到。/).waitFor();
    await until(() => kinds().includes("ACCEPT"));
    assert.equal(opened.tap.count, 1);
    await opened.page.getByRole("button", { name: /^(写反馈|办结)：楼道堆放旧家具$/ }).waitFor();
  });

  it("feeds back with three taps", async () => {
    await opened.tap.on("button", "写反馈：污水从井盖外溢");
    await opened.tap.on("button", "已到现场看过，正在安排。");
    await opened.tap.on("button", "发送");
    await until(() => kinds().includes("FEED_BACK"));
    assert.equal(opened.tap.count, 3);
    await list(opened.page);
  });

  it("resolves with three taps; the words have the focus when the photo is there", async () => {
    await opened.tap.on("button", "办结：健身器材松动");
    await takePhoto(opened.tap);
    await opened.page.getByRole("img", { name: "照片 1" }).waitFor();
    assert.equal(await opened.page.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
    await opened.page.keyboard.type("踏板螺栓已换新并拧紧，不晃了。");
    await opened.tap.on("button", "办结");
    await until(() => kinds().includes("RESOLVE"));
    assert.equal(opened.tap.count, 3);
  });

  it("reports with three taps, with the place where the phone is", async () => {
    await opened.context.grantPermissions(["geolocation"], { origin: mock.address });
    await opened.context.setGeolocation({ latitude: 35.2, longitude: 113.2, accuracy: 12 });
    await opened.tap.on("link", "上报");
    await takePhoto(opened.tap);
    await opened.page.getByText("我站的地方，误差 ±12 米").waitFor();
    await opened.tap.on("button", "提交");
    await until(() => mock.reports.length === 1);
    assert.equal(opened.tap.count, 3);
    assert.deepEqual(mock.reports[0]?.location?.point, { latitude: 35.2, longitude: 113.2, datum: "DATUM_WGS84", accuracyMetres: 12 });
    assert.equal(mock.reports[0]?.attachments?.length, 1);
    assert.ok(Number(mock.reports[0]?.attachments?.[0]?.sizeBytes) <= 400_000, "a photo is shrunk to 400 kB");
  });

  it("shows the contact with two taps, and leaves a trace at the centre", async () => {
    await opened.tap.on("link", /健身器材松动/);
    await opened.tap.on("button", "联系诉求人");
    await opened.page.getByRole("link", { name: "13900000001" }).waitFor();
    assert.equal(opened.tap.count, 2);
    assert.equal(mock.contactLooks.length, 1);
    assert.equal(await opened.page.evaluate(() => document.body.innerHTML.includes("13900000002")), false);
    const place = new URL(opened.page.url());
    assert.ok(!`${place.pathname}${place.search}${place.hash}${await opened.page.title()}`.includes("139"), "the port may");
  });

  it("asks for more time with five taps", async () => {
    await opened.page.getByRole("link", { name: /健身器材松动/ }).click();
    await opened.page.getByRole("heading", { name: "13710 时限" }).waitFor();
    await opened.tap.on("button", "更多");
    await opened.tap.on("button", "申请延期");
    await opened.tap.on("radio", "等配件");
    await opened.tap.at(opened.page.getByLabel("延到哪天"));
    await opened.page.getByLabel("延到哪天").fill("2026-11-30");
    await opened.page.getByText("11月30日 24:00").first().waitFor();
    await opened.tap.on("button", "提交");
    await until(() => kinds().includes("REQUEST_EXTENSION"));
    assert.equal(opened.tap.count, 5);
  });

  it("hands over with five taps, the cell by the small map", async () => {
    await opened.page.getByRole("link", { name: /广告牌松动/ }).click();
    await opened.tap.on("button", "更多");
    await opened.tap.on("button", "转给别的网格");
    await opened.tap.on("button", "文昌社区 08 网格");
    await picture(opened.page, "phone-transfer-360", true);
    await opened.tap.on("radio", "不在我这个网格");
    await opened.tap.on("button", "提交");
    await until(() => kinds().includes("TRANSFER"));
    assert.equal(opened.tap.count, 5);
    assert.equal(mock.of("广告牌松动").cell, "wenchang-08");
  });

  it("returns to the desk with a reason, and with the better cell where it is known", async () => {
    for (const [title, cell] of [
      ["广告牌松动", "wenchang-08"],
      ["垃圾清运不及时", undefined],
    ] as const) {
      await opened.page.getByRole("link", { name: new RegExp(title) }).click();
      await opened.tap.on("button", "更多");
      await opened.tap.on("button", "退回指挥中心");
      if (cell) await opened.tap.on("button", "文昌社区 08 网格");
      await picture(opened.page, `phone-return-${cell ?? "nowhere"}-360`, true);
      await opened.tap.on("radio", "不在我这个网格");
      await opened.tap.on("button", "提交");
      await until(() => mock.decided.some((one) => one.kind === "ACTION_KIND_RETURN" && one.number === mock.of(title).number));
      assert.equal(mock.decided.at(-1)?.toCell, cell);
    }
  });

  it("flags as hard with four taps", async () => {
    await opened.page.getByRole("link", { name: /广告牌松动/ }).click();
    await opened.tap.on("button", "更多");
    await opened.tap.on("button", "标为疑难");
    await opened.tap.on("radio", "没有执法权");
    await opened.tap.on("button", "提交");
    await until(() => kinds().includes("ESCALATE"));
    assert.equal(opened.tap.count, 4);
  });

  it("refuses a telephone in words that the citizen sees, and a missing photo, beside the button", async () => {
    await opened.tap.on("button", "办结：健身器材松动");
    await opened.page.getByRole("textbox", { name: "怎么解决的" }).fill("打 139 0000 0001 找我");
    await opened.tap.on("button", "办结");
    const alert = opened.page.getByRole("alert");
    await alert.getByText("还差 1 张办好后的照片。").waitFor();
    await alert.getByText("这段话诉求人看得到，里面像有电话号码。请删掉再发。").waitFor();
    await until(() => opened.page.evaluate(() => document.activeElement?.getAttribute("role") === "alert"));
    await picture(opened.page, "phone-errors-360");
    assert.equal(kinds().length, 0);
  });

  it("works on without network: steps wait dashed, are sent once and in order, and a refused one says so with its words", async () => {
    const { page, tap, context } = opened;
    await context.setOffline(true);
    await page.getByText("没有网络。照常办，先存在手机里，联网后自动发送。").waitFor();
    await tap.on("button", "签收：楼道堆放旧家具");
    await page.getByText("签收还没发出，时限仍在走").waitFor();
    await picture(page, "phone-offline-list-360");
    await tap.on("button", /^(写反馈|办结)：楼道堆放旧家具$/);
    await takePhoto(tap, /拍照/);
    await page.getByRole("textbox", { name: /怎么解决的|办到哪一步了/ }).fill("旧沙发已清走。");
    await picture(page, "phone-offline-resolve-360");
    await tap.on("button", /联网后发送/);
    await page
      .getByText(/还没发出，时限仍在走/)
      .first()
      .waitFor();
    await page.goto(`${mock.address}/phone#/case/${mock.of("广告牌松动").number}/feed_back`);
    await tap.on("button", "已报修，等维修人员。");
    await tap.on("button", "联网后发送");
    await page.goto(`${mock.address}/phone#/outbox`);
    await page.getByRole("heading", { name: "待发送" }).waitFor();
    await page.getByText("签收 楼道堆放旧家具").waitFor();
    await picture(page, "phone-outbox-360");
    assert.equal(kinds().length, 0);

    // Meanwhile the desk moves one of them away: its step will be refused.
    const moved = mock.of("广告牌松动");
    moved.state = "CASE_STATE_RESOLVED";
    await context.setOffline(false);
    await until(() => kinds().length === 2);
    await page.getByText("案件正在等核实，现在不能写反馈。可以：补充照片或说明。").waitFor();
    await page.getByText("已报修，等维修人员。").waitFor();
    await picture(page, "phone-refused-360");
    const furniture = mock.decided.filter((one) => one.number === mock.of("楼道堆放旧家具").number);
    assert.equal(furniture[0]?.kind, "ACTION_KIND_ACCEPT");
    assert.equal(furniture.length, 2);
    assert.equal(new Set(mock.decided.map((one) => one.id)).size, mock.decided.length);
    await tap.on("button", "不要了，删掉");
    await page.getByText("都发出了。").waitFor();
  });

  it("opens without network from the device: the shell, the list, the case; and never a contact", async () => {
    const { page, context } = opened;
    await page.getByRole("link", { name: /健身器材松动/ }).click();
    await page.getByText("漫步机踏板松了").waitFor();
    await page.getByRole("button", { name: "联系诉求人" }).click();
    await page.getByRole("link", { name: "13900000001" }).waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await until(() => page.evaluate(async () => (await caches.keys()).length > 0));
    await context.setOffline(true);
    await page.goto(`${mock.address}/phone`);
    await list(page);
    await page.getByRole("link", { name: /健身器材松动/ }).click();
    await page.getByText("漫步机踏板松了").waitFor();
    await page.getByRole("button", { name: "联系诉求人" }).click();
    await page.getByText("联网后才能看联系方式").waitFor();
    const kept = await page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open("huying-phone");
        request.onsuccess = () => resolve(request.result);
      });
      const all: unknown[] = [];
      for (const name of [...database.objectStoreNames])
        all.push(
          await new Promise((resolve) => {
            const request = database.transaction(name).objectStore(name).getAll();
            request.onsuccess = () => resolve(request.result);
          }),
        );
      return JSON.stringify(all) + JSON.stringify({ ...localStorage });
    });
    assert.ok(!kept.includes("13900000001"), "a contact that was looked at is not kept");
    await context.setOffline(false);
  });

  it("keeps words over an ended session, and goes on in the same place", async () => {
    const { page, tap } = opened;
    await tap.on("button", "写反馈：污水从井盖外溢");
    await page.getByRole("textbox", { name: "办到哪一步了" }).fill("吸污车今晚到。");
    mock.sessionsEndWithAStep = true;
    await tap.on("button", "发送");
    await page.getByRole("dialog", { name: "重新登录" }).waitFor();
    await page.getByText("登录已过期。您写的还在，登录后接着办。").waitFor();
    await picture(page, "phone-expired-words-360");
    await page.getByLabel("密码").fill("demo");
    await page.getByRole("button", { name: "重新登录" }).click();
    await until(() => kinds().includes("FEED_BACK"));
    assert.equal(kinds().filter((kind) => kind === "FEED_BACK").length, 1);
  });

  it("tells the second of two workers that it is signed for already", async () => {
    const other = await open(browser, mock.address, "/phone", size);
    await logIn(other.page, "wenchang-07.deputy");
    await list(other.page);
    await other.page.getByRole("button", { name: "签收：楼道堆放旧家具" }).waitFor();
    // The second phone does not hear of it before its own tap.
    await other.page.route("**/api/v1/cases?*", (route) => route.abort());
    await opened.page.getByRole("button", { name: "签收：楼道堆放旧家具" }).click();
    await until(() => kinds().length === 1);
    await other.page.getByRole("button", { name: "签收：楼道堆放旧家具" }).click();
    await other.page.getByText(/文昌社区 07 网格员 09:4\d 已签收，您不用再签/).waitFor();
    assert.equal(kinds().length, 1);
    await other.context.close();
  });

  it("asks again with the same id while the centre has the step undecided, or is away", async () => {
    mock.undecided = Infinity;
    await opened.tap.on("button", "签收：楼道堆放旧家具");
    await opened.page.getByRole("link", { name: "待发送 1" }).click();
    await opened.page.getByText("中心已收到").waitFor();
    assert.deepEqual(kinds(), []);
    mock.undecided = 0;
    await until(() => kinds().length === 1);
    mock.away = true;
    await opened.page.goto(`${mock.address}/phone#/case/${mock.of("广告牌松动").number}/feed_back`);
    await opened.tap.on("button", "已报修，等维修人员。");
    await opened.tap.on("button", /发送$/);
    await opened.page.goto(`${mock.address}/phone#/outbox`);
    await opened.page.getByText("写反馈 广告牌松动").waitFor();
    mock.away = false;
    await until(() => kinds().length === 2);
    assert.deepEqual(kinds(), ["ACCEPT", "FEED_BACK"]);
  });

  it("says that the centre does not answer, and reads the list by itself when it does again", async () => {
    let away = true;
    await opened.page.route("**/api/v1/cases?*", (route) =>
      away
        ? route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ status: 503 }) })
        : route.continue(),
    );
    await opened.page.reload();
    await opened.page.getByText("中心暂时没有应答，5 秒后自动再试。").waitFor();
    away = false;
    await list(opened.page);
  });

  it("says that the centre is away and the network is not, and sends what waited", async () => {
    const { page, tap } = opened;
    mock.away = true;
    mock.cutStreams();
    await page.getByText("中心暂时没有应答，手机的网络是好的。照常办，先存在手机里，中心恢复后自动发送。").waitFor();
    assert.equal(await page.getByText(/没有网络|连不上中心/).count(), 0);
    await tap.on("button", "签收：楼道堆放旧家具");
    await page.getByText("签收还没发出，时限仍在走").waitFor();
    await picture(page, "phone-centre-away-360");
    assert.deepEqual(kinds(), []);
    mock.away = false;
    await until(() => kinds().length === 1);
    await page.getByText("手机的网络是好的").waitFor({ state: "detached" });
    assert.deepEqual(kinds(), ["ACCEPT"]);
  });

  it("says that nothing answers although there is a network, and sends what waited", async () => {
    const { page, tap } = opened;
    await page.route("**/api/v1/**", (route) => route.abort());
    mock.cutStreams();
    await page.getByText("连不上中心，可能是网络不好。照常办，先存在手机里，连上后自动发送。").waitFor();
    assert.equal(await page.getByText(/没有网络|没有应答/).count(), 0);
    await tap.on("button", "签收：楼道堆放旧家具");
    await page.getByText("签收还没发出，时限仍在走").waitFor();
    await picture(page, "phone-no-answer-360");
    await page.unroute("**/api/v1/**");
    await until(() => kinds().length === 1);
    await page.getByText("连不上中心").waitFor({ state: "detached" });
  });

  it("opens from the device while the centre is away, and enters and sends by itself when it is back", async () => {
    const { page, tap } = opened;
    let tries = 0,
      away = true;
    await page.route("**/api/v1/me", (route) => {
      tries += 1;
      return away
        ? route.fulfill({
            status: 503,
            contentType: "application/problem+json",
            body: JSON.stringify({ status: 503, name: "NOT_CONNECTED" }),
          })
        : route.continue();
    });
    await page.reload();
    await page.getByText("中心暂时没有应答，手机的网络是好的").waitFor();
    await tap.on("button", "签收：楼道堆放旧家具");
    await page.getByText("签收还没发出，时限仍在走").waitFor();
    await until(() => tries >= 2);
    assert.deepEqual(kinds(), []); // without a session it would be refused for good
    away = false;
    await until(() => kinds().length === 1);
    await page.getByText("手机的网络是好的").waitFor({ state: "detached" });
  });

  it("calls what fits no category by the citizen's words, without their telephone, and offline too", async () => {
    const { page, context } = opened;
    const of = caseOf("wenchang-07", "文昌社区 07 网格", {
      title: "网页反映，未分类",
      titleEn: "web page, uncategorised",
      category: "general",
      words: "门禁坏了\u202e 139 0000 0003 找我",
    });
    mock.cases.push(of);
    mock.tell(of, "filed");
    await page.getByRole("link", { name: /^门禁坏了/ }).waitFor();
    await picture(page, "phone-uncategorised-360", true);
    assert.equal(await page.evaluate(() => document.body.innerText.includes("139")), false);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await until(() => page.evaluate(async () => (await caches.keys()).length > 0));
    await context.setOffline(true);
    await page.reload();
    await page.getByRole("link", { name: /^门禁坏了/ }).waitFor();
    await context.setOffline(false);
  });

  it("shows where the trouble is: in words, on a small map, and without a network", async () => {
    const { page, context } = opened;
    const of = mock.of("污水从井盖外溢");
    const ring = mock.map.features.find((one) => one.properties.code === of.cell)?.geometry.coordinates[0] as number[][];
    const middle = (place: 0 | 1): number => ring.reduce((sum, at) => sum + (at[place] ?? 0), 0) / ring.length;
    of.point = { longitude: middle(0), latitude: middle(1), accuracyMetres: 12 };
    await page.reload();
    await page.getByText("北二巷 6 号楼东侧").waitFor();
    await page.getByRole("link", { name: /污水从井盖外溢/ }).click();
    await page.getByRole("heading", { name: "13710 时限" }).waitFor();
    await page.getByText("北二巷 6 号楼东侧").waitFor();
    await page.getByText("在地图上看").click();
    await page.getByRole("img", { name: "在地图上看：北二巷 6 号楼东侧" }).waitFor();
    await page.getByText("位置误差约 12 米").waitFor();
    await picture(page, "phone-place-360");
    await page.getByRole("button", { name: "返回" }).click();
    await page.getByRole("link", { name: "地图" }).click();
    await page.getByRole("link", { name: /^污水从井盖外溢\s*北二巷 6 号楼东侧/ }).waitFor();
    assert.equal(await page.locator(".picker .spot").count(), 1);
    await picture(page, "phone-map-360");
    await page.evaluate(() => navigator.serviceWorker.ready);
    await until(() => page.evaluate(async () => (await caches.keys()).length > 0));
    await context.setOffline(true);
    await page.goto(`${mock.address}/phone#/`);
    await page.reload();
    await page.getByText("北二巷 6 号楼东侧").waitFor();
    await context.setOffline(false);
  });

  it("sends nothing of another person's steps", async () => {
    const { page, context } = opened;
    await context.setOffline(true);
    await page.getByText("没有网络").waitFor();
    await opened.tap.on("button", "签收：楼道堆放旧家具");
    await page.getByText("签收还没发出").waitFor();
    mock.expireSessions();
    mock.cutStreams();
    await context.setOffline(false);
    await page.getByRole("dialog", { name: "重新登录" }).waitFor();
    await page.getByRole("textbox", { name: "账号" }).fill("wenchang-08.worker");
    await page.getByLabel("密码").fill("demo");
    await page.getByRole("button", { name: "重新登录" }).click();
    await page.getByRole("link", { name: /^待发送/ }).click();
    await page.getByText("手机里有别人没发出的 1 步，换回原账号才能发送。").waitFor();
    assert.equal(kinds().length, 0);
  });
});
