import assert from "node:assert/strict";
import test from "node:test";
import type { ClockEvent, Visit } from "../../../client/office/src/api/types";
import { elapsedSince, worstOffset } from "../../../client/office/src/visits/clock_table";
import { standingSignOff } from "../../../client/office/src/visits/sign_off_card";
import { drawSignature } from "../../../client/office/src/visits/signature";

const event = (change: Partial<ClockEvent>): ClockEvent => ({
  id: "e",
  kind: "arrived",
  at: "2026-11-22T08:00:00Z",
  zone: "Europe/Prague",
  boot_id: "a",
  monotonic_ms: 1_000,
  server_offset_ms: null,
  corrected_at: null,
  received_at: "2026-11-22T09:00:00Z",
  ...change,
});

const strokes = (points: number[][][]) => ({ sha256: "", is_here: true, digitiser: "finger", width_px: 900, height_px: 400, strokes: points });

test("clock: the largest error counts, in either direction", () => {
  assert.equal(worstOffset([event({ server_offset_ms: 200 }), event({ server_offset_ms: -420_000 }), event({})]), -420_000);
  assert.equal(worstOffset([]), 0);
});

test("clock: elapsed time is known only while the device was not restarted", () => {
  assert.equal(elapsedSince(event({}), event({ monotonic_ms: 61_000 })), 60_000);
  assert.equal(elapsedSince(event({}), event({ boot_id: "b", monotonic_ms: 5 })), null);
  assert.equal(elapsedSince(undefined, event({})), null);
  assert.equal(elapsedSince(event({ boot_id: "" }), event({ boot_id: "" })), null);
});

test("signature: the picture is cut to what was written, whatever the size of the pad", () => {
  const drawn = drawSignature(strokes([[[100, 50, 0], [300, 150, 20]]]));
  assert.equal(drawn.viewBox, "92 42 216 116");
  assert.equal(drawn.lines.length, 1);
});

test("signature: pressure makes the line wider, and a dot is drawn", () => {
  const drawn = drawSignature(strokes([[[0, 0, 0, 200], [50, 0, 10, 200], [100, 0, 20, 900]], [[100, 40, 50]]]));
  const [light, heavy, dot] = drawn.lines;
  assert.ok(light && heavy && dot);
  assert.ok(heavy.width > light.width);
  assert.ok(heavy.width < 5, "a pen, not a brush");
  assert.match(dot.path, /^M100 40/);
});

test("signature: nothing written draws nothing", () => {
  assert.deepEqual(drawSignature(strokes([])).lines, []);
});

test("sign-off: the one that no later one replaces counts", () => {
  const visit = { sign_offs: [{ id: "1", replaces_id: null }, { id: "2", replaces_id: "1" }] } as unknown as Visit;
  assert.equal(standingSignOff(visit)?.id, "2");
  assert.equal(standingSignOff({ sign_offs: [] } as unknown as Visit), undefined);
});
