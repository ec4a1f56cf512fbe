// A real broker, host and gateway in one process, as `huying serve` prints where its pages are and who may log in. HUYING_BINARY names
// the program. Owner: the test.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "playwright-core";

import { dist } from "../browser/browser";

export class Served {
  said = "";
  address = "";
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(options: readonly string[] = []): Promise<Served> {
    const folder = mkdtempSync(join(tmpdir(), "huying-web-"));
    const directory = join(process.env["HUYING_ROOT"]!, "deploy/wenyuan");
    // At the pace of real time from a morning: no day ends, and no clock with it, within a test.
    const clock = ["--rate", "1", "--begin", "2026-11-23T09:42:00+08:00"];
    const pages = ["--http", "127.0.0.1:0", "--web", dist];
    const words = ["serve", "--data", join(folder, "data"), "--directory", directory, ...clock, ...pages, ...options];
    const made = new Served(spawn(process.env["HUYING_BINARY"]!, words), folder);
    await new Promise<void>((resolve, reject) => {
      const read = (bytes: Buffer): void => {
        made.said += bytes.toString();
        const found = /pages at (http:\/\/\S+?)\/?\s/.exec(made.said);
        if (!found || !/wall-1:\S+\s/.test(made.said)) return;
        made.address = found[1]!;
        resolve();
      };
      made.process.stdout!.on("data", read);
      made.process.stderr!.on("data", read);
      made.process.on("exit", () => reject(new Error(made.said)));
    });
    return made;
  }

  wallKey(): string {
    return /wall-1:\S+/.exec(this.said)![0];
  }
  async logIn(page: Page, person: string): Promise<void> {
    const line = this.said
      .split("\n")
      .find((one) => one.split(/\s+/).includes(person) && /[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\s*$/.test(one));
    assert.ok(line, `a login of ${person} is printed`);
    await page.getByRole("textbox", { name: "账号" }).fill(person);
    await page.getByLabel("密码").fill(line.trim().split(/\s+/).at(-1)!);
    await page.getByRole("button", { name: /^(登录|重新登录)$/ }).click();
  }

  async stop(): Promise<void> {
    this.process.removeAllListeners("exit");
    if (this.process.exitCode === null) {
      this.process.kill("SIGTERM");
      await new Promise((resolve) => this.process.on("exit", resolve));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
