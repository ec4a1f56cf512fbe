// Which tiles lie below the cells: the numbers that every slippy map uses, as many as are needed, and nothing of a case in them.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { boxOf, polygonsOf, Projection } from "../../../gateway/web/src/logic/projection";
import { shownBox, tileAddress, tileCover, type Tile } from "../../../gateway/web/src/logic/tiles";
import { readCells } from "../mock_story";

const zooms = { minzoom: 0, maxzoom: 18 };
const names = (tiles: readonly Tile[]): string[] => tiles.map(({ z, x, y }) => `${z}/${x}/${y}`);
const around = (longitude: number, latitude: number, half = 1e-7) => ({
  west: longitude - half,
  east: longitude + half,
  south: latitude - half,
  north: latitude + half,
});
const at = (z: number) => ({ minzoom: z, maxzoom: z });

describe("tiles below the cells", () => {
  it("have the numbers that are published for places", () => {
    // OpenStreetMap's wiki, Slippy map tilenames; the examples of mercantile.
    assert.deepEqual(names(tileCover(around(139.7006793, 35.6590699), 1, at(18))), ["18/232798/103246"]);
    assert.deepEqual(names(tileCover(around(20.6852, 40.1222), 1, at(9))), ["9/285/193"]);
    assert.deepEqual(names(tileCover({ west: -105, south: 39.99, east: -104.99, north: 40 }, 1, at(14))), ["14/3413/6202", "14/3413/6203"]);
    assert.deepEqual(names(tileCover(around(0.5, 0.5), 1, at(0))), ["0/0/0"]);
  });
  it("lie where they lie on the ground", () => {
    const [tile] = tileCover(around(-9, 53.2), 1, at(10));
    assert.ok(tile);
    assert.equal(names([tile])[0], "10/486/332");
    for (const [found, published] of [
      [tile.west, -9.140625],
      [tile.south, 53.12040528310657],
      [tile.east, -8.7890625],
      [tile.north, 53.33087298301705],
    ] as const)
      assert.ok(Math.abs(found - published) < 1e-9, `${found}`);
  });
  it("cover the box without a gap, and none lies beside it", () => {
    const box = {
      west: 113.1697884,
      south: 35.1742932,
      east: 113.2322479,
      north: 35.2177165,
    };
    for (const pixels of [100, 320, 360, 375, 640, 1_150, 1_920, 2_300]) {
      const tiles = tileCover(box, pixels, zooms);
      assert.equal(Math.min(...tiles.map((tile) => tile.west)) <= box.west, true);
      assert.equal(Math.max(...tiles.map((tile) => tile.east)) >= box.east, true);
      assert.equal(Math.min(...tiles.map((tile) => tile.south)) <= box.south, true);
      assert.equal(Math.max(...tiles.map((tile) => tile.north)) >= box.north, true);
      for (const tile of tiles)
        assert.ok(tile.west < box.east && tile.east > box.west && tile.south < box.north && tile.north > box.south, `${pixels}`);
      const columns = new Set(tiles.map((tile) => tile.x)).size,
        rows = new Set(tiles.map((tile) => tile.y)).size;
      assert.equal(tiles.length, columns * rows);
      assert.equal(new Set(names(tiles)).size, tiles.length);
    }
  });
  it("are drawn about one to one, whatever the screen", () => {
    const box = {
      west: 113.1697884,
      south: 35.1742932,
      east: 113.2322479,
      north: 35.2177165,
    };
    for (let pixels = 200; pixels < 2_100; pixels += 50) {
      const [tile] = tileCover(box, pixels, zooms);
      const drawn = ((tile!.east - tile!.west) / (box.east - box.west)) * pixels;
      assert.ok(drawn > 180 && drawn < 363, `${drawn.toFixed(0)} of ${pixels}`);
    }
  });
  it("do not end at a border that the box only touches", () => {
    const [tile] = tileCover(around(113.2, 35.2), 1, at(14));
    assert.deepEqual(names(tileCover(tile!, 256, at(14))), names([tile!]));
  });
  it("go no deeper and no wider than the server does", () => {
    assert.ok(tileCover(around(113.2, 35.2, 1e-5), 400, zooms).every((tile) => tile.z === 18));
    assert.ok(
      tileCover(around(113.2, 35.2, 1e-5), 400, {
        minzoom: 0,
        maxzoom: 15,
      }).every((tile) => tile.z === 15),
    );
    assert.ok(
      tileCover(around(113.2, 35.2, 0.5), 10, {
        minzoom: 11,
        maxzoom: 18,
      }).every((tile) => tile.z === 11),
    );
  });
  it("are a bounded number: a coarser zoom where there would be more, none where there is none", () => {
    for (const pixels of [4_000, 20_000, 1e6, 1e12]) {
      const tiles = tileCover(around(113.2, 35.2, 0.05), pixels, zooms);
      assert.ok(tiles.length > 0 && tiles.length <= 128, `${tiles.length}`);
    }
    assert.deepEqual(tileCover(around(113.2, 35.2, 0.05), 400, { minzoom: 18, maxzoom: 18 }), []);
    assert.equal(tileCover({ west: -400, south: -100, east: 400, north: 100 }, 300, zooms).length, 1);
    assert.deepEqual(tileCover(boxOf([]), 400, zooms), [], "no cells");
    for (const pixels of [0, -1, NaN]) assert.deepEqual(tileCover(around(113.2, 35.2), pixels, zooms), []);
    assert.deepEqual(tileCover(around(NaN, 35.2), 100, zooms), []);
  });
  it("fit the flat picture of the cells: between its corners a tile bends by less than a fifth of a pixel", () => {
    const projection = new Projection(boxOf(readCells().features.map((feature) => polygonsOf(feature.geometry))), 1_000);
    for (const tile of tileCover({ west: 113.17, south: 35.17, east: 113.23, north: 35.22 }, 1_000, zooms)) {
      const [upper] = tileCover(around((tile.west + tile.east) / 2, (tile.north + tile.south) / 2), 1, at(tile.z + 1));
      // The middle row of the picture is the border between the tiles of the next zoom.
      const middle = [upper!.north, upper!.south].find((latitude) => latitude < tile.north - 1e-9 && latitude > tile.south + 1e-9)!;
      const top = projection.y(tile.north),
        bottom = projection.y(tile.south);
      assert.ok(Math.abs(((projection.y(middle) - top) / (bottom - top)) * 256 - 128) < 0.2);
    }
  });
  it("are asked for by three numbers", () => {
    assert.equal(
      tileAddress("https://t.example/{z}/{x}/{y}.png", {
        z: 13,
        x: 6671,
        y: 3238,
      }),
      "https://t.example/13/6671/3238.png",
    );
    assert.equal(tileAddress("/wmts?c={x}&r={y}&m={z}", { z: 1, x: 2, y: 3 }), "/wmts?c=2&r=3&m=1");
  });
  it("fill the room that an SVG has, not its view box alone", () => {
    assert.deepEqual(shownBox([0, 0, 100, 100], { width: 400, height: 200 }), {
      x: -50,
      y: 0,
      width: 200,
      height: 100,
    });
    assert.deepEqual(shownBox([10, 20, 100, 50], { width: 200, height: 200 }), {
      x: 10,
      y: -5,
      width: 100,
      height: 100,
    });
    assert.deepEqual(shownBox([10, 20, 100, 50], { width: 0, height: 0 }), {
      x: 10,
      y: 20,
      width: 100,
      height: 50,
    });
  });
});
