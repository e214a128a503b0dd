import type { ClockEvent } from "../api/types";
import { dateTime, duration, timeWithSeconds } from "../i18n/format";
import { t, textOfCode } from "../i18n/texts";
import { Icon } from "../shell/icons";

const minute = 60_000;

/// The largest error of the tablet's clock that the server has measured in this visit.
export function worstOffset(events: ClockEvent[]): number {
  return events.reduce((worst, event) => (Math.abs(event.server_offset_ms ?? 0) > Math.abs(worst) ? (event.server_offset_ms ?? 0) : worst), 0);
}

/// Elapsed time since the event before, counted by the processor: no clock setting can touch it, only a restart ends it.
export function elapsedSince(before: ClockEvent | undefined, event: ClockEvent): number | null {
  if (!before || event.boot_id === "" || before.boot_id !== event.boot_id) return null;
  return Math.max(0, event.monotonic_ms - before.monotonic_ms);
}

export function ClockTable({ events }: { events: ClockEvent[] }) {
  if (events.length === 0) return <p class="soft">{t("office.clock.none")}</p>;
  const worst = worstOffset(events);
  return (
    <>
      {Math.abs(worst) > minute && (
        <div class="notice is-waiting">
          <Icon name="clock" />
          <p>{t(worst > 0 ? "office.clock.behind" : "office.clock.ahead", { duration: duration(Math.abs(worst)) })}</p>
        </div>
      )}
      <div class="scroll-sideways" tabIndex={0} role="region" aria-label={t("office.visit.clock")}>
        <table class="plain clock">
          <thead>
            <tr>
              <th scope="col">{t("office.clock.event")}</th>
              <th scope="col" class="figure">{t("office.clock.wall")}</th>
              <th scope="col" class="figure">{t("office.clock.corrected")}</th>
              <th scope="col" class="figure">{t("office.clock.elapsed")}</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event, index) => (
              <EventRow key={event.id} event={event} before={events[index - 1]} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="soft small">{t("office.clock.about")}</p>
    </>
  );
}

/// Events taken from a file carry no count of the processor; after a restart it begins anew.
const whyUnknown = (before: ClockEvent | undefined, event: ClockEvent): string =>
  before && before.boot_id !== "" && event.boot_id !== "" ? t("office.clock.restarted") : "–";

function EventRow({ event, before }: { event: ClockEvent; before: ClockEvent | undefined }) {
  const elapsed = elapsedSince(before, event);
  return (
    <tr>
      <th scope="row">{textOfCode("visit.clock.", event.kind)}</th>
      <td class="figure" title={`${dateTime(event.at, event.zone)} ${event.zone}`}>{timeWithSeconds(event.at, event.zone)}</td>
      <td class="figure">{event.corrected_at ? timeWithSeconds(event.corrected_at, event.zone) : t("office.clock.unknown")}</td>
      <td class="figure">{elapsed === null ? whyUnknown(before, event) : `+ ${duration(elapsed)}`}</td>
    </tr>
  );
}
