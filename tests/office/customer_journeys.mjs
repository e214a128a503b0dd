#!/usr/bin/env node
/// [K12] What a customer's phone shows behind the QR code of the tablet, against the real server.
///
///     customer_journeys.mjs [WORD …]    the cases whose names hold a word; pictures in /tmp/aftercare-page-pictures or AFTERCARE_PICTURES

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANGUAGES, walkPages, words } from "./browser.mjs";
import { aftercare, aftercareJson, BIN, DEMO, DISPATCHER, expect, run, until } from "./house.mjs";

const phone = { size: [390, 844], isTouch: true };
const signed = {}; // by the names of assets/demo: what the tablet said when it sealed them

const demo = (name) => JSON.parse(readFileSync(join(DEMO, `${name}.json`), "utf8"));
const codeOf = (visit) => visit.link.slice(visit.link.indexOf("#"));

async function prepare(house) {
  await house.serve();
  const tablet = await house.enrol("before");
  for (const name of ["installation", "maintenance", "refused_repair"]) signed[name] = await aftercareJson(tablet, "record", join(DEMO, `${name}.json`));
  await aftercare(tablet, "sync");
  await house.stop();
}

/// A customer who has scanned the code of a visit.
async function scan(here, visit, look = phone) {
  const screen = await here.open(look);
  await screen.page.goto(`/c${typeof visit === "string" ? visit : codeOf(visit)}`);
  await screen.page.locator("h1:not(.only-heard)").waitFor();
  return screen;
}

async function readsWhatWasSigned(here) {
  const requests = [];
  const screen = await here.open({ ...phone, language: "vi" });
  const { page } = screen;
  page.on("request", (asked) => requests.push(asked));
  await page.goto(`/c${codeOf(signed.installation)}`);
  await page.getByRole("heading", { level: 1, name: words("cs", "customer_page.title.signed") }).waitFor();
  expect("the record's language, whatever the phone's", await page.evaluate(() => document.documentElement.lang), "cs");

  const visit = demo("installation");
  await page.getByText("Aftercare Demo").first().waitFor();
  await page.locator(".chip", { hasText: visit.sign_off.name }).waitFor();
  await page.getByText(/20\. listopadu 2026|22\. listopadu 2026/).first().waitFor();
  for (const line of visit.result.split("\n")) await page.locator(".lines.is-check li", { hasText: line }).waitFor();
  await page.locator(".lines.is-calendar li", { hasText: visit.promised }).waitFor();
  expect("the price, large", (await page.textContent(".price strong")).replace(/\s/g, " "), "48 990,00 Kč");

  await page.locator("details.card summary").click();
  const whole = (await page.locator(".whole").innerText()).split("\n").map((line) => line.trim()).filter(Boolean);
  const [secret] = codeOf(signed.installation).slice(1).split(".");
  const { value: record } = await here.ask("POST", "/v1/signed_record", { secret });
  expect("the whole text, line by line", whole, record.summary.split("\n").map((line) => line.trim()).filter(Boolean));

  const told = requests.filter((asked) => asked.url().includes(secret) && !asked.url().includes("#")).length;
  expect("the secret is in no address that was asked for", told, 0);
  expect("nor in a referrer", requests.some((asked) => (asked.headers().referer ?? "").includes(secret)), false);
  expect("nothing is kept on the phone", await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, ""]);
  await screen.expectGood("what was signed");
  await screen.picture("signed");
}

async function isNotIndexed(here) {
  const answer = await here.ask("GET", "/c");
  expect("search engines are sent away", /noindex/.test(answer.headers["x-robots-tag"] ?? "") && /<meta name="robots" content="noindex">/.test(answer.text));
  expect("no address is handed on", /no-referrer/.test(answer.headers["referrer-policy"] ?? "") || /<meta name="referrer" content="no-referrer">/.test(answer.text));
  expect("no code but our own runs", /default-src 'none'/.test(answer.headers["content-security-policy"] ?? ""));
  const log = readFileSync(`${here.server}.log`, "utf8");
  const screen = await scan(here, signed.installation);
  const [secret] = codeOf(signed.installation).slice(1).split(".");
  expect("the server's log does not know the secret", (log + readFileSync(`${here.server}.log`, "utf8")).includes(secret), false);
  await screen.expectQuiet();
}

async function sealIsChecked(here) {
  const good = await scan(here, signed.installation);
  await good.page.locator(".verdict.is-done", { hasText: words("cs", "customer_page.seal.intact") }).waitFor();
  await good.page.locator(".verdict summary").click();
  const shownSeal = (await good.page.textContent(".verdict .code")).replace(/\s/g, "");
  expect("with the seal of the code", shownSeal.endsWith(signed.installation.seal));

  await here.stop();
  await run([join(BIN, "tamper"), here.server, signed.installation.visit, "summary", "48", "18"]);
  await here.serve();
  const bad = await scan(here, signed.installation);
  const verdict = bad.page.locator(".verdict.is-danger");
  await verdict.getByText(words("cs", "customer_page.seal.broken")).waitFor();
  expect("the changed part is named", await verdict.locator("> .groups li").allInnerTexts(), [`${words("cs", "verify.group.summary")}: změněno po zapečetění`]);
  await bad.expectGood("a changed record");
  await bad.picture("changed");
}

async function foreignSealIsFoundOut(here) {
  const [secret] = codeOf(signed.installation).slice(1).split(".");
  const [, seal, signature] = codeOf(signed.maintenance).slice(1).split(".");
  const screen = await scan(here, `#${secret}.${seal}.${signature}`);
  await screen.page.locator(".verdict.is-danger", { hasText: words("cs", "customer_page.seal.foreign") }).waitFor();
  await screen.expectGood("another visit's seal");
}

async function refusedIsShownWithItsReason(here) {
  const screen = await scan(here, signed.refused_repair);
  await screen.page.getByRole("heading", { level: 1, name: words("vi", "customer_page.title.other") }).waitFor();
  await screen.page.locator(".chip", { hasText: words("vi", "sign_off.outcome.refused") }).waitFor();
  await screen.page.getByText(words("vi", "sign_off.refused.price_disputed")).first().waitFor();
  await screen.expectGood("a refusal");
  await screen.picture("refused");
}

async function erasedIsSaid(here) {
  const dispatcher = await here.open();
  await dispatcher.signIn(DISPATCHER);
  const { customer } = await dispatcher.ask(`/v1/visits/${signed.installation.id}`);
  await here.command("erase", ["--customer", customer.number]);
  const screen = await scan(here, signed.installation);
  await screen.page.locator(".verdict.is-done", { hasText: words("cs", "customer_page.seal.erased") }).waitFor();
  const text = await screen.page.innerText("body");
  expect("nothing of the person is left", ["Vondráčková", "Kateřina"].some((word) => text.includes(word)), false);
  await screen.expectGood("an erased record");
  await screen.picture("erased");
}

async function ratingIsSentAndChanged(here) {
  const screen = await scan(here, signed.installation);
  const { page } = screen;
  const t = (key) => words("cs", key);
  await page.getByRole("button", { name: t("customer_page.rating.send") }).click();
  await page.getByText(t("customer_page.rating.choose")).waitFor();

  await page.getByRole("radio", { name: "4 hvězdičky" }).focus();
  await page.keyboard.press("Space");
  await page.getByRole("radio", { name: t("answer.yes") }).check();
  await page.getByLabel(t("customer_page.rating.comment")).fill("Vše v pořádku.");
  await screen.picture("rating");

  screen.isOfflineMeant = true;
  await screen.context.setOffline(true);
  await page.getByRole("button", { name: t("customer_page.rating.send") }).click();
  await page.getByText(t("customer_page.rating.not_sent")).waitFor();
  await screen.context.setOffline(false);
  await page.getByRole("button", { name: t("customer_page.rating.send") }).click();
  await page.getByRole("heading", { name: t("customer_page.rating.thanks") }).waitFor();
  expect("whoever listens hears it", await page.evaluate(() => document.activeElement?.tagName), "H2");
  await screen.expectGood("thanks");
  await screen.picture("thanks");

  const dispatcher = await here.open();
  await dispatcher.signIn(DISPATCHER);
  const rated = async () => (await dispatcher.ask(`/v1/visits/${signed.installation.id}`)).ratings;
  expect("the office has it", (await rated()).map((one) => [one.stars, one.comment]), [[4, "Vše v pořádku."]]);

  await page.reload();
  await page.getByRole("button", { name: t("customer_page.rating.change") }).click();
  expect("what was given stands there", await page.getByLabel(t("customer_page.rating.comment")).inputValue(), "Vše v pořádku.");
  await page.getByRole("radio", { name: "2 hvězdičky" }).check({ force: true });
  await page.getByRole("button", { name: t("customer_page.rating.send") }).click();
  await page.getByRole("img", { name: "2 hvězdičky" }).waitFor();
  expect("the newest counts, once", (await rated()).at(-1).stars, 2);
}

async function troublesAreSaid(here) {
  const t = (key) => words("en", key);
  const cut = await scan(here, codeOf(signed.installation).slice(0, 40));
  await cut.page.getByText(t("customer_page.problem.broken_link_about")).waitFor();
  await cut.expectGood("half a code");

  const [, seal, signature] = codeOf(signed.installation).slice(1).split(".");
  const unknown = await scan(here, `#${Buffer.alloc(16, 7).toString("base64url")}.${seal}.${signature}`);
  await unknown.page.getByText(t("customer_page.problem.not_found_about")).waitFor();
  await unknown.expectGood("an unknown code");
  await unknown.picture("unknown");

  const offline = await scan(here, codeOf(signed.installation));
  offline.isOfflineMeant = true;
  await here.stop();
  await offline.page.evaluate(() => dispatchEvent(new HashChangeEvent("hashchange")));
  await offline.page.getByText(words("cs", "customer_page.problem.network_about")).or(offline.page.getByText(t("customer_page.problem.network_about"))).waitFor();
  await offline.picture("no-network");
  await here.serve();
  await offline.page.locator(".trouble button").click();
  await offline.page.locator(".verdict").waitFor();
}

async function guessingIsStopped(here) {
  const [, seal, signature] = codeOf(signed.installation).slice(1).split(".");
  let guess = 0;
  const guessUntilStopped = async () => {
    for (let status = 0; status !== 429; guess += 1) {
      const secret = Buffer.alloc(16, 0);
      secret.writeUInt32BE(guess);
      status = (await here.ask("POST", "/v1/signed_record", { secret: secret.toString("base64url") })).status;
      expect("a guess is told nothing", status, 404, 429);
      expect("somebody who guesses is stopped", guess < 400);
    }
  };
  const screen = await scan(here, `#${Buffer.alloc(16, 9).toString("base64url")}.${seal}.${signature}`);
  await until("the page says so", async () => {
    await guessUntilStopped(); // each second allows one more
    await screen.page.locator(".trouble button").click();
    await screen.page.locator(".trouble button").waitFor();
    return screen.page.getByRole("heading", { name: words("en", "customer_page.problem.too_many") }).isVisible();
  });
  await screen.expectGood("too many tries");
}

async function sixLanguagesEveryGlass(here) {
  const screen = await scan(here, signed.installation);
  const { page } = screen;
  for (const language of LANGUAGES) {
    await page.locator(".language select").selectOption(language);
    await page.waitForFunction((code) => document.documentElement.lang === code, language);
    for (const [width, height] of [[320, 568], [390, 844], [1280, 800]]) {
      await page.setViewportSize({ width, height });
      await screen.expectFits(`${language} ${width}`);
      await screen.expectWords(`${language} ${width}`);
      if (width === 390) await screen.picture(language);
    }
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  for (const language of LANGUAGES) {
    await page.locator(".language select").selectOption(language);
    await page.waitForFunction((code) => document.documentElement.lang === code, language);
    await screen.expectFits(`${language} at 200 %`);
  }
  await screen.picture("double-text");
}

const everyLook = async (here) => {
  for (const [name, look] of Object.entries({ light: {}, dark: { theme: "dark" }, contrast: { isContrast: true } })) {
    const screen = await scan(here, signed.maintenance, { ...phone, ...look });
    await screen.page.locator(".verdict").waitFor();
    await screen.expectGood(name);
    await screen.picture(name);
  }
};

await walkPages({
  "[K12] the customer reads what was signed, in the language it was signed in": readsWhatWasSigned,
  "[K12] the page is for nobody else: not indexed, not handed on, not in the log": isNotIndexed,
  "[K12] the seal is checked, and a changed part is named": sealIsChecked,
  "[K12] a server that shows another record than the code's is found out": foreignSealIsFoundOut,
  "[K12] a refusal is shown with its reason": refusedIsShownWithItsReason,
  "[K12] what was erased by law is gone, and said": erasedIsSaid,
  "[K12] a rating is sent once, survives a lost network, and can be changed": ratingIsSentAndChanged,
  "[K12] half a code, an unknown one and no network are said with what to do": troublesAreSaid,
  "[K12] somebody who guesses codes is stopped": guessingIsStopped,
  "[K12] six languages on every glass, and with text of double size": sixLanguagesEveryGlass,
  "[K12] light, dark and high contrast": everyLook,
}, { prepare });
