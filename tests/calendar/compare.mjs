// Every day of 2007 to 2026: is it worked, by `huying deadline` and by the package chinese-days?
//   node compare.mjs path/to/huying
// A working hour that begins at 00:00 ends on the same day exactly when the day is worked.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const chineseDays = createRequire(import.meta.url)("chinese-days");
const days = [];
for (let at = Date.UTC(2007, 0, 1); at <= Date.UTC(2026, 11, 31); at += 86_400_000)
  days.push(new Date(at).toISOString().slice(0, 10));

const input = days
  .map((day) => JSON.stringify({ id: day, from: `${day}T00:00:00+08:00`, within: 1, unit: "working_hour", day_end: "same_time" }))
  .join("\n");
const answered = spawnSync(process.argv[2], ["deadline", "--input", "-"], { input, encoding: "utf8", maxBuffer: 1 << 26 });
if (answered.status !== 0) {
  console.error(answered.stderr || answered.error);
  process.exit(1);
}
const answers = answered.stdout.trim().split("\n").map((line) => JSON.parse(line));
const differ = answers.filter(({ id, due }) => due.startsWith(id) !== chineseDays.isWorkday(id)).map(({ id }) => id);
console.log(`${answers.length} days compared, ${differ.length} differ ${differ.slice(0, 20).join(" ")}`);
process.exit(answers.length === days.length && differ.length === 0 ? 0 : 1);
