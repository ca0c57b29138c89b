// What a browser must fetch before the chat stands, gzipped, against the budget.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FIRST_LOAD_KB = 175;
const CHUNK_KB = 110;
const dist = new URL("../dist/", import.meta.url);
const manifestFile = new URL(".vite/manifest.json", dist);
if (!existsSync(manifestFile)) {
  const built = spawnSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
  if (built.status !== 0) process.exit(1);
}
const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
const gzKb = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1000;

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const chat = Object.keys(manifest).find((key) => key.endsWith("chat/page.tsx"));
const keys = new Set([...closure(entry), ...(chat ? closure(chat) : [])]);
const files = new Set([...keys].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]));
const first = [...files].reduce((sum, file) => sum + gzKb(file), 0);
const chunks = Object.values(manifest)
  .filter((part) => part.file.endsWith(".js") && !files.has(part.file))
  .map((part) => [part.file, gzKb(part.file)])
  .sort((a, b) => b[1] - a[1]);

console.log(`first load of /chat: ${first.toFixed(1)} kB gz of ${FIRST_LOAD_KB} (${files.size} files)`);
for (const [file, kb] of chunks.slice(0, 4)) console.log(`  lazy ${file}: ${kb.toFixed(1)} kB gz of ${CHUNK_KB}`);
const tooBig = chunks.filter(([, kb]) => kb > CHUNK_KB);
if (first > FIRST_LOAD_KB || tooBig.length) {
  console.error("The front end is over its size budget.");
  process.exit(1);
}
