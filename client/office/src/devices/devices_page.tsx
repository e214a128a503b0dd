import { useEffect, useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../api/call";
import type { Device } from "../api/types";
import { ago, dateTime } from "../i18n/format";
import { t } from "../i18n/texts";
import { isAdministrator } from "../session";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icons";
import { ProblemNotice } from "../shell/problem_notice";
import { Empty, Loading } from "../shell/waiting";
import { lastContact, stateOf, unsentWords, type DeviceState } from "./device_words";
import { devices, devicesProblem, readDevices } from "./devices";
import { EnrolDialog } from "./enrol_dialog";

const tones: Record<DeviceState, string> = { in_use: "is-done", silent: "is-waiting", never: "is-quiet", revoked: "is-danger" };

export function DevicesPage() {
  const [isEnrolling, setEnrolling] = useState(false);
  const [revoking, setRevoking] = useState<Device>();
  const [, tick] = useState(0);
  useEffect(() => {
    void readDevices();
    const timer = setInterval(() => tick((count) => count + 1), 15_000);
    return () => clearInterval(timer);
  }, []);
  const list = devices.value;
  const order: DeviceState[] = ["silent", "in_use", "never", "revoked"];
  const sorted = [...(list ?? [])].sort((one, other) => order.indexOf(stateOf(one)) - order.indexOf(stateOf(other)) || one.name.localeCompare(other.name));
  return (
    <div class="page-scroll">
      <div class="page">
        <header class="page-bar">
          <h1 class="named-above">{t("office.rail.devices")}</h1>
          {isAdministrator() && (
            <button type="button" class="button is-primary" onClick={() => setEnrolling(true)}>
              <Icon name="plus" />
              {t("office.enrol")}
            </button>
          )}
        </header>
        {devicesProblem.value && <ProblemNotice problem={devicesProblem.value} onRetry={() => void readDevices()} />}
        {!list && !devicesProblem.value && <Loading />}
        {list?.length === 0 && (
          <Empty icon="tablet" title={t("office.device.none")}>
            <p>{t("office.device.none.hint")}</p>
          </Empty>
        )}
        <ul class="devices">
          {sorted.map((device) => (
            <DeviceCard key={device.id} device={device} onRevoke={() => setRevoking(device)} />
          ))}
        </ul>
      </div>
      {isEnrolling && <EnrolDialog onClose={() => setEnrolling(false)} />}
      {revoking && <RevokeDialog device={revoking} onClose={() => setRevoking(undefined)} />}
    </div>
  );
}

function DeviceCard({ device, onRevoke }: { device: Device; onRevoke: () => void }) {
  const state = stateOf(device);
  const unsent = unsentWords(device);
  const contact = device.last_contact_at ? dateTime(device.last_contact_at) : "";
  return (
    <li class={`card device ${device.is_revoked ? "is-revoked" : ""}`}>
      <header>
        <Icon name="tablet" />
        <div>
          <h2>{device.name}</h2>
          <p class="soft small">
            {device.prefix} · {t(`office.device.role.${device.role}`)} · {device.user?.name ?? t("office.device.no_person")}
          </p>
        </div>
        <span class={`state ${tones[state]}`}>{t(`office.device.state.${state}`)}</span>
      </header>
      <dl class="facts">
        <div>
          <dt>{t("office.device.last_contact")}</dt>
          <dd title={contact}>{lastContact(device)}</dd>
        </div>
        <div>
          <dt>{t("office.device.unsent")}</dt>
          <dd class={unsent ? "is-waiting-ink" : ""}>
            {unsent || (device.unsent ? t("office.device.unsent.nothing") : t("office.device.unsent.unknown"))}
            {device.unsent && <span class="soft small"> {t("office.device.told", { ago: ago(device.unsent.told_at) })}</span>}
          </dd>
        </div>
        {device.missing_numbers.length > 0 && (
          <div>
            <dt>{t("office.device.missing_numbers")}</dt>
            <dd class="is-danger-ink">
              {device.missing_numbers.slice(0, 12).join(", ")}
              {device.missing_numbers.length > 12 && " …"}
              <span class="soft small"> {t("office.device.missing_numbers.hint")}</span>
            </dd>
          </div>
        )}
        {device.set_aside_count > 0 && (
          <div>
            <dt>{t("office.device.set_aside")}</dt>
            <dd class="is-waiting-ink">
              {t("count.changes", { count: device.set_aside_count })} · <a href="#/set_aside">{t("office.aside.look")}</a>
            </dd>
          </div>
        )}
        {device.lineage_count > 1 && (
          <div>
            <dt>{t("office.device.copies")}</dt>
            <dd class="is-danger-ink">{t("office.device.copies.hint", { count: device.lineage_count })}</dd>
          </div>
        )}
        <div>
          <dt>{t("settings.version")}</dt>
          <dd>{device.app_version || t("office.device.unsent.unknown")}</dd>
        </div>
        {device.returned_at && (
          <div>
            <dt>{t("office.device.returned")}</dt>
            <dd>{dateTime(device.returned_at)}</dd>
          </div>
        )}
        {device.revoked_at && (
          <div>
            <dt>{t("office.device.state.revoked")}</dt>
            <dd>{dateTime(device.revoked_at)}</dd>
          </div>
        )}
      </dl>
      {isAdministrator() && !device.is_revoked && (
        <button type="button" class="button is-danger" onClick={onRevoke}>
          {t("office.revoke")}
        </button>
      )}
    </li>
  );
}

function RevokeDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await call("POST", `/v1/devices/${device.id}/revoke`);
      await readDevices();
      onClose();
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  const unsent = unsentWords(device);
  return (
    <Dialog title={t("office.revoke.title", { device: device.name })} onClose={onClose}>
      <p>{t("office.revoke.what_happens")}</p>
      {unsent && (
        <div class="notice is-waiting">
          <Icon name="warning" />
          <p>{t("office.revoke.unsent", { what: unsent })}</p>
        </div>
      )}
      <p>{t("office.revoke.final")}</p>
      {problem && <ProblemNotice problem={problem} />}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {t("button.cancel")}
        </button>
        <button type="button" class="button is-danger" disabled={isBusy} onClick={() => void revoke()}>
          {t("office.revoke")}
        </button>
      </footer>
    </Dialog>
  );
}
