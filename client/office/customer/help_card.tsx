import { t } from "../src/i18n/texts";
import { Icon } from "./icons";
import type { SignedRecord } from "./record";

export function HelpCard({ organisation }: { organisation: SignedRecord["organisation"] }) {
  const { phone, hours } = organisation;
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
      {hours && <p class="soft">{hours}</p>}
      <p class="soft">{t("customer_page.only_you")}</p>
    </section>
  );
}
