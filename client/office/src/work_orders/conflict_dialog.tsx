import { useState } from "preact/hooks";
import { useLoaded } from "../api/loaded";
import type { Technician, WorkOrderChange } from "../api/types";
import { dateTime } from "../i18n/format";
import { t, textOfCode } from "../i18n/texts";
import { Dialog } from "../shell/dialog";
import { kindOf } from "../visits/visit_words";
import { changeOrder, conflict, disputed, standing, type ChangedField, type Conflict } from "./order_changes";
import { nameOfTechnician } from "./order_words";

/// Two people decided differently. Both values stand here, and somebody chooses; nothing is chosen silently.
export function ConflictDialog({ conflict: now }: { conflict: Conflict }) {
  const fields = disputed(now);
  const [mine, setMine] = useState<ReadonlySet<ChangedField>>(new Set());
  const { value } = useLoaded<{ technicians: Technician[] }>("/v1/technicians");
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
    const undisputed = (Object.keys(now.mine) as ChangedField[]).filter((field) => !fields.includes(field) && field in now.mine);
    const kept = fields.filter((field) => mine.has(field));
    const change = Object.fromEntries([...kept, ...undisputed].map((field) => [field, now.mine[field]])) as WorkOrderChange;
    close();
    if (kept.length > 0) void changeOrder(now.now, change);
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
      <p>{t("office.conflict.about")}</p>
      {fields.map((field) => (
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
      {fields.length === 0 && <p>{t("office.conflict.same")}</p>}
      <footer class="dialog-foot">
        <button type="button" class="button is-primary" onClick={save}>
          {fields.length === 0 ? t("button.close") : t("office.conflict.save")}
        </button>
      </footer>
    </Dialog>
  );
}
