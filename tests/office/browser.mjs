/// Pages in a real browser against a real server. Whatever a page complains about fails its case: errors, refusals of the content security policy,
/// text keys that nobody translated.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import { DISPATCHER, expect, Failed, House, SOURCE, totpCode, walkCases } from "./house.mjs";

const require = createRequire(join(SOURCE, "client/office/package.json"));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const LANGUAGES = ["en", "cs", "ka", "sl", "ru", "vi"];
export const PICTURES = join(process.env.AFTERCARE_PICTURES ?? join(tmpdir(), "aftercare-page-pictures"), basename(process.argv[1], ".mjs"));

const texts = Object.fromEntries(LANGUAGES.map((code) => [code, JSON.parse(readFileSync(join(SOURCE, `assets/lang/${code}.json`), "utf8"))]));
const places = new Set(Object.keys(texts.en).map((key) => key.split(".")[0]));

/// What the page says, up to the first place that is filled in.
export function words(language, key) {
  const text = texts[language][key];
  if (text === undefined) throw new Failed(`${key} is no text of ${language}`);
  return text.split("{", 1)[0].trim();
}

/// Walks cases with one browser that trusts exactly this house's server.
export async function walkPages(cases, { prepare, alone = [] } = {}) {
  const house = await House.make();
  await prepare?.(house);
  rmSync(PICTURES, { recursive: true, force: true });
  const key = createHash("sha256").update(house.trustedKey()).digest("base64");
  const browser = await chromium.launch({
    executablePath: process.env.AFTERCARE_BROWSER ?? "/usr/bin/chromium",
    args: ["--no-sandbox", `--ignore-certificate-errors-spki-list=${key}`],
  });
  await walkCases(house, cases, {
    alone,
    before: (here) => {
      here.screens = [];
      here.open = (look) => openScreen(browser, here, look);
      here.checkAll = () => here.screens.forEach((screen) => screen.expectQuiet());
      here.showFailure = async () => {
        for (const [index, screen] of here.screens.entries()) await screen.picture(`failed-${index}`).catch(() => {});
        if (here.screens.length > 0) console.log(`        pictures: ${join(PICTURES, folderOf(here))}`);
        for (const screen of here.screens) if (screen.complaints.length > 0) console.log(`        the page complained: ${screen.complaints.join(" | ")}`);
      };
    },
    after: async (here) => {
      for (const screen of here.screens) await screen.context.close();
    },
  });
  await browser.close();
}

const folderOf = (here) => here.name.replace(/[^a-z0-9]+/gi, "-").replace(/^-/, "").toLowerCase();

/// One person's browser window: cookies of its own.
async function openScreen(browser, here, { language = "en", theme = "light", size = [1280, 800], isContrast = false, isTouch = false, scale = 1 } = {}) {
  const [width, height] = size;
  const context = await browser.newContext({
    baseURL: here.origin,
    locale: language,
    timezoneId: "Europe/Prague",
    colorScheme: theme,
    contrast: isContrast ? "more" : "no-preference",
    reducedMotion: "reduce",
    viewport: { width, height },
    deviceScaleFactor: scale,
    hasTouch: isTouch,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const screen = new Screen(here, context, page);
  here.screens.push(screen);
  await page.addInitScript(() => {
    window.refusals = [];
    document.addEventListener("securitypolicyviolation", (event) => window.refusals.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile ?? ""}`));
  });
  page.on("console", (message) => {
    // An answer of 401 or 404 is written here too, and may be what the case is about; 5xx never is.
    const isAnswer = /Failed to load resource: the server responded with a status of 4/.test(message.text());
    const isCut = screen.isOfflineMeant && /net::ERR_/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isAnswer && !isCut) screen.complaints.push(message.text());
  });
  page.on("pageerror", (error) => screen.complaints.push(String(error)));
  page.on("request", (asked) => {
    if (new URL(asked.url()).origin !== here.origin && !/^(data|blob):/.test(asked.url())) screen.complaints.push(`asked somebody else: ${asked.url()}`);
  });
  return screen;
}

class Screen {
  constructor(here, context, page) {
    this.here = here;
    this.context = context;
    this.page = page;
    this.complaints = [];
    this.isOfflineMeant = false;
  }

  /// Signed in by a one-time link, which is quicker than typing, and counts as the second factor.
  async signIn(email = DISPATCHER, place = "") {
    await this.page.goto(await this.here.signInLink(email));
    await this.page.waitForSelector(".shell, .alone-card");
    if (place) await this.goTo(place);
  }

  /// The page that an administrator meets first; the secret, for codes to come.
  async setUpCode() {
    const secret = (await this.page.textContent(".secret code")).replaceAll(" ", "");
    await this.page.fill("input[name=code]", totpCode(secret));
    await this.page.click("button[type=submit]");
    await this.page.waitForSelector(".shell");
    return secret;
  }

  async goTo(place) {
    await this.page.evaluate((hash) => new Promise((done) => {
      location.hash = hash;
      setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)));
    }), `#/${place}`);
    await this.page.waitForSelector("#main");
    await this.settle();
  }

  /// Until nothing is being fetched that the page shows a placeholder for.
  settle() {
    return this.page.waitForFunction(() => !document.querySelector(".loading, .ghost, [aria-busy=true]"));
  }

  /// Asks the server as this page's person.
  ask(path) {
    return this.page.evaluate(async (address) => (await fetch(address)).json(), path);
  }

  expectQuiet() {
    expect("the page complained about nothing", this.complaints, []);
  }

  async picture(name, { isWhole = true } = {}) {
    const folder = join(PICTURES, folderOf(this.here));
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: isWhole });
  }

  /// No rule of WCAG 2.2 AA that a machine can judge is broken, no text runs out of the page, no key stands where a text belongs.
  async expectGood(claim) {
    await this.expectAccessible(claim);
    await this.expectFits(claim);
    await this.expectWords(claim);
    expect(`${claim}: the content security policy refused nothing`, await this.page.evaluate(() => window.refusals), []);
  }

  async expectAccessible(claim) {
    if (!(await this.page.evaluate(() => "axe" in window))) await this.page.evaluate(axeSource);
    const found = await this.page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] });
      return violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} (${node.any[0]?.message ?? node.all[0]?.message ?? ""})`).join("; ")}`);
    });
    expect(`${claim}: no axe violations`, found, []);
  }

  async expectFits(claim) {
    const over = await this.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      // What stands absolutely is held only by a positioned box that scrolls.
      const holder = (one) => (getComputedStyle(one).position === "absolute" ? one.offsetParent : one.parentElement);
      const isHeld = (one) => one !== null && one !== document.body && (getComputedStyle(one).overflowX !== "visible" || isHeld(holder(one)));
      const over = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1 && !isHeld(holder(one)));
      return [`${document.documentElement.scrollWidth} > ${width}`, ...over.slice(0, 5).map((one) => `${one.tagName}.${one.getAttribute("class")} ${Math.round(one.getBoundingClientRect().right)}`)];
    });
    expect(`${claim}: nothing runs out of the page`, over, []);
  }

  async expectWords(claim) {
    const text = await this.page.evaluate(() => document.body.innerText);
    const keys = (text.match(/\b[a-z_]+(\.[a-z_]+)+\b/g) ?? []).filter((word) => places.has(word.split(".")[0]) && !word.endsWith(".example"));
    expect(`${claim}: no text is missing`, keys, []);
    expect(`${claim}: no place is left unfilled`, /\{[a-z_]+[,}]|undefined|\[object|NaN|Invalid Date|\bM(0\d|1[0-2])\b/.exec(text)?.[0] ?? null, null);
  }
}
