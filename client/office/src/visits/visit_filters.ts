import { dayAfter, dayOf, instantOf } from "../zone";

/// What narrows the log, as it stands in the address of the page. Empty means: all of them.
export interface VisitFilters {
  /// “” is today; yesterday, week, all, or a date like 2026-03-12.
  day: string;
  technician: string;
  kind: string;
  customer: string;
  state: string;
  text: string;
}

export const visitKinds = ["installation", "maintenance", "repair", "adjustment", "update", "training", "inspection", "collection", "remote_help"];
export const visitStates = ["open", "signed", "refused", "absent"];

const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
const namedDays = ["yesterday", "week", "all"];

export function readVisitFilters(query: Record<string, string>): VisitFilters {
  const day = query["day"] ?? "";
  const kind = query["kind"] ?? "";
  const state = query["state"] ?? "";
  return {
    day: namedDays.includes(day) || isDate(day) ? day : "",
    technician: query["technician"] ?? "",
    kind: visitKinds.includes(kind) ? kind : "",
    customer: query["customer"] ?? "",
    state: visitStates.includes(state) ? state : "",
    text: query["text"] ?? "",
  };
}

/// Only what narrows is written: the shortest address is today's log.
export function writeVisitFilters(filters: VisitFilters): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));
}

export interface Span {
  from?: string;
  until?: string;
}

/// From midnight to midnight in the zone of whoever looks.
export function spanOf(day: string, now: Date, zone: string): Span {
  if (day === "all") return {};
  const today = dayOf(now, zone);
  const midnight = (date: string): string => instantOf(date, "00:00", zone).toISOString();
  const between = (first: string, days: number): Span => ({ from: midnight(first), until: midnight(dayAfter(first, days)) });
  if (day === "yesterday") return between(dayAfter(today, -1), 1);
  if (day === "week") return between(dayAfter(today, -6), 7);
  return between(day === "" ? today : day, 1);
}

export function visitQuery(filters: VisitFilters, now: Date, zone: string): Record<string, string | undefined> {
  const { from, until } = spanOf(filters.day, now, zone);
  return {
    from,
    until,
    technician: filters.technician,
    kind: filters.kind,
    customer: filters.customer,
    state: filters.state,
    q: filters.text,
  };
}

/// One day's list needs no date in each row.
export const isOneDay = (day: string): boolean => day !== "all" && day !== "week";
