/// RFC 4180: a cell with a comma, a quote or a line break is quoted, quotes are doubled, lines end in CR LF.
/// A cell that a spreadsheet would take for a formula gets an apostrophe before it, which the spreadsheet does not show.
const formulaStarts = /^[=+\-@\t\r']/;

export function csvCell(text: string): string {
  const safe = formulaStarts.test(text) ? `'${text}` : text;
  return /[",\r\n\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/// With a byte order mark, so that spreadsheets read the letters right.
export function csvOf(rows: string[][]): string {
  return `\ufeff${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

export function saveAs(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
