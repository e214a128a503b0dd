import assert from "node:assert/strict";
import test from "node:test";
import { PagedRows, type Row } from "../../../client/office/src/list/paged_rows";
import { scrollToShow, windowOf } from "../../../client/office/src/list/virtual_window";

interface Numbered extends Row {
  at: number;
}

const isNewer = (one: Numbered, other: Numbered): boolean => one.at > other.at;
const numbered = (at: number): Numbered => ({ id: String(at), at });

/// Rows 1000, 999, … 1 in pages of 100.
function thousand(): { rows: PagedRows<Numbered>; asked: (string | null)[] } {
  const asked: (string | null)[] = [];
  const rows = new PagedRows<Numbered>((after) => {
    asked.push(after);
    const first = after === null ? 1000 : Number(after);
    const page = Array.from({ length: 100 }, (_, index) => numbered(first - index));
    return Promise.resolve({ rows: page, next: first > 100 ? String(first - 100) : null, count: after === null ? 1000 : null, seq: 7 });
  }, isNewer);
  return { rows, asked };
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 20));

test("list: of 100,000 rows only those in sight and a few around them stand in the document", () => {
  const { first, end } = windowOf(2_000_000, 800, 44, 100_000);
  assert.ok(end - first < 40);
  assert.ok(first <= Math.floor(2_000_000 / 44) && end >= Math.ceil(2_000_800 / 44));
  assert.deepEqual(windowOf(0, 800, 44, 3), { first: 0, end: 3 });
  assert.deepEqual(windowOf(0, 800, 44, 0), { first: 0, end: 0 });
});

test("list: a row is scrolled to only when it is out of sight", () => {
  assert.equal(scrollToShow(5, 0, 800, 44), undefined);
  assert.equal(scrollToShow(0, 100, 800, 44), 0);
  assert.equal(scrollToShow(30, 0, 800, 44, 36), 30 * 44 + 44 + 36 - 800);
});

test("list: pages are fetched as far as somebody looks, and no further", async () => {
  const { rows, asked } = thousand();
  rows.start();
  await settled();
  assert.deepEqual(asked, [null]);
  assert.equal(rows.count.value, 1000);
  rows.need(250);
  await settled();
  assert.equal(rows.rows.value.length, 300);
  assert.equal(asked.length, 3);
});

test("list: a new row takes its place by time, a known one is replaced where it stands", async () => {
  const { rows } = thousand();
  rows.start();
  await settled();
  assert.equal(rows.put(numbered(950.5)), 50);
  assert.equal(rows.count.value, 1001);
  assert.equal(rows.put({ id: "990", at: 990 }), undefined);
  assert.equal(rows.count.value, 1001);
  assert.deepEqual(rows.rows.value.slice(48, 52).map((row) => row.at), [952, 951, 950.5, 950]);
});

test("list: a row whose time was corrected moves", async () => {
  const { rows } = thousand();
  rows.start();
  await settled();
  rows.put({ id: "1000", at: 905.5 });
  assert.equal(rows.rows.value[0]?.at, 999);
  assert.equal(rows.rows.value.findIndex((row) => row.id === "1000"), 94);
  assert.equal(rows.count.value, 1000);
});

test("list: a row that no longer fits the filters leaves", async () => {
  const { rows } = thousand();
  rows.start();
  await settled();
  rows.remove("999");
  assert.equal(rows.count.value, 999);
  assert.equal(rows.rows.value[1]?.at, 998);
});

test("list: a page that could not be fetched can be asked for again", async () => {
  let isBroken = true;
  const rows = new PagedRows<Numbered>(() => (isBroken ? Promise.reject(new Error("no network")) : Promise.resolve({ rows: [numbered(1)], next: null, count: 1, seq: 1 })), isNewer);
  rows.start();
  await settled();
  assert.equal(rows.problem.value?.code, "network");
  isBroken = false;
  rows.tryAgain();
  await settled();
  assert.equal(rows.problem.value, undefined);
  assert.equal(rows.count.value, 1);
});
