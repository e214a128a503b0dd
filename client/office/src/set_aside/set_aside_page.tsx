import { useEffect, useRef, useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../api/call";
import type { Settled, Waiting } from "../api/types";
import { ago, dateTime } from "../i18n/format";
import { hasText, t, textOfCode } from "../i18n/texts";
import { announce } from "../shell/announce";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icons";
import { ProblemNotice } from "../shell/problem_notice";
import { Empty, Loading } from "../shell/waiting";
import { recordName, ValueGroups } from "../visits/change_list";
import { readSetAside, setAside, setAsideProblem } from "./set_aside";

interface Outcome {
  words: string;
  reasons: string[];
}

/// What became of it, in words; the page says them and reads them out.
function outcomeOf(settled: Settled, words: "office.aside.released" | "office.aside.dismissed"): Outcome {
  const reasons = [...new Set(settled.remaining.map((one) => one.reason))].filter((reason) => reason !== "depends_on_other");
  const count = settled.settled_count;
  const isNothingLeft = settled.remaining.length === 0;
  const parts = [
    count > 0 ? t(words, { count }) : isNothingLeft ? t("office.aside.settled_already") : "",
    isNothingLeft ? "" : count > 0 ? t("office.aside.remaining.some") : t("office.aside.remaining"),
  ];
  return { words: parts.filter(Boolean).join(" "), reasons: isNothingLeft ? [] : reasons };
}

const reasonWords = (reason: string): string => (hasText(`office.set_aside.${reason}`) ? textOfCode("office.set_aside.", reason) : reason);

export function SetAsidePage({ seq }: { seq: string }) {
  const [outcome, setOutcome] = useState<Outcome>();
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const [leavingOut, setLeavingOut] = useState<Waiting>();
  useEffect(() => void readSetAside(), []);

  const act = async (path: string, words: "office.aside.released" | "office.aside.dismissed") => {
    setBusy(true);
    setProblem(undefined);
    setOutcome(undefined);
    try {
      const told = outcomeOf(await call<Settled>("POST", path), words);
      setOutcome(told);
      announce(told.words);
      setLeavingOut(undefined);
      await readSetAside();
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  const waiting = setAside.value?.waiting;
  return (
    <div class="page-scroll">
      <div class="page is-narrow">
        <header class="page-bar">
          <h1 class="named-above">{t("office.rail.set_aside")}</h1>
          {waiting && waiting.length > 0 && <p class="soft">{t("office.aside.hint")}</p>}
        </header>
        {setAsideProblem.value && <ProblemNotice problem={setAsideProblem.value} onRetry={() => void readSetAside()} />}
        {problem && !leavingOut && <ProblemNotice problem={problem} />}
        {outcome && (
          <div class={`notice ${outcome.reasons.length > 0 ? "is-waiting" : "is-done"}`}>
            <Icon name={outcome.reasons.length > 0 ? "warning" : "check"} />
            <p>
              {outcome.words} {outcome.reasons.map(reasonWords).join(" ")}
            </p>
          </div>
        )}
        {!waiting && !setAsideProblem.value && <Loading />}
        {waiting?.length === 0 && (
          <Empty icon="check" title={t("office.aside.none")}>
            <p>{t("office.aside.none.hint")}</p>
          </Empty>
        )}
        {waiting && (
          <>
            {revokedDevices(waiting).map((device) => (
              <p key={device.id}>
                <button type="button" class="button" disabled={isBusy} onClick={() => void act(`/v1/devices/${device.id}/release`, "office.aside.released")}>
                  <Icon name="tablet" />
                  {t("office.aside.release_device", { device: device.name })}
                </button>
              </p>
            ))}
            <ul class="asides">
              {waiting.map((one) => (
                <WaitingCard
                  key={one.seq}
                  waiting={one}
                  isNamed={String(one.seq) === seq}
                  isBusy={isBusy}
                  onRelease={() => void act(`/v1/set_aside/${one.seq}/release`, "office.aside.released")}
                  onDismiss={() => setLeavingOut(one)}
                />
              ))}
            </ul>
          </>
        )}
      </div>
      {leavingOut && (
        <Dialog title={t("office.aside.dismiss.title")} onClose={() => setLeavingOut(undefined)}>
          <p>
            <strong>{titleOf(leavingOut)}</strong>
          </p>
          <p>{t("office.aside.dismiss.what_happens", { count: leavingOut.operation_count })}</p>
          {problem && <ProblemNotice problem={problem} />}
          <footer class="dialog-foot">
            <button type="button" class="button" onClick={() => setLeavingOut(undefined)}>
              {t("button.cancel")}
            </button>
            <button type="button" class="button is-danger" disabled={isBusy} onClick={() => void act(`/v1/set_aside/${leavingOut.seq}/dismiss`, "office.aside.dismissed")}>
              {t("office.aside.dismiss")}
            </button>
          </footer>
        </Dialog>
      )}
    </div>
  );
}

/// A device that lost its access and has several things here: most often all of it is wanted.
function revokedDevices(waiting: Waiting[]): Waiting["device"][] {
  const revoked = waiting.map((one) => one.device).filter((device) => device.is_revoked);
  const several = revoked.filter((device) => revoked.filter((other) => other.id === device.id).length > 1);
  return [...new Map(several.map((device) => [device.id, device])).values()];
}

function titleOf({ visit, work_order: order, record, customer }: Waiting): string {
  if (visit) return `${t("office.visits.visit")} ${visit.number}`;
  if (order) return `${t("office.work_order")} ${order.number}`;
  const name = record.name || (record.type === "customer" ? (customer?.name ?? "") : "");
  return [recordName(record.type), name].filter(Boolean).join(" ");
}

function addressOf({ visit, work_order: order }: Waiting): string {
  if (visit?.is_here) return `#/visits/${visit.id}`;
  return order?.is_here ? `#/work_orders/${order.id}` : "";
}

interface CardProps {
  waiting: Waiting;
  isNamed: boolean;
  isBusy: boolean;
  onRelease: () => void;
  onDismiss: () => void;
}

function WaitingCard({ waiting, isNamed, isBusy, onRelease, onDismiss }: CardProps) {
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isNamed) card.current?.scrollIntoView({ block: "start" });
  }, [isNamed]);
  const { customer, device, technician } = waiting;
  const address = addressOf(waiting);
  const title = titleOf(waiting);
  return (
    <li class={`card aside ${isNamed ? "is-named" : ""}`} ref={card}>
      <header>
        <Icon name="warning" />
        <div>
          <h2>{address ? <a href={address}>{title}</a> : title}</h2>
          {customer && (waiting.visit || waiting.work_order || waiting.record.type !== "customer") && (
            <p>
              {customer.name} <span class="soft">{customer.number}</span>
              {!customer.is_here && <span class="soft"> · {t("office.aside.nobody_here")}</span>}
            </p>
          )}
          <p class="soft small" title={dateTime(waiting.received_at)}>
            {[technician?.name, device.name, ago(waiting.received_at)].filter(Boolean).join(" · ")}
          </p>
        </div>
      </header>
      <dl class="facts">
        <div>
          <dt>{t("office.aside.why")}</dt>
          <dd>{reasonWords(waiting.reason)}</dd>
        </div>
        <div>
          <dt>{t("office.aside.what")}</dt>
          <dd>
            {recordsOf(waiting)} <span class="soft">{t("count.changes", { count: waiting.operation_count })}</span>
          </dd>
        </div>
      </dl>
      {waiting.changes.length > 0 && (
        <details>
          <summary>{t("office.aside.values", { count: waiting.changes.length })}</summary>
          <ValueGroups changes={waiting.changes} />
          {waiting.has_more_changes && <p class="soft small">{t("office.aside.values.more")}</p>}
        </details>
      )}
      {waiting.tried_at && waiting.tried_reason && (
        <p class="is-waiting-ink small">
          {t("office.aside.tried", { ago: ago(waiting.tried_at) })} {waiting.tried_reason !== waiting.reason && reasonWords(waiting.tried_reason)}
        </p>
      )}
      <footer class="card-foot">
        <button type="button" class="button is-danger" disabled={isBusy} onClick={onDismiss}>
          {t("office.aside.dismiss")}
        </button>
        <button type="button" class="button is-primary" disabled={isBusy} onClick={onRelease}>
          {t("office.aside.release")}
        </button>
      </footer>
    </li>
  );
}

/// “Visit · Note (2)”: the parts of a seal are one thing to a reader.
function recordsOf({ records }: Waiting): string {
  const kinds = records.filter(({ type }) => type !== "sealed_group" || !records.some((one) => one.type === "sign_off"));
  return kinds.map(({ type, count }) => (count > 1 ? `${recordName(type)} (${count})` : recordName(type))).join(" · ");
}
