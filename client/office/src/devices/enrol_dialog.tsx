import { useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../api/call";
import { useLoaded } from "../api/loaded";
import type { Enrolment, Technician } from "../api/types";
import { duration } from "../i18n/format";
import { t } from "../i18n/texts";
import { announce } from "../shell/announce";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icons";
import { ProblemNotice } from "../shell/problem_notice";
import { QrCode } from "../shell/qr_code";
import { Segments } from "../settings/settings_page";
import { useCountdown } from "../sign_in/sign_in";

export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const [role, setRole] = useState<"tablet" | "kiosk">("tablet");
  const [person, setPerson] = useState("");
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [problem, setProblem] = useState<Problem>();
  const { value } = useLoaded<{ technicians: Technician[] }>("/v1/technicians");

  const make = async (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    try {
      const body = role === "tablet" && person ? { role, user: person } : { role };
      setEnrolment(await call<Enrolment>("POST", "/v1/enrolments", body));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };

  return (
    <Dialog title={t("office.enrol")} onClose={onClose}>
      {enrolment ? (
        <Code enrolment={enrolment} onAgain={() => setEnrolment(undefined)} onClose={onClose} />
      ) : (
        <form class="form" onSubmit={(event) => void make(event)}>
          <Segments
            name="role"
            label={t("office.enrol.what")}
            value={role}
            choices={(["tablet", "kiosk"] as const).map((one) => ({ value: one, words: t(`office.device.role.${one}`) }))}
            onChoose={setRole}
          />
          {role === "tablet" && (
            <label class="field">
              <span>{t("office.enrol.person")}</span>
              <select class="select" value={person} onChange={(event) => setPerson(event.currentTarget.value)}>
                <option value="">{t("office.device.no_person")}</option>
                {(value?.technicians ?? []).map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          {problem && <ProblemNotice problem={problem} />}
          <footer class="dialog-foot">
            <button type="submit" class="button is-primary">
              {t("office.enrol.make")}
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}

function Code({ enrolment, onAgain, onClose }: { enrolment: Enrolment; onAgain: () => void; onClose: () => void }) {
  const left = useCountdown(Math.max(0, Math.round((Date.parse(enrolment.expires) - Date.now()) / 1000)), enrolment);
  const command = `aftercare enrol ${enrolment.line}`;
  const copy = async () => {
    await navigator.clipboard.writeText(command);
    announce(t("office.copied"));
  };
  if (left <= 0) {
    return (
      <>
        <p>{t("office.enrol.expired")}</p>
        <footer class="dialog-foot">
          <button type="button" class="button is-primary" onClick={onAgain}>
            {t("office.enrol.again")}
          </button>
        </footer>
      </>
    );
  }
  return (
    <>
      <p>{t("office.enrol.scan")}</p>
      <QrCode text={enrolment.line} label={t("office.enrol.qr")} />
      <p>{t("office.enrol.type")}</p>
      <p class="secret">
        <code>{command}</code>
      </p>
      <p class="with-icon soft">
        <Icon name="clock" />
        {t("office.enrol.valid", { duration: left < 60 ? `${left} s` : duration(left * 1000) })}
      </p>
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={() => void copy()}>
          {t("office.copy")}
        </button>
        <button type="button" class="button is-primary" onClick={onClose}>
          {t("button.close")}
        </button>
      </footer>
    </>
  );
}
