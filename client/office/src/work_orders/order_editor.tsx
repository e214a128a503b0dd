import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { call, comebacks, problemOf, type Problem } from "../api/call";
import { useLoaded } from "../api/loaded";
import type { Customer, Form, Technician, VisitKind, WorkOrder } from "../api/types";
import { dropDraft, keepDraft, keptDraft } from "../drafts";
import { language, languageNames, languages, t, textOfCode } from "../i18n/texts";
import { go } from "../route";
import { Icon } from "../shell/icons";
import { ProblemNotice } from "../shell/problem_notice";
import { Loading } from "../shell/waiting";
import { Segments } from "../settings/settings_page";
import { CustomerSearch } from "../visits/visit_filter_bar";
import { visitKinds } from "../visits/visit_filters";
import { kindOf } from "../visits/visit_words";
import { ownZone } from "../zone";
import { uuid } from "../uuid";
import { askFirst, changedFields, editName, isOver, onSaved, pending, saveEdit, tellSaved, type KeptEdit } from "./order_changes";
import { changeOf, draftOf, emptyDraft, emptyNewcomer, missingIn, newCustomerOf, newOrderOf, withChange, type Missing, type Newcomer, type OrderDraft } from "./order_draft";
import { useOrder } from "./order_pane";
import { stateNowWords } from "./order_words";

const newName = "work_order.new";

/// What stands at the server under the id that was to be new: an earlier try arrived, with other words.
type Standing = { customer: Customer } | { order: WorkOrder };

export function NewOrderPage() {
  const [draft, setDraft] = useState<OrderDraft>(() => keptDraft<OrderDraft>(newName) ?? emptyDraft());
  const [problem, setProblem] = useState<Problem>();
  const [found, setFound] = useState<Standing>();
  const [isBusy, setBusy] = useState(false);
  const newest = useRef(draft);
  const change = (next: OrderDraft) => {
    newest.current = next;
    setDraft(next);
    keepDraft(newName, next);
  };
  const send = async () => {
    setBusy(true);
    setProblem(undefined);
    setFound(undefined);
    try {
      const order = await create(newest.current);
      dropDraft(newName);
      tellSaved(order);
      go({ place: "work_orders", query: { show: order.id } });
    } catch (error) {
      const now = problemOf(error);
      const there = standingIn(now);
      setFound(there);
      setProblem(there ? undefined : now);
      setBusy(false);
    }
  };
  const comeback = comebacks.value;
  useEffect(() => {
    if (problem?.code !== "network" && problem?.code !== "not_signed_in") return;
    const again = () => void send();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [problem]);
  useEffect(() => {
    if (problem?.code === "network" || problem?.code === "not_signed_in") void send();
  }, [comeback]);
  const discard = () => {
    dropDraft(newName);
    go({ place: "work_orders" });
  };
  const takeStanding = (there: Standing) => {
    setFound(undefined);
    if ("order" in there) {
      keepDraft(editName(there.order.id), { order: there.order, draft: { ...newest.current, customer: there.order.customer, newcomer: null } } satisfies KeptEdit);
      dropDraft(newName);
      go({ place: "work_orders", id: there.order.id, query: { edit: "1" } });
    } else {
      change({ ...newest.current, ...firstOf(there.customer) });
    }
  };
  const makeAnother = (there: Standing) => {
    const { newcomer } = newest.current;
    change("order" in there || !newcomer ? { ...newest.current, id: uuid() } : { ...newest.current, newcomer: { ...newcomer, id: uuid() } });
    void send();
  };
  return (
    <Editor title={t("office.order.new")} draft={draft} onChange={change} isBusy={isBusy} problem={problem} onSend={() => void send()} onDiscard={discard} sendWords={t("office.order.create")} isNew>
      {found && <FoundNotice found={found} onTake={() => takeStanding(found)} onAnother={() => makeAnother(found)} />}
    </Editor>
  );
}

function standingIn(problem: Problem): Standing | undefined {
  if (problem.code !== "conflict") return undefined;
  const { work_order: order, customer } = problem.body as { work_order?: WorkOrder; customer?: Customer };
  return order ? { order } : customer ? { customer } : undefined;
}

const firstOf = (customer: Customer): Partial<OrderDraft> => ({
  customer: { id: customer.id, name: customer.name },
  newcomer: null,
  site: customer.sites[0]?.id ?? "",
  asset: customer.assets[0]?.id ?? "",
});

function FoundNotice({ found, onTake, onAnother }: { found: Standing; onTake: () => void; onAnother: () => void }) {
  const isOrder = "order" in found;
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => notice.current?.scrollIntoView({ block: "nearest" }), []);
  const words = isOrder ? [found.order.number, found.order.customer?.name, kindOf(found.order.kind), found.order.summary] : wordsOfCustomer(found.customer);
  return (
    <div class="notice is-waiting" role="alert" ref={notice}>
      <Icon name="warning" />
      <p>
        {isOrder ? t("office.order.exists") : t("office.customer.exists")}
        <br />
        <strong>{words.filter(Boolean).join(" · ")}</strong>
      </p>
      <button type="button" class="button" onClick={onTake}>
        {isOrder ? t("office.order.exists.change") : t("office.customer.exists.take")}
      </button>
      <button type="button" class="button" onClick={onAnother}>
        {isOrder ? t("office.order.exists.another") : t("office.customer.exists.another")}
      </button>
    </div>
  );
}

function wordsOfCustomer({ number, name, phone, sites, assets }: Customer): string[] {
  const [site] = sites;
  return [number, name, phone, [site?.street, site?.city].filter(Boolean).join(", "), ...assets.map((asset) => asset.name)];
}

/// The customer first; both have their ids already, so that a second try after a lost answer makes nothing twice.
async function create(draft: OrderDraft): Promise<WorkOrder> {
  if (!draft.newcomer) return call<WorkOrder>("POST", "/v1/work_orders", newOrderOf(draft, draft.customer?.id ?? ""));
  const customer = await call<Customer>("POST", "/v1/customers", newCustomerOf(draft.newcomer));
  return call<WorkOrder>("POST", "/v1/work_orders", newOrderOf({ ...draft, ...firstOf(customer) }, customer.id));
}

export function EditOrderPage({ id }: { id: string }) {
  const { value: now, problem, again } = useOrder(id);
  const begun = keptDraft<KeptEdit>(editName(id))?.order ?? pending.value.get(id)?.order ?? now;
  if (!begun) return problem ? <ProblemNotice problem={problem} onRetry={again} /> : <Loading />;
  return <Editing key={id} begun={begun} now={now} />;
}

/// Goes on with what was typed or is pending; otherwise begins with how the work order stands.
function beginEdit(begun: WorkOrder): KeptEdit {
  const waiting = pending.value.get(begun.id);
  const pendingEdit = waiting && { order: waiting.order, draft: withChange(waiting.order, waiting.change) };
  return keptDraft<KeptEdit>(editName(begun.id)) ?? pendingEdit ?? { order: begun, draft: draftOf(begun) };
}

function Editing({ begun, now }: { begun: WorkOrder; now: WorkOrder | undefined }) {
  const { id } = begun;
  const name = editName(id);
  const [edit, setEdit] = useState<KeptEdit>(() => beginEdit(begun));
  const { order, draft } = edit;
  useEffect(
    () =>
      onSaved((saved) => {
        if (saved.id === id && !pending.value.has(id)) setEdit(beginEdit(saved));
      }),
    [id],
  );
  const leave = () => go({ place: "work_orders", id });
  const send = () => {
    const change = changeOf(order, draft);
    if (order.state === "declined" && change.technician_id) change.state = "planned";
    keepDraft(name, edit);
    leave();
    if (now && now.seq > order.seq && isOver(now) && Object.keys(change).length > 0) askFirst(order, change, now);
    else void saveEdit(order, change);
  };
  return (
    <Editor
      title={t("office.order.edit.title", { number: order.number })}
      draft={draft}
      before={draftOf(order)}
      onChange={(next) => {
        setEdit({ order, draft: next });
        keepDraft(name, { order, draft: next } satisfies KeptEdit);
      }}
      isBusy={false}
      problem={undefined}
      onSend={send}
      onDiscard={() => {
        dropDraft(name);
        leave();
      }}
      sendWords={t("button.save")}
    >
      {now && now.seq > order.seq && <ChangedNotice before={order} now={now} />}
    </Editor>
  );
}

/// Somebody else was here while this editor was open.
function ChangedNotice({ before, now }: { before: WorkOrder; now: WorkOrder }) {
  const fields = changedFields(before, now);
  if (fields.length === 0) return null;
  const others = [...new Set(fields.filter((field) => field !== "state").map((field) => textOfCode("office.field.", field)))];
  return (
    <div class="notice is-waiting" role="alert">
      <Icon name="warning" />
      <p>
        {fields.includes("state") && (
          <>
            <strong>{stateNowWords(now)}</strong>{" "}
          </>
        )}
        {others.length > 0 && <>{t("office.order.changed_meanwhile", { fields: others.join(", ") })} </>}
        {t("office.order.changed_meanwhile.kept")}
      </p>
    </div>
  );
}

interface EditorProps {
  title: string;
  draft: OrderDraft;
  /// What the editor began with, where there is something already.
  before?: OrderDraft;
  onChange: (draft: OrderDraft) => void;
  isBusy: boolean;
  problem: Problem | undefined;
  onSend: () => void;
  onDiscard: () => void;
  sendWords: string;
  isNew?: boolean;
  /// What must be said before anything is sent.
  children?: ComponentChildren;
}

const textMax = 2000;
const lineMax = 200;

function Editor({ title, draft, before, onChange, isBusy, problem, onSend, onDiscard, sendWords, isNew = false, children }: EditorProps) {
  const [isChecked, setChecked] = useState(false);
  const set = (part: Partial<OrderDraft>) => onChange({ ...draft, ...part });
  const missing = missingIn(draft, before);
  const says = (one: Missing) => (isChecked && missing.includes(one) ? t(`office.order.missing.${one}`) : "");
  const form = useRef<HTMLFormElement>(null);
  const send = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (missing.length === 0) onSend();
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true], .field-problem")?.scrollIntoView({ block: "center" }));
  };
  return (
    <div class="page-scroll">
      <form class="page is-narrow form" ref={form} onSubmit={send} noValidate>
        <h1>{title}</h1>
        {!isNew && children}
        <CustomerPart draft={draft} set={set} isNew={isNew} problem={says("customer") || says("newcomer") || says("asset")} />
        <section class="card">
          <h2>{t("office.order.what")}</h2>
          <label class="field">
            <span>{t("summary.kind")}</span>
            <select class="select" value={draft.kind} aria-invalid={says("kind") !== ""} onChange={(event) => set({ kind: event.currentTarget.value as VisitKind, form: "" })}>
              <option value="">{t("office.choose")}</option>
              {visitKinds.map((kind) => (
                <option key={kind} value={kind}>
                  {kindOf(kind)}
                </option>
              ))}
            </select>
            <FieldProblem words={says("kind")} />
          </label>
          <FormField draft={draft} set={set} />
          <label class="field">
            <span>{t("office.visit.reason")}</span>
            <textarea rows={3} maxLength={textMax} value={draft.summary} aria-invalid={says("summary") !== ""} onInput={(event) => set({ summary: event.currentTarget.value })} />
            <FieldProblem words={says("summary")} />
          </label>
          <label class="field">
            <span>{t("office.order.bring")}</span>
            <textarea rows={2} maxLength={textMax} value={draft.bring} onInput={(event) => set({ bring: event.currentTarget.value })} />
          </label>
        </section>
        <section class="card">
          <h2>{t("office.order.when_who")}</h2>
          <WindowFields draft={draft} set={set} problem={says("window")} />
          <TechnicianField draft={draft} set={set} />
        </section>
        {problem && <ProblemNotice problem={problem} onRetry={onSend} />}
        {isNew && children}
        <footer class="form-foot">
          <p class="soft small">{t("office.order.kept")}</p>
          <button type="button" class="button" onClick={onDiscard}>
            {t("office.order.discard")}
          </button>
          <button type="submit" class="button is-primary" disabled={isBusy}>
            {isBusy ? t("state.saving") : sendWords}
          </button>
        </footer>
      </form>
    </div>
  );
}

type Set = (part: Partial<OrderDraft>) => void;

function FieldProblem({ words }: { words: string }) {
  return words ? <small class="field-problem">{words}</small> : null;
}

function CustomerPart({ draft, set, isNew, problem }: { draft: OrderDraft; set: Set; isNew: boolean; problem: string }) {
  const { value: customer } = useLoaded<Customer>(draft.customer ? `/v1/customers/${draft.customer.id}` : null);
  const accessNote = customer?.sites.find((site) => site.id === draft.site)?.access_note;
  useEffect(() => {
    if (!isNew || !customer || draft.site !== "") return;
    const [site, another] = customer.sites;
    if (site && !another) set({ site: site.id });
  }, [customer]);
  return (
    <section class="card">
      <h2>{t("summary.customer")}</h2>
      {draft.customer && (
        <p class="chosen">
          <Icon name="person" />
          <span>
            <strong>{draft.customer.name}</strong> <span class="soft">{customer?.phone}</span>
          </span>
          {isNew && (
            <button type="button" class="button is-small" onClick={() => set({ customer: null, site: "", asset: "" })}>
              {t("new_visit.change")}
            </button>
          )}
        </p>
      )}
      {!draft.customer && !draft.newcomer && (
        <div class="customer-search">
          <CustomerSearch all="" onChoose={(id, chosen) => set({ customer: { id, name: chosen?.name ?? "" }, site: "", asset: "" })} />
          <button type="button" class="button" onClick={() => set({ newcomer: emptyNewcomer("", language()) })}>
            <Icon name="plus" />
            {t("new_visit.new_customer")}
          </button>
        </div>
      )}
      {draft.newcomer && <NewcomerFields newcomer={draft.newcomer} onChange={(newcomer) => set({ newcomer })} />}
      {draft.customer && customer && (
        <div class="field-row">
          {customer.sites.length > 0 && (
            <Choice
              label={t("office.site")}
              value={draft.site}
              choices={customer.sites.map((site) => ({ value: site.id, words: [site.name, site.street, site.city].filter(Boolean).join(", ") }))}
              onChoose={(site) => set({ site })}
            />
          )}
          {customer.assets.length > 0 && (
            <Choice
              label={t("office.asset")}
              value={draft.asset}
              choices={customer.assets.map((asset) => ({ value: asset.id, words: [asset.name, asset.serial].filter(Boolean).join(" · ") }))}
              onChoose={(asset) => set({ asset })}
            />
          )}
        </div>
      )}
      {accessNote && <p class="soft small">{accessNote}</p>}
      <FieldProblem words={problem} />
    </section>
  );
}

function Choice(props: { label: string; value: string; choices: { value: string; words: string }[]; onChoose: (value: string) => void; none?: string }) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <select class="select" value={props.value} onChange={(event) => props.onChoose(event.currentTarget.value)}>
        <option value="">{props.none ?? t("office.not_named")}</option>
        {props.choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.words}
          </option>
        ))}
      </select>
    </label>
  );
}

function NewcomerFields({ newcomer, onChange }: { newcomer: Newcomer; onChange: (newcomer: Newcomer | null) => void }) {
  const text = (name: keyof Newcomer, words: string, more: { type?: string; maxLength?: number; placeholder?: string } = {}): ComponentChildren => (
    <label class="field">
      <span>{words}</span>
      <input type="text" autocomplete="off" maxLength={lineMax} {...more} value={String(newcomer[name])} onInput={(event) => onChange({ ...newcomer, [name]: event.currentTarget.value })} />
    </label>
  );
  return (
    <>
      <Segments
        name="is_company"
        label={t("new_visit.new_customer")}
        value={newcomer.isCompany ? "company" : "person"}
        choices={[
          { value: "person", words: t("new_visit.person") },
          { value: "company", words: t("new_visit.company") },
        ]}
        onChoose={(one) => onChange({ ...newcomer, isCompany: one === "company" })}
      />
      {text("name", t("new_visit.customer"))}
      <div class="field-row">
        {text("phone", t("new_visit.phone"), { type: "tel" })}
        {text("email", t("office.sign_in.email"), { type: "email" })}
      </div>
      <label class="field">
        <span>{t("new_visit.language")}</span>
        <select class="select" value={newcomer.language} onChange={(event) => onChange({ ...newcomer, language: event.currentTarget.value })}>
          {languages.map((code) => (
            <option key={code} value={code} lang={code}>
              {languageNames[code]}
            </option>
          ))}
        </select>
      </label>
      {text("street", t("new_visit.street"))}
      <div class="field-row">
        {text("postcode", t("new_visit.postcode"))}
        {text("city", t("new_visit.city"))}
        {text("country", t("office.order.country"), { maxLength: 2, placeholder: "CZ" })}
      </div>
      <div class="field-row">
        {text("asset", t("new_visit.asset"))}
        {text("serial", t("new_visit.serial"))}
        {text("place", t("new_visit.place"))}
      </div>
      <button type="button" class="button" onClick={() => onChange(null)}>
        {t("new_visit.search_instead")}
      </button>
    </>
  );
}

function FormField({ draft, set }: { draft: OrderDraft; set: Set }) {
  const { value } = useLoaded<{ forms: Form[] }>(`/v1/forms?language=${language()}`);
  const fitting = (value?.forms ?? []).filter((form) => draft.kind === "" || form.kind === draft.kind || form.key === draft.form);
  if (fitting.length === 0) return null;
  return (
    <Choice
      label={t("office.order.form")}
      none={t("office.order.form.usual")}
      value={draft.form}
      choices={fitting.map((form) => ({ value: form.key, words: form.title }))}
      onChoose={(form) => set({ form })}
    />
  );
}

const zones = (): string[] => (typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : []);

function WindowFields({ draft, set, problem }: { draft: OrderDraft; set: Set; problem: string }) {
  const all = [...new Set([draft.zone, ownZone(), ...zones()])];
  return (
    <fieldset class="window">
      <legend>{t("office.order.when")}</legend>
      <div class="field-row">
        <label class="field">
          <span>{t("office.day.date")}</span>
          <input type="date" value={draft.day} aria-invalid={problem !== ""} onInput={(event) => set({ day: event.currentTarget.value })} />
        </label>
        <label class="field">
          <span>{t("office.order.from")}</span>
          <input type="time" value={draft.from} aria-invalid={problem !== ""} onInput={(event) => set({ from: event.currentTarget.value })} />
        </label>
        {draft.lastDay && (
          <label class="field">
            <span>{t("office.order.last_day")}</span>
            <input type="date" value={draft.lastDay} aria-invalid={problem !== ""} onInput={(event) => set({ lastDay: event.currentTarget.value })} />
          </label>
        )}
        <label class="field">
          <span>{t("office.order.to")}</span>
          <input type="time" value={draft.to} aria-invalid={problem !== ""} onInput={(event) => set({ to: event.currentTarget.value })} />
        </label>
        <label class="field">
          <span>{t("office.csv.zone")}</span>
          <select class="select" value={draft.zone} onChange={(event) => set({ zone: event.currentTarget.value })}>
            {all.map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll("_", " ")}
              </option>
            ))}
          </select>
        </label>
      </div>
      <FieldProblem words={problem} />
    </fieldset>
  );
}

function TechnicianField({ draft, set }: { draft: OrderDraft; set: Set }) {
  const { value } = useLoaded<{ technicians: Technician[] }>("/v1/technicians");
  return (
    <Choice
      label={t("office.visits.technician")}
      none={t("office.filter.no_technician")}
      value={draft.technician}
      choices={(value?.technicians ?? []).map((one) => ({ value: one.id, words: one.name }))}
      onChoose={(technician) => set({ technician })}
    />
  );
}
