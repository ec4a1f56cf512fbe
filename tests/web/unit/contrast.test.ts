// The colours of src/design/tokens.css: every pair of ink and ground that the pages use, computed by WCAG's formula. Text is 7:1
// on phones and 4.5:1 elsewhere, edges and signs 3:1; the wall's marks are told apart without colour (CIE76 of their greys).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const css = readFileSync(join(process.env["HUYING_ROOT"] ?? ".", "gateway/web/src/design/tokens.css"), "utf8");

function tokens(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9A-Fa-f]{6})/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
}
const [lightBlock = "", darkBlock = ""] = css.split(":root.wall");
const light = tokens(lightBlock),
  dark = new Map([...light, ...tokens(darkBlock)]);

function channels(colour: string): number[] {
  return [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
}
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = channels(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
export function ratio(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}
const lightness = (colour: string): number => {
  const y = luminance(colour);
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
};

const text: [string, string][] = [
  ["ink", "panel"],
  ["ink", "ground"],
  ["ink-second", "panel"],
  ["ink-second", "ground"],
  ["on-action", "action"],
  ["action", "panel"],
  ["due-ink", "due-fill"],
  ["on-late", "late-fill"],
  ["late-ink", "panel"],
  ["alarm-ink", "alarm-fill"],
  ["on-escalated", "escalated-fill"],
  ["uncovered-ink", "uncovered-fill"],
  ["paused-ink", "paused-fill"],
  ["closed-ink", "closed-fill"],
  ["unsent-ink", "panel"],
  ["ink", "chosen"],
  ["on-bar", "bar"],
  ["ink-second", "tile"],
];
const lightEdges: [string, string][] = [
  ["edge", "panel"],
  ["due-edge", "panel"],
  ["late-fill", "panel"],
  ["unsent-ink", "panel"],
  ["action", "ground"],
];
const wallText: [string, string, number][] = [
  ["ink", "ground", 4.5],
  ["ink", "panel", 4.5],
  ["ink-second", "ground", 4.5],
  ["ink-second", "panel", 4.5],
  ["quiet-count", "cell", 4.5],
  ["due-ink", "due-fill", 4.5],
  ["on-late", "late-fill", 4.5],
  ["late-ink", "ground", 4.5],
  ["on-escalated", "escalated-fill", 4.5],
  ["paused-ink", "paused-fill", 4.5],
  ["edge", "ground", 3],
  ["due-edge", "due-fill", 3],
  ["due-edge", "ground", 3],
  ["uncovered-ink", "ground", 3],
  ["late-fill", "ground", 3],
  ["escalated-fill", "ground", 3],
  ["live", "ground", 3],
];

describe("contrast", () => {
  it("reads the tokens", () => {
    assert.ok(light.size > 25 && dark.size > light.size);
  });
  for (const [ink, ground] of text) {
    it(`of ${ink} on ${ground} is 7:1 or more`, () => {
      const found = ratio(light.get(ink) ?? "#777777", light.get(ground) ?? "#777777");
      assert.ok(found >= 7, found.toFixed(2));
    });
  }
  for (const [edge, ground] of lightEdges) {
    it(`of the edge ${edge} on ${ground} is 3:1 or more`, () => {
      assert.ok(ratio(light.get(edge) ?? "", light.get(ground) ?? "") >= 3);
    });
  }
  for (const [ink, ground, least] of wallText) {
    it(`of ${ink} on ${ground} on the wall is ${least}:1 or more`, () => {
      const found = ratio(dark.get(ink) ?? "#777777", dark.get(ground) ?? "#777777");
      assert.ok(found >= least, found.toFixed(2));
    });
  }
  it("leaves the wall's fills apart in one grey; where two are near, letter and edge tell", () => {
    const fills = ["escalated-fill", "late-fill", "due-fill", "cell"].map((name) => [name, lightness(dark.get(name) ?? "")] as const);
    for (const [a, x] of fills)
      for (const [b, y] of fills) {
        if (a < b && !(a === "cell" && b === "due-fill")) assert.ok(Math.abs(x - y) >= 20, `${a} and ${b}: ${Math.abs(x - y).toFixed(0)}`);
      }
    // The dark amber fill is as dark as a quiet cell: its edge is what is seen.
    assert.ok(lightness(dark.get("due-edge") ?? "") - lightness(dark.get("cell") ?? "") >= 40);
  });
  it("of words over a map of any colours is that over the ground which they bring", () => {
    const styles = (name: string): string => readFileSync(join(process.env["HUYING_ROOT"] ?? ".", "gateway/web/src", name), "utf8");
    const wall = styles("wall/wall.css");
    assert.match(wall, /svg\.over-tiles \.label text \{ paint-order: stroke; stroke: var\(--cell\)/);
    const marks = [...wall.matchAll(/^\.label \.([\w-]+) \{ fill: var\(--([\w-]+)\)/gm)];
    assert.equal(marks.length, 7);
    for (const [, mark = "", ink = ""] of marks) {
      const ground = new RegExp(`^svg\\.over-tiles \\.label \\.${mark} \\{ stroke: var\\(--([\\w-]+)\\)`, "m").exec(wall)?.[1] ?? "cell";
      const found = ratio(dark.get(ink) ?? "#777777", dark.get(ground) ?? "#777777");
      assert.ok(found >= 4.5, `${mark}: ${ink} on ${ground} ${found.toFixed(2)}`);
    }
    // Elsewhere words stand on white, and borders are ink between two white lines.
    for (const page of ["phone/phone.css", "desk/desk.css", "citizen/citizen.css"])
      assert.match(styles(page), /picker text[^{]*\{ fill: var\(--ink(-second)?\);[^}]*paint-order: stroke; stroke: #FFFFFF;/);
    assert.ok(ratio(light.get("ink-second") ?? "", "#FFFFFF") >= 7);
    const shared = styles("design/base.css");
    assert.match(
      shared,
      /svg\.over-tiles \.borders \{ stroke: var\(--ink-second\); \}\nsvg\.over-tiles \.borders\.casing \{ stroke: #FFFFFF;/,
    );
    assert.match(shared, /\.attribution \{[^}]*background: var\(--panel\); color: var\(--ink-second\);/);
  });
  it("is of the figures in the design: white on the action's blue 7.5, white on late 7.3", () => {
    assert.equal(ratio("#FFFFFF", light.get("action") ?? "").toFixed(1), "7.5");
    assert.equal(ratio("#FFFFFF", light.get("late-fill") ?? "").toFixed(1), "7.3");
  });
});
