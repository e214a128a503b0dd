import type { Change } from "../api/types";
import { dateTime, money } from "../i18n/format";
import { hasText, t, textOfCode } from "../i18n/texts";
import { Icon } from "../shell/icons";
import { answersOf, groupsOf, isTelling, type ChangeGroup } from "./change_groups";

interface Props {
  changes: Change[];
  /// What the questions of the checklist are called, by their keys.
  questions?: ReadonlyMap<string, string>;
  currency?: string;
}

interface Line {
  name: string;
  value: string;
}

/// Who wrote what when. Where two people wrote the same thing, the value that lost stands beside the one that counts.
export function ChangeList({ changes, questions = new Map(), currency = "" }: Props) {
  if (changes.length === 0) return <p class="soft">{t("office.history.none")}</p>;
  const telling = changes.filter(isTelling).sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return (
    <>
      {telling.length > 0 && (
        <ul class="changes is-telling">
          {telling.map((change, index) => (
            <TellingChange key={index} change={change} currency={currency} />
          ))}
        </ul>
      )}
      <ul class="changes">
        {groupsOf(changes).map((group, index) => (
          <Group key={index} group={group} lines={linesOf(group, questions, currency)} />
        ))}
      </ul>
    </>
  );
}

/// What was written, by record and person, where no history is told: every value, as it came.
export function ValueGroups({ changes }: { changes: Change[] }) {
  const groups = groupsOf(changes.map((change) => ({ ...change, ruling: "accepted" as const, lost_value: null })));
  return (
    <ul class="changes">
      {groups.map((group, index) => (
        <Group key={index} group={group} lines={linesOf(group, new Map(), "")} />
      ))}
    </ul>
  );
}

function linesOf(group: ChangeGroup, questions: ReadonlyMap<string, string>, currency: string): Line[] {
  if (group.record === "answer") return answersOf(group).map(({ question, value }) => ({ name: questions.get(question) ?? question, value }));
  return group.changes.map((change) => ({ name: fieldName(change), value: valueOf(change, change.value, currency) }));
}

function releasedWords({ changes: [first] }: ChangeGroup): string {
  return first?.settled_at ? t("office.history.released", { name: first.settled_by ?? "", at: dateTime(first.settled_at) }) : "";
}

function Group({ group, lines }: { group: ChangeGroup; lines: Line[] }) {
  const who = [group.by || group.device, dateTime(group.at), releasedWords(group)].filter(Boolean).join(" · ");
  const [only] = lines;
  if (!only) return null;
  if (lines.length === 1) {
    return (
      <li>
        <span class="change-what">
          {recordName(group.record)}: {only.name} <strong>{only.value}</strong>
        </span>
        <span class="soft small">{who}</span>
      </li>
    );
  }
  return (
    <li>
      <details>
        <summary>
          <span class="change-what">
            {recordName(group.record)} <span class="soft">{t("count.changes", { count: lines.length })}</span>
          </span>
          <span class="soft small">{who}</span>
        </summary>
        <dl class="facts">
          {lines.map((line, index) => (
            <div key={index}>
              <dt>{line.name}</dt>
              <dd>{line.value || t("office.empty_value")}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}

function TellingChange({ change, currency }: { change: Change; currency: string }) {
  const isSetAside = change.ruling === "set_aside";
  return (
    <li>
      <Icon name={isSetAside ? "warning" : "history"} />
      <div>
        <p>
          <strong>{fieldName(change)}</strong> <span class="soft small">{[change.by || change.device, dateTime(change.at)].filter(Boolean).join(" · ")}</span>
        </p>
        {change.lost_value !== null && (
          <dl class="two-values">
            <div>
              <dt>{t("office.history.stands")}</dt>
              <dd>{valueOf(change, change.value, currency) || t("office.empty_value")}</dd>
            </div>
            <div class="is-lost">
              <dt>{t("office.history.lost")}</dt>
              <dd>{valueOf(change, change.lost_value, currency) || t("office.empty_value")}</dd>
            </div>
          </dl>
        )}
        {isSetAside && (
          <p>
            {change.lost_value === null && change.value ? `${valueOf(change, change.value, currency)}. ` : ""}
            {t("office.history.set_aside")} {change.reason && hasText(`office.set_aside.${change.reason}`) && textOfCode("office.set_aside.", change.reason)}
          </p>
        )}
        {change.settled_at && (
          <p class="small">
            {change.ruling === "dismissed" && change.value ? `${valueOf(change, change.value, currency)}. ` : ""}
            {t(change.ruling === "dismissed" ? "office.history.dismissed" : "office.history.released", { name: change.settled_by ?? "", at: dateTime(change.settled_at) })}
          </p>
        )}
      </div>
    </li>
  );
}

export function recordName(record: string): string {
  switch (record) {
    case "customer": return t("summary.customer");
    case "site": return t("office.field.site_id");
    case "asset": return t("office.asset");
    case "rating": return t("office.visits.rating");
    case "sealed_group":
    case "visit": return t("office.visits.visit");
    case "work_order": return t("office.work_order");
    case "answer": return t("office.visit.answers");
    case "photo": return t("office.photo");
    case "note": return t("office.field.note");
    case "visit_event": return t("office.visit.clock");
    case "sign_off": return t("office.visit.seal");
    default: return record.replaceAll("_", " ");
  }
}

/// A field that this page has no word for is named as the server names it, rather than hidden.
function fieldName({ record, field }: Change): string {
  if (field === "number") return t("office.csv.number");
  if (hasText(`office.field.${field}`)) return textOfCode("office.field.", field);
  return field.replaceAll("_", " ") || recordName(record);
}

const isInstant = (text: string): boolean => /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text);

function valueOf({ record, field }: Change, value: string, currency: string): string {
  if (isInstant(value)) return dateTime(value);
  if (field === "state" && record === "work_order") return textOfCode("work_order.state.", value);
  if (field === "kind" && record === "visit_event") return textOfCode("visit.clock.", value);
  if (field === "kind") return textOfCode("visit.kind.", value);
  if (field === "moment") return textOfCode("photo.moment.", value);
  if (field === "price_minor" && currency !== "" && /^-?\d+$/.test(value)) return money(Number(value), currency);
  return value;
}
