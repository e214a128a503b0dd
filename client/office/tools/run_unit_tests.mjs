// Compiles tests/office/unit/*.test.ts of the repository with esbuild (part of Vite) and runs them with node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const tests = join(here, "../../../tests/office/unit");
const compiled = join(here, "../node_modules/.unit_tests");
rmSync(compiled, { recursive: true, force: true });
mkdirSync(compiled, { recursive: true });

const entryPoints = readdirSync(tests).filter((name) => name.endsWith(".test.ts")).map((name) => join(tests, name));
await build({
  entryPoints,
  outdir: compiled,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node18",
  outExtension: { ".js": ".mjs" },
  jsx: "automatic",
  jsxImportSource: "preact",
  nodePaths: [join(here, "../node_modules")],
});
const files = readdirSync(compiled).filter((name) => name.endsWith(".mjs")).map((name) => join(compiled, name));
const env = { ...process.env, CATALOGUES: join(here, "../../../assets/lang") };
const { status } = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit", env });
process.exitCode = status ?? 1;
