import { signal } from "@preact/signals";
import { loaders } from "virtual:texts/customer";
import { isLanguage, languageOfBrowser, speak, t, type Language } from "../src/i18n/texts";
import { readCode, type Code } from "./fragment";
import { askForRecord, NoRecord, type SignedRecord, type Trouble } from "./record";
import { inShort, sectionsOf, type InShort, type Section } from "./summary";

export interface Shown {
  code: Code;
  record: SignedRecord;
  sections: Section[];
  short: InShort | undefined;
}

export type Opened =
  | { state: "loading" }
  | { state: "broken_link" }
  | { state: "trouble"; trouble: Trouble; retryAfterSeconds: number }
  | { state: "here"; shown: Shown };

/// What the page shows now. Texts are there from the first “loading” on.
export const opened = signal<Opened | undefined>(undefined);

let chosen: Language | undefined;

export async function chooseLanguage(code: Language): Promise<void> {
  chosen = code;
  await speak(loaders, code);
  sayTitle();
}

/// Reads the code behind the #, asks the server what was signed and shows it in the customer's language.
export async function open(): Promise<void> {
  await speak(loaders, chosen ?? languageOfBrowser());
  const code = readCode(location.hash);
  if (!code) {
    show({ state: "broken_link" });
    return;
  }
  show({ state: "loading" });
  try {
    const record = await askForRecord(code);
    if (!chosen && isLanguage(record.language)) await speak(loaders, record.language);
    show({ state: "here", shown: await shownOf(code, record) });
  } catch (error) {
    const { trouble, retryAfterSeconds } = error instanceof NoRecord ? error : new NoRecord("server");
    show({ state: "trouble", trouble, retryAfterSeconds });
  }
}

export async function shownOf(code: Code, record: SignedRecord): Promise<Shown> {
  const sections = sectionsOf(record.summary ?? "");
  const headings = await loaders[record.language]?.().then((texts) => texts.default);
  return { code, record, sections, short: headings && inShort(sections, headings) };
}

function show(next: Opened): void {
  opened.value = next;
  sayTitle();
}

function sayTitle(): void {
  const now = opened.value;
  if (now?.state !== "here") return;
  const { record } = now.shown;
  document.title = `${t(titleOf(record))} · ${record.organisation.name}`;
}

export const titleOf = (record: SignedRecord) => (record.outcome === "signed" ? "customer_page.title.signed" : "customer_page.title.other");
