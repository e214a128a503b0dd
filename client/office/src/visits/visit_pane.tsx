import { useEffect } from "preact/hooks";
import { useLoaded } from "../api/loaded";
import { listen } from "../api/live";
import { query } from "../api/call";
import type { Visit } from "../api/types";
import { ago, dateTime } from "../i18n/format";
import { language, t } from "../i18n/texts";
import { Icon } from "../shell/icons";
import { ProblemNotice } from "../shell/problem_notice";
import { Loading } from "../shell/waiting";
import { WaitingNotice } from "../set_aside/waiting_notice";
import { PhotoGrid } from "./photo_grid";
import { SealWords, Signature, standingSignOff } from "./sign_off_card";
import { Stars, StateChip, moneyOf, titleOf } from "./visit_words";

/// One visit, read again whenever the feed names it.
export function useVisit(id: string) {
  const loaded = useLoaded<Visit>(id ? `/v1/visits/${id}${query({ language: language() })}` : null);
  useEffect(
    () =>
      listen((event) => {
        if (event.id === id || event.visit_id === id) loaded.again();
      }),
    [id, loaded.again],
  );
  return loaded;
}

export function VisitPane({ id, onOpen, onClose }: { id: string; onOpen: () => void; onClose: () => void }) {
  const { value: visit, problem, again } = useVisit(id);
  return (
    <aside
      class="pane"
      aria-label={t("office.visit.details")}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <div class="pane-scroll">
        <button type="button" class="icon-button pane-close" aria-label={t("button.close")} onClick={onClose}>
          <Icon name="close" />
        </button>
        {problem && <ProblemNotice problem={problem} onRetry={again} />}
        {!visit && !problem && <Loading rows={4} />}
        {visit && <Summary visit={visit} />}
      </div>
      <footer class="pane-foot">
        <button type="button" class="button is-primary" onClick={onOpen}>
          {t("office.open")}
        </button>
      </footer>
    </aside>
  );
}

function Summary({ visit }: { visit: Visit }) {
  const signOff = standingSignOff(visit);
  return (
    <>
      <header class="summary-head">
        <p class="soft small" title={visit.received_at ? dateTime(visit.received_at) : ""}>
          {visit.number}
          {visit.received_at && ` · ${t("office.visit.received", { ago: ago(visit.received_at) })}`}
        </p>
        <h2>{titleOf(visit.asset?.name ?? "", visit.kind)}</h2>
        <p>{[visit.customer?.name ?? t("office.erased"), visit.site].filter(Boolean).join(" · ")}</p>
        <p class="summary-state">
          <StateChip state={visit.state} seal={visit.seal} />
          <span class="soft small">{visit.technician?.name ?? t("office.nobody")}</span>
        </p>
      </header>
      <WaitingNotice visit={visit.id} />
      <SealWords signOff={signOff} isShort />
      {visit.photos.length > 0 && <PhotoGrid photos={visit.photos} zone={visit.zone} most={3} />}
      {signOff && <Signature signOff={signOff} zone={visit.zone} />}
      <dl class="facts">
        {visit.price && (
          <div>
            <dt>{t("summary.price")}</dt>
            <dd>
              <strong>{moneyOf(visit.price)}</strong>
            </dd>
          </div>
        )}
        {visit.result && (
          <div>
            <dt>{t("office.visit.result")}</dt>
            <dd>{visit.result}</dd>
          </div>
        )}
        {visit.promised && (
          <div>
            <dt>{t("summary.promised")}</dt>
            <dd>{visit.promised}</dd>
          </div>
        )}
        {visit.ratings.length > 0 && (
          <div>
            <dt>{t("office.visits.rating")}</dt>
            <dd>
              <Stars count={visit.ratings.at(-1)?.stars ?? null} /> {visit.ratings.at(-1)?.comment}
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

