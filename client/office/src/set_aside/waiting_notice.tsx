import { t } from "../i18n/texts";
import { Icon } from "../shell/icons";
import { waitingOfOrder, waitingOfVisit } from "./set_aside";

/// Says on a visit or work order that part of it waits for somebody, and leads there.
export function WaitingNotice({ visit = "", workOrder = "" }: { visit?: string; workOrder?: string }) {
  const waiting = visit ? waitingOfVisit(visit) : waitingOfOrder(workOrder);
  if (!waiting) return null;
  return (
    <div class="notice is-waiting waiting-notice">
      <Icon name="warning" />
      <p>{visit ? t("office.aside.of_visit") : t("office.aside.of_work_order")}</p>
      <a class="button" href={`#/set_aside/${waiting.seq}`}>
        {t("office.aside.look")}
      </a>
    </div>
  );
}
