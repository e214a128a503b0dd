import { useState } from "preact/hooks";
import { problemOf, type Problem } from "../api/call";
import { isLanguage, t } from "../i18n/texts";
import { changeLanguage, session, signOut } from "../session";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icons";
import { ProblemNotice } from "../shell/problem_notice";
import { CodeSetup } from "../sign_in/code_setup";
import { LanguageChoice } from "../sign_in/sign_in";
import { densities, density, theme, themes } from "../theme/theme";
import { Card } from "../visits/visit_page";

export function SettingsPage() {
  const [problem, setProblem] = useState<Problem>();
  const [isSettingUp, setSettingUp] = useState(false);
  const person = session.value;
  if (!person) return null;
  const attempt = (work: Promise<unknown>) => {
    setProblem(undefined);
    work.catch((error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <div class="page-scroll">
      <div class="page is-narrow">
        <h1 class="named-above">{t("settings.title")}</h1>
        {problem && <ProblemNotice problem={problem} />}
        <Card title={t("settings.language")}>
          <LanguageChoice onChoose={(code) => isLanguage(code) && attempt(changeLanguage(code))} />
        </Card>
        <Card title={t("settings.theme")}>
          <Segments name="theme" label={t("settings.theme")} value={theme.value} choices={themes.map((one) => ({ value: one, words: t(`settings.theme.${one}`) }))} onChoose={(one) => (theme.value = one)} />
        </Card>
        <Card title={t("office.density")}>
          <Segments name="density" label={t("office.density")} value={density.value} choices={densities.map((one) => ({ value: one, words: t(`office.density.${one}`) }))} onChoose={(one) => (density.value = one)} />
        </Card>
        <Card title={t("office.code")}>
          <p class="with-icon">
            <Icon name={person.totp === "on" ? "shield" : "warning"} />
            {person.totp === "on" ? t("office.code.on") : t("office.code.off")}
          </p>
          {person.totp === "on" ? (
            <p class="soft">{t("office.code.renew")}</p>
          ) : (
            <button type="button" class="button" onClick={() => setSettingUp(true)}>
              {t("office.code.set_up")}
            </button>
          )}
        </Card>
        <Card title={t("office.account")}>
          <dl class="facts">
            <div>
              <dt>{t("office.person")}</dt>
              <dd>
                {person.user.name} <span class="soft">{person.user.email}</span>
              </dd>
            </div>
            <div>
              <dt>{t("office.people.role")}</dt>
              <dd>{t(`office.role.${person.role}`)}</dd>
            </div>
            <div>
              <dt>{t("settings.organisation")}</dt>
              <dd>{person.organisation}</dd>
            </div>
          </dl>
          <button type="button" class="button" onClick={() => attempt(signOut())}>
            <Icon name="leave" />
            {t("office.sign_out")}
          </button>
        </Card>
      </div>
      {isSettingUp && (
        <Dialog title={t("office.code")} onClose={() => setSettingUp(false)}>
          <CodeSetup onDone={() => setSettingUp(false)} />
        </Dialog>
      )}
    </div>
  );
}

interface SegmentsProps<T extends string> {
  name: string;
  label: string;
  value: T;
  choices: { value: T; words: string }[];
  onChoose: (value: T) => void;
}

export function Segments<T extends string>({ name, label, value, choices, onChoose }: SegmentsProps<T>) {
  return (
    <div class="segments" role="radiogroup" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice.value} class={choice.value === value ? "is-chosen" : ""}>
          <input type="radio" name={name} value={choice.value} checked={choice.value === value} onChange={() => onChoose(choice.value)} />
          {choice.words}
        </label>
      ))}
    </div>
  );
}
