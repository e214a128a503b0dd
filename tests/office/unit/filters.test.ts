import assert from "node:assert/strict";
import test from "node:test";
import { readRoute, writeRoute } from "../../../client/office/src/route";
import { readVisitFilters, spanOf, visitQuery, writeVisitFilters } from "../../../client/office/src/visits/visit_filters";
import { orderQuery, readOrderFilters, writeOrderFilters } from "../../../client/office/src/work_orders/order_filters";

const noon = new Date("2026-11-22T11:00:00Z");

test("filters: what stands in the address comes back equal [O01]", () => {
  const filters = { day: "2026-03-12", technician: "0190", kind: "repair", customer: "0191", state: "refused", text: "Škola & děti, 100 %" };
  const address = writeRoute({ place: "visits", id: "", query: writeVisitFilters(filters) });
  assert.deepEqual(readVisitFilters(readRoute(address).query), filters);
});

test("filters: today without anything else needs no words in the address", () => {
  assert.equal(writeRoute({ place: "visits", id: "", query: writeVisitFilters(readVisitFilters({})) }), "#/visits");
});

test("filters: nonsense in an address narrows nothing", () => {
  assert.deepEqual(writeVisitFilters(readVisitFilters({ day: "2026-99-99", kind: "party", state: "lost" })), {});
  assert.deepEqual(writeOrderFilters(readOrderFilters({ day: "someday", state: "?" })), {});
});

test("filters: a day lasts from midnight to midnight where the reader is, also when clocks change", () => {
  assert.deepEqual(spanOf("", noon, "Europe/Prague"), { from: "2026-11-21T23:00:00.000Z", until: "2026-11-22T23:00:00.000Z" });
  assert.deepEqual(spanOf("2026-03-29", noon, "Europe/Prague"), { from: "2026-03-28T23:00:00.000Z", until: "2026-03-29T22:00:00.000Z" });
  assert.deepEqual(spanOf("yesterday", noon, "Asia/Tbilisi"), { from: "2026-11-20T20:00:00.000Z", until: "2026-11-21T20:00:00.000Z" });
  assert.deepEqual(spanOf("week", noon, "UTC"), { from: "2026-11-16T00:00:00.000Z", until: "2026-11-23T00:00:00.000Z" });
  assert.deepEqual(spanOf("all", noon, "UTC"), {});
});

test("filters: the server is asked for what the chips say", () => {
  const asked = visitQuery(readVisitFilters({ day: "all", text: "mlyn" }), noon, "UTC");
  assert.equal(asked["q"], "mlyn");
  assert.equal(asked["from"], undefined);
  assert.equal(orderQuery(readOrderFilters({}), noon, "UTC")["state"], "open");
});

test("route: an address that somebody typed by hand leads to the visits", () => {
  assert.deepEqual(readRoute(""), { place: "visits", id: "", query: {} });
  assert.deepEqual(readRoute("#/devices"), { place: "devices", id: "", query: {} });
});
