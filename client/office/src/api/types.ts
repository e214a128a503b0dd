import type { operations } from "./schema";

/// The shapes that the server answers with, by the names that this page has for them. They come from the server's own description.

type Operation = keyof operations;
type Inside<T> = T extends { content: { "application/json": infer Body } } ? Body : never;
type Answer<O extends Operation> = operations[O] extends { responses: infer R } ? Inside<R extends { 200: infer Ok } ? Ok : R extends { 201: infer Made } ? Made : never> : never;
type Body<O extends Operation> = operations[O] extends { requestBody?: infer R } ? Inside<NonNullable<R>> : never;

export type Session = Answer<"session">;
export type Role = Session["role"];

export type VisitPage = Answer<"visits">;
export type VisitLine = VisitPage["visits"][number];
export type VisitState = VisitLine["state"];
export type SealState = NonNullable<VisitLine["seal"]>;
export type VisitKind = VisitLine["kind"];
export type Money = NonNullable<VisitLine["price"]>;
export type Page = Pick<VisitPage, "next" | "count" | "seq">;

export type Visit = Answer<"visit">;
export type ClockEvent = Visit["events"][number];
/// “answers” of a visit: label and text in the language that was asked for.
export type VisitAnswer = Visit["answers"][number];
export type Photo = Visit["photos"][number];
export type SignOff = Visit["sign_offs"][number];
/// Points of x, y, milliseconds and, where the digitiser knows it, pressure in thousandths.
export type Strokes = NonNullable<SignOff["strokes"]>;
export type StrokePoint = Strokes["strokes"][number][number];
export type Change = Visit["history"][number];
export type Rating = Visit["ratings"][number];

export type WorkOrderPage = Answer<"work_orders">;
export type WorkOrder = WorkOrderPage["work_orders"][number];
export type WorkOrderWithHistory = Answer<"work_order">;
export type WorkOrderState = WorkOrder["state"];
export type NewWorkOrder = Body<"add_work_order">;
export type WorkOrderChange = Omit<Body<"change_work_order">, "seen_seq">;

export type Technician = Answer<"technicians">["technicians"][number];
export type CustomerLine = Answer<"customers">["customers"][number];
export type Customer = Answer<"customer">;
export type NewCustomer = Body<"add_customer">;
export type Form = Answer<"forms">["forms"][number];

export type SetAside = Answer<"set_aside">;
export type Waiting = SetAside["waiting"][number];
export type Settled = Answer<"release">;

export type Device = Answer<"devices">["devices"][number];
export type Enrolment = Answer<"open_enrolment">;
export type Person = Answer<"people">["people"][number];
export type AuditPage = Answer<"audit">;

/// What an event of /v1/events carries; the description has no words for streams.
export interface FeedEvent {
  seq: number;
  type: string;
  id: string;
  verb: string;
  visit_id: string | null;
  work_order_id: string | null;
}
