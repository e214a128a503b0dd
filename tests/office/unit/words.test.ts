import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

(globalThis as { document?: unknown }).document = { documentElement: {} };
const { languages, speak, t, textOfCode } = await import("../../../client/office/src/i18n/texts");
const { ago, money, plainAmount, time, zoneName } = await import("../../../client/office/src/i18n/format");

const catalogue = (code: string): Record<string, string> => JSON.parse(readFileSync(`${process.env["CATALOGUES"]}/${code}.json`, "utf8"));
const loaders = Object.fromEntries(languages.map((code) => [code, () => Promise.resolve({ default: catalogue(code) })]));

test("words: each language counts in its own way", async () => {
  await speak(loaders, "cs");
  assert.equal(t("office.visits.new", { count: 3 }), "3 nové návštěvy");
  assert.equal(t("office.visits.new", { count: 5 }), "5 nových návštěv");
  await speak(loaders, "sl");
  assert.equal(t("office.visits.new", { count: 2 }), "2 nova obiska");
  await speak(loaders, "ru");
  assert.equal(t("office.visits.new", { count: 21 }), "21 новый визит");
});

test("words: a record's own offset is its zone, and no browser's guess", async () => {
  await speak(loaders, "en");
  assert.equal(time("2026-11-20T06:52:10Z", "GMT+01:00"), "07:52");
  assert.equal(time("2026-11-20T06:52:10Z", "GMT-03:00"), "03:52");
  assert.equal(zoneName("2026-11-20T06:52:10Z", "GMT+07:00"), "GMT+7");
});

test("words: a code newer than this page is shown, not hidden", () => {
  assert.equal(textOfCode("visit.kind.", "levitation"), "levitation");
});

test("words: every text of the page can be written in every language", async () => {
  const filled = { count: 3, seconds: 3, duration: "1", ago: "1", at: "1", from: "1", to: "2", group: "1", number: "1", name: "1", customer: "1", visit: "1", photo: "1", device: "1", what: "1", done: "1", intact: 2, fields: "1", state: "1" };
  for (const code of languages) {
    await speak(loaders, code);
    for (const key of Object.keys(catalogue(code)).filter((one) => one.startsWith("office."))) {
      assert.doesNotMatch(t(key as "office.open", filled), /[{}]/, `${code} ${key}`);
    }
  }
});

test("money: minor units are counted as the currency has them", async () => {
  await speak(loaders, "cs");
  assert.equal(money(149_050, "CZK").replaceAll(/\s/g, " "), "1 490,50 Kč");
  assert.equal(money(1_490, "VND").replaceAll(/\s/g, " "), "1 490 ₫");
  assert.equal(plainAmount(149_050, "CZK"), "1490.50");
  assert.equal(plainAmount(1_490, "VND"), "1490");
});

test("time: an instant is written in the zone of the visit", async () => {
  await speak(loaders, "en");
  assert.equal(time("2026-11-22T23:30:00Z", "Asia/Tbilisi"), "03:30");
  assert.equal(time("2026-11-22T23:30:00Z", "GMT+04:00"), "03:30");
  assert.equal(time("2026-11-22T23:30:00Z", "GMT-03:00"), "20:30");
  assert.equal(time("2026-11-22T23:30:00Z", "No/Such_Zone"), "23:30");
});

test("time: what has just happened is not in the future, also when the clocks disagree", () => {
  const now = new Date("2026-11-22T10:00:00Z");
  assert.equal(ago("2026-11-22T10:00:30Z", now), "now");
  assert.equal(ago("2026-11-22T09:55:00Z", now), "5 min ago");
});
