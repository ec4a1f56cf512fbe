// What a list does not hold of its cases: read once, of the first ones, for the person who is there.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { CasePlaces } from "../../../gateway/web/src/api/case_parts";
import type { Api } from "../../../gateway/web/src/api/client";
import { Problem, Unreachable } from "../../../gateway/web/src/api/problem";
import type { CaseView, FetchReply } from "../../../gateway/web/src/api/types";

const views = (count: number): CaseView[] => Array.from({ length: count }, (_, n) => ({ whole: { caseNumber: `WY-${n}` } }));

function places(answer: (number: string) => FetchReply | Error | Promise<FetchReply>): { read: CasePlaces; asked: string[] } {
  const asked: string[] = [];
  const api = {
    part: async (number: string): Promise<FetchReply> => {
      asked.push(number);
      const said = await answer(number);
      if (said instanceof Error) throw said;
      return said;
    },
  };
  return { read: new CasePlaces(api as unknown as Api), asked };
}

describe("the places of a list", () => {
  it("are asked for once, and of the first forty cases alone", async () => {
    const { read, asked } = places((number) => ({ location: { address: number } }));
    assert.equal(await read.read(views(100)), true);
    assert.equal(await read.read(views(100)), false);
    assert.equal(asked.length, 40);
    assert.equal(read.get("WY-39")?.address, "WY-39");
    assert.equal(read.get("WY-40"), undefined);
  });
  it("are none for who may not read them, and asked for again where the session is over or nothing answers", async () => {
    for (const [trouble, again] of [
      [new Problem(403, { status: 403 }), 2],
      [new Problem(404, { status: 404 }), 2],
      [new Problem(401, { status: 401 }), 2],
      [new Problem(503, { status: 503 }), 2],
      [new Unreachable(""), 2],
    ] as const) {
      const passes = !(trouble instanceof Problem && (trouble.status === 403 || trouble.status === 404));
      const { read, asked } = places(() => trouble);
      await read.read(views(2));
      assert.equal(asked.length, passes ? 1 : 2, String(trouble));
      await read.read(views(2));
      assert.equal(asked.length, again, String(trouble));
      assert.deepEqual(read.get("WY-0"), passes ? undefined : {});
    }
  });
  it("of one person are not kept for the next", async () => {
    let answer: (reply: FetchReply) => void = () => {};
    const { read, asked } = places(
      (number) =>
        new Promise((resolve) => {
          answer = () => resolve({ location: { address: number } });
        }),
    );
    const first = read.read(views(1));
    const ofFirst = answer;
    read.clear();
    const second = read.read([{ whole: { caseNumber: "WY-other" } }]);
    ofFirst({});
    answer({});
    assert.deepEqual(await Promise.all([first, second]), [false, true]);
    assert.deepEqual(Object.keys(read.kept()), ["WY-other"]);
    assert.equal(asked.length, 2);
  });
});
