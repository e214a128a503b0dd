import assert from "node:assert/strict";
import test from "node:test";
import type { Change } from "../../../client/office/src/api/types";
import { answersOf, groupsOf, isTelling } from "../../../client/office/src/visits/change_groups";

const change = (part: Partial<Change>): Change => ({
  at: "2026-11-22T08:00:05Z",
  received_at: "2026-11-22T08:00:09Z",
  by: "Petr",
  device: "23",
  record: "visit",
  field: "result",
  value: "It works",
  lost_value: null,
  ruling: "accepted",
  settled_by: null,
  settled_at: null,
  reason: null,
  ...part,
});

test("history: what one person did at one time stands together, the newest first", () => {
  const groups = groupsOf([
    change({ field: "reason", at: "2026-11-22T07:00:00Z" }),
    change({ field: "result" }),
    change({ field: "promised", at: "2026-11-22T08:00:40Z" }),
    change({ by: "Dana", field: "result" }),
  ]);
  assert.deepEqual(groups.map((group) => [group.by, group.changes.length]), [["Dana", 1], ["Petr", 2], ["Petr", 1]]);
});

test("history: a value that lost and a change that was set aside are never hidden in a group", () => {
  const lost = change({ lost_value: "It does not work" });
  const aside = change({ ruling: "set_aside", reason: "sealed" });
  assert.ok(isTelling(lost) && isTelling(aside));
  assert.deepEqual(groupsOf([lost, aside]), []);
});

test("history: an empty value that lost is told, too", () => {
  assert.ok(isTelling(change({ lost_value: "" })));
});

test("history: answers are read as question and value, keys of machines are left out", () => {
  const [group] = groupsOf([
    change({ record: "answer", field: "visit_id", value: "V-1" }),
    change({ record: "answer", field: "question", value: "bled" }),
    change({ record: "answer", field: "kind", value: "yes_no" }),
    change({ record: "answer", field: "value", value: "yes" }),
    change({ record: "answer", field: "question", value: "pressure" }),
    change({ record: "answer", field: "value", value: "1.4" }),
  ]);
  assert.ok(group);
  assert.deepEqual(answersOf(group), [{ question: "bled", value: "yes" }, { question: "pressure", value: "1.4" }]);
});
