import { agoFormat, dateTimeFormat, numberFormat, type DateFormat } from "./georgian";
import { browserZone, clockOf, ownZone } from "../zone";
import { language, t, type Language } from "./texts";

/// English is read here by people all over Europe: day before month, and hours from 0 to 23.
const locales: Record<Language, string> = { en: "en-GB", cs: "cs", ka: "ka", sl: "sl", ru: "ru", vi: "vi" };

const made = new Map<string, unknown>();

/// Intl's objects are slow to make: one a language and shape.
function once<T>(name: string, make: (code: string) => T): T {
  const code = locales[language()];
  const key = `${code} ${name}`;
  let value = made.get(key) as T | undefined;
  if (value === undefined) {
    value = make(code);
    made.set(key, value);
  }
  return value;
}

function dateFormat(shape: Intl.DateTimeFormatOptions, zone?: string): DateFormat {
  const options: Intl.DateTimeFormatOptions = zone ? { ...shape, timeZone: browserZone(zone) } : shape;
  return once(JSON.stringify(options), (code) => {
    try {
      return dateTimeFormat(code, options);
    } catch {
      return dateTimeFormat(code, { ...shape, timeZone: "UTC" });
    }
  });
}

const instant = (at: string | Date): Date => (typeof at === "string" ? new Date(at) : at);

export const time = (at: string | Date, zone?: string): string =>
  dateFormat({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, zone).format(instant(at));

export const timeWithSeconds = (at: string | Date, zone?: string): string =>
  dateFormat({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }, zone).format(instant(at));

export const date = (at: string | Date, zone?: string): string =>
  dateFormat({ day: "numeric", month: "long", year: "numeric" }, zone).format(instant(at));

/// Without the year while it is this one.
export function shortDate(at: string | Date, zone?: string): string {
  const isThisYear = instant(at).getFullYear() === new Date().getFullYear();
  return dateFormat(isThisYear ? { day: "numeric", month: "short" } : { day: "numeric", month: "numeric", year: "numeric" }, zone).format(instant(at));
}

export const weekday = (at: string | Date, zone?: string): string =>
  dateFormat({ weekday: "short", day: "numeric", month: "numeric" }, zone).format(instant(at));

/// “Sat 21/11, 16:15–18:15”, each day named once; with “GMT+5” behind where the clock is another than the reader's.
export function timeRange(from: string, to: string, zone: string): string {
  const shape: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const isElsewhere = clockOf(instant(from), zone) !== clockOf(instant(from), ownZone());
  return dateFormat(isElsewhere ? { ...shape, timeZoneName: "shortOffset" } : shape, zone).formatRange(instant(from), instant(to));
}

/// “Mon” for 0.
export const dayName = (day: number): string => dateFormat({ weekday: "short" }, "UTC").format(new Date(Date.UTC(2024, 0, 1 + day)));

/// “GMT+1”, “CET”: what stands beside a time whose zone may not be the reader's.
export function zoneName(at: string | Date, zone: string): string {
  try {
    const shape: Intl.DateTimeFormatOptions = { timeZone: browserZone(zone), timeZoneName: "short" };
    return new Intl.DateTimeFormat(locales[language()], shape).formatToParts(instant(at)).find((part) => part.type === "timeZoneName")?.value ?? zone;
  } catch {
    return "UTC";
  }
}

export const dateTime = (at: string | Date, zone?: string): string =>
  t("format.date_time", { date: date(at, zone), time: time(at, zone) });

export const number = (value: number, digits = 0): string =>
  once(`number ${digits}`, (code) => numberFormat(code, { maximumFractionDigits: digits })).format(value);

/// Minor units (cents, haléře) as the language writes money; the currency knows how many of them make one.
export function money(minor: number, currency: string): string {
  const format = once(`money ${currency}`, (code) => numberFormat(code, { style: "currency", currency, currencyDisplay: "narrowSymbol" }));
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

/// “1490.00” for other programs.
export function plainAmount(minor: number, currency: string): string {
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return (minor / 10 ** digits).toFixed(digits);
}

export function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return t("duration.under_a_minute");
  if (minutes < 60) return t("duration.minutes", { minutes });
  const hours = Math.floor(minutes / 60);
  if (minutes % 60 === 0) return t("duration.hours", { hours });
  return t("duration.hours_minutes", { hours, minutes: minutes % 60 });
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/// “5 minutes ago”, as the language says it.
export function ago(at: string | Date, now: Date = new Date()): string {
  const seconds = Math.min(0, Math.round((instant(at).getTime() - now.getTime()) / 1000));
  const format = once("ago", agoFormat);
  const [unit, size] = steps.find(([, length]) => -seconds >= length) ?? ["second", 1];
  return format(Math.ceil(seconds / size), unit);
}
