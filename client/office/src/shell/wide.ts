import { signal } from "@preact/signals";

const media = typeof matchMedia === "undefined" ? undefined : matchMedia("(min-width: 1000px)");

/// Whether there is room for a detail beside the list.
export const isWide = signal(media?.matches ?? true);
media?.addEventListener("change", () => {
  isWide.value = media.matches;
});
