import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/// What each page may say: the beginnings of the keys of assets/lang that go into its chunks.
const spoken: Record<string, string[]> = {
  office: [
    "office.", "visit.kind.", "visit.clock.", "work_order.state.", "sign_off.", "verify.group.", "count.", "format.", "duration.", "unit.",
    "photo.moment.", "set_aside.", "answer.yes", "answer.no", "button.", "state.loading", "state.nothing_found", "state.saving", "state.late", "settings.title", "settings.theme",
    "settings.language", "settings.organisation", "settings.version", "summary.kind", "summary.customer", "summary.promised", "summary.price", "sync.last_contact", "new_visit.",
  ],
  customer: [
    "customer_page.", "visit.kind.", "sign_off.", "verify.group", "verify.time", "format.", "duration.", "answer.yes", "answer.no", "button.try_again",
    "state.loading", "language.choose", "summary.done", "summary.promised", "summary.price",
  ],
};

const prefix = "virtual:texts/";

/// `import { loaders } from "virtual:texts/office"`: one lazily loaded chunk a language, holding only what that page says.
export function texts(folder: string): Plugin {
  const languages = readdirSync(folder)
    .filter((name) => /^[a-z]{2}\.json$/.test(name))
    .map((name) => name.slice(0, 2));

  return {
    name: "aftercare-texts",
    transform(code, id) {
      const page = id.includes("/client/office/customer/") ? "customer" : id.includes("/client/office/src/") && !id.includes("/i18n/") ? "office" : undefined;
      for (const [, key = ""] of page ? code.matchAll(/\bt\("([a-z_.]+)"/g) : []) {
        if (!spoken[page!]!.some((start) => key.startsWith(start))) this.error(`${id} says “${key}”, which build/texts.ts does not put into the texts of the ${page} page`);
      }
    },
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const [page = "", language] = id.slice(prefix.length + 1).split("/");
      const prefixes = spoken[page];
      if (!prefixes) throw new Error(`no texts are listed for the page “${page}”`);
      if (!language) {
        const lines = languages.map((code) => `${code}: () => import("${prefix}${page}/${code}")`);
        return `export const loaders = { ${lines.join(", ")} };`;
      }
      const file = join(folder, `${language}.json`);
      this.addWatchFile(file);
      const all = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
      const kept = Object.entries(all).filter(([key]) => prefixes.some((start) => key.startsWith(start)));
      return `export default ${JSON.stringify(Object.fromEntries(kept))};`;
    },
  };
}
