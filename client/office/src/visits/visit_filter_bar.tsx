import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { query } from "../api/call";
import { useLoaded } from "../api/loaded";
import type { Customer, CustomerLine, Technician } from "../api/types";
import { date } from "../i18n/format";
import { t } from "../i18n/texts";
import { Icon } from "../shell/icons";
import { ChoiceChip, PopupChip } from "../shell/popup";
import { dayOf, ownZone } from "../zone";
import { visitKinds, visitStates, type VisitFilters } from "./visit_filters";
import { kindOf } from "./visit_words";

interface Props {
  filters: VisitFilters;
  onChange: (next: VisitFilters) => void;
  tail: ComponentChildren;
}

export function VisitFilterBar({ filters, onChange, tail }: Props) {
  const set = (part: Partial<VisitFilters>) => onChange({ ...filters, ...part });
  const isNarrowed = Object.entries(filters).some(([name, value]) => name !== "day" && value !== "");
  return (
    <div class="filter-bar" role="search" aria-label={t("office.filters")}>
      <div class="filter-chips">
        <DayChip day={filters.day} onChoose={(day) => set({ day })} />
        <TechnicianChip value={filters.technician} onChoose={(technician) => set({ technician })} />
        <ChoiceChip
          label={filters.kind ? kindOf(filters.kind) : t("office.filter.all_kinds")}
          value={filters.kind}
          choices={[{ value: "", words: t("office.filter.all_kinds") }, ...visitKinds.map((kind) => ({ value: kind, words: kindOf(kind) }))]}
          onChoose={(kind) => set({ kind })}
        />
        <CustomerChip value={filters.customer} onChoose={(customer) => set({ customer })} />
        <ChoiceChip
          label={filters.state ? t(stateKey(filters.state)) : t("office.filter.any_state")}
          value={filters.state}
          choices={[{ value: "", words: t("office.filter.any_state") }, ...visitStates.map((state) => ({ value: state, words: t(stateKey(state)) }))]}
          onChoose={(state) => set({ state })}
        />
        <TextFilter text={filters.text} onChange={(text) => set({ text })} />
        {isNarrowed && (
          <button type="button" class="chip is-plain" onClick={() => onChange({ day: filters.day, technician: "", kind: "", customer: "", state: "", text: "" })}>
            <Icon name="close" />
            {t("office.filter.clear")}
          </button>
        )}
      </div>
      <div class="filter-tail">{tail}</div>
    </div>
  );
}

const stateKey = (state: string) => `office.visit.state.${state}` as "office.visit.state.open";

export function dayWords(day: string): string {
  if (day === "") return t("office.day.today");
  if (day === "yesterday") return t("office.day.yesterday");
  if (day === "week") return t("office.day.week");
  if (day === "all") return t("office.day.all");
  return date(`${day}T12:00:00Z`, "UTC");
}

interface DayProps {
  day: string;
  onChoose: (day: string) => void;
  days?: string[];
  words?: (day: string) => string | undefined;
}

export function DayChip({ day, onChoose, days = ["", "yesterday", "week", "all"], words }: DayProps) {
  const isDate = !days.includes(day);
  const wordsFor = (one: string): string => words?.(one) ?? dayWords(one);
  return (
    <PopupChip label={wordsFor(day)} isChosen={!words || day !== ""} icon="clock">
      {(close) => (
        <>
          <ul class="choices">
            {days.map((choice) => (
              <li key={choice}>
                <button
                  type="button"
                  aria-current={choice === day}
                  onClick={() => {
                    onChoose(choice);
                    close();
                  }}
                >
                  <span>{wordsFor(choice)}</span>
                  {choice === day && <Icon name="check" />}
                </button>
              </li>
            ))}
          </ul>
          <label class="popup-field">
            <span>{t("office.day.date")}</span>
            <input
              type="date"
              value={isDate ? day : ""}
              max={days.includes("yesterday") ? dayOf(new Date(), ownZone()) : undefined}
              onChange={(event) => {
                if (event.currentTarget.value) onChoose(event.currentTarget.value);
              }}
            />
          </label>
        </>
      )}
    </PopupChip>
  );
}

export function TechnicianChip({ value, onChoose, withNobody = false }: { value: string; onChoose: (id: string) => void; withNobody?: boolean }) {
  const { value: answer } = useLoaded<{ technicians: Technician[] }>("/v1/technicians");
  const technicians = answer?.technicians ?? [];
  const all = t("office.filter.all_technicians");
  const nobody = t("office.filter.no_technician");
  const name = value === "none" ? nobody : (technicians.find((one) => one.id === value)?.name ?? (value ? "…" : all));
  const choices = [
    { value: "", words: all },
    ...(withNobody ? [{ value: "none", words: nobody }] : []),
    ...technicians.map((one) => ({ value: one.id, words: one.name })),
  ];
  return <ChoiceChip label={name} value={value} choices={choices} onChoose={onChoose} />;
}

function CustomerChip({ value, onChoose }: { value: string; onChoose: (id: string) => void }) {
  const { value: customer } = useLoaded<Customer>(value ? `/v1/customers/${value}` : null);
  const label = value ? (customer?.name ?? "…") : t("office.filter.all_customers");
  return (
    <PopupChip label={label} isChosen={value !== ""}>
      {(close) => (
        <CustomerSearch
          all={value ? t("office.filter.all_customers") : ""}
          onChoose={(id) => {
            onChoose(id);
            close();
          }}
        />
      )}
    </PopupChip>
  );
}

export function CustomerSearch({ all, onChoose }: { all: string; onChoose: (id: string, customer?: CustomerLine) => void }) {
  const [text, setText] = useState("");
  const asked = useSettled(text.trim(), 200);
  const { value } = useLoaded<{ customers: CustomerLine[] }>(`/v1/customers${query({ q: asked, limit: 8 })}`);
  return (
    <>
      <label class="popup-field">
        <span>{t("office.customer.search")}</span>
        <input type="search" autocomplete="off" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <ul class="choices">
        {all && (
          <li>
            <button type="button" onClick={() => onChoose("")}>
              {all}
            </button>
          </li>
        )}
        {(value?.customers ?? []).map((customer) => (
          <li key={customer.id}>
            <button type="button" onClick={() => onChoose(customer.id, customer)}>
              <span>
                {customer.name}
                <small>{[customer.number, customer.city].filter(Boolean).join(" · ")}</small>
              </span>
            </button>
          </li>
        ))}
        {value?.customers.length === 0 && <li class="choices-none">{t("state.nothing_found", { text: asked })}</li>}
      </ul>
    </>
  );
}

/// The value once it has not changed for a while: a server is not asked at each key.
export function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

export function TextFilter({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const settled = useSettled(typed.trim(), 300);
  useEffect(() => {
    if (text !== settled) setTyped(text);
  }, [text]);
  useEffect(() => {
    if (settled !== text && settled === typed.trim()) onChange(settled);
  }, [settled]);
  return (
    <label class="chip-field">
      <Icon name="search" />
      <span class="only-heard">{t("office.filter.text")}</span>
      <input type="search" placeholder={t("office.filter.text")} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
    </label>
  );
}
