import type { Technician, WorkOrder } from "../api/types";
import { duration, time, timeRange, weekday } from "../i18n/format";
import { t, textOfCode } from "../i18n/texts";

export function windowWords(order: Pick<WorkOrder, "window_start" | "window_end" | "zone">): string {
  const { window_start: start, window_end: end, zone } = order;
  if (!start) return t("office.order.no_window");
  if (!end) return t("format.date_time", { date: weekday(start, zone), time: time(start, zone) });
  return timeRange(start, end, zone);
}

const waiting = ["planned", "assigned", "accepted"];

export function lateWords(order: WorkOrder, now = new Date()): string {
  if (!order.window_end || !waiting.includes(order.state)) return "";
  const late = now.getTime() - Date.parse(order.window_end);
  return late > 0 ? t("state.late", { duration: duration(late) }) : "";
}

const tones: Record<string, string> = {
  planned: "is-waiting",
  assigned: "is-quiet",
  accepted: "is-accent",
  travelling: "is-accent",
  on_site: "is-accent",
  done: "is-done",
  closed: "is-quiet",
  cancelled: "is-quiet",
  declined: "is-danger",
};

export function OrderState({ state }: { state: string }) {
  return <span class={`state ${tones[state] ?? "is-quiet"}`}>{textOfCode("work_order.state.", state)}</span>;
}

export const nameOfTechnician = (technicians: Technician[], id: string | null | undefined): string =>
  id ? (technicians.find((one) => one.id === id)?.name ?? "…") : t("office.filter.no_technician");

/// What somebody else made of it meanwhile, as a sentence of its own.
export function stateNowWords({ state }: WorkOrder): string {
  return state === "cancelled" ? t("office.order.now_cancelled") : t("office.order.now_state", { state: textOfCode("work_order.state.", state) });
}
