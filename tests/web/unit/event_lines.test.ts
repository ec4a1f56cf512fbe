// The event stream's lines: whole events however they are cut, the place to go on from, and what must not count. And what its client
// does when it comes back.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Api } from "../../../gateway/web/src/api/client";
import { EventStream } from "../../../gateway/web/src/api/events";
import { EventLines, type StreamEvent } from "../../../gateway/web/src/logic/event_lines";

const stream =
  ': hello\n\nevent: case\ndata: {"a":1}\n\nid: t1\n\ndata: x\ndata: y\r\n\r\nid: t2\nevent: head\ndata:\n\nevent: case\ndata: half';

describe("an event stream", () => {
  it("is the same wherever it is cut", () => {
    const whole = new EventLines();
    const expected = whole.feed(stream);
    assert.deepEqual(expected, [
      { kind: "case", data: '{"a":1}' },
      { kind: "message", data: "x\ny" },
      { kind: "head", data: "" },
    ]);
    assert.equal(whole.lastId, "t2");
    for (let cut = 1; cut < stream.length; cut += 1) {
      const lines = new EventLines();
      const events: StreamEvent[] = [...lines.feed(stream.slice(0, cut)), ...lines.feed(stream.slice(cut))];
      assert.deepEqual(events, expected, `cut at ${cut}`);
      assert.equal(lines.lastId, "t2");
    }
  });
  it("goes on behind an id that came alone, and not behind one whose block is not whole", () => {
    const lines = new EventLines("t0");
    assert.deepEqual(lines.feed("id: t1\n\n"), []);
    assert.equal(lines.lastId, "t1");
    lines.feed("id: t2\ndata: x\n");
    assert.equal(lines.lastId, "t1");
    assert.deepEqual(lines.feed("\n"), [{ kind: "message", data: "x" }]);
    assert.equal(lines.lastId, "t2");
  });
  it("takes one blank behind the colon, a field without colon, and leaves unknown fields and ids with a null", () => {
    const lines = new EventLines();
    assert.deepEqual(lines.feed("data:  two\ndata\nretry: 5\nnonsense\nid: a\0b\n\n"), [{ kind: "message", data: " two\n" }]);
    assert.equal(lines.lastId, "");
  });
  it("drops a mark of byte order at its begin, and a line without end is refused", () => {
    assert.deepEqual(new EventLines().feed("\uFEFFdata: x\n\n"), [{ kind: "message", data: "x" }]);
    assert.throws(() => new EventLines().feed("x".repeat(5 * 1024 * 1024)));
  });
  it("that comes back reads the street anew, whose time may go at another pace", async () => {
    const asked: string[] = [];
    const real = globalThis.fetch;
    globalThis.fetch = (address) => {
      asked.push(String(address));
      const body = String(address).endsWith("/street") ? JSON.stringify({ ratePermille: 60_000 }) : ": \n\n";
      return Promise.resolve(new Response(body, { headers: { "huying-now": "1000" } }));
    };
    try {
      const api = new Api();
      await new Promise<void>((resolve) => {
        const stream = new EventStream(api, {
          onEvent: () => {},
          onState: (state, failures) => {
            if (state !== "live") return;
            assert.equal(asked.includes("/api/v1/street"), failures > 0);
            if (failures === 0) return;
            stream.close();
            resolve();
          },
          onAlive: () => {},
          onLost: () => {},
          onExpired: () => {},
        });
      });
      await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(api.time.rate, 60);
      assert.ok(api.time.isKnown);
    } finally {
      globalThis.fetch = real;
    }
  });
});
