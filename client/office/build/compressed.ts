import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin } from "vite";

/// Writes the brotli form beside each built text file, so that the server compresses nothing while it serves.
export function compressed(): Plugin {
  let folder = "";
  return {
    name: "aftercare-compressed",
    apply: "build",
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const path of textFiles(folder)) {
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path), { params: quality }));
      }
    },
  };
}

function textFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return textFiles(path);
    return /\.(html|js|css|svg|json)$/.test(name) ? [path] : [];
  });
}
