import { signal } from "@preact/signals";
import { IntlMessageFormat } from "intl-messageformat";
import type en from "../../../../assets/lang/en.json";

export type TextKey = keyof typeof en;
export type Arguments = Record<string, string | number>;
export type Loaders = Record<string, () => Promise<{ default: Record<string, string> }>>;

export const languages = ["en", "cs", "ka", "sl", "ru", "vi"] as const;
export type Language = (typeof languages)[number];

/// Each language in its own words: somebody who cannot read the page must still find theirs.
export const languageNames: Record<Language, string> = {
  en: "English",
  cs: "Čeština",
  ka: "ქართული",
  sl: "Slovenščina",
  ru: "Русский",
  vi: "Tiếng Việt",
};

const shown = signal<{ language: Language; texts: Record<string, string> }>({ language: "en", texts: {} });
const patterns = new Map<string, IntlMessageFormat>();

export const isLanguage = (code: string): code is Language => (languages as readonly string[]).includes(code);

/// The language the page speaks now; reading it in a component redraws that component after a switch.
export const language = (): Language => shown.value.language;

export async function speak(loaders: Loaders, code: Language): Promise<void> {
  const load = loaders[code];
  if (!load) throw new Error(`no texts in ${code}`);
  const { default: texts } = await load();
  patterns.clear();
  shown.value = { language: code, texts };
  document.documentElement.lang = code;
}

/// The first language of the browser that we speak.
export function languageOfBrowser(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? "en";
}

export const t = (key: TextKey, args: Arguments = {}): string => write(key, args) ?? key;

/// The text of a code that the server sent; a code newer than this page is shown as it is rather than hidden.
export const textOfCode = (place: string, code: string, args: Arguments = {}): string => write(place + code, args) ?? code;

export const hasText = (key: string): key is TextKey => key in shown.value.texts;

function write(key: string, args: Arguments): string | undefined {
  const { language: code, texts } = shown.value;
  const text = texts[key];
  if (text === undefined || !text.includes("{")) return text;
  let pattern = patterns.get(key);
  if (!pattern) {
    pattern = new IntlMessageFormat(text, code, undefined, { ignoreTag: true });
    patterns.set(key, pattern);
  }
  return String(pattern.format(args));
}
