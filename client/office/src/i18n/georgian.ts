/// Chromium and its relatives carry no Georgian dates and numbers (they write “2026 M11 20”), so we bring them. Elsewhere the browser's own are used.

const months: Record<string, [long: string, short: string]> = {
  January: ["იანვარი", "იან"],
  February: ["თებერვალი", "თებ"],
  March: ["მარტი", "მარ"],
  April: ["აპრილი", "აპრ"],
  May: ["მაისი", "მაი"],
  June: ["ივნისი", "ივნ"],
  July: ["ივლისი", "ივლ"],
  August: ["აგვისტო", "აგვ"],
  September: ["სექტემბერი", "სექ"],
  October: ["ოქტომბერი", "ოქტ"],
  November: ["ნოემბერი", "ნოე"],
  December: ["დეკემბერი", "დეკ"],
};

const weekdays: Record<string, [long: string, short: string]> = {
  Monday: ["ორშაბათი", "ორშ"],
  Tuesday: ["სამშაბათი", "სამ"],
  Wednesday: ["ოთხშაბათი", "ოთხ"],
  Thursday: ["ხუთშაბათი", "ხუთ"],
  Friday: ["პარასკევი", "პარ"],
  Saturday: ["შაბათი", "შაბ"],
  Sunday: ["კვირა", "კვი"],
};

/// “წუთის”: of a minute, as it stands before “წინ”, ago.
const ofUnits: Partial<Record<Intl.RelativeTimeFormatUnit, string>> = { day: "დღის", hour: "საათის", minute: "წუთის", second: "წამის" };

const knowsGeorgian = /[ა-ჰ]/.test(new Intl.DateTimeFormat("ka", { month: "long" }).format(0));
const isOurs = (code: string): boolean => code === "ka" && !knowsGeorgian;

export interface DateFormat {
  format(at: Date): string;
  formatRange(from: Date, to: Date): string;
}

export function dateTimeFormat(code: string, shape: Intl.DateTimeFormatOptions): DateFormat {
  if (!isOurs(code)) return new Intl.DateTimeFormat(code, shape);
  const english = new Intl.DateTimeFormat("en-GB", shape);
  return {
    format: (at) => inGeorgian(english.formatToParts(at), shape),
    formatRange: (from, to) => inGeorgian(english.formatRangeToParts(from, to), shape),
  };
}

function inGeorgian(parts: { type: string; value: string }[], shape: Intl.DateTimeFormatOptions): string {
  return parts
    .map(({ type, value }) => {
      if (type === "month") return nameIn(months, value, shape.month === "long");
      if (type === "weekday") return nameIn(weekdays, value, shape.weekday === "long");
      return type === "literal" ? value.replace("/", ".") : value;
    })
    .join("");
}

/// English shortens to three letters and more (“Sept”); what is a number stays one.
function nameIn(names: Record<string, [string, string]>, english: string, isLong: boolean): string {
  const found = Object.entries(names).find(([name]) => name.startsWith(english.slice(0, 3)));
  if (!found) return english;
  const [long, short] = found[1];
  return isLong ? long : short;
}

/// Czech writes numbers and money as Georgian does: 48 990,00 ₾.
export const numberFormat = (code: string, shape: Intl.NumberFormatOptions): Intl.NumberFormat => new Intl.NumberFormat(isOurs(code) ? "cs" : code, shape);

export function agoFormat(code: string): (count: number, unit: Intl.RelativeTimeFormatUnit) => string {
  if (!isOurs(code)) {
    const format = new Intl.RelativeTimeFormat(code, { numeric: "auto", style: "short" });
    return (count, unit) => format.format(count, unit);
  }
  return (count, unit) => {
    if (count === 0) return "ახლა";
    if (count === -1 && unit === "day") return "გუშინ";
    return `${-count} ${ofUnits[unit] ?? unit} წინ`;
  };
}
