import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../api/call";
import { useLoaded } from "../api/loaded";
import type { Customer, Form, Technician, VisitKind, WorkOrder } from "../api/types";
import { dropDraft, keepDraft, keptDraft } from "../drafts";
import { language, languageNames, languages, t } from "../i18n/texts";
import { go } from "../route";
import { Icon } from "../shell/icons";
import { ProblemNotice } from "../shell/problem_notice";
import { Loading } from "../shell/waiting";
import { Segments } from "../settings/settings_page";
import { CustomerSearch } from "../visits/visit_filter_bar";
import { visitKinds } from "../visits/visit_filters";
import { kindOf } from "../visits/visit_words";
import { ownZone } from "../zone";
import { changeOrder, tellSaved } from "./order_changes";
import { changeOf, draftOf, emptyDraft, emptyNewcomer, missingIn, newCustomerOf, newOrderOf, type Missing, type Newcomer, type OrderDraft } from "./order_draft";

const newName = "work_order.new";

export function NewOrderPage() {
  const [draft, setDraft] = useState<OrderDraft>(() => keptDraft<OrderDraft>(newName) ?? emptyDraft());
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const change = (next: OrderDraft) => {
    setDraft(next);
    keepDraft(newName, next);
  };
  const send = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const order = await create(draft);
      dropDraft(newName);
      tellSaved(order);
      go({ place: "work_orders", query: { show: order.id } });
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  useEffect(() => {
    if (problem?.code !== "network") return;
    const again = () => void send();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [problem]);
  const discard = () => {
    dropDraft(newName);
    go({ place: "work_orders" });
  };
  return (
    <Editor title={t("office.order.new")} draft={draft} onChange={change} isBusy={isBusy} problem={problem} onSend={() => void send()} onDiscard={discard} sendWords={t("office.order.create")} isNew />
  );
}

/// The customer first; both have their ids already, so that a second try after a lost answer makes nothing twice.
async function create(draft: OrderDraft): Promise<WorkOrder> {
  if (!draft.newcomer) return call<WorkOrder>("POST", "/v1/work_orders", newOrderOf(draft, draft.customer?.id ?? ""));
  const customer = await call<Customer>("POST", "/v1/customers", newCustomerOf(draft.newcomer));
  const first = { ...draft, site: customer.sites[0]?.id ?? "", asset: customer.assets[0]?.id ?? "" };
  return call<WorkOrder>("POST", "/v1/work_orders", newOrderOf(first, customer.id));
}

export function EditOrderPage({ id }: { id: string }) {
  const { value: order, problem, again } = useLoaded<WorkOrder>(`/v1/work_orders/${id}`);
  if (problem) return <ProblemNotice problem={problem} onRetry={again} />;
  if (!order) return <Loading />;
  return <Editing key={id} order={order} />;
}

interface KeptEdit {
  order: WorkOrder;
  draft: OrderDraft;
}

function Editing({ order: read }: { order: WorkOrder }) {
  const name = `work_order.${read.id}`;
  const kept = useRef(keptDraft<KeptEdit>(name)).current;
  const order = kept?.order ?? read;
  const [draft, setDraft] = useState<OrderDraft>(kept?.draft ?? draftOf(read));
  const leave = () => {
    dropDraft(name);
    go({ place: "work_orders", id: read.id });
  };
  const send = () => {
    const change = changeOf(order, draft);
    leave();
    if (Object.keys(change).length > 0) void changeOrder(order, change);
  };
  return (
    <Editor
      title={t("office.order.edit.title", { number: read.number })}
      draft={draft}
      onChange={(next) => {
        setDraft(next);
        keepDraft(name, { order, draft: next } satisfies KeptEdit);
      }}
      isBusy={false}
      problem={undefined}
      onSend={send}
      onDiscard={leave}
      sendWords={t("button.save")}
    />
  );
}

interface EditorProps {
  title: string;
  draft: OrderDraft;
  onChange: (draft: OrderDraft) => void;
  isBusy: boolean;
  problem: Problem | undefined;
  onSend: () => void;
  onDiscard: () => void;
  sendWords: string;
  isNew?: boolean;
}

function Editor({ title, draft, onChange, isBusy, problem, onSend, onDiscard, sendWords, isNew = false }: EditorProps) {
  const [isChecked, setChecked] = useState(false);
  const set = (part: Partial<OrderDraft>) => onChange({ ...draft, ...part });
  const missing = missingIn(draft);
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
        <CustomerPart draft={draft} set={set} isNew={isNew} problem={says("customer") || says("newcomer")} />
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
            <textarea rows={3} value={draft.summary} aria-invalid={says("summary") !== ""} onInput={(event) => set({ summary: event.currentTarget.value })} />
            <FieldProblem words={says("summary")} />
          </label>
          <label class="field">
            <span>{t("office.order.bring")}</span>
            <textarea rows={2} value={draft.bring} onInput={(event) => set({ bring: event.currentTarget.value })} />
          </label>
        </section>
        <section class="card">
          <h2>{t("office.order.when_who")}</h2>
          <WindowFields draft={draft} set={set} problem={says("window")} />
          <TechnicianField draft={draft} set={set} />
        </section>
        {problem && <ProblemNotice problem={problem} onRetry={onSend} />}
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
  const text = (name: keyof Newcomer, words: string, more: Record<string, string> = {}): ComponentChildren => (
    <label class="field">
      <span>{words}</span>
      <input type="text" autocomplete="off" {...more} value={String(newcomer[name])} onInput={(event) => onChange({ ...newcomer, [name]: event.currentTarget.value })} />
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
        {text("country", t("office.order.country"), { maxLength: "2", placeholder: "CZ" })}
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
