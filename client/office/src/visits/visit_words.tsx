import type { VisitLine, VisitState, SealState, Money } from "../api/types";
import { money, shortDate, time } from "../i18n/format";
import { t, textOfCode } from "../i18n/texts";
import { Icon } from "../shell/icons";
import { ownZone } from "../zone";

export const kindOf = (kind: string): string => textOfCode("visit.kind.", kind);

/// “Heat pump · Installation”: the thing first, because that is what one looks for.
export const titleOf = (asset: string, kind: string): string => (asset ? `${asset} · ${kindOf(kind)}` : kindOf(kind));

export const moneyOf = (price: Money | null): string => (price ? money(price.minor, price.currency) : "");

const tones: Record<VisitState, string> = { open: "is-waiting", signed: "is-done", refused: "is-danger", absent: "is-quiet" };

export function StateChip({ state, seal }: { state: VisitState; seal: SealState | null }) {
  if (seal === "broken") {
    return (
      <span class="state is-danger">
        <Icon name="warning" />
        {t("office.seal.broken_short")}
      </span>
    );
  }
  return (
    <span class={`state ${tones[state]}`}>
      {state === "signed" && <Icon name="lock" />}
      {t(`office.visit.state.${state}`)}
    </span>
  );
}

export function Stars({ count }: { count: number | null }) {
  if (count === null) return <span class="soft">–</span>;
  return (
    <span class="stars" role="img" aria-label={t("office.rating.stars", { count })}>
      {"★".repeat(count)}
      {"☆".repeat(5 - count)}
    </span>
  );
}

/// In the reader's own zone, in which the list is ordered and “today” begins; the visit itself shows the clock at the customer's.
export function startOf(visit: VisitLine, isOneDay: boolean): string {
  const zone = ownZone();
  return isOneDay ? time(visit.started_at, zone) : `${shortDate(visit.started_at, zone)} ${time(visit.started_at, zone)}`;
}
