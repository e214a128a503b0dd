import { useEffect, useMemo, useRef } from "preact/hooks";
import { query } from "../api/call";
import type { WorkOrder, WorkOrderPage } from "../api/types";
import { hasDraft } from "../drafts";
import { t, textOfCode } from "../i18n/texts";
import { LiveRows } from "../list/live_rows";
import { VirtualList } from "../list/virtual_list";
import { go, route } from "../route";
import { announce } from "../shell/announce";
import { Icon } from "../shell/icons";
import { ChoiceChip } from "../shell/popup";
import { ProblemNotice } from "../shell/problem_notice";
import { Empty, Loading } from "../shell/waiting";
import { hasPane, isTable } from "../shell/wide";
import { today } from "../today";
import { DayChip, TechnicianChip, TextFilter } from "../visits/visit_filter_bar";
import { titleOf } from "../visits/visit_words";
import { foot, rowHeight } from "../visits/visits_page";
import { ownZone } from "../zone";
import { onSaved, pending } from "./order_changes";
import { isEarlier, orderDays, orderQuery, orderStates, readOrderFilters, writeOrderFilters, type OrderFilters } from "./order_filters";
import { OrderPane } from "./order_pane";
import { OrderState, lateWords, windowWords } from "./order_words";

const pageSize = 100;
const followMs = 150;

const orderRows = (filters: OrderFilters): LiveRows<WorkOrder> =>
  new LiveRows<WorkOrder>({
    address: (more) => `/v1/work_orders${query({ ...orderQuery(filters, new Date(), ownZone()), limit: pageSize, ...more })}`,
    pageOf: (page: WorkOrderPage) => ({ rows: page.work_orders, next: page.next, count: page.count, seq: page.seq }),
    isBefore: isEarlier,
    touchedBy: (event) => (event.type === "work_order" ? event.id : event.work_order_id),
    onArrival: (order) => announce(t("office.order.arrived", { number: order.number, customer: order.customer?.name ?? "" })),
  });

export function OrdersPage() {
  const filters = readOrderFilters(route.value.query);
  const shown = route.value.query["show"] ?? "";
  const address = JSON.stringify([filters, filters.day === "" ? "" : today.value]);
  const live = useMemo(() => orderRows(filters), [address]);
  const follow = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => {
    const stop = onSaved((order) => live.touch(order.id));
    return () => {
      stop();
      live.stop();
    };
  }, [live]);

  const change = (next: OrderFilters) => go({ place: "work_orders", query: writeOrderFilters(next) });
  const show = (id: string, way: "push" | "replace" = "push") => go({ place: "work_orders", query: { ...writeOrderFilters(filters), show: id } }, way);
  const openPage = (id: string) => go({ place: "work_orders", id, query: writeOrderFilters(filters) });
  const moved = (order: WorkOrder) => {
    clearTimeout(follow.current);
    if (hasPane.value && shown) follow.current = setTimeout(() => show(order.id, "replace"), followMs);
  };
  const close = () => {
    if (shown) show("");
  };

  return (
    <div class="with-pane">
      <section class="list-side" aria-label={t("office.rail.work_orders")}>
        <h1 class="only-heard">{t("office.rail.work_orders")}</h1>
        <OrderFilterBar filters={filters} onChange={change} />
        <OrderTable
          live={live}
          filters={filters}
          shown={shown}
          onOpen={(order) => (!hasPane.value || shown === order.id ? openPage(order.id) : show(order.id))}
          onMove={moved}
          onClose={close}
          onAll={() => change({ day: "", technician: "", state: "all", text: "" })}
        />
      </section>
      {hasPane.value && shown && <OrderPane id={shown} onOpen={() => openPage(shown)} onClose={close} />}
    </div>
  );
}

function OrderFilterBar({ filters, onChange }: { filters: OrderFilters; onChange: (next: OrderFilters) => void }) {
  const set = (part: Partial<OrderFilters>) => onChange({ ...filters, ...part });
  const stateWords = (state: string): string =>
    state === "" ? t("office.order.filter.open") : state === "all" ? t("office.filter.any_state") : textOfCode("work_order.state.", state);
  return (
    <div class="filter-bar" role="search" aria-label={t("office.filters")}>
      <div class="filter-chips">
        <ChoiceChip
          label={stateWords(filters.state)}
          value={filters.state}
          choices={["", ...orderStates, "all"].map((state) => ({ value: state, words: stateWords(state) }))}
          onChoose={(state) => set({ state })}
        />
        <DayChip day={filters.day} days={orderDays} words={orderDayWords} onChoose={(day) => set({ day })} />
        <TechnicianChip value={filters.technician} withNobody onChoose={(technician) => set({ technician })} />
        <TextFilter text={filters.text} onChange={(text) => set({ text })} />
      </div>
      <div class="filter-tail">
        <a class="button is-primary is-small" href="#/work_orders/new">
          <Icon name="plus" />
          <span class="hidden-on-phones">{hasDraft("work_order.new") ? t("office.order.continue") : t("office.order.new")}</span>
        </a>
      </div>
    </div>
  );
}

function orderDayWords(day: string): string | undefined {
  if (day === "") return t("office.day.all");
  if (day === "today") return t("office.day.today");
  if (day === "tomorrow") return t("office.day.tomorrow");
  if (day === "next_week") return t("office.day.next_week");
  return undefined;
}

interface TableProps {
  live: LiveRows<WorkOrder>;
  filters: OrderFilters;
  shown: string;
  onOpen: (order: WorkOrder) => void;
  onMove: (order: WorkOrder) => void;
  onClose: () => void;
  onAll: () => void;
}

function OrderTable({ live, filters, shown, onOpen, onMove, onClose, onAll }: TableProps) {
  const rows = live.paged;
  const count = rows.count.value;
  if (count === undefined) {
    return rows.problem.value ? <ProblemNotice problem={rows.problem.value} onRetry={() => rows.tryAgain()} /> : <Loading rows={10} />;
  }
  if (count === 0) return <NoOrders filters={filters} onAll={onAll} />;
  const columns = [t("office.order.when"), t("office.work_order"), t("summary.customer"), t("office.visits.technician"), t("office.order.state")];
  return (
    <div class="table orders-table">
      <VirtualList
        label={t("office.rail.work_orders")}
        rows={rows}
        rowHeight={rowHeight()}
        headHeight={isTable.value ? 36 : 0}
        head={
          <div class="head" role="row" aria-rowindex={1}>
            {columns.map((word) => (
              <span role="columnheader" key={word}>
                {word}
              </span>
            ))}
          </div>
        }
        columnCount={columns.length}
        openId={shown}
        render={(order) => <Cells order={order} />}
        classOf={(order) => (live.fresh.value.has(order.id) ? "is-fresh" : "")}
        onOpen={onOpen}
        onMove={onMove}
        onClose={onClose}
        takeInsertedAbove={(first) => live.takeInsertedAbove(first)}
        onAwayFromTop={(isAway) => live.moved(isAway)}
      />
      {rows.problem.value && <ProblemNotice problem={rows.problem.value} onRetry={() => rows.tryAgain()} />}
      <footer class="table-foot">
        <span>{foot(t("count.work_orders", { count }), count, rows.rows.value.length, rows.isLoading.value)}</span>
      </footer>
    </div>
  );
}

function Cells({ order }: { order: WorkOrder }) {
  const late = lateWords(order);
  const waiting = pending.value.get(order.id);
  return (
    <>
      <span role="gridcell" class={late ? "cell-time is-danger-ink" : "cell-time"} title={late || order.zone}>
        {windowWords(order)}
      </span>
      <span role="gridcell" class="cell-title" title={order.summary}>
        {titleOf(order.asset?.name ?? "", order.kind)} <span class="soft small">{order.number}</span>
      </span>
      <span role="gridcell" class="cell-customer" title={order.customer?.name ?? ""}>
        {[order.customer?.name ?? t("office.erased"), order.site?.city].filter(Boolean).join(" · ")}
      </span>
      <span role="gridcell" class={order.technician ? "cell-technician" : "cell-technician is-waiting-ink"}>
        {order.technician?.name ?? t("office.filter.no_technician")}
      </span>
      <span role="gridcell" class="cell-state">
        {waiting ? (
          <span class={waiting.problem ? "state is-danger" : "state is-waiting"}>{waiting.problem ? t("office.not_saved") : t("state.saving")}</span>
        ) : (
          <OrderState state={order.state} />
        )}
        {order.lost_count > 0 && (
          <span class="mark is-waiting" title={t("office.visits.lost", { count: order.lost_count })}>
            <Icon name="history" label={t("office.visits.lost", { count: order.lost_count })} />
          </span>
        )}
      </span>
    </>
  );
}

function NoOrders({ filters, onAll }: { filters: OrderFilters; onAll: () => void }) {
  const isPlain = Object.values(filters).every((value) => value === "");
  return (
    <Empty icon="work" title={isPlain ? t("office.order.none_open") : t("office.order.none_match")}>
      <p>{isPlain ? t("office.order.none_open.hint") : t("office.visits.none_match.hint")}</p>
      <button type="button" class="button" onClick={onAll}>
        {t("office.order.show_all")}
      </button>
    </Empty>
  );
}
