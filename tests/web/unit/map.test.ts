// The projection and the borders of units, over the demonstration's cells.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { unitBorders } from "../../../gateway/web/src/logic/borders";
import { CellNames, unitShort } from "../../../gateway/web/src/logic/cell_names";
import { boxOf, labelPlace, pathOf, polygonsOf, Projection } from "../../../gateway/web/src/logic/projection";
import { readCells, street } from "../mock_story";

const cells = readCells();
const all = cells.features.map((feature) => polygonsOf(feature.geometry));
const projection = new Projection(boxOf(all), 1_000);

describe("the map", () => {
  it("has a path for each of the 67 cells", () => {
    const paths = all.map((polygons) => pathOf(polygons, projection));
    assert.equal(paths.length, 67);
    for (const path of paths) assert.match(path, /^M-?[\d.]+ -?[\d.]+(L-?[\d.]+ -?[\d.]+)+Z$/);
  });
  it("goes there and back without losing a metre, and is as wide as high on the ground", () => {
    const x = projection.x(113.2),
      y = projection.y(35.2);
    assert.ok(Math.abs(projection.longitude(x) - 113.2) < 1e-9 && Math.abs(projection.latitude(y) - 35.2) < 1e-9);
    const east = projection.x(113.2 + 0.01) - x,
      north = y - projection.y(35.2 + 0.01);
    assert.ok(Math.abs(east / north - Math.cos((35.2 * Math.PI) / 180)) < 0.01);
    assert.ok(Math.abs(projection.metres(1_113.2) - north) < 0.01);
  });
  it("draws each unit's border once, and nothing inside a unit", () => {
    const edges = new Map<string, number>();
    for (const piece of unitBorders(cells.features, projection).split("M").slice(1)) edges.set(piece, (edges.get(piece) ?? 0) + 1);
    assert.ok([...edges.values()].every((count) => count === 1));
    let sides = 0;
    for (const polygons of all) for (const rings of polygons) for (const ring of rings) sides += ring.length - 1;
    assert.ok(edges.size > 73 && edges.size < sides / 2, `${edges.size} of ${sides}`);
  });
  it("puts labels inside the picture", () => {
    for (const polygons of all) {
      const { x, y } = labelPlace(polygons, projection);
      assert.ok(x > 0 && x < projection.width && y > 0 && y < projection.height);
    }
  });
  it("says cells short on the wall and whole elsewhere", () => {
    const names = new CellNames(cells.features, street);
    assert.equal(names.short("shiqiao-01"), "石桥01");
    assert.equal(names.whole("shiqiao-01"), "石桥村 01 网格");
    assert.equal(names.short("nowhere-09"), "nowhere-09");
    assert.equal(unitShort("文华社区"), "文华");
    assert.equal(unitShort("新村"), "新村");
  });
});
