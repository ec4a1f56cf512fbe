// How far a page comes, and what a case is called that fits no category.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Api } from "../../../gateway/web/src/api/client";
import { Problem, Unreachable } from "../../../gateway/web/src/api/problem";
import type { CaseView } from "../../../gateway/web/src/api/types";
import { modelOf } from "../../../gateway/web/src/logic/case_model";
import { isUncategorised, titleOfWords, withoutFormatting } from "../../../gateway/web/src/logic/case_title";
import { reachOf } from "../../../gateway/web/src/logic/reach";

describe("the way to the centre", () => {
  it("ends at the device without a network, and before the gateway where nothing answers", () => {
    assert.equal(reachOf(new Unreachable(""), false), "noNetwork");
    assert.equal(reachOf(new Unreachable(""), true), "noAnswer");
    assert.equal(reachOf(new TypeError("network error"), true), "noAnswer");
  });
  it("ends at the gateway where it says that the broker is away, or a proxy says that the gateway is", () => {
    for (const name of ["NOT_CONNECTED", "NO_CONFIGURATION", "NO_SESSION", "SESSION_FENCED", "SHUTTING_DOWN"])
      assert.equal(reachOf(new Problem(503, { name }), false), "centreAway", name);
    for (const status of [502, 503, 504]) assert.equal(reachOf(new Problem(status, { status }), true), "centreAway");
  });
  it("is open where the answer is a refusal, or trouble of another kind", () => {
    for (const [status, name] of [
      [503, "DISK_LOW"],
      [503, "NO_OWNER"],
      [504, "NOT_DECIDED_YET"],
      [429, "TRIES_EXCEEDED"],
      [409, "STATE_REFUSES"],
      [401, "NOT_LOGGED_IN"],
    ] as const)
      assert.equal(reachOf(new Problem(status, { name }), true), "there", name);
    assert.equal(reachOf(new Problem(500, { status: 500 }), true), "there");
  });
});

describe("a session", () => {
  it("is over where an answer says so, and not where a login or the wall's key is refused", async () => {
    const real = globalThis.fetch;
    globalThis.fetch = () => Promise.resolve(new Response("{}", { status: 401 }));
    try {
      const api = new Api();
      let over = 0;
      api.onExpired = () => {
        over += 1;
      };
      await assert.rejects(api.logIn("nobody", "wrong"));
      await assert.rejects(api.logInWithKey("wall-1:wrong"));
      assert.equal(over, 0);
      await assert.rejects(api.wall());
      assert.equal(over, 1);
    } finally {
      globalThis.fetch = real;
    }
  });
});

describe("the title of what fits no category", () => {
  const titles: [string, string][] = [
    ["路灯不亮三天了。东门那盏。", "路灯不亮三天了"],
    ["东门小广场的漫步机踏板松了，老人踩上去晃", "东门小广场的漫步机踏板松…"],
    ["The street lamp is out. Since Monday", "The street lamp is out"],
    ["门禁坏了 139 0000 0001 找我", "门禁坏了"],
    ["13900000001", ""],
    ["门禁坏了，１３９－００００－０００３", "门禁坏了"],
    ["\u202e\u200b 门锁\u2066坏了\u2069\n楼上", "门锁坏了"],
    ["3 号楼漏水", "3 号楼漏水"],
    ["", ""],
  ];
  for (const [words, title] of titles)
    it(`of ${JSON.stringify(words)} is ${JSON.stringify(title)}`, () => assert.equal(titleOfWords(words), title));
  it("is never wider than twelve Chinese characters and a sign that there is more, and never broken within a character", () => {
    for (const sign of ["字", "a", "𠮷", "😀"])
      for (let n = 0; n < 60; n += 1) {
        const title = titleOfWords(sign.repeat(n));
        assert.ok([...title].length <= 25, title);
        assert.doesNotThrow(() => encodeURIComponent(title), "half a character is left");
      }
  });
  it("stands in place of the gateway's in both languages, where there is one", () => {
    const view: CaseView = {
      whole: { caseNumber: "WY-1", filed: { category: "general" } },
      card: { title: "网页反映，未分类", titleEn: "web page" },
    };
    assert.ok(isUncategorised(view));
    assert.ok(!isUncategorised({ whole: { caseNumber: "WY-1", filed: { category: "road" } } }));
    assert.equal(modelOf(view, 1, "Asia/Shanghai", [], "门禁坏了").titleEn, "门禁坏了");
    assert.equal(modelOf(view, 1, "Asia/Shanghai").title, "网页反映，未分类");
  });
  it("leaves out what turns the direction of writing or cannot be seen, and nothing else", () => {
    assert.equal(withoutFormatting("a\u202ab\u202ec\u2066d\u2069e\u200ef\u200fg\u200bh\u061ci"), "abcdefghi");
    assert.equal(withoutFormatting("“路灯”——第 3 盏…"), "“路灯”——第 3 盏…");
  });
});
