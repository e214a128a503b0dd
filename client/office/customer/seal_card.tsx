import { t, textOfCode } from "../src/i18n/texts";
import { Icon, type IconName } from "./icons";
import type { Shown } from "./opened";
import type { GroupState, SignedRecord } from "./record";
import { moment } from "./record_cards";
import { verdictOn, type Verdict } from "./verdict";

const looks: Record<Verdict, { icon: IconName; tone: string }> = {
  intact: { icon: "shield", tone: "is-done" },
  erased: { icon: "shield", tone: "is-done" },
  incomplete: { icon: "clock", tone: "is-waiting" },
  broken: { icon: "warning", tone: "is-danger" },
  foreign: { icon: "warning", tone: "is-danger" },
};

const wordOfState = {
  intact: "verify.group_matches",
  changed: "verify.group_changed",
  erased: "verify.group_erased",
  missing: "verify.group_missing",
} as const;

export function SealCard({ shown }: { shown: Shown }) {
  const { record, code } = shown;
  const verdict = verdictOn(record, code);
  const { icon, tone } = looks[verdict];
  const isBad = verdict === "broken" || verdict === "foreign";
  const changed = record.seal.groups.filter((group) => group.state === "changed" || group.state === "missing");
  return (
    <section class={`card verdict ${tone}`}>
      <h2>
        <Icon name={icon} />
        <span>{t(`customer_page.seal.${verdict}`)}</span>
      </h2>
      {verdict === "broken" && <Groups groups={changed} />}
      <p>{t(`customer_page.seal.${isBad ? "broken" : verdict}_about`)}</p>
      {!isBad && <p>{timeWords(record)}</p>}
      <details>
        <summary>{t("customer_page.seal.parts")}</summary>
        <Groups groups={record.seal.groups} />
        <p class="code">{t("customer_page.seal.code", { code: code.seal.match(/.{4}/g)?.join(" ") ?? code.seal })}</p>
      </details>
    </section>
  );
}

function timeWords(record: SignedRecord): string {
  const { not_before: from, countersigned_at: to, zone } = record;
  if (!to) return t("customer_page.seal.unconfirmed");
  if (!from) return t("verify.time_before", { to: moment(to, zone) });
  return t("verify.time_between", { from: moment(from, zone), to: moment(to, zone) });
}

function Groups({ groups }: { groups: { name: string; state: GroupState }[] }) {
  return (
    <ul class="groups">
      {groups.map(({ name, state }) => (
        <li key={name} class={state === "intact" || state === "erased" ? "" : "is-bad"}>
          {t(wordOfState[state], { group: textOfCode("verify.group.", name) })}
        </li>
      ))}
    </ul>
  );
}
