import { language, languageNames, languages, t, type Language } from "../src/i18n/texts";
import { duration } from "../src/i18n/format";
import { Icon, type IconName } from "./icons";
import { chooseLanguage, open, opened, titleOf, type Opened } from "./opened";
import { RecordCards, WhenAndWho } from "./record_cards";
import { RatingCard } from "./rating_card";
import { HelpCard } from "./help_card";
import { SealCard } from "./seal_card";

export function Page() {
  const now = opened.value;
  if (!now) return null;
  if (now.state === "here") {
    const { shown } = now;
    const { record } = shown;
    return (
      <>
        <header class="top">
          <div>
            <p class="over">{record.organisation.name}</p>
            <h1>{t(titleOf(record))}</h1>
            <WhenAndWho record={record} />
          </div>
          <LanguageChoice />
        </header>
        <main class="columns">
          <div class="column">
            <RecordCards shown={shown} />
          </div>
          <div class="column">
            <SealCard shown={shown} />
            <RatingCard key={shown.code.secret} shown={shown} />
          </div>
        </main>
        <footer class="pair">
          <section class="card">
            <h2>{t("customer_page.report")}</h2>
            <p class="soft">{t("customer_page.report.none")}</p>
          </section>
          <HelpCard organisation={record.organisation} />
        </footer>
      </>
    );
  }
  return (
    <>
      <header class="top is-end">
        <LanguageChoice />
      </header>
      <main class="alone">{now.state === "loading" ? <Loading /> : <TroubleCard now={now} />}</main>
    </>
  );
}

function LanguageChoice() {
  return (
    <label class="language">
      <Icon name="globe" />
      <span class="only-heard">{t("language.choose")}</span>
      <select value={language()} onChange={(event) => void chooseLanguage(event.currentTarget.value as Language)}>
        {languages.map((code) => (
          <option key={code} value={code} lang={code}>
            {languageNames[code]}
          </option>
        ))}
      </select>
    </label>
  );
}

function Loading() {
  return (
    <div role="status">
      <h1 class="only-heard">{t("state.loading")}</h1>
      <div class="card ghosts" aria-hidden="true">
        <span class="ghost is-half" />
        <span class="ghost" />
        <span class="ghost is-short" />
      </div>
    </div>
  );
}

const icons: Record<string, IconName> = { network: "away", too_many: "clock", not_found: "clock", broken_link: "warning", server: "warning" };

function TroubleCard({ now }: { now: Exclude<Opened, { state: "loading" | "here" }> }) {
  const name = now.state === "trouble" ? now.trouble : now.state;
  const wait = now.state === "trouble" ? duration(Math.max(now.retryAfterSeconds, 60) * 1000) : "";
  return (
    <section class="card trouble" role="alert">
      <Icon name={icons[name] ?? "warning"} />
      <h1>{t(`customer_page.problem.${name}`)}</h1>
      <p>{t(`customer_page.problem.${name}_about`, { duration: wait })}</p>
      {now.state === "trouble" && (
        <button type="button" class="button is-primary" onClick={() => void open()}>
          {t("button.try_again")}
        </button>
      )}
    </section>
  );
}
