import { signal } from "@preact/signals";
import { call, problemOf, type Problem } from "../api/call";
import type { WorkOrder, WorkOrderChange } from "../api/types";

/// A change that the server has not answered yet, or has refused. The list shows it as such: never as done.
export interface Pending {
  order: WorkOrder;
  change: WorkOrderChange;
  problem: Problem | undefined;
}

export interface Conflict {
  mine: WorkOrderChange;
  before: WorkOrder;
  now: WorkOrder;
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

function setPending(id: string, value: Pending | undefined): void {
  const next = new Map(pending.value);
  if (value) next.set(id, value);
  else next.delete(id);
  pending.value = next;
}

export const forget = (id: string): void => setPending(id, undefined);

/// Sends the change. True once the server holds it; what happened otherwise stands in `pending` or `conflict`.
export async function changeOrder(order: WorkOrder, change: WorkOrderChange): Promise<boolean> {
  setPending(order.id, { order, change, problem: undefined });
  try {
    const saved = await call<WorkOrder>("PATCH", `/v1/work_orders/${order.id}`, { seen_seq: order.seq, ...change });
    setPending(order.id, undefined);
    tellSaved(saved);
    return true;
  } catch (error) {
    const problem = problemOf(error);
    const now = problem.body["work_order"] as WorkOrder | undefined;
    if (problem.code === "conflict" && now) {
      setPending(order.id, undefined);
      tellSaved(now);
      conflict.value = { mine: change, before: order, now };
    } else {
      setPending(order.id, { order, change, problem });
    }
    return false;
  }
}

export function tryAgain(id: string): void {
  const waiting = pending.value.get(id);
  if (waiting) void changeOrder(waiting.order, waiting.change);
}

/// When the network is back, what could not be sent goes by itself.
export function resendWhenOnline(): void {
  addEventListener("online", () => {
    for (const [id, waiting] of pending.value) {
      if (waiting.problem?.code === "network") tryAgain(id);
    }
  });
}

export type ChangedField = keyof WorkOrderChange;

/// The fields in which two people decided differently: what I wrote and what stands now are not the same.
export function disputed({ mine, now }: Conflict): ChangedField[] {
  return (Object.keys(mine) as ChangedField[]).filter((field) => (mine[field] ?? null) !== standing(now, field));
}

export function standing(order: WorkOrder, field: ChangedField): string | null {
  switch (field) {
    case "technician_id": return order.technician?.id ?? null;
    case "site_id": return order.site?.id ?? null;
    case "asset_id": return order.asset?.id ?? null;
    default: return order[field] ?? null;
  }
}
