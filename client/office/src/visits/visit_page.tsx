import { useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Rating, Visit, VisitAnswer } from "../api/types";
import { dateTime } from "../i18n/format";
import { t, textOfCode } from "../i18n/texts";
import { go, route } from "../route";
import { Icon } from "../shell/icons";
import { ProblemNotice } from "../shell/problem_notice";
import { Loading } from "../shell/waiting";
import { WaitingNotice } from "../set_aside/waiting_notice";
import { ChangeList } from "./change_list";
import { ClockTable } from "./clock_table";
import { PhotoGrid } from "./photo_grid";
import { SealWords, Signature, standingSignOff } from "./sign_off_card";
import { useVisit } from "./visit_pane";
import { Stars, StateChip, kindOf, moneyOf, titleOf } from "./visit_words";

export function VisitPage({ id }: { id: string }) {
  const { value: visit, problem, again } = useVisit(id);
  const top = useRef<HTMLDivElement>(null);
  const back = () => go({ place: "visits", query: route.value.query });
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
      <div class="page">
        <button type="button" class="back" onClick={back}>
          <Icon name="back" />
          {t("office.visit.back")}
        </button>
        {problem && <ProblemNotice problem={problem} onRetry={again} />}
        {!visit && !problem && <Loading />}
        {visit && <VisitBody visit={visit} />}
      </div>
    </div>
  );
}

export function Card({ title, children, tone = "" }: { title: string; children: ComponentChildren; tone?: string }) {
  return (
    <section class={`card ${tone}`}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function VisitBody({ visit }: { visit: Visit }) {
  const signOff = standingSignOff(visit);
  return (
    <>
      <header class="page-head">
        <p class="soft">{visit.number}</p>
        <h1>{titleOf(visit.asset?.name ?? "", visit.kind)}</h1>
        <p class="page-sub">
          <StateChip state={visit.state} seal={visit.seal} />
          <span>{visit.technician?.name ?? t("office.nobody")}</span>
          <span class="soft">
            {dateTime(visit.started_at, visit.zone)} ({visit.zone})
          </span>
        </p>
        <WaitingNotice visit={visit.id} />
      </header>
      <div class="columns">
        <div class="column">
          <Card title={t("office.visit.seal")}>
            <SealWords signOff={signOff} />
            {signOff && <Signature signOff={signOff} zone={visit.zone} />}
            {visit.sign_offs.length > 1 && <p class="soft small">{t("office.visit.replaced", { count: visit.sign_offs.length - 1 })}</p>}
          </Card>
          <Card title={t("summary.customer")}>
            <CustomerFacts visit={visit} />
          </Card>
          <Card title={t("office.visit.outcome")}>
            <OutcomeFacts visit={visit} />
          </Card>
          <Card title={t("office.visits.rating")}>
            <Ratings ratings={visit.ratings} />
          </Card>
        </div>
        <div class="column">
          {visit.photos.length > 0 && (
            <Card title={t("count.photos", { count: visit.photos.length })}>
              <PhotoGrid photos={visit.photos} zone={visit.zone} />
            </Card>
          )}
          <Card title={t("office.visit.answers")}>
            <Answers answers={visit.answers} />
          </Card>
          {visit.notes.length > 0 && (
            <Card title={t("office.visit.notes")}>
              <ul class="notes">
                {visit.notes.map((note) => (
                  <li key={note.at + note.text}>
                    <p>{note.text}</p>
                    <p class="soft small">
                      {note.author} · {dateTime(note.at, visit.zone)}
                    </p>
                  </li>
                ))}
              </ul>
            </Card>
          )}
          <Card title={t("office.visit.clock")}>
            <ClockTable events={visit.events} />
          </Card>
          <Card title={t("office.visit.history")}>
            <ChangeList changes={visit.history} questions={new Map(visit.answers.map((one) => [one.question, one.label]))} currency={visit.price?.currency ?? ""} />
          </Card>
        </div>
      </div>
    </>
  );
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function CustomerFacts({ visit }: { visit: Visit }) {
  const { customer, asset, work_order: workOrder } = visit;
  return (
    <dl class="facts">
      <Fact name={t("summary.customer")}>
        {customer ? (
          <a href={`#/visits?customer=${customer.id}&day=all`}>
            {customer.name} <span class="soft">{customer.number}</span>
          </a>
        ) : (
          t("office.erased")
        )}
      </Fact>
      <Fact name={t("office.site")}>{visit.site}</Fact>
      <Fact name={t("office.asset")}>{asset && `${asset.name}${asset.serial ? ` · ${asset.serial}` : ""}`}</Fact>
      <Fact name={t("summary.kind")}>{kindOf(visit.kind)}</Fact>
      <Fact name={t("office.work_order")}>
        {workOrder ? (
          <a href={`#/work_orders/${workOrder.id}`}>
            {workOrder.number} <span class="soft">{textOfCode("work_order.state.", workOrder.state)}</span>
          </a>
        ) : (
          t("office.visit.no_work_order")
        )}
      </Fact>
      <Fact name={t("office.visit.reason")}>{visit.reason}</Fact>
    </dl>
  );
}

function OutcomeFacts({ visit }: { visit: Visit }) {
  return (
    <dl class="facts">
      <Fact name={t("office.visit.result")}>{visit.result || <span class="soft">{t("office.visit.no_result")}</span>}</Fact>
      <Fact name={t("summary.price")}>{visit.price ? <strong>{moneyOf(visit.price)}</strong> : <span class="soft">{t("office.visit.no_price")}</span>}</Fact>
      <Fact name={t("summary.promised")}>{visit.promised || <span class="soft">{t("office.visit.no_promise")}</span>}</Fact>
      <Fact name={t("office.visit.report")}>
        <span class="soft">{t("office.visit.no_report")}</span>
      </Fact>
    </dl>
  );
}

function Ratings({ ratings }: { ratings: Rating[] }) {
  if (ratings.length === 0) return <p class="soft">{t("office.rating.none")}</p>;
  return (
    <ul class="notes">
      {ratings.map((rating) => (
        <li key={rating.at}>
          <p>
            <Stars count={rating.stars} /> {rating.comment}
          </p>
          <p class="soft small">{dateTime(rating.at)}</p>
        </li>
      ))}
    </ul>
  );
}

function Answers({ answers }: { answers: VisitAnswer[] }) {
  if (answers.length === 0) return <p class="soft">{t("office.visit.no_answers")}</p>;
  const sections = new Map<string, VisitAnswer[]>();
  for (const answer of answers) sections.set(answer.section, [...(sections.get(answer.section) ?? []), answer]);
  return (
    <>
      {[...sections].map(([section, list]) => (
        <div key={section} class="answers">
          {section && <h3>{section}</h3>}
          <dl>
            {list.map((answer) => (
              <div key={answer.question}>
                <dt>{answer.label || answer.question}</dt>
                <dd>{answer.text || <span class="soft">{t("office.not_answered")}</span>}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </>
  );
}
