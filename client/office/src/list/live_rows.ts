import { signal, type Signal } from "@preact/signals";
import { comebacks, get, resets } from "../api/call";
import { followFrom, listen } from "../api/live";
import type { FeedEvent } from "../api/types";
import { PagedRows, type Row, type RowPage } from "./paged_rows";

const gatherMs = 40;
const againMs = 2_000;
const lightMs = 4_000;

export interface LiveSource<T extends Row> {
  /// The address of a page, or with `id` of one row if it still matches.
  address: (more: { after?: string; id?: string }) => string;
  pageOf: (answer: never) => RowPage<T>;
  isBefore: (one: T, other: T) => boolean;
  /// Which row an event of the feed may have changed.
  touchedBy: (event: FeedEvent) => string | null;
  onArrival: (row: T) => void;
}

/// The rows that match, kept up to date by the feed: each row that an event names is asked for again, alone.
export class LiveRows<T extends Row> {
  readonly paged: PagedRows<T>;
  /// Came in while somebody was looking further down.
  readonly unseen: Signal<number> = signal(0);
  readonly fresh: Signal<ReadonlySet<string>> = signal(new Set<string>());
  isAwayFromTop = false;
  private readonly touched = new Set<string>();
  private insertedAt: number[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stopListening: () => void;

  constructor(private readonly source: LiveSource<T>) {
    const load = async (after: string | null, abort: AbortSignal) =>
      source.pageOf(await get<never>(source.address(after === null ? {} : { after }), abort));
    this.paged = new PagedRows<T>(load, source.isBefore, followFrom);
    const stopFeed = listen((event) => this.heard(event));
    const stopComebacks = comebacks.subscribe(() => {
      if (this.paged.problem.peek()) this.paged.tryAgain();
    });
    const seen = resets.peek();
    const stopResets = resets.subscribe((count) => {
      if (count !== seen) this.paged.startOver();
    });
    this.stopListening = () => {
      stopResets();
      stopFeed();
      stopComebacks();
    };
    this.paged.start();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.stopListening();
    this.paged.stop();
  }

  /// How many rows came in above that place since the last call.
  takeInsertedAbove(firstInSight: number): number {
    const above = this.insertedAt.filter((at) => at <= firstInSight).length;
    this.insertedAt = [];
    return above;
  }

  moved(isAwayFromTop: boolean): void {
    this.isAwayFromTop = isAwayFromTop;
    if (!isAwayFromTop) this.unseen.value = 0;
  }

  touch(id: string): void {
    this.touched.add(id);
    this.refreshIn(gatherMs);
  }

  private heard(event: FeedEvent): void {
    const id = this.source.touchedBy(event);
    if (id) this.touch(id);
  }

  private refreshIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), ms);
  }

  private async refresh(): Promise<void> {
    if (this.paged.count.value === undefined) {
      this.refreshIn(gatherMs);
      return;
    }
    const ids = [...this.touched];
    this.touched.clear();
    for (const id of ids) {
      try {
        const [row] = this.source.pageOf(await get<never>(this.source.address({ id }))).rows;
        if (row) this.show(row);
        else this.paged.remove(id);
      } catch {
        this.touched.add(id);
        this.refreshIn(againMs);
      }
    }
  }

  private show(row: T): void {
    const at = this.paged.put(row);
    this.light(row.id);
    if (at === undefined) return;
    this.insertedAt.push(at);
    if (this.isAwayFromTop) this.unseen.value += 1;
    this.source.onArrival(row);
  }

  private light(id: string): void {
    this.fresh.value = new Set([...this.fresh.value, id]);
    setTimeout(() => {
      const rest = new Set(this.fresh.value);
      rest.delete(id);
      this.fresh.value = rest;
    }, lightMs);
  }
}
