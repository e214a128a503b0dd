import { useState } from "preact/hooks";
import type { Change } from "../api/types";
import { dateTime } from "../i18n/format";
import { hasText, t, textOfCode } from "../i18n/texts";
import { Icon } from "../shell/icons";

const shownAtFirst = 12;

/// Who wrote what when. Where two people wrote the same thing, the value that lost stands beside the one that counts.
export function ChangeList({ changes }: { changes: Change[] }) {
  const [isWhole, setWhole] = useState(false);
  if (changes.length === 0) return <p class="soft">{t("office.history.none")}</p>;
  const newest = [...changes].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  const telling = newest.filter(isTelling);
  const rest = newest.filter((change) => !isTelling(change));
  const shown = isWhole ? rest : rest.slice(0, shownAtFirst);
  return (
    <>
      {telling.length > 0 && (
        <ul class="changes is-telling">
          {telling.map((change, index) => (
            <TellingChange key={index} change={change} />
          ))}
        </ul>
      )}
      <ul class="changes">
        {shown.map((change, index) => (
          <li key={index}>
            <span class="change-what">
              <strong>{fieldName(change)}</strong> {change.value}
            </span>
            <span class="soft small">{whoWhen(change)}</span>
          </li>
        ))}
      </ul>
      {shown.length < rest.length && (
        <button type="button" class="button" onClick={() => setWhole(true)}>
          {t("office.history.all", { count: rest.length })}
        </button>
      )}
    </>
  );
}

const isTelling = (change: Change): boolean => change.lost_value !== null || change.ruling === "set_aside";

function TellingChange({ change }: { change: Change }) {
  const isSetAside = change.ruling === "set_aside";
  return (
    <li>
      <Icon name={isSetAside ? "warning" : "history"} />
      <div>
        <p>
          <strong>{fieldName(change)}</strong> <span class="soft small">{whoWhen(change)}</span>
        </p>
        {change.lost_value !== null && (
          <dl class="two-values">
            <div>
              <dt>{t("office.history.stands")}</dt>
              <dd>{change.value || t("office.empty_value")}</dd>
            </div>
            <div class="is-lost">
              <dt>{t("office.history.lost")}</dt>
              <dd>{change.lost_value || t("office.empty_value")}</dd>
            </div>
          </dl>
        )}
        {isSetAside && <p>{reasonWords(change)}</p>}
      </div>
    </li>
  );
}

const whoWhen = (change: Change): string => [change.by || change.device, dateTime(change.at)].filter(Boolean).join(" · ");

const reasonWords = (change: Change): string =>
  change.reason && hasText(`office.set_aside.${change.reason}`) ? textOfCode("office.set_aside.", change.reason) : t("office.history.set_aside");

/// A field that this page has no word for is named as the server names it, rather than hidden.
function fieldName({ record, field }: Change): string {
  if (hasText(`office.field.${field}`)) return textOfCode("office.field.", field);
  if (field === "" && hasText(`office.record.${record}`)) return textOfCode("office.record.", record);
  return field.replaceAll("_", " ") || record.replaceAll("_", " ");
}
