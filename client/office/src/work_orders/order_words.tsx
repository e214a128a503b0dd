import type { Technician, WorkOrder } from "../api/types";
import { duration, time, weekday } from "../i18n/format";
import { t, textOfCode } from "../i18n/texts";
import { dayOf } from "../zone";

/// “Mon 23. 11., 9:00 to 11:00”; over midnight both days are named.
export function windowWords(order: Pick<WorkOrder, "window_start" | "window_end" | "zone">): string {
  const { window_start: start, window_end: end, zone } = order;
  if (!start) return t("office.order.no_window");
  const begins = weekday(start, zone);
  if (!end) return t("format.date_time", { date: begins, time: time(start, zone) });
  const isSameDay = dayOf(new Date(start), zone) === dayOf(new Date(end), zone);
  const to = isSameDay ? time(end, zone) : `${weekday(end, zone)} ${time(end, zone)}`;
  return t("format.date_window", { date: begins, from: time(start, zone), to });
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
