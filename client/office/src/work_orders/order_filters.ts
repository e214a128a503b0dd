import type { WorkOrder, WorkOrderState } from "../api/types";
import { spanOf, type Span } from "../visits/visit_filters";
import { dayAfter, dayOf, instantOf } from "../zone";

/// What narrows the list of work orders. Empty: all days, all technicians, and those still to be done.
export interface OrderFilters {
  day: string;
  technician: string;
  state: string;
  text: string;
}

export const orderStates: WorkOrderState[] = ["planned", "assigned", "accepted", "travelling", "on_site", "done", "closed", "cancelled", "declined"];
export const orderDays = ["", "today", "tomorrow", "next_week"];

export function readOrderFilters(query: Record<string, string>): OrderFilters {
  const day = query["day"] ?? "";
  const state = query["state"] ?? "";
  return {
    day: orderDays.includes(day) || /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : "",
    technician: query["technician"] ?? "",
    state: state === "all" || (orderStates as string[]).includes(state) ? state : "",
    text: query["text"] ?? "",
  };
}

export const writeOrderFilters = (filters: OrderFilters): Record<string, string> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));

function orderSpan(day: string, now: Date, zone: string): Span {
  if (day === "") return {};
  const today = dayOf(now, zone);
  if (day === "today") return spanOf("", now, zone);
  if (day === "tomorrow") return spanOf(dayAfter(today, 1), now, zone);
  if (day === "next_week") return { from: instantOf(today, "00:00", zone).toISOString(), until: instantOf(dayAfter(today, 7), "00:00", zone).toISOString() };
  return spanOf(day, now, zone);
}

export function orderQuery(filters: OrderFilters, now: Date, zone: string): Record<string, string | undefined> {
  const { from, until } = orderSpan(filters.day, now, zone);
  return { from, until, technician: filters.technician, state: filters.state || "open", q: filters.text };
}

/// Those without a window first, then by when they begin, as the server orders them.
export function isEarlier(one: WorkOrder, other: WorkOrder): boolean {
  const begins = (order: WorkOrder): number => (order.window_start ? Date.parse(order.window_start) : -Infinity);
  const [first, second] = [begins(one), begins(other)];
  return first === second ? one.id < other.id : first < second;
}
