import { t } from "../i18n/texts";
import { ago } from "../i18n/format";
import { holdsUnsent, unsentWords } from "./device_words";
import { devices } from "./devices";

/// Below the log: what is recorded but not here yet, so that nobody takes the log for everything.
export function HoldingLine() {
  const holding = (devices.value ?? []).filter((device) => !device.is_revoked && holdsUnsent(device));
  const first = holding[0];
  if (!first?.unsent) return null;
  const words = t("office.device.holds", { device: first.user?.name ?? first.name, what: unsentWords(first), ago: ago(first.unsent.told_at) });
  return (
    <a href="#/devices" class="holding">
      {words}
      {holding.length > 1 && ` ${t("office.device.and_more", { count: holding.length - 1 })}`}
    </a>
  );
}
