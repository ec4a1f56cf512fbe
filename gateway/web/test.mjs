// Runs the pages' tests: node test.mjs unit|browser|real [part of a file's name]. They are TypeScript in tests/web/; esbuild makes them
// run, in a folder from which node finds this package's modules.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const [, , kind = "unit", part = ""] = process.argv;
const from = join(root, "tests/web", kind);
const files = readdirSync(from).filter((name) => name.endsWith(".test.ts") && name.includes(part)).sort();
if (files.length === 0) {
  console.error(`no test in ${from} is named like "${part}"`);
  process.exit(1);
}
const out = join(here, ".tests", kind);
rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: files.map((name) => join(from, name)), bundle: true, platform: "node", format: "esm", target: "node18", packages: "external",
  outdir: out, outExtension: { ".js": ".mjs" }, sourcemap: "inline", logLevel: "warning", jsx: "automatic", jsxImportSource: "preact",
});
const made = files.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", ...(kind !== "unit" ? ["--test-concurrency=1"] : []), ...made], {
  stdio: "inherit", cwd: here,
  env: { ...process.env, HUYING_ROOT: root, HUYING_DIST: process.env.HUYING_DIST ?? join(here, "dist"), HUYING_SCREENSHOTS: process.env.HUYING_SCREENSHOTS ?? join(here, "screenshots") },
});
process.exit(run.status ?? 1);
