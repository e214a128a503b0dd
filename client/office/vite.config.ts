import { resolve } from "node:path";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed";
import { texts } from "./build/texts";

const repository = resolve(__dirname, "../..");

export default defineConfig({
  base: "/office/",
  plugins: [texts(resolve(repository, "assets/lang")), compressed()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    outDir: resolve(repository, "build/office"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { office: "index.html", customer: "c.html" } },
  },
});
