import { t, textOfCode } from "../src/i18n/texts";
import { date, money, time, zoneName } from "../src/i18n/format";
import { Icon, type IconName } from "./icons";
import type { Shown } from "./opened";
import type { SignedRecord } from "./record";

/// “20 November 2026, 11:52 (GMT+1)”: the customer's own clock on the wall then.
export const moment = (at: string, zone: string): string =>
  t("format.date_time_zone", { date: date(at, zone), time: time(at, zone), zone: zoneName(at, zone) });

export function WhenAndWho({ record }: { record: SignedRecord }) {
  const isSigned = record.outcome === "signed";
  return (
    <>
      <p class="soft">{t("customer_page.visit", { kind: textOfCode("visit.kind.", record.kind), number: record.number })}</p>
      <ul class="facts">
        <li class={isSigned ? "chip is-done" : "chip is-waiting"}>
          <Icon name={isSigned ? "pen" : "warning"} />
          {isSigned ? t("customer_page.signed_by", { name: record.signer_name }) : textOfCode("sign_off.outcome.", record.outcome)}
        </li>
        <li>{moment(record.signed_at, record.zone)}</li>
        {!isSigned && record.reason && <li>{t("customer_page.reason", { reason: textOfCode(`sign_off.${record.outcome}.`, record.reason) })}</li>}
        {!isSigned && record.signer_name && <li>{record.signer_name}</li>}
      </ul>
    </>
  );
}

export function RecordCards({ shown }: { shown: Shown }) {
  const { record, sections, short } = shown;
  if (record.summary === null) {
    return (
      <>
        <section class="card">
          <h2>{t("summary.done")}</h2>
          <p>{t("customer_page.erased_summary")}</p>
        </section>
        <PriceCard record={record} lines={[]} />
      </>
    );
  }
  return (
    <>
      {short && <LinesCard title={t("summary.done")} lines={short.done} icon="check" language={record.language} />}
      {short && <LinesCard title={t("summary.promised")} lines={short.promised} icon="calendar" language={record.language} nothing={t("summary.promised.none")} />}
      <PriceCard record={record} lines={short?.price ?? []} />
      <details class="card" open={!short || hasRoom()}>
        <summary>
          <h2>{t("customer_page.whole")}</h2>
        </summary>
        <div lang={record.language} class="whole">
          {sections.map((section, index) => (
            <div key={index}>
              <h3>{section.heading}</h3>
              {section.lines.map((line, place) => (
                <p key={place}>{line}</p>
              ))}
            </div>
          ))}
        </div>
      </details>
    </>
  );
}

/// Beside the other column nothing is saved by hiding it.
const hasRoom = (): boolean => matchMedia("(min-width: 60rem)").matches;

interface Lines {
  title: string;
  lines: string[];
  icon: IconName;
  language: string;
  nothing?: string;
}

function LinesCard({ title, lines, icon, language, nothing }: Lines) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {lines.length === 0 && <p class="soft">{nothing}</p>}
      {lines.length > 0 && (
        <ul class={`lines is-${icon}`} lang={language}>
          {lines.map((line, index) => (
            <li key={index}>
              <Icon name={icon} />
              <span>{line}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/// The amount as the record has it; the sealed words where it has none.
function PriceCard({ record, lines }: { record: SignedRecord; lines: string[] }) {
  const { price } = record;
  return (
    <section class="card">
      <h2>{t("summary.price")}</h2>
      {!price && lines.map((line) => <p key={line} lang={record.language}>{line}</p>)}
      {!price && lines.length === 0 && <p class="soft">{t("customer_page.price_erased")}</p>}
      {price?.minor === 0 && <p class="price">{t("summary.price.nothing")}</p>}
      {price && price.minor !== 0 && (
        <p class="price">
          <span>{t("summary.price.total")}</span>
          <strong>{money(price.minor, price.currency)}</strong>
        </p>
      )}
    </section>
  );
}
