import { signal } from "@preact/signals";
import { get, problemOf, type Problem } from "../api/call";
import { listen } from "../api/live";
import type { Device } from "../api/types";

export const devices = signal<Device[] | null>(null);
export const devicesProblem = signal<Problem | undefined>(undefined);

const settleMs = 500;
const refreshMs = 60_000;
let timer: ReturnType<typeof setTimeout> | undefined;

export async function readDevices(): Promise<void> {
  clearTimeout(timer);
  try {
    devices.value = (await get<{ devices: Device[] }>("/v1/devices")).devices;
    devicesProblem.value = undefined;
  } catch (error) {
    devicesProblem.value = problemOf(error);
  }
  readLater(refreshMs);
}

function readLater(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void readDevices(), ms);
}

/// What devices hold changes with everything that comes in from them.
let isWatching = false;

export function watchDevices(): void {
  void readDevices();
  if (!isWatching) listen(() => readLater(settleMs));
  isWatching = true;
}
