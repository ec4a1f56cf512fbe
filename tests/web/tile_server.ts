// A server of map tiles on a real socket: four plain PNGs, so that neighbours differ; it remembers what it was asked, and with what.
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { Browser } from "playwright-core";

/** By (x mod 2, y mod 2): red, green, blue, ochre; streets and letters in them, to see with one's own eyes what is read below the cells. */
export const tileColours = ["#F2B8B0", "#B5E0B0", "#B4C8F2", "#EFE2A0"] as const;
export const parity = (x: number, y: number): number => (x % 2) + 2 * (y % 2);

export async function drawTiles(browser: Browser): Promise<Buffer[]> {
  const page = await browser.newPage();
  const drawn = await page.evaluate(
    (colours) =>
      Promise.all(
        colours.map(async (colour, n) => {
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 256;
          const pen = canvas.getContext("2d")!;
          pen.fillStyle = colour;
          pen.fillRect(0, 0, 256, 256);
          pen.strokeStyle = "#8A8A8A";
          for (const [width, style] of [
            [12, "#8A8A8A"],
            [9, "#FFFFFF"],
          ] as const) {
            pen.lineWidth = width;
            pen.strokeStyle = style;
            pen.beginPath();
            pen.moveTo(0, 90);
            pen.lineTo(256, 90);
            pen.moveTo(150, 0);
            pen.lineTo(150, 256);
            pen.stroke();
          }
          pen.fillStyle = "#333333";
          pen.font = "13px sans-serif";
          pen.fillText(`学苑路 ${n}`, 20, 84);
          const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
          return [...new Uint8Array(await blob!.arrayBuffer())];
        }),
      ),
    tileColours,
  );
  await page.close();
  return drawn.map((bytes) => Buffer.from(bytes));
}

export interface Asked {
  z: number;
  x: number;
  y: number;
  path: string;
  headers: IncomingHttpHeaders;
}

export class TileServer {
  readonly asked: Asked[] = [];
  readonly strange: string[] = []; // what is no tile's address
  readonly missing = new Set<string>(); // z/x/y that it does not have
  private constructor(private readonly server: Server) {}

  static async start(tiles: readonly Buffer[]): Promise<TileServer> {
    const server = createServer((request, response) => {
      const png = made.answer(request.url ?? "", request.headers, tiles);
      response.writeHead(png ? 200 : 404, {
        "Content-Type": png ? "image/png" : "text/plain",
        "Cache-Control": "max-age=3600",
      });
      response.end(png ?? "404");
    });
    const made = new TileServer(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return made;
  }
  private answer(path: string, headers: IncomingHttpHeaders, tiles: readonly Buffer[]): Buffer | undefined {
    const [, z = "", x = "", y = ""] = /^\/tiles\/(\d+)\/(\d+)\/(\d+)\.png$/.exec(path) ?? [];
    if (z === "") {
      this.strange.push(path);
      return undefined;
    }
    this.asked.push({
      z: Number(z),
      x: Number(x),
      y: Number(y),
      path,
      headers,
    });
    return this.missing.has(`${z}/${x}/${y}`) ? undefined : tiles[parity(Number(x), Number(y))];
  }
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
  /** Another site than 127.0.0.1, as a browser sees it: no cookie of the gateway's goes there. */
  get origin(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }
  get template(): string {
    return `${this.origin}/tiles/{z}/{x}/{y}.png`;
  }
}
