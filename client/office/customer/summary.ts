/// The sealed text as it was shown: headings at the margin, their lines indented.
export interface Section {
  heading: string;
  lines: string[];
}

export function sectionsOf(summary: string): Section[] {
  const sections: Section[] = [];
  for (const line of summary.split("\n")) {
    const words = line.trim();
    if (words === "") continue;
    const last = sections.at(-1);
    if (line.startsWith(" ") && last) last.lines.push(words);
    else sections.push({ heading: words, lines: [] });
  }
  return sections;
}

export interface InShort {
  done: string[];
  promised: string[];
  price: string[];
}

/// What a customer looks for first, found by the headings of the language that the text is written in. Undefined when a heading is worded otherwise
/// (the text is of an older program): then only the whole text is shown.
export function inShort(sections: Section[], headings: Record<string, string>): InShort | undefined {
  const under = (key: string) => sections.find((section) => section.heading === headings[key])?.lines;
  const done = under("summary.done");
  const promised = under("summary.promised");
  const price = under("summary.price");
  if (!done || !promised || !price) return undefined;
  return { done, promised: promised.filter((line) => line !== headings["summary.promised.none"]), price };
}
