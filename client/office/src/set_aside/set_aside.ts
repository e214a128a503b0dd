import { signal } from "@preact/signals";
import { get, problemOf, type Problem } from "../api/call";
import { listen } from "../api/live";
import type { SetAside, Waiting } from "../api/types";

/// What waits for a person of the office, oldest first; null until it was read.
export const setAside = signal<SetAside | null>(null);
export const setAsideProblem = signal<Problem | undefined>(undefined);

export const waitingCount = (): number => setAside.value?.count ?? 0;
export const waitingOfVisit = (id: string): Waiting | undefined => setAside.value?.waiting.find((one) => one.visit?.id === id);
export const waitingOfOrder = (id: string): Waiting | undefined => setAside.value?.waiting.find((one) => one.work_order?.id === id);

const settleMs = 400;
const refreshMs = 60_000;
let timer: ReturnType<typeof setTimeout> | undefined;
let isWatching = false;

export async function readSetAside(): Promise<void> {
  clearTimeout(timer);
  try {
    setAside.value = await get<SetAside>("/v1/set_aside");
    setAsideProblem.value = undefined;
  } catch (error) {
    setAsideProblem.value = problemOf(error);
  }
  readLater(refreshMs);
}

function readLater(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void readSetAside(), ms);
}

export function watchSetAside(): void {
  void readSetAside();
  if (isWatching) return;
  isWatching = true;
  listen((event) => {
    if (event.type === "set_aside") readLater(settleMs);
  });
}
