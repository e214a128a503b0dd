import type { ComponentChildren } from "preact";
import { liveState } from "../api/live";
import { isReachable } from "../api/call";
import { number } from "../i18n/format";
import { t } from "../i18n/texts";
import { route } from "../route";
import { isAdministrator } from "../session";
import { waitingCount } from "../set_aside/set_aside";
import { Announcer } from "./announce";
import { Icon, type IconName } from "./icons";
import { JumpBox } from "./jump_box";

interface Place {
  place: string;
  icon: IconName;
  words: () => string;
  isForAdministrators?: boolean;
  /// How many things wait there; a place that is only for them is not offered while none do.
  count?: () => number;
}

const work: Place[] = [
  { place: "visits", icon: "list", words: () => t("office.rail.visits") },
  { place: "work_orders", icon: "work", words: () => t("office.rail.work_orders") },
  { place: "set_aside", icon: "warning", words: () => t("office.rail.set_aside"), count: waitingCount },
];
const house: Place[] = [
  { place: "people", icon: "people", words: () => t("office.rail.people"), isForAdministrators: true },
  { place: "devices", icon: "tablet", words: () => t("office.rail.devices") },
  { place: "settings", icon: "gear", words: () => t("settings.title") },
];

export function Shell({ children }: { children: ComponentChildren }) {
  const here = route.value.place;
  const title = [...work, ...house].find((one) => one.place === here)?.words() ?? "";
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skipToContent}>
        {t("office.skip")}
      </a>
      <nav class="rail" aria-label={t("office.rail")}>
        <p class="brand">Aftercare</p>
        <RailGroup places={work} here={here} />
        <RailGroup places={house} here={here} />
      </nav>
      <header class="top">
        <p class="top-title">{title}</p>
        <JumpBox />
        <LiveChip />
      </header>
      <main id="main" class="main" tabIndex={-1}>
        {children}
      </main>
      <Announcer />
    </div>
  );
}

function skipToContent(event: Event): void {
  event.preventDefault();
  (document.querySelector<HTMLElement>("#main .grid") ?? document.getElementById("main"))?.focus();
}

function RailGroup({ places, here }: { places: Place[]; here: string }) {
  const allowed = places.filter((one) => (!one.isForAdministrators || isAdministrator()) && (!one.count || one.count() > 0 || one.place === here));
  return (
    <ul>
      {allowed.map((one) => (
        <li key={one.place}>
          <a href={`#/${one.place}`} {...(one.place === here ? { "aria-current": "page" as const } : {})}>
            <Icon name={one.icon} />
            <span>{one.words()}</span>
            {(one.count?.() ?? 0) > 0 && <span class="rail-count">{number(one.count?.() ?? 0)}</span>}
          </a>
        </li>
      ))}
    </ul>
  );
}

function LiveChip() {
  const state = isReachable.value ? liveState.value : "offline";
  return (
    <span class={`live is-${state}`} role="status" title={t(`office.live.${state}.hint`)}>
      <span class="dot" aria-hidden="true" />
      {t(`office.live.${state}`)}
    </span>
  );
}
