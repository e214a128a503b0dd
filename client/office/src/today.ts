import { signal } from "@preact/signals";
import { dayOf, ownZone } from "./zone";

const lookMs = 15_000;

/// The day it is here; a list of “today” is read anew when midnight passes.
export const today = signal(dayOf(new Date(), ownZone()));

export function watchDay(): void {
  const look = () => {
    today.value = dayOf(new Date(), ownZone());
  };
  setInterval(look, lookMs);
  addEventListener("focus", look);
}
