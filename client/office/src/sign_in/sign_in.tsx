import { useEffect, useRef, useState } from "preact/hooks";
import { problemOf, type Problem } from "../api/call";
import { languageNames, languages, language, speak, t, isLanguage } from "../i18n/texts";
import { knownOrganisation, session, signIn } from "../session";
import { Icon } from "../shell/icons";
import { wordsOf } from "../shell/problem_notice";
import { loaders } from "virtual:texts/office";

/// E-mail and password, then the six digits when the server asks for them.
export function SignInForm({ email: known = "", autoFocus = true }: { email?: string; autoFocus?: boolean }) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [organisation, setOrganisation] = useState(knownOrganisation);
  const [mustName, setMustName] = useState(false);
  const wasNamed = useRef(organisation !== "" && session.value === null).current;
  const [mustGiveCode, setMustGiveCode] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const wait = useCountdown(problem?.code === "too_many" ? problem.retryAfter : 0, problem);
  const codeField = useRef<HTMLInputElement>(null);
  const organisationField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (mustName) organisationField.current?.focus();
  }, [mustName]);
  useEffect(() => {
    if (mustGiveCode) codeField.current?.focus();
  }, [mustGiveCode]);

  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(email.trim(), password, code.replaceAll(/\s/g, ""), organisation.trim());
    } catch (error) {
      const now = problemOf(error);
      if (now.code === "code_needed" && !mustGiveCode) setMustGiveCode(true);
      else if (now.code === "unreadable" && !mustName) setMustName(true);
      else setProblem(now);
      setCode("");
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="form" onSubmit={(event) => void send(event)}>
      <label class="field">
        <span>{t("office.sign_in.email")}</span>
        <input type="email" name="email" autocomplete="username" required value={email} readOnly={mustGiveCode} autoFocus={autoFocus && known === ""} onInput={(event) => setEmail(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{t("office.sign_in.password")}</span>
        <input type="password" name="password" autocomplete="current-password" required value={password} readOnly={mustGiveCode} autoFocus={autoFocus && known !== ""} onInput={(event) => setPassword(event.currentTarget.value)} />
      </label>
      {(mustName || wasNamed) && (
        <label class="field">
          <span>{t("office.sign_in.organisation")}</span>
          <input ref={organisationField} type="text" name="organisation" autocomplete="organization" required={mustName} value={organisation} readOnly={mustGiveCode} onInput={(event) => setOrganisation(event.currentTarget.value)} aria-describedby="organisation-hint" />
          <small id="organisation-hint" class="soft">{t("office.sign_in.organisation.hint")}</small>
        </label>
      )}
      {mustGiveCode && (
        <label class="field">
          <span>{t("office.sign_in.code")}</span>
          <input ref={codeField} class="code" name="code" inputMode="numeric" autocomplete="one-time-code" required pattern="[0-9 ]{6,7}" maxLength={7} value={code} onInput={(event) => setCode(event.currentTarget.value)} aria-describedby="code-hint" />
          <small id="code-hint" class="soft">{t("office.sign_in.code.hint")}</small>
        </label>
      )}
      {problem && (
        <div class="notice is-danger" role="alert">
          <Icon name="warning" />
          <p>{signInWords(problem, mustGiveCode, wait)}</p>
        </div>
      )}
      <button type="submit" class="button is-primary" disabled={isBusy || wait > 0}>
        {isBusy ? t("office.sign_in.checking") : t("office.sign_in")}
      </button>
      {mustGiveCode && (
        <button type="button" class="button" onClick={() => { setMustGiveCode(false); setProblem(undefined); }}>
          {t("button.back")}
        </button>
      )}
    </form>
  );
}

function signInWords(problem: Problem, hadCode: boolean, wait: number): string {
  if (problem.code === "too_many") return wait > 0 ? t("office.sign_in.locked", { seconds: wait }) : t("office.sign_in.locked_over");
  if (problem.code === "code_needed" || (hadCode && problem.status === 401)) return t("office.sign_in.wrong_code");
  if (problem.status === 401) return t("office.sign_in.wrong");
  return wordsOf(problem);
}

/// Seconds that are left, counted down while somebody waits.
export function useCountdown(seconds: number, since: unknown): number {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    setLeft(seconds);
    if (seconds <= 0) return;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000))), 250);
    return () => clearInterval(timer);
  }, [since, seconds]);
  return left;
}

export function LanguageChoice({ onChoose }: { onChoose: (code: string) => void }) {
  return (
    <select class="select" aria-label={t("settings.language")} value={language()} onChange={(event) => onChoose(event.currentTarget.value)}>
      {languages.map((code) => (
        <option key={code} value={code} lang={code}>
          {languageNames[code]}
        </option>
      ))}
    </select>
  );
}

export function SignInPage({ linkProblem }: { linkProblem: Problem | undefined }) {
  return (
    <main class="alone">
      <div class="alone-card">
        <p class="brand">Aftercare</p>
        <h1>{t("office.sign_in.title")}</h1>
        {linkProblem && (
          <div class="notice is-waiting" role="alert">
            <Icon name="key" />
            <p>{linkProblem.status === 401 ? t("office.sign_in.link_over") : wordsOf(linkProblem)}</p>
          </div>
        )}
        <SignInForm />
        <footer class="alone-foot">
          <LanguageChoice onChoose={(code) => isLanguage(code) && void speak(loaders, code)} />
        </footer>
      </div>
    </main>
  );
}

/// Over the page, so that what is in sight and half typed stays.
export function SessionOverDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="session-over" onCancel={(event) => event.preventDefault()}>
      <header class="dialog-head">
        <h2 id="session-over">{t("office.sign_in.over")}</h2>
      </header>
      <p>{t("office.sign_in.over.hint")}</p>
      <SignInForm email={session.value?.user.email ?? ""} />
    </dialog>
  );
}
