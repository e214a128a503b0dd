import { t } from "../src/i18n/texts";
import { Icon } from "./icons";
import { dayName, time } from "../src/i18n/format";
import type { OpeningHours, SignedRecord } from "./record";

/// “Mon–Thu 08:00–12:00, 13:00–17:00”
function hoursWords({ first_day: first, last_day: last, spans }: OpeningHours): string {
  const days = first === last ? dayName(first) : `${dayName(first)}–${dayName(last)}`;
  const clock = (minute: number): string => time(new Date(minute * 60_000), "UTC");
  return `${days} ${spans.map((span) => `${clock(span.from)}–${clock(span.to)}`).join(", ")}`;
}

export function HelpCard({ organisation }: { organisation: SignedRecord["organisation"] }) {
  const { phone } = organisation;
  const open = organisation.hours.filter((row) => row.spans.length > 0);
  return (
    <section class="card">
      <h2>{t("customer_page.help")}</h2>
      {phone ? (
        <a class="button" href={`tel:${phone.replace(/[^\d+]/g, "")}`}>
          <Icon name="phone" />
          {t("customer_page.help.call", { phone })}
        </a>
      ) : (
        <p>{t("customer_page.help.none")}</p>
      )}
      {open.length > 0 && (
        <ul class="soft">
          {open.map((row) => (
            <li key={row.first_day}>{hoursWords(row)}</li>
          ))}
        </ul>
      )}
      <p class="soft">{t("customer_page.only_you")}</p>
    </section>
  );
}
