import type { NewCustomer, NewWorkOrder, VisitKind, WorkOrder, WorkOrderChange } from "../api/types";
import { uuid } from "../uuid";
import { clockOf, dayOf, instantOf, ownZone } from "../zone";

/// A work order half written. Ids are made with the draft, so that sending it twice makes one.
export interface OrderDraft {
  id: string;
  customer: { id: string; name: string } | null;
  newcomer: Newcomer | null;
  kind: VisitKind | "";
  site: string;
  asset: string;
  technician: string;
  day: string;
  from: string;
  to: string;
  zone: string;
  summary: string;
  bring: string;
  form: string;
}

/// A customer who is not known yet, with the first site and the first thing to service.
export interface Newcomer {
  id: string;
  isCompany: boolean;
  name: string;
  language: string;
  phone: string;
  email: string;
  street: string;
  city: string;
  postcode: string;
  country: string;
  asset: string;
  serial: string;
  place: string;
}

export const emptyDraft = (): OrderDraft => ({
  id: uuid(),
  customer: null,
  newcomer: null,
  kind: "",
  site: "",
  asset: "",
  technician: "",
  day: "",
  from: "",
  to: "",
  zone: ownZone(),
  summary: "",
  bring: "",
  form: "",
});

export const emptyNewcomer = (name: string, language: string): Newcomer => ({
  id: uuid(),
  isCompany: false,
  name,
  language,
  phone: "",
  email: "",
  street: "",
  city: "",
  postcode: "",
  country: "",
  asset: "",
  serial: "",
  place: "",
});

export function draftOf(order: WorkOrder): OrderDraft {
  const { window_start: start, window_end: end, zone } = order;
  return {
    id: order.id,
    customer: order.customer,
    newcomer: null,
    kind: order.kind,
    site: order.site?.id ?? "",
    asset: order.asset?.id ?? "",
    technician: order.technician?.id ?? "",
    day: start ? dayOf(new Date(start), zone) : "",
    from: start ? clockOf(new Date(start), zone) : "",
    to: end ? clockOf(new Date(end), zone) : "",
    zone: zone || ownZone(),
    summary: order.summary,
    bring: order.bring,
    form: order.form_key,
  };
}

export type Missing = "customer" | "newcomer" | "kind" | "summary" | "window";

export function missingIn(draft: OrderDraft): Missing[] {
  const missing: Missing[] = [];
  if (!draft.customer && !draft.newcomer) missing.push("customer");
  if (draft.newcomer && !(draft.newcomer.name.trim() && draft.newcomer.street.trim() && draft.newcomer.city.trim())) missing.push("newcomer");
  if (draft.kind === "") missing.push("kind");
  if (draft.summary.trim() === "") missing.push("summary");
  if (!isWindowWhole(draft)) missing.push("window");
  return missing;
}

function isWindowWhole({ day, from, to }: OrderDraft): boolean {
  if (day === "" && from === "" && to === "") return true;
  return day !== "" && from !== "" && to !== "" && from < to;
}

function windowOf({ day, from, to, zone }: OrderDraft): { start: string; end: string } | null {
  if (day === "" || from === "" || to === "") return null;
  return { start: instantOf(day, from, zone).toISOString(), end: instantOf(day, to, zone).toISOString() };
}

/// Leaves out what is empty.
function filled<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined | ""> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== undefined)) as never;
}

export function newCustomerOf(newcomer: Newcomer): NewCustomer {
  const { street, city, postcode } = newcomer;
  const asset = newcomer.asset.trim() ? { name: newcomer.asset.trim(), ...filled({ serial: newcomer.serial.trim(), place: newcomer.place.trim() }) } : undefined;
  return {
    id: newcomer.id,
    name: newcomer.name.trim(),
    is_company: newcomer.isCompany,
    language: newcomer.language,
    ...filled({ phone: newcomer.phone.trim(), email: newcomer.email.trim() }),
    site: { street: street.trim(), city: city.trim(), postcode: postcode.trim(), country: newcomer.country.trim().toUpperCase() },
    ...(asset ? { asset } : {}),
  };
}

export function newOrderOf(draft: OrderDraft, customerId: string): NewWorkOrder {
  const window = windowOf(draft);
  return {
    id: draft.id,
    customer_id: customerId,
    kind: draft.kind as VisitKind,
    summary: draft.summary.trim(),
    zone: draft.zone,
    ...filled({ site_id: draft.site, asset_id: draft.asset, technician_id: draft.technician, bring: draft.bring.trim(), form_key: draft.form }),
    ...(window ? { window_start: window.start, window_end: window.end } : {}),
  };
}

const sameInstant = (one: string | null, other: string | null): boolean =>
  one === other || (one !== null && other !== null && Date.parse(one) === Date.parse(other));

/// Only what this person changed: what somebody else changed meanwhile elsewhere stays.
export function changeOf(order: WorkOrder, draft: OrderDraft): WorkOrderChange {
  const window = windowOf(draft);
  const change: WorkOrderChange = {};
  if (draft.technician !== (order.technician?.id ?? "")) change.technician_id = draft.technician || null;
  if (draft.site && draft.site !== order.site?.id) change.site_id = draft.site;
  if (draft.asset && draft.asset !== order.asset?.id) change.asset_id = draft.asset;
  if (draft.kind !== "" && draft.kind !== order.kind) change.kind = draft.kind;
  if (draft.summary.trim() !== order.summary) change.summary = draft.summary.trim();
  if (draft.bring.trim() !== order.bring) change.bring = draft.bring.trim();
  if (draft.form !== order.form_key) change.form_key = draft.form;
  if (!sameInstant(window?.start ?? null, order.window_start)) change.window_start = window?.start ?? null;
  if (!sameInstant(window?.end ?? null, order.window_end)) change.window_end = window?.end ?? null;
  if (window && draft.zone !== order.zone) change.zone = draft.zone;
  return change;
}
