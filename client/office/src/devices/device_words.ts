import type { Device } from "../api/types";
import { ago, number } from "../i18n/format";
import { t } from "../i18n/texts";

const day = 86_400_000;

export const megabytes = (bytes: number): string => `${number(bytes / 1_000_000, bytes < 10_000_000 ? 1 : 0)}\u00a0MB`;

/// “3 visits · 12 photos · 31 MB”, or nothing when all was handed over.
export function unsentWords({ unsent }: Device): string {
  if (!unsent) return "";
  const parts = [
    unsent.visits > 0 ? t("count.visits", { count: unsent.visits }) : "",
    unsent.photos > 0 ? t("count.photos", { count: unsent.photos }) : "",
    unsent.photo_bytes > 0 ? megabytes(unsent.photo_bytes) : "",
  ].filter(Boolean);
  return parts.length === 0 && unsent.operations > 0 ? t("count.changes", { count: unsent.operations }) : parts.join(" · ");
}

export const holdsUnsent = (device: Device): boolean => unsentWords(device) !== "";

export const lastContact = (device: Device, now = new Date()): string =>
  device.last_contact_at ? ago(device.last_contact_at, now) : t("office.device.never");

export type DeviceState = "in_use" | "silent" | "never" | "revoked";

/// A tablet in use speaks at least once a working day; after three days somebody should ask.
export function stateOf(device: Device, now = new Date()): DeviceState {
  if (device.is_revoked) return "revoked";
  if (!device.last_contact_at) return "never";
  return now.getTime() - Date.parse(device.last_contact_at) > 3 * day ? "silent" : "in_use";
}
