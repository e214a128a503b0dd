import { signal } from "@preact/signals";
import { comebacks, get, isSessionOver, problemOf, resets } from "./call";
import type { FeedEvent, Page, Session } from "./types";

export type LiveState = "live" | "reconnecting" | "offline";

export const liveState = signal<LiveState>("reconnecting");

const kinds = ["visit", "sign_off", "work_order", "rating", "device", "set_aside"];
const againMs = 3_000;
const waits = [1_000, 2_000, 5_000, 10_000, 30_000];

type Listener = (event: FeedEvent) => void;
const listeners = new Set<Listener>();

/// Calls the listener for each event of the feed, until the returned function is called.
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let source: EventSource | undefined;
let position: number | undefined;
let tries = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/// Starts at the position of the first list that was read: nothing can fall between the list and the stream.
export function followFrom(seq: number): void {
  if (position !== undefined) return;
  position = seq;
  connect();
}

/// On a page without a list: begin where the feed stands now.
export async function followFromNow(): Promise<void> {
  if (position !== undefined) return;
  try {
    followFrom((await get<Page>("/v1/visits?limit=1")).seq);
  } catch (error) {
    if (problemOf(error).status === 401) return;
    clearTimeout(timer);
    timer = setTimeout(() => void followFromNow(), againMs);
  }
}

export function stopFollowing(): void {
  clearTimeout(timer);
  source?.close();
  source = undefined;
  position = undefined;
  liveState.value = "reconnecting";
}

function connect(): void {
  clearTimeout(timer);
  source?.close();
  if (!navigator.onLine) {
    liveState.value = "offline";
    return;
  }
  source = new EventSource(`/v1/events?after=${position ?? 0}`);
  source.onopen = () => {
    tries = 0;
    if (liveState.value !== "live") comebacks.value += 1;
    liveState.value = "live";
  };
  source.onerror = () => void lost();
  source.addEventListener("reset", () => void startOver());
  for (const kind of kinds) source.addEventListener(kind, (message) => arrived(message as MessageEvent<string>));
}

function arrived(message: MessageEvent<string>): void {
  const event = JSON.parse(message.data) as FeedEvent;
  position = Math.max(position ?? 0, event.seq);
  liveState.value = "live";
  for (const listener of [...listeners]) listener(event);
}

/// The server was restored, and its feed is shorter than what was heard here: go on from where it stands now, and read everything again.
async function startOver(): Promise<void> {
  stopFollowing();
  await followFromNow();
  resets.value += 1;
}

/// A browser tries again by itself after a broken connection, but gives up for good after an answer that is no stream.
async function lost(): Promise<void> {
  liveState.value = navigator.onLine ? "reconnecting" : "offline";
  if (source?.readyState !== EventSource.CLOSED) return;
  const wait = waits[Math.min(tries++, waits.length - 1)] ?? 30_000;
  timer = setTimeout(connect, wait);
  try {
    await get<Session>("/v1/session");
  } catch (error) {
    if (problemOf(error).status === 401) isSessionOver.value = true;
  }
}

export function watchNetwork(): void {
  addEventListener("offline", () => {
    liveState.value = "offline";
  });
  addEventListener("online", () => {
    if (position === undefined) return;
    tries = 0;
    connect();
  });
}

/// After signing in again: take the stream up where it broke.
export function followAgain(): void {
  if (position === undefined) return;
  tries = 0;
  connect();
}
