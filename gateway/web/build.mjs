// Builds the pages into dist/: html, js and css with hashed names, compressed copies beside them. Stops where a page is over its
// budget (faces, section 4). Usage: node build.mjs [--out DIR]
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const at = process.argv.indexOf("--out");
const out = at > 0 ? process.argv[at + 1] : join(here, "dist");

// First view, gzipped, in kB of 1,000 bytes; `later`: what may be read on demand.
const budgets = {
  citizen: { js: 30, later: 50, css: 12 },
  phone: { js: 60, later: 50, css: 12 },
  wall: { js: 60, later: 0, css: 12 },
  desk: { js: 120, later: 0, css: 12 },
};
const pages = process.env.HUYING_PAGES ? process.env.HUYING_PAGES.split(",") : Object.keys(budgets);

const common = {
  bundle: true, minify: true, format: "esm", target: ["es2021", "chrome96", "safari15"], jsx: "automatic", jsxImportSource: "preact",
  logLevel: "warning", legalComments: "none", charset: "utf8", absWorkingDir: here,
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const zipped = (bytes) => gzipSync(bytes, { level: 9 });
function write(name, bytes) {
  const file = join(out, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  writeFileSync(`${file}.gz`, zipped(bytes));
}

let failed = false;
let phoneShell = [];
for (const page of pages) {
  const result = await build({
    ...common, entryPoints: { [page]: `src/${page}/main.tsx` }, splitting: true, outdir: "/assets", entryNames: "[name]-[hash]",
    chunkNames: `${page}-[name]-[hash]`, assetNames: "[name]-[hash]", write: false, metafile: true,
  });
  const files = new Map(result.outputFiles.map((file) => [relative("/assets", file.path), file.contents]));
  const outputs = Object.entries(result.metafile.outputs).map(([path, output]) => ({ name: path.split("/").pop(), ...output }));
  const entry = outputs.find((output) => output.entryPoint === `src/${page}/main.tsx`);
  const byPath = new Map(outputs.map((output) => [output.name, output]));
  // What the first view reads: the entry and all that it imports at once.
  const first = new Set();
  const add = (name) => {
    if (first.has(name)) return;
    first.add(name);
    for (const { path, kind } of byPath.get(name)?.imports ?? []) if (kind === "import-statement") add(path.split("/").pop());
  };
  add(entry.name);
  const css = entry.cssBundle?.split("/").pop();
  const size = (names) => names.reduce((sum, name) => sum + zipped(files.get(name)).length, 0) / 1000;
  const all = [...files.keys()].filter((name) => name.endsWith(".js"));
  const sizes = { js: size([...first]), later: size(all.filter((name) => !first.has(name))), css: css ? size([css]) : 0 };
  for (const [kind, most] of Object.entries(budgets[page])) {
    const over = sizes[kind] > most;
    failed ||= over;
    console.log(`${page.padEnd(8)} ${kind.padEnd(5)} ${sizes[kind].toFixed(1).padStart(6)} kB of ${most}${over ? "  OVER BUDGET" : ""}`);
  }
  for (const [name, bytes] of files) write(`assets/${name}`, bytes);
  const head = [
    ...(css ? [`<link rel="stylesheet" href="/assets/${css}">`] : []),
    `<script type="module" src="/assets/${entry.name}"></script>`,
    ...[...first].filter((name) => name !== entry.name).map((name) => `<link rel="modulepreload" href="/assets/${name}">`),
    `<link rel="icon" type="image/svg+xml" href="/assets/mark.svg">`,
  ].join("\n");
  const html = readFileSync(join(here, `src/${page}/${page}.html`), "utf8").replace("<!--head-->", head);
  write(page === "citizen" ? "index.html" : `${page}.html`, Buffer.from(html));
  if (page === "phone") phoneShell = [...files.keys()].map((name) => `/assets/${name}`);
}

write("assets/mark.svg", readFileSync(join(here, "src/design/mark.svg")));
if (pages.includes("phone")) {
  const name = `huying-phone-${createHash("sha256").update(phoneShell.join()).digest("hex").slice(0, 12)}`;
  const worker = await build({
    ...common, format: "iife", entryPoints: ["src/phone/worker.ts"], write: false,
    define: { SHELL: JSON.stringify([...phoneShell, "/assets/mark.svg"]), SHELL_NAME: JSON.stringify(name) },
  });
  write("phone-worker.js", worker.outputFiles[0].contents);
}
if (failed) {
  console.error("A page is over its budget.");
  process.exit(1);
}
