// Prints what the first view of each page costs: its HTML, what that HTML names, and one language, all compressed.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const built = join(dirname(fileURLToPath(import.meta.url)), "../../../build/office");
const limit = 200 * 1024;

const compressedSize = (path) => statSync(`${path}.br`).size;

function firstView(html) {
  const named = [...readFileSync(join(built, html), "utf8").matchAll(/(?:src|href)="\/office\/([^"]+)"/g)].map((match) => match[1]);
  return [html, ...named];
}

function largestLanguage() {
  const chunks = readdirSync(join(built, "assets")).filter((name) => /^(cs|en|ka|ru|sl|vi)-.*\.js$/.test(name));
  return Math.max(...chunks.map((name) => compressedSize(join(built, "assets", name))));
}

let isTooLarge = false;
for (const html of ["index.html", "c.html"]) {
  const files = firstView(html);
  const size = files.reduce((sum, name) => sum + compressedSize(join(built, name)), 0) + largestLanguage();
  console.log(`${html}: ${(size / 1024).toFixed(1)} KB compressed in the first view (limit ${limit / 1024} KB), the largest language included`);
  for (const name of files) console.log(`  ${name}: ${(compressedSize(join(built, name)) / 1024).toFixed(1)} KB`);
  if (size > limit) isTooLarge = true;
}
process.exitCode = isTooLarge ? 1 : 0;
