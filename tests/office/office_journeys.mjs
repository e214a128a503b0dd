#!/usr/bin/env node
/// [O01] [O09] The office page in a browser, with tablets beside it, against the real server.
///
///     office_journeys.mjs [WORD …]    the cases whose names hold a word; pictures in /tmp/aftercare-page-pictures or AFTERCARE_PICTURES

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANGUAGES, walkPages, words } from "./browser.mjs";
import {
  ADMINISTRATOR, aftercare, aftercareJson, BIN, DEMO, DISPATCHER, expect, FIRST_PIN, journeySteps, PASSWORD, play, run, TECHNICIAN, totpCode, until, Wire,
} from "./house.mjs";

const en = (key) => words("en", key);
const visits = {}; // by the names of assets/demo, once they are at the server

/// What every case finds: three visits of a tablet, synced. The installation was done without its work order, which a case does by touch.
async function prepare(house) {
  await house.serve();
  const tablet = await house.enrol("before");
  cpSync(join(DEMO, "photos"), join(house.root, "photos"), { recursive: true });
  const installation = JSON.parse(readFileSync(join(DEMO, "installation.json"), "utf8"));
  const onTheSpot = join(house.root, "installation.json");
  writeFileSync(onTheSpot, JSON.stringify({ ...installation, work_order: null, customer: installation.work_order.customer }));
  visits.installation = await aftercareJson(tablet, "record", onTheSpot);
  for (const name of ["maintenance", "refused_repair"]) visits[name] = await aftercareJson(tablet, "record", join(DEMO, `${name}.json`));
  await aftercare(tablet, "sync");
  await house.stop();
}

// ---- Signing in

async function typeSignIn(screen, email, password) {
  await screen.page.fill("input[name=email]", email);
  await screen.page.fill("input[name=password]", password);
  await screen.page.click("button[type=submit]");
}

async function signInWithCode(here) {
  const screen = await here.open();
  const { page } = screen;
  await page.goto("/office/");
  await typeSignIn(screen, DISPATCHER, "not the password");
  await page.getByText(en("office.sign_in.wrong")).waitFor();
  await screen.expectGood("a wrong password");
  await page.fill("input[name=password]", PASSWORD);
  await untilIn(screen);

  await screen.goTo("settings");
  await page.getByRole("button", { name: en("office.code.set_up") }).click();
  const secret = (await page.textContent(".secret code")).replaceAll(" ", "");
  await page.fill("dialog input[name=code]", totpCode(secret));
  await page.getByRole("button", { name: en("office.code.confirm") }).click();
  await page.getByText(en("office.code.on")).waitFor();
  await page.getByRole("button", { name: en("office.sign_out") }).click();

  await page.waitForSelector("input[name=email]");
  await typeSignIn(screen, DISPATCHER, PASSWORD);
  await page.waitForSelector("input[name=code]");
  await screen.picture("code-asked");
  const wrong = totpCode(secret, 1) === "000000" ? "000001" : "000000";
  await page.fill("input[name=code]", wrong);
  await page.click("button[type=submit]");
  await page.getByText(en("office.sign_in.wrong_code")).waitFor();
  expect("a wrong code lets nobody in", (await screen.ask("/v1/session")).status, 401);
  await untilIn(screen, () => page.fill("input[name=code]", totpCode(secret, 1), { timeout: 1000 })); // the one that switched it on was used
}

/// Tries until the server listens again: after a wrong try it makes everybody wait a little.
async function untilIn(screen, fill = async () => {}) {
  await until("the right words let one in", async () => {
    if (await screen.page.locator(".shell").isVisible()) return true;
    // Let in by an answer that came late, the page has neither any more: looked at again above.
    await fill().catch(() => {});
    await screen.page.locator("button[type=submit]:enabled").click({ timeout: 1000 }).catch(() => {});
    await screen.page.waitForTimeout(500);
    return screen.page.locator(".shell").isVisible();
  }, 40);
}

async function signInByLink(here) {
  const link = await here.signInLink(DISPATCHER);
  const first = await here.open();
  await first.page.goto(link);
  await first.page.waitForSelector(".shell");
  expect("the token is gone from the address", first.page.url().includes("sign-in"), false);
  const cookie = (await first.context.cookies())[0];
  expect("the cookie is out of scripts' reach", [cookie.name, cookie.httpOnly, cookie.secure, cookie.sameSite], ["__Host-session", true, true, "Strict"]);

  const second = await here.open();
  await second.page.goto(link);
  await second.page.getByText(en("office.sign_in.link_over")).waitFor();
  await second.expectGood("a used link");
}

async function administratorNeedsCode(here) {
  const screen = await here.open();
  await screen.page.goto("/office/");
  await typeSignIn(screen, ADMINISTRATOR, PASSWORD);
  await screen.page.getByText(en("office.code.first")).waitFor();
  expect("nothing is told before", (await screen.ask("/v1/visits")).type.endsWith("totp_needed"), true);
  await screen.expectGood("setting up a code");
  await screen.picture("code-first");
  await screen.setUpCode();
  await screen.settle();
  expect("then everything is", Array.isArray((await screen.ask("/v1/people")).people), true);
}

async function technicianIsTold(here) {
  await here.command("person add", ["--name", "Tom Technician", "--role", "technician", "--email", "tom@example.com"], { AFTERCARE_PASSWORD: PASSWORD });
  const screen = await here.open();
  await screen.page.goto("/office/");
  await typeSignIn(screen, "tom@example.com", PASSWORD);
  await screen.page.getByText(en("office.not_for_you.hint")).waitFor();
  expect("and is told nothing", (await screen.ask("/v1/visits")).status, 403);
  await screen.expectGood("a technician's office page");
}

// ---- The visit log, live

/// When a row with these words is in the page, by this machine's clock.
const rowAt = (screen, text) =>
  screen.page.evaluate((wanted) => new Promise((done) => {
    const look = () => {
      const row = [...document.querySelectorAll(".row[id]")].find((one) => one.textContent.includes(wanted));
      if (row) done(Date.now());
      return row !== undefined;
    };
    if (!look()) new MutationObserver((_, watcher) => look() && watcher.disconnect()).observe(document, { childList: true, subtree: true, characterData: true });
  }), text);

async function liveArrival(here) {
  const wire = await Wire.to(here.port);
  const tablet = await here.enrol("tablet", { wire });
  const screen = await here.open();
  await screen.signIn(DISPATCHER, "visits?day=all");
  wire.pull();
  const file = join(here.root, "live.json");
  const record = JSON.parse(readFileSync(join(DEMO, "maintenance.json"), "utf8"));
  Object.assign(record, {
    work_order: null, customer: { name: "Live Arrival Ltd", is_company: true, language: "en" }, site: undefined,
    asset: { name: "Arriving ventilation", place: "roof" }, form: undefined, answers: {}, photos: [],
  });
  writeFileSync(file, JSON.stringify(record));
  await aftercare(tablet, "record", file);
  expect("nothing is shown before", await screen.page.getByText("Live Arrival Ltd").count(), 0);

  wire.plug();
  const seen = rowAt(screen, "Live Arrival Ltd");
  await aftercare(tablet, "sync");
  const ms = (await seen) - wire.connectedAt[0];
  wire.close();
  expect("the row stands within a second of the tablet's connection", ms < 1000);
  await screen.picture("arrived");
  return `${ms} ms from the tablet's connection to the row`;
}

async function journeyBesideThePage(here) {
  const tablet = await here.enrol("tablet");
  const screen = await here.open();
  await screen.signIn(DISPATCHER, "visits");
  await screen.page.getByText(en("office.visits.none_today")).waitFor();

  const steps = journeySteps("installation");
  const walked = play(tablet, steps.slice(0, steps.indexOf("tap sealed.done")));
  walked.catch(() => {}); // told where it is awaited
  const row = screen.page.locator(".row[id]", { hasText: "Vondráčková" });
  await row.waitFor({ timeout: 60_000 });
  await row.getByText(en("office.visit.state.open")).waitFor();
  const begun = Date.now();
  await walked;
  await aftercare(tablet, "sync"); // what the window had not sent yet when its journey ended
  await row.getByText(en("office.visit.state.signed")).waitFor();
  await row.click();
  await screen.page.locator(".pane .seal.is-done").waitFor();
  await screen.page.locator(".pane .signature path").first().waitFor();
  await screen.settle();
  await screen.picture("signed");
  expect("one row, whatever was sent how often", await row.count(), 1);
  return `in progress for ${((Date.now() - begun) / 1000).toFixed(1)} s, then signed, without a reload`;
}

async function catchUp(here) {
  const screen = await here.open();
  await screen.signIn(DISPATCHER, "visits?day=all");
  const tablet = await here.enrol("tablet");
  screen.isOfflineMeant = true;
  await here.stop();
  await screen.page.locator(".live.is-reconnecting, .live.is-offline").waitFor();
  await here.serve();
  await aftercare(tablet, "record", join(DEMO, "refused_repair.json"));
  await aftercare(tablet, "sync");
  await until("the missed visit appears by itself", async () => (await screen.page.locator(".row[id]", { hasText: "Đặng Thị Ngọc Ánh" }).count()) === 2, 30);
  await screen.page.locator(".live.is-live").waitFor();
}

async function filtersInTheAddress(here) {
  const screen = await here.open();
  await screen.signIn(DISPATCHER, "visits?day=all");
  const rows = screen.page.locator(".row[id]");
  await until("all visits are there", async () => (await rows.count()) === 3);
  await screen.page.getByPlaceholder(en("office.filter.text")).fill("vondrackova");
  await until("case and accents do not matter", async () => (await rows.count()) === 1);
  const address = screen.page.url();
  expect("the filter stands in the address", /vondrackova/.test(address));
  await screen.page.reload();
  await until("the address is enough", async () => (await rows.count()) === 1);
  await screen.page.goBack();
  const { work_orders: [order] } = await screen.ask("/v1/work_orders?limit=1");
  await screen.page.keyboard.press("Control+k");
  await screen.page.keyboard.type(order.number);
  await screen.page.locator("#jump-list [role=option]").first().waitFor();
  await screen.page.keyboard.press("Enter");
  await screen.page.waitForURL(/work_orders\//);
}

// ---- Seals

async function sealCheck(here) {
  await here.stop();
  await run([join(BIN, "tamper"), here.server, visits.installation.visit, "summary", "48", "18"]);
  await here.serve();
  const screen = await here.open();
  await screen.signIn();

  await screen.goTo(`visits/${visits.maintenance.id}`);
  await screen.page.locator(".seal.is-done").getByText(en("office.seal.intact")).waitFor();
  expect("with the seal that the tablet showed", (await screen.page.textContent(".hash code")).replaceAll(" ", ""), visits.maintenance.seal);
  await screen.picture("intact");

  await screen.goTo(`visits/${visits.installation.id}`);
  const seal = screen.page.locator(".seal.is-danger");
  await seal.getByText(en("office.seal.broken")).waitFor();
  await seal.getByText(`${en("verify.group.summary")}: changed`).waitFor();
  expect("and nothing else is accused", await seal.locator(".reasons:not(.is-soft) li").count(), 1);
  await screen.expectGood("a broken seal");
  await screen.picture("broken");
}

// ---- Work orders

const createdCustomer = "Vondráčková-Procházková";

async function createAssignCancel(here) {
  const tablet = await here.enrol("tablet");
  const screen = await here.open();
  const { page } = screen;
  await screen.signIn(DISPATCHER, "work_orders/new");
  await screen.expectGood("a new work order");
  await page.getByLabel(en("office.customer.search")).fill("Vondrackova");
  await page.locator(".choices button", { hasText: createdCustomer }).click();
  await page.getByLabel(en("summary.kind")).selectOption("repair");
  await page.getByLabel(en("office.visit.reason")).fill("Kotel hlásí chybu E5.");
  const today = new Date().toLocaleDateString("en-CA", { timeZone: "Europe/Prague" });
  await page.locator("input[type=date]").fill(today);
  await page.getByLabel(en("office.order.from"), { exact: true }).fill("20:00");
  await page.getByLabel(en("office.order.to"), { exact: true }).fill("21:30");
  await screen.picture("filled-in");
  await page.locator(".form-foot .is-primary").click();

  const pane = page.locator(".pane");
  await pane.getByText("Kotel hlásí chybu E5.").waitFor();
  await aftercare(tablet, "sync");
  await play(tablet, [...FIRST_PIN, "expect_not 20:00"], { isOffline: true });
  await pane.getByLabel(en("office.visits.technician")).selectOption({ label: TECHNICIAN });
  await pane.locator(".state", { hasText: en("work_order.state.assigned") }).waitFor();
  await screen.settle();
  await screen.expectGood("an assigned work order");
  await screen.picture("assigned");

  await aftercare(tablet, "sync");
  const unlocked = ["wait_key pin.2", "pin 246810", "wait_key rail.day"];
  await play(tablet, [...unlocked, "wait 20:00"], { isOffline: true });

  await pane.getByRole("button", { name: en("office.open") }).click();
  await page.getByRole("button", { name: en("office.order.cancel") }).click();
  await page.locator("dialog .is-danger").click();
  await page.locator(".state", { hasText: en("work_order.state.cancelled") }).first().waitFor();
  await aftercare(tablet, "sync");
  await play(tablet, [...unlocked, "expect_not 20:00"], { isOffline: true });
}

async function movedWhileSealed(here) {
  const tablet = await here.enrol("tablet");
  await aftercare(tablet, "sync");
  const screen = await here.open();
  const { page } = screen;
  await screen.signIn();
  const { work_orders: open } = await screen.ask("/v1/work_orders?limit=200");
  const order = open.find((one) => one.technician?.name === TECHNICIAN && one.state === "assigned");
  expect("a work order of this technician is open", order !== undefined);

  // The technician, without a network, does the job and seals it.
  const file = join(here.root, "offline.json");
  const record = JSON.parse(readFileSync(join(DEMO, "installation.json"), "utf8"));
  Object.assign(record, { work_order: order.number, kind: order.kind, form: undefined, answers: {}, photos: [], asset: undefined });
  writeFileSync(file, JSON.stringify(record));
  const sealed = await aftercareJson(tablet, "record", file);

  // The dispatcher, meanwhile, gives it to somebody else.
  await screen.goTo(`work_orders/${order.id}`);
  await page.getByLabel(en("office.visits.technician")).selectOption({ label: "Trần Minh Đức" });
  await until("the server holds the move", async () => (await screen.ask(`/v1/work_orders/${order.id}`)).technician?.name === "Trần Minh Đức");

  await aftercare(tablet, "sync");
  const visit = await until("the sealed visit is at the server", async () => {
    const found = await screen.ask(`/v1/visits/${sealed.id}`);
    return found.number && found;
  });
  expect("as it was sealed, by whom it was", [visit.state, visit.seal, visit.technician.name], ["signed", "intact", TECHNICIAN]);
  const now = await screen.ask(`/v1/work_orders/${order.id}`);
  expect("the work order knows its visit", now.visit?.number, sealed.visit);
  expect("the dispatcher's word stands in it, too", now.technician?.name, "Trần Minh Đức");
  await page.locator("dd", { hasText: `${sealed.visit} · ${TECHNICIAN}` }).waitFor(); // the dispatcher is told who was there after all
  await screen.settle();
  await screen.picture("both-met");
  expect("the technician is told, too", (await aftercare(tablet, "status")).out.includes(en("sync.order_moved")));
  const tablets = await aftercareJson(tablet, "visits");
  expect("the tablet has its visit, held by the server", tablets.find((one) => one.id === sealed.id)?.held, true);
  return `the work order is ${now.state}; the page shows ${now.lost_count} value(s) that lost`;
}

// ---- What somebody types is never lost, and nobody is overruled silently

/// Another dispatcher at another desk, past the page that is watched.
const changeElsewhere = (screen, order, change) =>
  screen.page.evaluate(async ([id, body]) => {
    const { csrf } = await (await fetch("/v1/session")).json();
    const { seq } = await (await fetch(`/v1/work_orders/${id}`)).json();
    const answer = await fetch(`/v1/work_orders/${id}`, { method: "PATCH", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ seen_seq: seq, ...body }) });
    return answer.status;
  }, [order.id, change]);

async function editing(screen) {
  const { work_orders: open } = await screen.ask("/v1/work_orders?limit=200");
  const order = open.find((one) => one.technician && one.state === "assigned");
  await screen.goTo(`work_orders/${order.id}?edit=1`);
  await screen.page.waitForSelector("textarea");
  return order;
}

const stands = (screen, order) => screen.ask(`/v1/work_orders/${order.id}`);

async function cancelledWhileEdited(here) {
  const screen = await here.open();
  const { page } = screen;
  await screen.signIn();
  const order = await editing(screen);
  await page.getByLabel(en("office.visit.reason")).fill("Typed for a long time");
  const { technicians } = await screen.ask("/v1/technicians");
  await page.getByLabel(en("office.visits.technician")).selectOption(technicians.find((one) => one.id !== order.technician.id).id);
  expect("somebody else cancels it", await changeElsewhere(screen, order, { state: "cancelled" }), 200);
  await page.locator(".notice", { hasText: en("office.order.now_cancelled") }).waitFor();
  await screen.picture("told-in-the-editor", { isWhole: false });
  await screen.expectGood("a change that others overtook");

  await page.locator(".form-foot .is-primary").click();
  const dialog = page.locator("dialog");
  await dialog.getByText(en("office.order.now_cancelled")).waitFor();
  await screen.expectGood("a conflict");
  await screen.picture("asked", { isWhole: false });
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.locator(".notice").getByText(en("office.order.change_again")).click();
  expect("closing the question keeps what was typed", await page.getByLabel(en("office.visit.reason")).inputValue(), "Typed for a long time");
  expect("and decides nothing", (await stands(screen, order)).state, "cancelled");

  await page.locator(".form-foot .is-primary").click();
  await dialog.getByText(en("office.conflict.save")).click();
  await until("the words are saved", async () => (await stands(screen, order)).summary === "Typed for a long time");
  const after = await stands(screen, order);
  expect("and it is still cancelled, and nobody else's", [after.state, after.technician?.name], ["cancelled", order.technician.name]);

  await page.getByRole("button", { name: en("office.order.plan_again") }).click();
  await until("planned again, it is whose it was", async () => {
    const now = await stands(screen, order);
    return now.state === "assigned" && now.technician.name === order.technician.name;
  });
}

async function mergedByField(here) {
  const screen = await here.open();
  const { page } = screen;
  await screen.signIn();
  const order = await editing(screen);
  await page.getByLabel(en("office.visit.reason")).fill("My words");
  expect("somebody else writes what to bring", await changeElsewhere(screen, order, { bring: "Their pump" }), 200);
  await page.locator(".form-foot .is-primary").click();
  await until("both count, and nobody was asked", async () => {
    const now = await stands(screen, order);
    return now.summary === "My words" && now.bring === "Their pump";
  });
  await page.locator("dialog").waitFor({ state: "detached" });
}

async function typedOffline(here) {
  const screen = await here.open();
  const { page } = screen;
  screen.isOfflineMeant = true;
  await screen.signIn();
  const order = await editing(screen);
  await page.getByLabel(en("office.visit.reason")).fill("Typed without a network");
  const isWrite = (request) => request.method() === "PATCH";
  await page.route("**/v1/work_orders/*", (route) => (isWrite(route.request()) ? route.abort() : route.continue()));
  await page.locator(".form-foot .is-primary").click();
  await page.locator(".notice", { hasText: en("office.problem.network").slice(0, 20) }).waitFor();
  let isAsked = false;
  page.on("dialog", (dialog) => {
    isAsked = true;
    void dialog.accept();
  });
  await page.reload();
  expect("leaving with something unsaved asks first", isAsked);
  await page.locator(".notice", { hasText: en("office.problem.network").slice(0, 20) }).waitFor();
  await page.getByText(en("office.order.change_again")).click();
  expect("the editor has what was typed", await page.getByLabel(en("office.visit.reason")).inputValue(), "Typed without a network");
  await page.unroute("**/v1/work_orders/*");
  await page.getByLabel(en("office.order.bring")).fill("A ladder");
  await page.locator(".form-foot .is-primary").click();
  await until("both changes are saved", async () => {
    const now = await stands(screen, order);
    return now.summary === "Typed without a network" && now.bring === "A ladder";
  });
  await page.locator(".page-head .notice").waitFor({ state: "detached" });
  expect("no draft is left", await page.evaluate(() => Object.keys(sessionStorage)), []);
}

async function answerLost(here) {
  const screen = await here.open();
  const { page } = screen;
  screen.isOfflineMeant = true;
  await screen.signIn(DISPATCHER, "work_orders/new");
  await page.getByLabel(en("office.customer.search")).fill("Vondrackova");
  await page.locator(".choices button", { hasText: createdCustomer }).click();
  await page.getByLabel(en("summary.kind")).selectOption("repair");
  const field = page.getByLabel(en("office.visit.reason"));
  await field.fill("First words of one order");
  await page.evaluate(() => {
    const fetchInFull = window.fetch;
    window.fetch = async (...asked) => {
      const answer = await fetchInFull(...asked);
      if (asked[1]?.method !== "POST") return answer;
      window.fetch = fetchInFull;
      throw new TypeError("the answer was lost");
    };
  });
  const create = page.locator(".form-foot .is-primary");
  await create.click();
  await page.locator(".notice.is-danger").waitFor();
  await field.fill("Better words of one order");
  await create.click();
  await page.locator(".notice", { hasText: en("office.order.exists") }).waitFor();
  await screen.expectGood("an order that arrived before");
  await screen.picture("how-it-stands", { isWhole: false });
  await page.getByRole("button", { name: en("office.order.exists.change") }).click();
  await page.waitForURL(/edit=1/);
  await page.locator(".form-foot .is-primary").click();
  const { work_orders: orders } = await screen.ask("/v1/work_orders?limit=200");
  const isMade = (order) => order.summary.endsWith("words of one order");
  await until("the better words count", async () => (await screen.ask("/v1/work_orders?limit=200")).work_orders.find(isMade)?.summary === "Better words of one order");
  expect("and one order was made", orders.filter(isMade).length, 1);
}

async function refusedInWords(here) {
  const screen = await here.open();
  const { page } = screen;
  await screen.signIn(DISPATCHER, "settings");
  await page.locator("select").first().selectOption("ka");
  await page.waitForFunction(() => document.documentElement.lang === "ka");
  const order = await editing(screen);
  const unseen = "turned \u202e around";
  await page.locator("textarea").first().fill(unseen);
  await page.locator(".form-foot .is-primary").click();
  await page.locator(".page-head .notice", { hasText: words("ka", "office.rule.unreadable_text") }).waitFor();
  await screen.expectGood("a rule that was broken");
  await screen.picture("in-words", { isWhole: false });
  await page.locator(".page-head .notice a").click();
  expect("what was typed is there", await page.locator("textarea").first().inputValue(), unseen);
  await page.locator("textarea").first().fill("straight on");
  await page.locator(".form-foot .is-primary").click();
  await until("and can be mended", async () => (await stands(screen, order)).summary === "straight on");
}

async function draftsArePrivate(here) {
  await here.command("person add", ["--name", "Olga Other", "--role", "dispatcher", "--email", "olga@example.com"], { AFTERCARE_PASSWORD: PASSWORD });
  const screen = await here.open();
  const { page } = screen;
  await screen.signIn(DISPATCHER, "work_orders/new");
  const field = page.getByLabel(en("office.visit.reason"));
  await field.fill("Nobody else's business");
  await page.reload();
  expect("a reload keeps it", await field.inputValue(), "Nobody else's business");
  await page.goto("about:blank");
  await screen.signIn("olga@example.com", "work_orders/new");
  expect("somebody else in the same tab sees nothing", await field.inputValue(), "");
  await screen.goTo("settings");
  await page.getByRole("button", { name: en("office.sign_out") }).click();
  await page.waitForSelector("input[name=email]");
  expect("signing out leaves nothing", await page.evaluate(() => Object.keys(sessionStorage)), []);
}

async function assignByKeys(here) {
  const screen = await here.open();
  const { page } = screen;
  await screen.signIn();
  const order = await editing(screen);
  await screen.goTo(`work_orders/${order.id}`);
  const field = page.getByLabel(en("office.visits.technician"));
  await field.focus();
  const before = order.technician.id;
  const { technicians } = await screen.ask("/v1/technicians");
  const isLast = technicians.at(-1).id === before;
  await page.keyboard.press(isLast ? "ArrowUp" : "ArrowDown");
  await page.getByRole("button", { name: en("office.order.assign") }).waitFor();
  expect("passing by a name assigns nobody", (await stands(screen, order)).technician.id, before);
  await screen.picture("passing-by", { isWhole: false });
  await page.keyboard.press("Enter");
  await until("Enter assigns", async () => (await stands(screen, order)).technician.id !== before);
  expect("the focus stays", await page.evaluate(() => document.activeElement?.tagName), "SELECT");
}

async function otherTabSignedIn(here) {
  const screen = await here.open();
  await screen.signIn();
  const order = await editing(screen);
  const other = await screen.context.newPage();
  await other.goto(await here.signInLink(DISPATCHER));
  await other.waitForSelector(".shell");
  await screen.page.getByLabel(en("office.visit.reason")).fill("From the first tab");
  await screen.page.locator(".form-foot .is-primary").click();
  await until("the first tab still writes", async () => (await stands(screen, order)).summary === "From the first tab");
}

async function sessionGoodAgain(here) {
  const screen = await here.open();
  const { page } = screen;
  await screen.signIn();
  const order = await editing(screen);
  await page.getByLabel(en("office.visit.reason")).fill("Typed before the session ended");
  await page.evaluate(async () => {
    const { csrf } = await (await fetch("/v1/session")).json();
    await fetch("/v1/session", { method: "DELETE", headers: { "X-CSRF-Token": csrf } });
  });
  await page.locator(".form-foot .is-primary").click();
  await page.getByText(en("office.sign_in.over.hint")).waitFor();
  const other = await screen.context.newPage();
  await other.goto(await here.signInLink(DISPATCHER));
  await other.waitForSelector(".shell");
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await page.getByText(en("office.sign_in.over.hint")).waitFor({ state: "detached" });
  await until("and what waited goes by itself", async () => (await stands(screen, order)).summary === "Typed before the session ended");
}

async function severalOrganisations(here) {
  await here.command("init", ["--organisation", "Second House", "--admin", "boss@example.com"], { AFTERCARE_ADMIN_PASSWORD: PASSWORD });
  const screen = await here.open();
  const { page } = screen;
  await page.goto("/office/");
  await typeSignIn(screen, DISPATCHER, PASSWORD);
  await page.waitForSelector("input[name=organisation]");
  await screen.expectGood("which organisation");
  await screen.picture("which-organisation", { isWhole: false });
  await page.fill("input[name=organisation]", "Aftercare Demo");
  await untilIn(screen);
  await screen.goTo("settings");
  await page.getByRole("button", { name: en("office.sign_out") }).click();
  await page.waitForSelector("input[name=organisation]");
  expect("it is remembered", await page.inputValue("input[name=organisation]"), "Aftercare Demo");
}

async function longWords(here) {
  const screen = await here.open({ size: [360, 740] });
  const { page } = screen;
  await screen.signIn();
  const order = await editing(screen);
  expect("a word without an end is saved", await changeElsewhere(screen, order, { summary: "W".repeat(200), bring: "Ž".repeat(200) }), 200);
  for (const [width, height] of [[360, 740], [1280, 800]]) {
    await page.setViewportSize({ width, height });
    for (const place of [`work_orders/${order.id}`, `work_orders/${order.id}?edit=1`, `work_orders?show=${order.id}`]) {
      await screen.goTo(place);
      const over = await page.evaluate(() => [...document.querySelectorAll(".page-scroll, .pane-scroll, main")].map((one) => one.scrollWidth - one.clientWidth));
      expect(`${place} at ${width} is no wider`, over.every((one) => one <= 0));
      await screen.picture(`${width}-${place.includes("edit") ? "editor" : place.includes("show") ? "pane" : "page"}`, { isWhole: false });
    }
  }
}

// ---- Devices

async function enrolAndRevoke(here) {
  const screen = await here.open();
  const { page } = screen;
  await screen.signIn(ADMINISTRATOR, "devices");
  await page.getByRole("button", { name: en("office.enrol") }).click();
  await page.locator("dialog").getByLabel(en("office.enrol.person")).selectOption({ label: TECHNICIAN });
  await page.getByRole("button", { name: en("office.enrol.make") }).click();
  const line = (await page.textContent("dialog .secret code")).replace("aftercare enrol ", "").trim();
  expect("the code is drawn", await page.locator("dialog svg").count() > 0);
  await screen.expectGood("an enrolment code");
  await screen.picture("code");
  const tablet = join(here.root, "by-code");
  await aftercare(tablet, "enrol", line, "--name", "Van 7");
  await page.keyboard.press("Escape");
  const card = page.locator(".device", { hasText: "Van 7" });
  await card.waitFor();

  const secondTry = await run([join(BIN, "aftercare"), "--data", join(here.root, "twice"), "enrol", line], { isAllowedToFail: true });
  expect("a code works once", secondTry.code !== 0);

  await aftercare(tablet, "record", join(DEMO, "refused_repair.json"));
  await card.getByRole("button", { name: en("office.revoke") }).click();
  await page.locator("dialog .is-danger").click();
  await card.getByText(en("office.device.state.revoked")).first().waitFor();
  await screen.picture("revoked");

  const told = await run([join(BIN, "aftercare"), "--data", tablet, "sync"], { isAllowedToFail: true });
  expect("the device says what became of its work", /handed over/.test(told.err));
  await page.reload();
  await card.getByText(en("office.device.set_aside")).waitFor(); // what came after the revocation is kept, and waits for somebody
  await screen.picture("handed-over");
  await takeInWhatWaits(screen, card);
  const after = await run([join(BIN, "aftercare"), "--data", tablet, "visits", "--json"], { isAllowedToFail: true });
  expect("and is gone from the device", after.code !== 0 || JSON.parse(after.out).length === 0);
}

/// What a revoked tablet handed in is looked at, one part left out, the rest taken in; then the visit is one like any other.
async function takeInWhatWaits(screen, card) {
  const { page } = screen;
  await page.locator(".rail-count").waitFor();
  await card.getByRole("link", { name: en("office.aside.look") }).click();
  const waiting = page.locator(".aside");
  await waiting.first().waitFor();
  const before = await screen.ask("/v1/set_aside");
  expect("one visit is one thing to decide", before.waiting.filter((one) => one.visit).length, 1);
  await waiting.first().locator("> details > summary").click();
  await screen.expectGood("what was set aside");
  await screen.picture("set-aside");
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await screen.expectGood("what was set aside, on a phone");
  await screen.picture("set-aside-phone");
  await page.setViewportSize(wide);

  const visit = waiting.filter({ hasText: en("office.visits.visit") });
  const { number, id } = before.waiting.find((one) => one.visit).visit;
  await visit.getByRole("button", { name: en("office.aside.dismiss") }).click();
  await page.locator("dialog").getByText(number).waitFor();
  await screen.expectGood("asked before it is left out");
  await screen.picture("set-aside-dismiss");
  await page.keyboard.press("Escape");

  await visit.getByRole("button", { name: en("office.aside.release") }).click();
  await page.getByText(en("office.aside.none")).or(page.locator(".notice.is-done")).first().waitFor();
  await until("the visit counts", async () => (await screen.ask(`/v1/visits/${id}`)).number === number);
  const released = await screen.ask(`/v1/visits/${id}`);
  expect("its seal is whole", released.seal, "intact");
  expect("its history says who took it in", released.history.some((change) => change.settled_by && change.ruling === "accepted"));
  await screen.picture("set-aside-released");
  for (const one of (await screen.ask("/v1/set_aside")).waiting) {
    await page.locator(".aside").first().getByRole("button", { name: en("office.aside.dismiss") }).click();
    await page.locator("dialog .is-danger").click();
    await until("it is left out", async () => !(await screen.ask("/v1/set_aside")).waiting.some((other) => other.seq === one.seq));
  }
  await page.getByText(en("office.aside.none")).waitFor();
  await page.locator(".rail-count").waitFor({ state: "detached" });
  await screen.goTo(`visits/${id}`);
  await page.getByText(number).first().waitFor();
  await screen.picture("set-aside-visit");
  await screen.goTo("devices");
  await card.waitFor();
}

// ---- Every page, every look

const placesOf = (order) => [
  ["visits", "visits?day=all"], ["visit-pane", `visits?day=all&show=${visits.installation.id}`], ["visit", `visits/${visits.installation.id}`],
  ["refused", `visits/${visits.refused_repair.id}`], ["work-orders", "work_orders"], ["work-order", `work_orders/${order}`],
  ["new-work-order", "work_orders/new"], ["edit-work-order", `work_orders/${order}?edit=1`], ["devices", "devices"], ["set-aside", "set_aside"], ["people", "people"], ["settings", "settings"],
];

async function firstOrder(screen) {
  return (await screen.ask("/v1/work_orders?limit=1")).work_orders[0].id;
}

const everyPage = (look, name) => async (here) => {
  const screen = await here.open(look);
  await screen.signIn(ADMINISTRATOR);
  for (const [place, address] of placesOf(await firstOrder(screen))) {
    await screen.goTo(address);
    await screen.picture(`${name}-${place}`, { isWhole: false });
    await screen.expectGood(`${name} ${place}`);
  }
};

async function everyLanguage(here) {
  const screen = await here.open({ size: [360, 740] });
  await screen.signIn(ADMINISTRATOR);
  const order = await firstOrder(screen);
  for (const language of LANGUAGES) {
    await screen.goTo("settings");
    await screen.page.locator("select").first().selectOption(language);
    await screen.page.waitForFunction((code) => document.documentElement.lang === code, language);
    for (const [width, height] of [[360, 740], [1280, 800]]) {
      await screen.page.setViewportSize({ width, height });
      for (const [place, address] of placesOf(order)) {
        await screen.goTo(address);
        await screen.expectFits(`${language} ${place} ${width}`);
        await screen.expectWords(`${language} ${place}`);
        expect(`${language} ${width}: no word of the rail is cut`, await screen.page.locator(".rail a span").evaluateAll((spans) => spans.every((span) => span.scrollWidth <= span.clientWidth + 1)));
        if (["ka", "vi"].includes(language) || ["visits", "visit", "devices"].includes(place)) await screen.picture(`${language}-${width}-${place}`, { isWhole: false });
      }
    }
  }
}

await walkPages({
  "[O01] a tablet's visit stands in the page within a second of its connection": liveArrival,
  "[O01] signing in asks for a code once it is set up, and takes each code once": signInWithCode,
  "[O01] a one-time link signs in once": signInByLink,
  "[O01] an administrator sets up a code before anything else": administratorNeedsCode,
  "[O01] a technician is told that the page is for the office": technicianIsTold,
  "[O01] a visit done by touch beside the page appears and is signed without a reload": journeyBesideThePage,
  "[O01] what arrived while the server was away is caught up with": catchUp,
  "[O01] filters stand in the address and ignore case and accents": filtersInTheAddress,
  "[O01] an intact seal is said to hold, a changed section is named": sealCheck,
  "[O01] a work order made on the page is on the technician's day at the next contact, and gone when cancelled": createAssignCancel,
  "[O01] a job sealed offline while the dispatcher moves it: both meet, nobody loses anything, both are told": movedWhileSealed,
  "[O01] a change of a work order that somebody else cancelled says so first, revives nothing, and loses no word": cancelledWhileEdited,
  "[O01] two people change different parts of a work order: both count, nobody is asked": mergedByField,
  "[O01] a change typed without a network survives a reload, takes in a second one, and goes": typedOffline,
  "[O01] an order whose answer was lost is shown, not made twice or overwritten": answerLost,
  "[O01] a broken rule is told in the reader's language, and what was typed can be mended": refusedInWords,
  "[O01] drafts are seen by nobody else, and gone after signing out": draftsArePrivate,
  "[O01] arrow keys pass by technicians without assigning; Enter assigns": assignByKeys,
  "[O01] signing in anew in another tab does not refuse what this tab writes": otherTabSignedIn,
  "[O01] the question for a new session goes by itself when the session is good again": sessionGoodAgain,
  "[O01] a server with several organisations asks which, and remembers": severalOrganisations,
  "[O01] words without a blank widen no page": longWords,
  "[O09] a device is enrolled by code, and revoked after handing over what it held": enrolAndRevoke,
  "[O01] every page in light": everyPage({}, "light"),
  "[O01] every page in dark": everyPage({ theme: "dark" }, "dark"),
  "[O01] every page in high contrast": everyPage({ isContrast: true }, "contrast"),
  "[O01] every page on a phone": everyPage({ size: [390, 844], isTouch: true }, "phone"),
  "[O01] every page fits and speaks in six languages": everyLanguage,
}, { prepare, alone: ["[O01] a tablet's visit stands in the page within a second of its connection"] });
