import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, problemOf, query } from "../api/call";
import type { CustomerLine, VisitPage, WorkOrderPage } from "../api/types";
import { t } from "../i18n/texts";
import { useSettled } from "../visits/visit_filter_bar";
import { kindOf, titleOf } from "../visits/visit_words";
import { Icon, type IconName } from "./icons";

interface Target {
  key: string;
  icon: IconName;
  kind: string;
  title: string;
  sub: string;
  address: string;
}

const mostOfAKind = 5;

async function targetsFor(text: string, abort: AbortSignal): Promise<Target[]> {
  const [visits, orders, customers] = await Promise.all([
    get<VisitPage>(`/v1/visits${query({ q: text, limit: mostOfAKind })}`, abort),
    get<WorkOrderPage>(`/v1/work_orders${query({ q: text, state: "all", limit: mostOfAKind })}`, abort),
    get<{ customers: CustomerLine[] }>(`/v1/customers${query({ q: text, limit: mostOfAKind })}`, abort),
  ]);
  return [
    ...visits.visits.map((visit) => ({
      key: `visit-${visit.id}`,
      icon: "list" as const,
      kind: t("office.visits.visit"),
      title: `${visit.number} · ${titleOf(visit.asset, visit.kind)}`,
      sub: visit.customer?.name ?? "",
      address: `#/visits/${visit.id}`,
    })),
    ...orders.work_orders.map((order) => ({
      key: `order-${order.id}`,
      icon: "work" as const,
      kind: t("office.work_order"),
      title: `${order.number} · ${kindOf(order.kind)}`,
      sub: order.customer?.name ?? "",
      address: `#/work_orders/${order.id}`,
    })),
    ...customers.customers.map((customer) => ({
      key: `customer-${customer.id}`,
      icon: "person" as const,
      kind: t("summary.customer"),
      title: customer.name,
      sub: [customer.number, customer.city].filter(Boolean).join(" · "),
      address: `#/visits?customer=${customer.id}&day=all`,
    })),
  ];
}

/// Ctrl K: from anywhere to a visit, a work order or all visits of a customer.
export function JumpBox() {
  const [text, setText] = useState("");
  const [targets, setTargets] = useState<Target[] | null>(null);
  const [at, setAt] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const asked = useSettled(text.trim(), 150);
  const isMac = useMemo(() => navigator.platform.startsWith("Mac"), []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    const closeOutside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("keydown", onKey);
    addEventListener("pointerdown", closeOutside);
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("pointerdown", closeOutside);
    };
  }, []);

  useEffect(() => {
    if (asked === "") {
      setTargets(null);
      return;
    }
    const abort = new AbortController();
    setFailed(false);
    targetsFor(asked, abort.signal)
      .then((found) => {
        setTargets(found);
        setAt(0);
      })
      .catch((error: unknown) => setFailed(problemOf(error).code !== "aborted"));
    return () => abort.abort();
  }, [asked]);

  const jump = (target: Target | undefined) => {
    if (!target) return;
    location.hash = target.address;
    setOpen(false);
    setText("");
    input.current?.blur();
  };

  const onKey = (event: KeyboardEvent) => {
    const count = targets?.length ?? 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (count > 0) setAt((at + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    } else if (event.key === "Enter") {
      jump(targets?.[at]);
    } else if (event.key === "Escape") {
      setOpen(false);
      input.current?.blur();
    }
  };

  const isShown = isOpen && text.trim() !== "";
  return (
    <div class="jump" ref={root} role="search">
      <Icon name="search" />
      <input
        ref={input}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-label={t("office.jump")}
        aria-expanded={isShown}
        aria-controls="jump-list"
        aria-autocomplete="list"
        {...(isShown && targets?.[at] ? { "aria-activedescendant": targets[at].key } : {})}
        placeholder={t("office.jump")}
        value={text}
        onFocus={() => setOpen(true)}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={onKey}
        onBlur={(event) => {
          if (!root.current?.contains(event.relatedTarget as Node)) setOpen(false);
        }}
      />
      <kbd aria-hidden="true">{isMac ? "⌘ K" : "Ctrl K"}</kbd>
      <ul id="jump-list" class="jump-list" role="listbox" aria-label={t("office.jump.found")} hidden={!isShown || !targets || targets.length === 0}>
        {(targets ?? []).map((target, index) => (
          <li
            key={target.key}
            id={target.key}
            role="option"
            aria-selected={index === at}
            onPointerDown={(event) => {
              event.preventDefault();
              jump(target);
            }}
            onPointerMove={() => setAt(index)}
          >
            <Icon name={target.icon} />
            <span class="jump-title">
              {target.title}
              <small>{target.sub}</small>
            </span>
            <span class="soft small">{target.kind}</span>
          </li>
        ))}
      </ul>
      {isShown && (targets?.length === 0 || hasFailed) && (
        <p class="jump-list jump-none" role="status">
          {hasFailed ? t("office.problem.network") : t("state.nothing_found", { text: asked })}
        </p>
      )}
    </div>
  );
}
