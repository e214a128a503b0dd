import assert from "node:assert/strict";
import test from "node:test";
import { csvCell, csvOf } from "../../../client/office/src/list/csv";

test("csv: a cell with a comma, a quote or a line break is quoted, and quotes are doubled", () => {
  assert.equal(csvCell("Pekárna U Mlýna"), "Pekárna U Mlýna");
  assert.equal(csvCell("Praha 4, Nusle"), '"Praha 4, Nusle"');
  assert.equal(csvCell('the "good" one'), '"the ""good"" one"');
  assert.equal(csvCell("two\nlines"), '"two\nlines"');
});

test("csv: a spreadsheet never takes a cell for a formula", () => {
  for (const start of ["=", "+", "-", "@", "\t", "\r"]) assert.equal(csvCell(`${start}cmd`).slice(0, 3), `"'${start}`);
});

test("csv: what was guarded comes back equal when the first apostrophe is taken away", () => {
  const readBack = (cell: string): string => cell.slice(1, -1).replaceAll('""', '"').slice(1);
  for (const text of ["=1+1", "+420 601 234 567", "-5", "@name", "'quoted'", '=a"b']) assert.equal(readBack(csvCell(text)), text);
});

test("csv: lines end in CR LF and letters of all languages survive", () => {
  assert.equal(csvOf([["a", "ნინო"], ["b", "Linh"]]), "\ufeffa,ნინო\r\nb,Linh\r\n");
});
