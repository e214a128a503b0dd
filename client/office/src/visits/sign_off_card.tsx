import type { SignOff, Visit } from "../api/types";
import { dateTime, time } from "../i18n/format";
import { hasText, t, textOfCode } from "../i18n/texts";
import { Icon } from "../shell/icons";
import { drawSignature } from "./signature";

/// The sign-off that stands: the newest that no later one replaces.
export function standingSignOff(visit: Visit): SignOff | undefined {
  const replaced = new Set(visit.sign_offs.map((one) => one.replaces_id));
  return [...visit.sign_offs].reverse().find((one) => !replaced.has(one.id)) ?? visit.sign_offs.at(-1);
}

/// Which seal holds, in a sentence; the reasons below it.
export function SealWords({ signOff, isShort = false }: { signOff: SignOff | undefined; isShort?: boolean }) {
  if (!signOff) {
    return (
      <div class="seal is-quiet">
        <Icon name="clock" />
        <p>
          <strong>{t("office.seal.none")}</strong> {t("office.seal.none.hint")}
        </p>
      </div>
    );
  }
  const { seal } = signOff;
  const isWhole = seal.state === "intact" || seal.state === "erased";
  const tone = isWhole ? "is-done" : seal.state === "broken" ? "is-danger" : "is-waiting";
  return (
    <div class={`seal ${tone}`}>
      <Icon name={isWhole ? "shield" : "warning"} />
      <div>
        <p>
          <strong>{t(`office.seal.${seal.state}`)}</strong> {t(`office.seal.${seal.state}.hint`)}
        </p>
        {!isShort && <SealReasons signOff={signOff} />}
        {isShort && !isWhole && <GroupReasons signOff={signOff} />}
      </div>
    </div>
  );
}

function GroupReasons({ signOff }: { signOff: SignOff }) {
  const telling = signOff.seal.groups.filter((group) => group.state !== "intact");
  if (telling.length === 0) return null;
  return (
    <ul class="reasons">
      {telling.map((group) => (
        <li key={group.name}>
          <Icon name={group.state === "erased" ? "lock" : "warning"} />
          {t(`office.seal.group.${group.state as "changed" | "missing" | "erased"}`, { group: groupName(group.name) })}
        </li>
      ))}
    </ul>
  );
}

const groupName = (name: string): string => (hasText(`verify.group.${name}`) ? textOfCode("verify.group.", name) : name);

function SealReasons({ signOff }: { signOff: SignOff }) {
  const { seal } = signOff;
  const intact = seal.groups.filter((group) => group.state === "intact").length;
  return (
    <>
      <GroupReasons signOff={signOff} />
      <ul class="reasons is-soft">
        <li>{t("office.seal.checked", { count: seal.groups.length, intact })}</li>
        <li>{seal.is_signed_by_device ? t("office.seal.device_signed") : t("office.seal.device_not_signed")}</li>
        <li>{seal.countersigned_at ? t("office.seal.countersigned", { at: dateTime(seal.countersigned_at) }) : t("office.seal.not_countersigned")}</li>
        <li>{bracket(signOff)}</li>
        <li class="hash">
          {t("office.seal.hash")} <code>{seal.sha256.match(/.{1,8}/g)?.join(" ")}</code>
        </li>
      </ul>
    </>
  );
}

function bracket({ seal }: SignOff): string {
  const from = seal.not_before && dateTime(seal.not_before);
  const to = seal.countersigned_at && dateTime(seal.countersigned_at);
  if (from && to) return t("office.seal.between", { from, to });
  if (from) return t("office.seal.after", { from });
  if (to) return t("office.seal.before", { to });
  return t("office.seal.no_bracket");
}

export function Signature({ signOff, zone }: { signOff: SignOff; zone: string }) {
  return (
    <figure class="signature">
      {signOff.outcome === "signed" ? <Strokes signOff={signOff} /> : <p class="unsigned">{reasonOf(signOff)}</p>}
      <figcaption>{captionOf(signOff, zone)}</figcaption>
    </figure>
  );
}

function Strokes({ signOff }: { signOff: SignOff }) {
  const { strokes } = signOff;
  if (!strokes) return <p class="unsigned">{t("office.signature.erased")}</p>;
  if (!strokes.is_here) return <p class="unsigned">{t("office.signature.on_way")}</p>;
  const drawn = drawSignature(strokes);
  return (
    <svg viewBox={drawn.viewBox} role="img" aria-label={t("office.signature.of", { name: signOff.signer_name })} preserveAspectRatio="xMidYMid meet">
      {drawn.lines.map((line, index) => (
        <path key={index} d={line.path} stroke="currentColor" stroke-width={line.width} stroke-linecap="round" stroke-linejoin="round" fill="none" />
      ))}
    </svg>
  );
}

export function reasonOf(signOff: SignOff): string {
  const known = textOfCode(`sign_off.${signOff.outcome}.`, signOff.reason);
  return signOff.reason_text ? `${known}: ${signOff.reason_text}` : known;
}

function captionOf(signOff: SignOff, zone: string): string {
  const role = signOff.signer_role ? textOfCode("sign_off.role.", signOff.signer_role) : "";
  const who = signOff.signer_name || (signOff.outcome === "signed" ? t("office.erased") : t(`sign_off.outcome.${signOff.outcome}`));
  return [role ? `${who}, ${role}` : who, time(signOff.signed_at, zone)].join(" · ");
}
