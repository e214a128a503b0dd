/// The zone of this browser: what “today” means for whoever sits here.
let known = "";
export const ownZone = (): string => (known ||= Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC");

/// A zone as browsers know it. Devices that only know how far they are from UTC say “GMT+01:00”.
export function browserZone(zone: string): string {
  const [, sign, hours = "", minutes] = /^(?:GMT|UTC)([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  if (!sign) return zone;
  return minutes === "00" ? `Etc/GMT${sign === "+" ? "-" : "+"}${Number(hours)}` : `${sign}${hours}:${minutes}`;
}

function isKnown(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: browserZone(zone) }) !== undefined;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/// Intl's formats are slow to make, and lists ask for them in every row.
function formatIn(zone: string, language: string, shape: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(shape)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, { timeZone: isKnown(zone) ? browserZone(zone) : "UTC", ...shape });
    formats.set(key, format);
  }
  return format;
}

/// “2026-03-12” of an instant, in a zone.
export function dayOf(at: Date, zone: string): string {
  return formatIn(zone, "en-CA", { year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

/// “14:05” of an instant, in a zone.
export function clockOf(at: Date, zone: string): string {
  return formatIn(zone, "en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/// How far the zone is ahead of UTC at that instant.
function offsetMs(at: Date, zone: string): number {
  const fields = formatIn(zone, "en-GB", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const field = (type: string): number => Number(fields.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(field("year"), field("month") - 1, field("day"), field("hour"), field("minute"), field("second"));
  return wall - Math.floor(at.getTime() / 1000) * 1000;
}

/// The instant at which a clock in that zone shows this day and time. Asked twice, because the offset itself depends on the answer.
export function instantOf(day: string, clock: string, zone: string): Date {
  const wall = Date.parse(`${day}T${clock}:00Z`);
  const first = new Date(wall - offsetMs(new Date(wall), zone));
  return new Date(wall - offsetMs(first, zone));
}

export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
