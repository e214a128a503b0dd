import type { Change } from "../api/types";

/// What one person changed in one kind of record at one time: what somebody remembers as one thing done.
export interface ChangeGroup {
  record: string;
  by: string;
  device: string;
  at: string;
  changes: Change[];
}

/// Keys and measures that machines need and no reader does.
const silent = new Set(["visit_id", "form_id", "sha256", "strokes_sha256", "media_type", "byte_count", "width", "height", "currency", "language", "taken_at_ms", "user_id", "boot_id", "monotonic_ms", "server_offset_ms"]);

export const isTelling = (change: Change): boolean => change.lost_value !== null || change.ruling === "set_aside" || change.ruling === "dismissed";

const isForReaders = (change: Change): boolean => !silent.has(change.field) && !(change.record === "answer" && change.field === "kind");

const minuteOf = (at: string): string => at.slice(0, 16);

/// Newest first. Those that tell of two values or of something set aside (and left out) are not among them: they stand above.
export function groupsOf(changes: Change[]): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>();
  for (const change of changes) {
    if (isTelling(change) || !isForReaders(change)) continue;
    const { record, by, device, at } = change;
    const key = [record, by, device, minuteOf(at)].join("\n");
    const group = groups.get(key) ?? { record, by, device, at, changes: [] };
    group.changes.push(change);
    groups.set(key, group);
  }
  return [...groups.values()].reverse().sort((one, other) => Date.parse(minuteOf(other.at)) - Date.parse(minuteOf(one.at)));
}

/// The answers of a group as question and value; the server sends them one field after another.
export function answersOf(group: ChangeGroup): { question: string; value: string }[] {
  const answers: { question: string; value: string }[] = [];
  let question = "";
  for (const change of group.changes) {
    if (change.field === "question") question = change.value;
    else if (change.field === "value" || change.field === "text") answers.push({ question, value: change.value });
  }
  return answers;
}
