/// The shapes that the server answers with, as its description names them.

export type Uuid = string;
/// RFC 3339, UTC.
export type Instant = string;

export type Role = "technician" | "kiosk" | "dispatcher" | "manager" | "administrator";

export interface Session {
  csrf: string;
  organisation: string;
  user: { id: Uuid; name: string; email: string; language: string };
  role: Role;
  expires: Instant;
  totp: "on" | "off" | "needed";
}

export interface Named {
  id: Uuid;
  name: string;
}

export interface NumberedName extends Named {
  number: string;
}

export interface Money {
  minor: number;
  currency: string;
}

export type VisitState = "open" | "signed" | "refused" | "absent";
export type SealState = "intact" | "erased" | "incomplete" | "broken";

export interface VisitLine {
  id: Uuid;
  number: string;
  kind: string;
  customer: NumberedName | null;
  site: string;
  asset: string;
  technician: Named | null;
  started_at: Instant;
  zone: string;
  state: VisitState;
  seal: SealState | null;
  photo_count: number;
  missing_blobs: string[];
  received_at: Instant;
  rating: number | null;
  price: Money | null;
  lost_count: number;
}

export interface Page {
  next: string | null;
  count: number | null;
  seq: number;
}

export interface VisitPage extends Page {
  visits: VisitLine[];
}

export interface ClockEvent {
  id: Uuid;
  kind: string;
  at: Instant;
  zone: string;
  boot_id: string;
  monotonic_ms: number;
  server_offset_ms: number | null;
  corrected_at: Instant | null;
  received_at: Instant;
}

export interface Answer {
  question: string;
  section: string;
  label: string;
  kind: string;
  value: unknown;
  text: string;
}

export interface Photo {
  id: Uuid;
  question: string;
  moment: string;
  caption: string;
  sha256: string | null;
  is_here: boolean;
  media_type: string;
  byte_count: number;
  width: number;
  height: number;
  taken_at: Instant;
}

export interface Note {
  at: Instant;
  author: string;
  text: string;
}

/// x, y, milliseconds and, where the digitiser knows it, pressure from 0 to 1000.
export type StrokePoint = number[];

export interface Strokes {
  sha256: string;
  is_here: boolean;
  digitiser: string;
  width_px: number;
  height_px: number;
  strokes: StrokePoint[][];
}

export interface SealGroup {
  name: string;
  state: "intact" | "erased" | "missing" | "changed";
}

export interface Seal {
  state: SealState;
  sha256: string;
  groups: SealGroup[];
  is_signed_by_device: boolean;
  countersigned_at: Instant | null;
  not_before: Instant | null;
}

export interface SignOff {
  id: Uuid;
  outcome: "signed" | "refused" | "absent";
  reason: string;
  reason_text: string;
  signer_name: string;
  signer_role: string;
  signed_at: Instant;
  language: string;
  replaces_id: Uuid | null;
  strokes: Strokes | null;
  seal: Seal;
}

export interface Change {
  at: Instant;
  by: string;
  device: string;
  record: string;
  field: string;
  value: string;
  lost_value: string | null;
  ruling: "accepted" | "merged" | "set_aside";
  reason: string | null;
}

export interface Rating {
  at: Instant;
  stars: number;
  comment: string;
  source: string;
}

export interface Visit extends Omit<VisitLine, "asset"> {
  asset: { id: Uuid; name: string; serial: string } | null;
  language: string;
  reason: string;
  result: string;
  promised: string;
  form: { key: string; version: number } | null;
  work_order: { id: Uuid; number: string; state: string } | null;
  events: ClockEvent[];
  answers: Answer[];
  photos: Photo[];
  notes: Note[];
  sign_offs: SignOff[];
  history: Change[];
  ratings: Rating[];
  report: unknown;
  coverage: unknown;
}

export type WorkOrderState =
  | "planned"
  | "assigned"
  | "accepted"
  | "travelling"
  | "on_site"
  | "done"
  | "closed"
  | "cancelled"
  | "declined";

export interface WorkOrder {
  id: Uuid;
  number: string;
  kind: string;
  state: WorkOrderState;
  customer: NumberedName | null;
  site: { id: Uuid; name: string; city: string } | null;
  asset: Named | null;
  technician: Named | null;
  window_start: Instant | null;
  window_end: Instant | null;
  zone: string;
  summary: string;
  bring: string;
  form_key: string;
  visit: { id: Uuid; number: string; state: VisitState } | null;
  seq: number;
  lost_count: number;
  history?: Change[];
}

export interface WorkOrderPage extends Page {
  work_orders: WorkOrder[];
}

export interface NewWorkOrder {
  id: Uuid;
  customer_id: Uuid;
  site_id?: Uuid;
  asset_id?: Uuid;
  kind: string;
  technician_id?: Uuid;
  window_start?: Instant;
  window_end?: Instant;
  zone?: string;
  summary: string;
  bring?: string;
  form_key?: string;
}

export interface WorkOrderChange {
  technician_id?: Uuid | null;
  window_start?: Instant | null;
  window_end?: Instant | null;
  zone?: string;
  site_id?: Uuid;
  asset_id?: Uuid;
  kind?: string;
  summary?: string;
  bring?: string;
  form_key?: string;
  state?: "cancelled" | "planned" | "closed";
}

export interface Technician extends Named {
  language: string;
  device_prefixes: string[];
}

export interface CustomerLine extends NumberedName {
  is_company: boolean;
  city: string;
  phone: string;
}

export interface Site {
  id: Uuid;
  name: string;
  street: string;
  city: string;
  postcode: string;
  country: string;
  access_note: string;
}

export interface Asset {
  id: Uuid;
  name: string;
  serial: string;
  place: string;
  product: string | null;
  category: string;
  site_id: Uuid | null;
}

export interface Customer extends NumberedName {
  is_company: boolean;
  language: string;
  phone: string;
  email: string;
  note: string;
  sites: Site[];
  assets: Asset[];
}

export interface NewCustomer {
  id: Uuid;
  name: string;
  is_company: boolean;
  language: string;
  phone?: string;
  email?: string;
  site?: { name?: string; street: string; city: string; postcode: string; country: string };
  asset?: { name: string; serial?: string; place?: string };
}

export interface Form {
  key: string;
  version: number;
  kind: string;
  category: string;
  title: string;
}

export interface Device {
  id: Uuid;
  name: string;
  role: "tablet" | "kiosk";
  prefix: string;
  user: Named | null;
  enrolled_at: Instant;
  revoked_at: Instant | null;
  is_revoked: boolean;
  last_contact_at: Instant | null;
  app_version: string;
  held_dseq: number;
  unsent: { operations: number; visits: number; photos: number; photo_bytes: number; told_at: Instant } | null;
  missing_numbers: string[];
  set_aside_count: number;
  lineage_count: number;
}

export interface Enrolment {
  line: string;
  expires: Instant;
}

export interface Person extends Named {
  role: Role;
  language: string;
  is_active: boolean;
  email: string;
}

export interface AuditEntry {
  at: Instant;
  actor: string;
  action: string;
  subject: string;
  detail: string;
}

export interface FeedEvent {
  seq: number;
  type: string;
  id: Uuid;
  verb: string;
  visit_id: Uuid | null;
  work_order_id: Uuid | null;
}
