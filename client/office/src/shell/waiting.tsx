import type { ComponentChildren } from "preact";
import { t } from "../i18n/texts";
import { Icon, type IconName } from "./icons";

export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <div class="loading" role="status">
      <span class="only-heard">{t("state.loading")}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div class="loading-row" key={index} aria-hidden="true">
          <span class="ghost is-short" />
          <span class="ghost" />
          <span class="ghost is-half" />
        </div>
      ))}
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}
