import { useEffect, useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../api/call";
import type { Session } from "../api/types";
import { t } from "../i18n/texts";
import { remember } from "../session";
import { Icon } from "../shell/icons";
import { wordsOf } from "../shell/problem_notice";
import { QrCode } from "../shell/qr_code";

/// The second factor: a QR code for an authenticator app, the same secret as text, and one code to prove that it works.
export function CodeSetup({ onDone }: { onDone?: () => void }) {
  const [offer, setOffer] = useState<{ secret: string; uri: string }>();
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<Problem>();

  const begin = () => {
    setProblem(undefined);
    call<{ secret: string; uri: string }>("POST", "/v1/session/totp")
      .then(setOffer)
      .catch((error: unknown) => setProblem(problemOf(error)));
  };
  useEffect(begin, []);

  const confirm = async (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    try {
      remember(await call<Session>("PUT", "/v1/session/totp", { code: code.replaceAll(/\s/g, "") }));
      onDone?.();
    } catch (error) {
      setProblem(problemOf(error));
      setCode("");
    }
  };

  return (
    <form class="form" onSubmit={(event) => void confirm(event)}>
      <p>{t("office.code.scan")}</p>
      {offer && (
        <>
          <QrCode text={offer.uri} label={t("office.code.qr")} />
          <p class="small soft">{t("office.code.secret")}</p>
          <p class="secret">
            <code>{offer.secret.match(/.{1,4}/g)?.join(" ")}</code>
          </p>
          <label class="field">
            <span>{t("office.sign_in.code")}</span>
            <input class="code" name="code" inputMode="numeric" autocomplete="one-time-code" required pattern="[0-9 ]{6,7}" maxLength={7} value={code} onInput={(event) => setCode(event.currentTarget.value)} />
          </label>
        </>
      )}
      {problem && (
        <div class="notice is-danger" role="alert">
          <Icon name="warning" />
          <p>{problem.status === 422 ? t("office.sign_in.wrong_code") : wordsOf(problem)}</p>
        </div>
      )}
      {offer ? (
        <button type="submit" class="button is-primary">
          {t("office.code.confirm")}
        </button>
      ) : (
        problem && (
          <button type="button" class="button" onClick={begin}>
            {t("button.try_again")}
          </button>
        )
      )}
    </form>
  );
}
