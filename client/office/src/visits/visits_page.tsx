import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, problemOf, query, type Problem } from "../api/call";
import type { VisitLine, VisitPage } from "../api/types";
import { dateTime, number, plainAmount } from "../i18n/format";
import { t } from "../i18n/texts";
import { csvOf, saveAs } from "../list/csv";
import { VirtualList } from "../list/virtual_list";
import { go, route } from "../route";
import { announce } from "../shell/announce";
import { HoldingLine } from "../devices/holding_line";
import { Icon } from "../shell/icons";
import { ProblemNotice } from "../shell/problem_notice";
import { Empty, Loading } from "../shell/waiting";
import { hasPane, isTable } from "../shell/wide";
import { density } from "../theme/theme";
import { today } from "../today";
import { dayOf, ownZone } from "../zone";
import { VisitFilterBar } from "./visit_filter_bar";
import { isOneDay, readVisitFilters, visitQuery, writeVisitFilters, type VisitFilters } from "./visit_filters";
import { visitLog, type VisitLog } from "./visit_log";
import { VisitPane } from "./visit_pane";
import { StateChip, Stars, kindOf, startOf, titleOf } from "./visit_words";

const followMs = 150;

export function VisitsPage() {
  const filters = readVisitFilters(route.value.query);
  const shown = route.value.query["show"] ?? "";
  const address = JSON.stringify([filters, filters.day === "all" ? "" : today.value]);
  const log = useMemo(() => visitLog(filters, tellArrival), [address]);
  const follow = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => log.stop(), [log]);

  const show = (id: string, way: "push" | "replace" = "push") =>
    go({ place: "visits", query: { ...writeVisitFilters(filters), show: id } }, way);
  const openPage = (id: string) => go({ place: "visits", id, query: writeVisitFilters(filters) });
  const change = (next: VisitFilters) => go({ place: "visits", query: writeVisitFilters(next) });
  const close = () => {
    if (shown) show("");
  };
  const open = (visit: VisitLine) => {
    if (!hasPane.value || shown === visit.id) openPage(visit.id);
    else show(visit.id);
  };
  const moved = (visit: VisitLine) => {
    clearTimeout(follow.current);
    if (hasPane.value && shown) follow.current = setTimeout(() => show(visit.id, "replace"), followMs);
  };

  return (
    <div class="with-pane">
      <section class="list-side" aria-label={t("office.rail.visits")}>
        <h1 class="only-heard">{t("office.rail.visits")}</h1>
        <VisitFilterBar filters={filters} onChange={change} tail={<CsvButton filters={filters} count={log.paged.count.value} />} />
        <VisitTable log={log} filters={filters} shown={shown} onOpen={open} onMove={moved} onClose={close} onAll={() => change({ ...emptyFilters, day: "all" })} />
      </section>
      {hasPane.value && shown && <VisitPane id={shown} onOpen={() => openPage(shown)} onClose={close} />}
    </div>
  );
}

const emptyFilters: VisitFilters = { day: "", technician: "", kind: "", customer: "", state: "", text: "" };

function tellArrival(visit: VisitLine): void {
  announce(t("office.visits.arrived", { visit: titleOf(visit.asset, visit.kind), customer: visit.customer?.name ?? "" }));
}

interface TableProps {
  log: VisitLog;
  filters: VisitFilters;
  shown: string;
  onOpen: (visit: VisitLine) => void;
  onMove: (visit: VisitLine) => void;
  onClose: () => void;
  onAll: () => void;
}

function VisitTable({ log, filters, shown, onOpen, onMove, onClose, onAll }: TableProps) {
  const rows = log.paged;
  const table = useRef<HTMLDivElement>(null);
  const count = rows.count.value;
  if (count === undefined) {
    return rows.problem.value ? <ProblemNotice problem={rows.problem.value} onRetry={() => rows.tryAgain()} /> : <Loading rows={10} />;
  }
  if (count === 0) return <NoVisits filters={filters} onAll={onAll} />;
  const oneDay = isOneDay(filters.day);
  const toTop = () => {
    const grid = table.current?.querySelector(".grid");
    if (grid) grid.scrollTop = 0;
  };
  return (
    <div class={`table visits-table ${oneDay ? "" : "has-dates"}`} ref={table}>
      {log.unseen.value > 0 && (
        <button type="button" class="new-rows" onClick={toTop}>
          <Icon name="up" />
          {t("office.visits.new", { count: log.unseen.value })}
        </button>
      )}
      <VirtualList
        label={t("office.rail.visits")}
        rows={rows}
        rowHeight={rowHeight()}
        headHeight={isTable.value ? 36 : 0}
        head={<Head />}
        columnCount={6}
        openId={shown}
        render={(visit) => <Cells visit={visit} oneDay={oneDay} />}
        classOf={(visit) => (log.fresh.value.has(visit.id) ? "is-fresh" : "")}
        onOpen={onOpen}
        onMove={onMove}
        onClose={onClose}
        takeInsertedAbove={(first) => log.takeInsertedAbove(first)}
        onAwayFromTop={(isAway) => log.moved(isAway)}
      />
      {rows.problem.value && <ProblemNotice problem={rows.problem.value} onRetry={() => rows.tryAgain()} />}
      <footer class="table-foot">
        <span>{foot(t("count.visits", { count }), count, rows.rows.value.length, rows.isLoading.value)}</span>
        <HoldingLine />
      </footer>
    </div>
  );
}

export function rowHeight(): number {
  if (!isTable.value) return 76;
  return density.value === "compact" ? 36 : 44;
}

/// “47 visits”, and how many of them are here already while the rest is fetched.
export function foot(all: string, count: number, held: number, isLoading: boolean): string {
  return isLoading && held < count ? `${all} · ${t("office.list.fetched", { done: number(held) })}` : all;
}

function Head() {
  const words = [t("office.visits.time"), t("office.visits.technician"), t("office.visits.visit"), t("summary.customer"), t("office.visits.outcome"), t("office.visits.rating")];
  return (
    <div class="head" role="row" aria-rowindex={1}>
      {words.map((word) => (
        <span role="columnheader" key={word}>
          {word}
        </span>
      ))}
    </div>
  );
}

function Cells({ visit, oneDay }: { visit: VisitLine; oneDay: boolean }) {
  return (
    <>
      <span role="gridcell" class="cell-time" title={`${dateTime(visit.started_at, visit.zone)} ${visit.zone}`}>
        {startOf(visit, oneDay)}
      </span>
      <span role="gridcell" class="cell-technician">
        {visit.technician?.name ?? t("office.nobody")}
      </span>
      <span role="gridcell" class="cell-title" title={titleOf(visit.asset, visit.kind)}>
        {titleOf(visit.asset, visit.kind)}
      </span>
      <span role="gridcell" class="cell-customer" title={visit.customer?.name ?? ""}>
        {visit.customer?.name ?? t("office.erased")}
      </span>
      <span role="gridcell" class="cell-state">
        <StateChip state={visit.state} seal={visit.seal} />
        {visit.lost_count > 0 && (
          <span class="mark is-waiting" title={t("office.visits.lost", { count: visit.lost_count })}>
            <Icon name="history" label={t("office.visits.lost", { count: visit.lost_count })} />
          </span>
        )}
        {visit.missing_blobs.length > 0 && (
          <span class="mark is-soft" title={t("office.visits.photos_on_way", { count: visit.missing_blobs.length })}>
            <Icon name="photo" label={t("office.visits.photos_on_way", { count: visit.missing_blobs.length })} />
          </span>
        )}
      </span>
      <span role="gridcell" class="cell-rating">
        <Stars count={visit.rating} />
      </span>
    </>
  );
}

function NoVisits({ filters, onAll }: { filters: VisitFilters; onAll: () => void }) {
  const isPlainToday = Object.values(filters).every((value) => value === "");
  const isAll = filters.day === "all" && Object.entries(filters).every(([name, value]) => name === "day" || value === "");
  if (isAll) {
    return (
      <Empty icon="list" title={t("office.visits.none_ever")}>
        <p>{t("office.visits.none_ever.hint")}</p>
      </Empty>
    );
  }
  return (
    <Empty icon="list" title={isPlainToday ? t("office.visits.none_today") : t("office.visits.none_match")}>
      <p>{isPlainToday ? t("office.visits.none_today.hint") : t("office.visits.none_match.hint")}</p>
      <button type="button" class="button" onClick={onAll}>
        {t("office.visits.show_all")}
      </button>
    </Empty>
  );
}

function CsvButton({ filters, count }: { filters: VisitFilters; count: number | undefined }) {
  const [done, setDone] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | undefined>();
  const fetchAll = async () => {
    setProblem(undefined);
    setDone(0);
    try {
      const visits = await allVisits(filters, setDone);
      saveAs(`visits-${dayOf(new Date(), ownZone())}.csv`, csvOf([csvHead(), ...visits.map(csvRow)]));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setDone(null);
    }
  };
  return (
    <>
      {problem && <span class="state is-danger">{t("office.csv.failed")}</span>}
      <button type="button" class="chip" disabled={done !== null || !count} onClick={() => void fetchAll()} aria-label={t("office.csv.label")}>
        <Icon name="download" />
        {done === null ? <span class="not-on-phones">CSV</span> : t("format.progress", { done: number(done), total: number(count ?? done) })}
      </button>
    </>
  );
}

async function allVisits(filters: VisitFilters, tell: (count: number) => void): Promise<VisitLine[]> {
  const visits: VisitLine[] = [];
  let after: string | undefined;
  do {
    const address = query({ ...visitQuery(filters, new Date(), ownZone()), after, limit: 200 });
    const page = await get<VisitPage>(`/v1/visits${address}`);
    visits.push(...page.visits);
    tell(visits.length);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return visits;
}

const csvHead = (): string[] => [
  t("office.csv.number"), t("office.visits.time"), t("office.csv.zone"), t("office.visits.technician"), t("summary.kind"), t("office.asset"), t("office.csv.customer_number"),
  t("summary.customer"), t("office.site"), t("office.visits.outcome"), t("office.seal"), t("summary.price"), t("office.csv.currency"), t("office.visits.rating"),
];

function csvRow(visit: VisitLine): string[] {
  const { customer, price } = visit;
  return [
    visit.number, visit.started_at, visit.zone, visit.technician?.name ?? "", kindOf(visit.kind), visit.asset, customer?.number ?? "",
    customer?.name ?? "", visit.site, t(`office.visit.state.${visit.state}`), visit.seal ? t(`office.seal.${visit.seal}`).replace(/[:.]$/, "") : "", price ? plainAmount(price.minor, price.currency) : "", price?.currency ?? "",
    visit.rating === null ? "" : String(visit.rating),
  ];
}
