import { useState } from "preact/hooks";
import { useLoaded } from "../api/loaded";
import type { Technician, WorkOrderChange } from "../api/types";
import { dateTime } from "../i18n/format";
import { t, textOfCode } from "../i18n/texts";
import { Dialog } from "../shell/dialog";
import { kindOf } from "../visits/visit_words";
import { conflict, decide, disputed, standing, type ChangedField, type Conflict } from "./order_changes";
import { nameOfTechnician, stateNowWords } from "./order_words";

const isGivenUp = (state: string): boolean => state === "cancelled" || state === "declined";
const isDone = (state: string): boolean => state === "done" || state === "closed";

/// Two people decided differently. What became of the work order is said first, both values stand here, and somebody chooses;
/// nothing is chosen silently, and whoever closes this without choosing keeps what they typed.
export function ConflictDialog({ conflict: now }: { conflict: Conflict }) {
  const [mustPlanAgain, setPlanAgain] = useState(false);
  const isAsked = (field: ChangedField): boolean => !isGivenUp(now.now.state) || (field !== "state" && (field !== "technician_id" || mustPlanAgain));
  const fields = disputed(now).filter(isAsked);
  const others = (Object.keys(now.mine) as ChangedField[]).filter((field) => field !== "state" && isAsked(field) && !fields.includes(field) && (now.mine[field] ?? null) !== standing(now.now, field));
  const [mine, setMine] = useState<ReadonlySet<ChangedField>>(new Set());
  const { value } = useLoaded<{ technicians: Technician[] }>("/v1/technicians");
  const isStateNew = now.before.state !== now.now.state;
  const canPlanAgain = isGivenUp(now.now.state) && now.mine.state !== "cancelled";
  const isTooLate = isDone(now.now.state) && now.mine.state === undefined;
  const close = () => {
    conflict.value = undefined;
  };
  const choose = (field: ChangedField, isMine: boolean) => {
    const next = new Set(mine);
    if (isMine) next.add(field);
    else next.delete(field);
    setMine(next);
  };
  const save = () => {
    const isSent = (field: ChangedField): boolean => {
      if (fields.includes(field)) return mine.has(field);
      return isAsked(field) && (now.mine[field] ?? null) !== standing(now.now, field);
    };
    const kept = (Object.keys(now.mine) as ChangedField[]).filter(isSent);
    const change = Object.fromEntries(kept.map((field) => [field, now.mine[field]])) as WorkOrderChange;
    if (canPlanAgain && mustPlanAgain) change.state = "planned";
    decide(now, change);
  };
  const words = (field: ChangedField, text: string | null): string => {
    if (text === null || text === "") return field === "technician_id" ? t("office.filter.no_technician") : t("office.empty_value");
    switch (field) {
      case "technician_id": return nameOfTechnician(value?.technicians ?? [], text);
      case "window_start":
      case "window_end": return dateTime(text, now.now.zone);
      case "kind": return kindOf(text);
      case "state": return textOfCode("work_order.state.", text);
      case "site_id": return text === now.now.site?.id ? now.now.site.name || now.now.site.city : t("office.conflict.another");
      case "asset_id": return text === now.now.asset?.id ? now.now.asset.name : t("office.conflict.another");
      default: return text;
    }
  };
  return (
    <Dialog title={t("office.conflict.title", { number: now.now.number })} onClose={close}>
      {isStateNew && (
        <p class="notice is-waiting" role="alert">
          <strong>{stateNowWords(now.now)}</strong>
        </p>
      )}
      <p>{isTooLate ? t("office.rule.work_is_done") : fields.length > 0 ? t("office.conflict.about") : t("office.conflict.kept")}</p>
      {others.length > 0 && (
        <dl class="facts">
          {others.map((field) => (
            <div key={field}>
              <dt>{textOfCode("office.field.", field)}</dt>
              <dd>{words(field, now.mine[field] ?? null)}</dd>
            </div>
          ))}
        </dl>
      )}
      {canPlanAgain && (
        <fieldset class="dispute">
          <legend>{t("office.conflict.again")}</legend>
          {[false, true].map((isAgain) => (
            <label key={String(isAgain)} class={mustPlanAgain === isAgain ? "is-chosen" : ""}>
              <input type="radio" name="plan_again" checked={mustPlanAgain === isAgain} onChange={() => setPlanAgain(isAgain)} />
              <span>{isAgain ? t("office.conflict.again.yes") : t("office.conflict.again.no")}</span>
            </label>
          ))}
        </fieldset>
      )}
      {!isTooLate && fields.map((field) => (
        <fieldset key={field} class="dispute">
          <legend>{textOfCode("office.field.", field)}</legend>
          {[false, true].map((isMine) => (
            <label key={String(isMine)} class={mine.has(field) === isMine ? "is-chosen" : ""}>
              <input type="radio" name={field} checked={mine.has(field) === isMine} onChange={() => choose(field, isMine)} />
              <span>
                <small>{isMine ? t("office.conflict.mine") : t("office.conflict.theirs")}</small>
                {words(field, isMine ? (now.mine[field] ?? null) : standing(now.now, field))}
              </span>
            </label>
          ))}
        </fieldset>
      ))}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={close}>
          {t("button.back")}
        </button>
        {isTooLate ? (
          <button type="button" class="button is-danger" onClick={() => decide(now, {})}>
            {t("office.order.discard")}
          </button>
        ) : (
          <button type="button" class="button is-primary" onClick={save}>
            {t("office.conflict.save")}
          </button>
        )}
      </footer>
    </Dialog>
  );
}
