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
  /// The day on which it ends, where that is another one.
  lastDay: string;
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
  lastDay: "",
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
  const day = start ? dayOf(new Date(start), zone) : "";
  const lastDay = end ? dayOf(new Date(end), zone) : "";
  return {
    id: order.id,
    customer: order.customer,
    newcomer: null,
    kind: order.kind,
    site: order.site?.id ?? "",
    asset: order.asset?.id ?? "",
    technician: order.technician?.id ?? "",
    day,
    from: start ? clockOf(new Date(start), zone) : "",
    lastDay: lastDay === day ? "" : lastDay,
    to: end ? clockOf(new Date(end), zone) : "",
    zone: zone || ownZone(),
    summary: order.summary,
    bring: order.bring,
    form: order.form_key,
  };
}

/// A change that is pending, as the editor shows it.
export function withChange(order: WorkOrder, change: WorkOrderChange): OrderDraft {
  const { site_id, asset_id, technician_id, ...plain } = change;
  const named = (id: string | null | undefined, known: { id: string } | null): { id: string } | null => (id === undefined ? known : id === null ? null : { id });
  const changed = {
    ...order,
    ...plain,
    site: named(site_id, order.site),
    asset: named(asset_id, order.asset),
    technician: named(technician_id, order.technician),
  };
  return draftOf(changed as WorkOrder);
}

export type Missing = "customer" | "newcomer" | "asset" | "kind" | "summary" | "window";

/// What can be known before anything is sent. A window that nobody touched (`before` holds the same) is right as it stands.
export function missingIn(draft: OrderDraft, before?: OrderDraft): Missing[] {
  const { newcomer } = draft;
  const missing: Missing[] = [];
  if (!draft.customer && !newcomer) missing.push("customer");
  if (newcomer && !(newcomer.name.trim() && newcomer.street.trim() && newcomer.city.trim())) missing.push("newcomer");
  if (newcomer && !isAssetNamed(newcomer)) missing.push("asset");
  if (draft.kind === "") missing.push("kind");
  if (draft.summary.trim() === "") missing.push("summary");
  if (!(before && isSameStart(draft, before) && isSameEnd(draft, before)) && !isWindowWhole(draft)) missing.push("window");
  return missing;
}

/// What is serviced has a name, and a serial number or a place by which it is found again.
function isAssetNamed({ asset, serial, place }: Newcomer): boolean {
  const isFound = serial.trim() !== "" || place.trim() !== "";
  return asset.trim() === "" ? !isFound : isFound;
}

function isWindowWhole(draft: OrderDraft): boolean {
  const { day, from, to } = draft;
  if (day === "" && from === "" && to === "") return true;
  if (day === "" || from === "" || to === "") return false;
  const window = windowOf(draft);
  return window !== null && window.start < window.end;
}

const lastDayOf = ({ day, lastDay }: OrderDraft): string => lastDay || day;
const isSameStart = (one: OrderDraft, other: OrderDraft): boolean => one.day === other.day && one.from === other.from && one.zone === other.zone;
const isSameEnd = (one: OrderDraft, other: OrderDraft): boolean => lastDayOf(one) === lastDayOf(other) && one.to === other.to && one.zone === other.zone;

function windowOf(draft: OrderDraft): { start: string; end: string } | null {
  const { day, from, to, zone } = draft;
  if (day === "" || from === "" || to === "") return null;
  return { start: instantOf(day, from, zone).toISOString(), end: instantOf(lastDayOf(draft), to, zone).toISOString() };
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

/// Only what this person changed: what somebody else changed meanwhile elsewhere stays, and so does a window that nobody touched.
export function changeOf(order: WorkOrder, draft: OrderDraft): WorkOrderChange {
  const before = draftOf(order);
  const window = windowOf(draft);
  const change: WorkOrderChange = {};
  if (draft.technician !== before.technician) change.technician_id = draft.technician || null;
  if (draft.site !== before.site) change.site_id = draft.site || null;
  if (draft.asset !== before.asset) change.asset_id = draft.asset || null;
  if (draft.kind !== "" && draft.kind !== order.kind) change.kind = draft.kind;
  if (draft.summary.trim() !== order.summary) change.summary = draft.summary.trim();
  if (draft.bring.trim() !== order.bring) change.bring = draft.bring.trim();
  if (draft.form !== order.form_key) change.form_key = draft.form;
  if (!isSameStart(draft, before)) change.window_start = window?.start ?? null;
  if (!isSameEnd(draft, before)) change.window_end = window?.end ?? null;
  if (window && draft.zone !== before.zone) change.zone = draft.zone;
  return change;
}
