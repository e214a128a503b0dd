import { signal } from "@preact/signals";
import { call, comebacks, Problem, problemOf } from "../api/call";
import type { WorkOrder, WorkOrderChange } from "../api/types";
import { dropDraft, keepDraft, keptDraft } from "../drafts";
import { changeOf, withChange, type OrderDraft } from "./order_draft";

/// A change that the server has not answered yet, or has refused. The list shows it as such: never as done.
export interface Pending {
  /// The work order as it stood when the change began.
  order: WorkOrder;
  change: WorkOrderChange;
  problem: Problem | undefined;
}

export interface Conflict {
  mine: WorkOrderChange;
  before: WorkOrder;
  now: WorkOrder;
}

/// A change half typed in the editor, with the work order that it began with.
export interface KeptEdit {
  order: WorkOrder;
  draft: OrderDraft;
}

export const pending = signal<ReadonlyMap<string, Pending>>(new Map());
export const conflict = signal<Conflict | undefined>(undefined);

type Saved = (order: WorkOrder) => void;
const savedListeners = new Set<Saved>();

export function onSaved(listener: Saved): () => void {
  savedListeners.add(listener);
  return () => savedListeners.delete(listener);
}

export const tellSaved = (order: WorkOrder): void => savedListeners.forEach((listener) => listener(order));

export const editName = (id: string): string => `work_order.${id}`;
const pendingName = "pending";

function setPending(id: string, value: Pending | undefined): void {
  const next = new Map(pending.value);
  if (value) next.set(id, value);
  else next.delete(id);
  pending.value = next;
  if (next.size > 0) keepDraft(pendingName, [...next.values()]);
  else dropDraft(pendingName);
}

/// Gives up a change: what was typed for it goes, too.
export function forget(id: string): void {
  setPending(id, undefined);
  dropDraft(editName(id));
}

const isEmpty = (change: WorkOrderChange): boolean => Object.keys(change).length === 0;
const fieldsOf = (change: WorkOrderChange): ChangedField[] => Object.keys(change) as ChangedField[];
const pick = (change: WorkOrderChange, wanted: (field: ChangedField) => boolean): WorkOrderChange =>
  Object.fromEntries(fieldsOf(change).filter(wanted).map((field) => [field, change[field]]));

/// Whether the server may hold the change already, although nobody here knows it.
const isUnsure = (problem: Problem | undefined): boolean => problem === undefined || problem.code === "network";

/// What the older of two changes began with: whoever changed something since then must not be overlooked.
const older = (one: WorkOrder, other: WorkOrder | undefined): WorkOrder => (other && other.seq < one.seq ? other : one);

/// Adds to what is pending already. True once the server holds it; what happened otherwise stands in `pending` or `conflict`.
export function changeOrder(order: WorkOrder, change: WorkOrderChange): Promise<boolean> {
  const waiting = pending.value.get(order.id);
  const kept = keptDraft<KeptEdit>(editName(order.id));
  if (kept && change.technician_id !== undefined) {
    keepDraft(editName(order.id), { ...kept, draft: { ...kept.draft, technician: change.technician_id ?? "" } } satisfies KeptEdit);
  }
  setPending(order.id, { order: older(order, waiting?.order), change: { ...waiting?.change, ...change }, problem: undefined });
  return send(order.id);
}

/// The editor's whole change: what it does not hold (any more) is not meant (any more).
export function saveEdit(order: WorkOrder, change: WorkOrderChange): Promise<boolean> {
  const waiting = pending.value.get(order.id);
  const whole = waiting ? { ...pick(waiting.change, (field) => field === "state"), ...change } : change;
  if (waiting && isUnsure(waiting.problem)) {
    for (const field of fieldsOf(waiting.change)) {
      if (!(field in whole)) Object.assign(whole, { [field]: standing(waiting.order, field) });
    }
  }
  if (isEmpty(whole)) {
    forget(order.id);
    return Promise.resolve(true);
  }
  setPending(order.id, { order: older(order, waiting?.order), change: whole, problem: undefined });
  return send(order.id);
}

const flights = new Map<string, Promise<boolean>>();

/// One at a time for each work order: a second change waits for the answer to the first.
function send(id: string): Promise<boolean> {
  const flight = flights.get(id) ?? fly(id).finally(() => flights.delete(id));
  flights.set(id, flight);
  return flight;
}

async function fly(id: string): Promise<boolean> {
  for (let sent = pending.value.get(id); sent; sent = pending.value.get(id)) {
    let saved: WorkOrder;
    try {
      saved = await call<WorkOrder>("PATCH", `/v1/work_orders/${id}`, { seen_seq: sent.order.seq, ...sent.change });
    } catch (error) {
      const problem = problemOf(error);
      const now = problem.body["work_order"] as WorkOrder | undefined;
      if (problem.code !== "conflict" || !now) {
        setPending(id, { ...(pending.value.get(id) ?? sent), problem });
        return false;
      }
      if (!settle(id, now, problem)) return false;
      continue;
    }
    held(id, saved, sent.change);
  }
  return true;
}

/// The server holds what was sent. What was changed here meanwhile stays pending, on top of it.
function held(id: string, saved: WorkOrder, sent: WorkOrderChange): void {
  const waiting = pending.value.get(id);
  const rest = waiting ? pick(waiting.change, (field) => waiting.change[field] !== sent[field]) : {};
  setPending(id, isEmpty(rest) ? undefined : { order: saved, change: rest, problem: undefined });
  settleDraft(id, saved, sent);
  tellSaved(saved);
}

/// The draft goes once the server holds all of it; what was typed on meanwhile now builds on what is saved.
function settleDraft(id: string, saved: WorkOrder, sent: WorkOrderChange): void {
  const kept = keptDraft<KeptEdit>(editName(id));
  if (!kept) return;
  const typed = changeOf(kept.order, kept.draft);
  const rest = pick(typed, (field) => typed[field] !== sent[field] && !isSame(field, typed[field], standing(saved, field)));
  if (isEmpty(rest)) dropDraft(editName(id));
  else keepDraft(editName(id), { order: saved, draft: withChange(saved, rest) } satisfies KeptEdit);
}

/// Somebody changed it before: true when nothing needs to be decided, and what is left goes again on top of theirs.
function settle(id: string, now: WorkOrder, problem: Problem): boolean {
  const waiting = pending.value.get(id);
  if (!waiting) return false;
  const rest = pick(waiting.change, (field) => !isMet(field, waiting.change[field], now));
  if (isEmpty(rest)) {
    held(id, now, waiting.change);
    return true;
  }
  tellSaved(now);
  const clash: Conflict = { mine: waiting.change, before: waiting.order, now };
  if (waiting.order.state === now.state && disputed(clash).length === 0) {
    setPending(id, { order: now, change: rest, problem: undefined });
    return true;
  }
  setPending(id, { ...waiting, problem });
  conflict.value = clash;
  return false;
}

/// The work order is known to be over since the change began: asked before anything is sent.
export function askFirst(order: WorkOrder, change: WorkOrderChange, now: WorkOrder): void {
  setPending(order.id, { order, change, problem: new Problem("conflict", 409, "", 0, {}) });
  conflict.value = { mine: change, before: order, now };
}

export const isOver = (order: WorkOrder): boolean => ["done", "closed", "cancelled"].includes(order.state);

/// What somebody decided about a conflict: sent on top of how the work order stands now.
export function decide({ now }: Conflict, change: WorkOrderChange): void {
  conflict.value = undefined;
  if (isEmpty(change)) {
    forget(now.id);
    return;
  }
  dropDraft(editName(now.id));
  setPending(now.id, { order: now, change, problem: undefined });
  void send(now.id);
}

export function tryAgain(id: string): void {
  const waiting = pending.value.get(id);
  if (!waiting) return;
  setPending(id, { ...waiting, problem: undefined });
  void send(id);
}

const goesByItself = (problem: Problem | undefined): boolean => problem === undefined || ["network", "not_signed_in"].includes(problem.code);

function resend(): void {
  for (const [id, waiting] of pending.value) if (waiting.problem && goesByItself(waiting.problem)) tryAgain(id);
}

/// When the network or the session is back, what could not be sent goes by itself; nobody leaves the page unasked before.
export function watchPending(): void {
  addEventListener("online", resend);
  comebacks.subscribe(() => queueMicrotask(resend));
  addEventListener("beforeunload", (event) => {
    if (pending.value.size > 0) event.preventDefault();
  });
}

/// What was pending in this tab before it was loaded again.
export function restorePending(): void {
  const kept = keptDraft<Pending[]>(pendingName) ?? [];
  pending.value = new Map(kept.map((one) => [one.order.id, { ...one, problem: one.problem && revived(one.problem) }]));
  for (const [id, { problem }] of pending.value) if (goesByItself(problem)) tryAgain(id);
}

const revived = ({ code, status, detail, retryAfter, body }: Problem): Problem => new Problem(code, status, detail, retryAfter, body);

/// Out of sight when the person signs out.
export function leavePending(): void {
  pending.value = new Map();
  conflict.value = undefined;
}

export type ChangedField = keyof WorkOrderChange;

/// The fields in which two people decided differently: it changed since I began, and what I wrote is not what stands now.
export function disputed({ mine, before, now }: Conflict): ChangedField[] {
  return fieldsOf(mine).filter(
    (field) => !isSame(field, standing(before, field), standing(now, field)) && !isMet(field, mine[field], now),
  );
}

/// Planned with a technician is assigned by itself.
const isMet = (field: ChangedField, wanted: string | null | undefined, now: WorkOrder): boolean =>
  isSame(field, wanted, standing(now, field)) || (field === "state" && wanted === "planned" && now.state === "assigned");

/// What somebody else changed, of what a person can change here.
export function changedFields(before: WorkOrder, now: WorkOrder): ChangedField[] {
  return allFields.filter((field) => !isSame(field, standing(before, field), standing(now, field)));
}

const allFields: ChangedField[] = ["state", "technician_id", "window_start", "window_end", "zone", "kind", "summary", "bring", "site_id", "asset_id", "form_key"];

function isSame(field: ChangedField, one: string | null | undefined, other: string | null | undefined): boolean {
  if ((one ?? null) === (other ?? null)) return true;
  if (field !== "window_start" && field !== "window_end") return false;
  return typeof one === "string" && typeof other === "string" && Date.parse(one) === Date.parse(other);
}

export function standing(order: WorkOrder, field: ChangedField): string | null {
  switch (field) {
    case "technician_id": return order.technician?.id ?? null;
    case "site_id": return order.site?.id ?? null;
    case "asset_id": return order.asset?.id ?? null;
    default: return order[field] ?? null;
  }
}
