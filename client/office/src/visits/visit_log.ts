import { query } from "../api/call";
import type { VisitLine, VisitPage } from "../api/types";
import { LiveRows } from "../list/live_rows";
import { ownZone } from "../zone";
import { visitQuery, type VisitFilters } from "./visit_filters";

const pageSize = 100;

/// Newest first, as the server orders them.
export const isNewer = (one: VisitLine, other: VisitLine): boolean => {
  const difference = Date.parse(one.started_at) - Date.parse(other.started_at);
  return difference === 0 ? one.id > other.id : difference > 0;
};

export type VisitLog = LiveRows<VisitLine>;

export function visitLog(filters: VisitFilters, onArrival: (visit: VisitLine) => void): VisitLog {
  return new LiveRows<VisitLine>({
    address: (more) => `/v1/visits${query({ ...visitQuery(filters, new Date(), ownZone()), limit: pageSize, ...more })}`,
    pageOf: (page: VisitPage) => ({ rows: page.visits, next: page.next, count: page.count, seq: page.seq }),
    isBefore: isNewer,
    touchedBy: (event) => (event.type === "visit" ? event.id : event.visit_id),
    onArrival,
  });
}
