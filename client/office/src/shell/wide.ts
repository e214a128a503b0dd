import { signal, type Signal } from "@preact/signals";

function follows(query: string): Signal<boolean> {
  const media = typeof matchMedia === "undefined" ? undefined : matchMedia(query);
  const holds = signal(media?.matches ?? true);
  media?.addEventListener("change", () => {
    holds.value = media.matches;
  });
  return holds;
}

/// Whether lists are tables with a head; narrower ones are cards. list.css knows the same width.
export const isTable = follows("(min-width: 1000px)");

/// Whether there is room for a detail beside the list.
export const hasPane = follows("(min-width: 1200px)");
