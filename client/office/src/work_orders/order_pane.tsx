import { useEffect, useRef, useState } from "preact/hooks";
import { useLoaded } from "../api/loaded";
import { listen } from "../api/live";
import type { Problem } from "../api/call";
import type { Technician, WorkOrder } from "../api/types";
import { t } from "../i18n/texts";
import { go, route } from "../route";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icons";
import { ProblemNotice, wordsOf } from "../shell/problem_notice";
import { Loading } from "../shell/waiting";
import { WaitingNotice } from "../set_aside/waiting_notice";
import { ChangeList } from "../visits/change_list";
import { Card, Fact } from "../visits/visit_page";
import { kindOf, StateChip, titleOf } from "../visits/visit_words";
import { changeOrder, forget, isOver, onSaved, pending, tryAgain } from "./order_changes";
import { OrderState, lateWords, windowWords } from "./order_words";

/// One work order, read again whenever the feed names it or it was saved here.
export function useOrder(id: string) {
  const loaded = useLoaded<WorkOrder>(id ? `/v1/work_orders/${id}` : null);
  useEffect(() => {
    const stopFeed = listen((event) => {
      if (event.id === id || event.work_order_id === id) loaded.again();
    });
    const stopSaved = onSaved((order) => {
      if (order.id === id) loaded.again();
    });
    return () => {
      stopFeed();
      stopSaved();
    };
  }, [id, loaded.again]);
  return loaded;
}

export function OrderPane({ id, onOpen, onClose }: { id: string; onOpen: () => void; onClose: () => void }) {
  const { value: order, problem, again } = useOrder(id);
  return (
    <aside
      class="pane"
      aria-label={t("office.order.details")}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !(event.target as HTMLElement).closest("dialog")) onClose();
      }}
    >
      <div class="pane-scroll">
        <button type="button" class="icon-button pane-close" aria-label={t("button.close")} onClick={onClose}>
          <Icon name="close" />
        </button>
        {problem && <ProblemNotice problem={problem} onRetry={again} />}
        {!order && <SaveState id={id} />}
        {!order && !problem && <Loading rows={4} />}
        {order && (
          <>
            <OrderHead order={order} level="h2" />
            <OrderFacts order={order} />
          </>
        )}
      </div>
      <footer class="pane-foot">
        {order && !isOver(order) && (
          <a class="button" href={`#/work_orders/${id}?edit=1`}>
            {t("office.order.edit")}
          </a>
        )}
        <button type="button" class="button is-primary" onClick={onOpen}>
          {t("office.open")}
        </button>
      </footer>
    </aside>
  );
}

export function OrderPage({ id }: { id: string }) {
  const { value: order, problem, again } = useOrder(id);
  const [isCancelling, setCancelling] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  const back = () => go({ place: "work_orders", query: { ...route.value.query, edit: "" } });
  useEffect(() => top.current?.focus(), [id]);
  return (
    <div
      class="page-scroll"
      ref={top}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !(event.target as HTMLElement).closest("dialog")) back();
      }}
    >
      <div class="page is-narrow">
        <button type="button" class="back" onClick={back}>
          <Icon name="back" />
          {t("office.order.back")}
        </button>
        {problem && <ProblemNotice problem={problem} onRetry={again} />}
        {!order && <SaveState id={id} />}
        {!order && !problem && <Loading />}
        {order && (
          <>
            <OrderHead order={order} level="h1" />
            <section class="card">
              <OrderFacts order={order} />
              {!isOver(order) && (
                <footer class="card-foot">
                  <button type="button" class="button is-danger" onClick={() => setCancelling(true)}>
                    {t("office.order.cancel")}
                  </button>
                  <a class="button is-primary" href={`#/work_orders/${id}?edit=1`}>
                    {t("office.order.edit")}
                  </a>
                </footer>
              )}
              {order.state === "cancelled" && (
                <footer class="card-foot">
                  <button type="button" class="button" onClick={() => void changeOrder(order, { state: "planned" })}>
                    {t("office.order.plan_again")}
                  </button>
                </footer>
              )}
            </section>
            <Card title={t("office.visit.history")}>
              <ChangeList changes={order.history ?? []} />
            </Card>
            {isCancelling && <CancelDialog order={order} onClose={() => setCancelling(false)} />}
          </>
        )}
      </div>
    </div>
  );
}

function OrderHead({ order, level: Level }: { order: WorkOrder; level: "h1" | "h2" }) {
  const late = lateWords(order);
  return (
    <header class={Level === "h1" ? "page-head" : "summary-head"}>
      <p class="soft small">{order.number}</p>
      <Level>{titleOf(order.asset?.name ?? "", order.kind)}</Level>
      <p>{[order.customer?.name ?? t("office.erased"), order.site?.name, order.site?.city].filter(Boolean).join(" · ")}</p>
      <p class="summary-state">
        <OrderState state={order.state} />
        {late && <span class="state is-danger">{late}</span>}
      </p>
      <SaveState id={order.id} />
      <WaitingNotice workOrder={order.id} />
    </header>
  );
}

/// The same words would be refused again.
const isRefused = ({ status }: Problem): boolean => status === 422 || status === 413;

/// “Saving…” until the server has answered; when it could not, the words and a way on.
export function SaveState({ id }: { id: string }) {
  const waiting = pending.value.get(id);
  if (!waiting) return null;
  if (!waiting.problem) {
    return (
      <p class="state is-waiting" role="status">
        {t("state.saving")}
      </p>
    );
  }
  return (
    <div class="notice is-danger" role="alert">
      <Icon name="warning" />
      <p>{wordsOf(waiting.problem)}</p>
      {isRefused(waiting.problem) ? null : (
        <button type="button" class="button" onClick={() => tryAgain(id)}>
          {waiting.problem.code === "conflict" ? t("office.conflict.decide") : t("button.try_again")}
        </button>
      )}
      <a class="button" href={`#/work_orders/${id}?edit=1`}>
        {t("office.order.change_again")}
      </a>
      <button type="button" class="button" onClick={() => forget(id)}>
        {t("office.order.discard")}
      </button>
    </div>
  );
}

function OrderFacts({ order }: { order: WorkOrder }) {
  return (
    <dl class="facts">
      <Fact name={t("office.order.when")}>
        {windowWords(order)} <span class="soft small">{order.zone}</span>
      </Fact>
      <div>
        <dt>{t("office.visits.technician")}</dt>
        <dd>{isOver(order) ? (order.technician?.name ?? t("office.filter.no_technician")) : <AssignField order={order} />}</dd>
      </div>
      <Fact name={t("summary.kind")}>{kindOf(order.kind)}</Fact>
      <Fact name={t("office.visit.reason")}>{order.summary}</Fact>
      <Fact name={t("office.order.bring")}>{order.bring}</Fact>
      <Fact name={t("office.visits.visit")}>
        {order.visit && (
          <a href={`#/visits/${order.visit.id}`}>
            {[order.visit.number, order.visit.technician].filter(Boolean).join(" · ")} <StateChip state={order.visit.state} seal={null} />
          </a>
        )}
      </Fact>
    </dl>
  );
}

/// A choice by mouse or finger counts at once. Arrow keys only pass by: Enter, the button or leaving the field makes it count.
function AssignField({ order }: { order: WorkOrder }) {
  const { value } = useLoaded<{ technicians: Technician[] }>("/v1/technicians");
  const waiting = pending.value.get(order.id);
  const wished = waiting?.change.technician_id;
  const chosen = wished !== undefined ? (wished ?? "") : (order.technician?.id ?? "");
  const known = value?.technicians ?? [];
  const technicians = order.technician && !known.some((one) => one.id === order.technician?.id) ? [order.technician, ...known] : known;
  const [byKeys, setByKeys] = useState<string>();
  const isTyping = useRef(false);
  const isSaving = waiting !== undefined && !waiting.problem;
  const assign = (id: string) => {
    setByKeys(undefined);
    if (id === chosen) return;
    const again = order.state === "declined" && id ? { state: "planned" as const } : {};
    void changeOrder(order, { technician_id: id || null, ...again });
  };
  const keyed = (event: KeyboardEvent) => {
    isTyping.current = event.key !== "Tab";
    if (byKeys === undefined) return;
    if (event.key === "Enter") {
      event.preventDefault();
      assign(byKeys);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      setByKeys(undefined);
    }
  };
  return (
    <span class="assign" onBlur={(event) => byKeys !== undefined && !event.currentTarget.contains(event.relatedTarget as Node | null) && assign(byKeys)}>
      <select
        class="select"
        aria-label={t("office.visits.technician")}
        aria-busy={isSaving}
        value={byKeys ?? chosen}
        onPointerDown={() => (isTyping.current = false)}
        onKeyDown={keyed}
        onChange={(event) => (isTyping.current ? setByKeys(event.currentTarget.value) : assign(event.currentTarget.value))}
      >
        <option value="">{t("office.filter.no_technician")}</option>
        {technicians.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
      {byKeys !== undefined && byKeys !== chosen && (
        <button type="button" class="button is-small" onClick={() => assign(byKeys)}>
          {t("office.order.assign")}
        </button>
      )}
    </span>
  );
}

function CancelDialog({ order, onClose }: { order: WorkOrder; onClose: () => void }) {
  const cancel = () => {
    onClose();
    void changeOrder(order, { state: "cancelled" });
  };
  return (
    <Dialog title={t("office.order.cancel.title", { number: order.number })} onClose={onClose}>
      <p>{t("office.order.cancel.what_happens")}</p>
      {order.visit && order.visit.state === "open" && <p>{t("office.order.cancel.begun")}</p>}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {t("button.back")}
        </button>
        <button type="button" class="button is-danger" onClick={cancel}>
          {t("office.order.cancel")}
        </button>
      </footer>
    </Dialog>
  );
}
