import assert from "node:assert/strict";
import test from "node:test";
import type { WorkOrder } from "../../../client/office/src/api/types";
import { uuid } from "../../../client/office/src/uuid";
import { changedFields, disputed } from "../../../client/office/src/work_orders/order_changes";
import { changeOf, draftOf, emptyDraft, emptyNewcomer, missingIn, newCustomerOf, newOrderOf, withChange, type OrderDraft } from "../../../client/office/src/work_orders/order_draft";
import { clockOf, dayOf, instantOf } from "../../../client/office/src/zone";

const order: WorkOrder = {
  id: "0190",
  number: "W-1",
  kind: "repair",
  state: "assigned",
  customer: { id: "c1", number: "C-1", name: "Pekárna U Mlýna" },
  site: null,
  asset: null,
  technician: { id: "t1", name: "Nino" },
  window_start: "2026-11-23T08:00:00Z",
  window_end: "2026-11-23T10:00:00Z",
  zone: "Europe/Prague",
  summary: "Loud at night",
  bring: "",
  form_key: "",
  visit: null,
  seq: 5,
  lost_count: 0,
};

test("work order: opening it for a change and saving changes nothing", () => {
  assert.deepEqual(changeOf(order, draftOf(order)), {});
});

test("work order: only what this person changed is sent", () => {
  assert.deepEqual(changeOf(order, { ...draftOf(order), technician: "" }), { technician_id: null });
  assert.deepEqual(changeOf(order, { ...draftOf(order), to: "12:30" }), { window_end: "2026-11-23T11:30:00.000Z" });
  assert.deepEqual(changeOf(order, { ...draftOf(order), day: "", from: "", to: "" }), { window_start: null, window_end: null });
});

test("work order: a place and a product can be emptied", () => {
  const placed: WorkOrder = { ...order, site: { id: "s1", name: "", city: "Brno" }, asset: { id: "a1", name: "Pump" } };
  assert.deepEqual(changeOf(placed, { ...draftOf(placed), site: "", asset: "" }), { site_id: null, asset_id: null });
});

test("work order: a window that nobody touched survives a change of the words", () => {
  const windows = [
    ["2026-12-01T08:00:00Z", "2026-12-03T10:00:00Z"], // ends on another day
    ["2026-12-01T08:00:17.250Z", "2026-12-01T10:00:59Z"], // has seconds
    ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"], // 2:30 to 2:30, while the clock is put back
  ];
  for (const [window_start, window_end] of windows) {
    const there: WorkOrder = { ...order, window_start: window_start!, window_end: window_end! };
    const draft = { ...draftOf(there), summary: "Only the words" };
    assert.deepEqual(missingIn(draft, draftOf(there)), []);
    assert.deepEqual(changeOf(there, draft), { summary: "Only the words" });
  }
});

test("work order: a later end keeps the day on which the window ends", () => {
  const there: WorkOrder = { ...order, window_start: "2026-12-01T08:00:00Z", window_end: "2026-12-03T10:00:00Z" };
  const later = { ...draftOf(there), to: "08:30" };
  assert.deepEqual(missingIn(later, draftOf(there)), []);
  assert.deepEqual(changeOf(there, later), { window_end: "2026-12-03T07:30:00.000Z" });
});

test("work order: a pending change fills the editor as it was typed", () => {
  const change = { technician_id: null, summary: "Louder", window_end: "2026-11-23T11:30:00.000Z", site_id: "s9" };
  assert.deepEqual(changeOf(order, withChange(order, change)), change);
});

test("work order: a time is what the clock shows at the customer's", () => {
  assert.equal(instantOf("2026-07-01", "09:00", "Europe/Prague").toISOString(), "2026-07-01T07:00:00.000Z");
  assert.equal(instantOf("2026-12-01", "09:00", "Asia/Tbilisi").toISOString(), "2026-12-01T05:00:00.000Z");
  const at = instantOf("2026-10-25", "23:30", "Europe/Prague");
  assert.equal(`${dayOf(at, "Europe/Prague")} ${clockOf(at, "Europe/Prague")}`, "2026-10-25 23:30");
});

test("work order: what is missing is named before anything is sent", () => {
  assert.deepEqual(missingIn(emptyDraft()), ["customer", "kind", "summary"]);
  const whole: OrderDraft = { ...emptyDraft(), customer: { id: "c1", name: "x" }, kind: "repair", summary: "Loud" };
  assert.deepEqual(missingIn(whole), []);
  assert.deepEqual(missingIn({ ...whole, day: "2026-11-23" }), ["window"]);
  assert.deepEqual(missingIn({ ...whole, day: "2026-11-23", from: "10:00", to: "09:00" }), ["window"]);
  assert.deepEqual(missingIn({ ...whole, customer: null, newcomer: emptyNewcomer("Jan", "cs") }), ["newcomer"]);
  const housed = { ...emptyNewcomer("Jan", "cs"), street: "Dlouhá 3", city: "Brno" };
  assert.deepEqual(missingIn({ ...whole, customer: null, newcomer: { ...housed, asset: "Boiler" } }), ["asset"]);
  assert.deepEqual(missingIn({ ...whole, customer: null, newcomer: { ...housed, asset: "Boiler", place: "cellar" } }), []);
});

test("work order: a second try after a lost answer sends the same ids", () => {
  const newcomer = { ...emptyNewcomer("Jan", "cs"), street: "Dlouhá 3", city: "Brno" };
  const draft: OrderDraft = { ...emptyDraft(), kind: "repair", summary: "Loud", newcomer };
  assert.deepEqual(newOrderOf(draft, newcomer.id), newOrderOf(draft, newcomer.id));
  assert.equal(newCustomerOf(newcomer).id, newcomer.id);
  assert.equal("phone" in newCustomerOf(newcomer), false);
});

test("work order: two people are asked only about what they decided differently", () => {
  const now = { ...order, seq: 9, technician: { id: "t2", name: "Linh" }, bring: "Pump" };
  assert.deepEqual(disputed({ before: order, now, mine: { technician_id: "t3", bring: "Pump" } }), ["technician_id"]);
  assert.deepEqual(disputed({ before: order, now, mine: { technician_id: "t2" } }), []);
  assert.deepEqual(disputed({ before: order, now, mine: { summary: "Mine alone" } }), []);
  assert.deepEqual(changedFields(order, now), ["technician_id", "bring"]);
});

test("work order: an id is a UUIDv7 of 32 digits that sorts by time", () => {
  const [earlier, later] = [uuid(1_700_000_000_000), uuid(1_700_000_000_001)];
  assert.match(earlier, /^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  assert.ok(earlier < later);
  assert.notEqual(uuid(), uuid());
});
