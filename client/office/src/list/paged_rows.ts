import { batch, signal } from "@preact/signals";
import { problemOf, type Problem } from "../api/call";

export interface Row {
  id: string;
}

export interface RowPage<T> {
  rows: T[];
  next: string | null;
  count: number | null;
  seq: number;
}

export type LoadPage<T> = (after: string | null, abort: AbortSignal) => Promise<RowPage<T>>;

const without = <T,>(rows: T[], at: number): T[] => [...rows.slice(0, at), ...rows.slice(at + 1)];

/// The rows of one list, fetched page after page by the server's cursor as far as somebody looks.
export class PagedRows<T extends Row> {
  readonly rows = signal<T[]>([]);
  /// How many match in all; undefined until the server has said it.
  readonly count = signal<number | undefined>(undefined);
  readonly problem = signal<Problem | undefined>(undefined);
  readonly isLoading = signal(true);
  private next: string | null = null;
  private wanted = 0;
  private isRunning = false;
  private mustStartOver = false;
  private readonly abort = new AbortController();

  constructor(
    private readonly load: LoadPage<T>,
    private readonly isBefore: (one: T, other: T) => boolean,
    private readonly onFirst: (seq: number) => void = () => undefined,
  ) {}

  start(): this {
    void this.run(true);
    return this;
  }

  stop(): void {
    this.abort.abort();
  }

  tryAgain(): void {
    void this.run(this.count.value === undefined);
  }

  /// All that was read is read again; until it is there, the old rows stay in sight.
  startOver(): void {
    if (this.isRunning) this.mustStartOver = true;
    else void this.run(true);
  }

  /// Somebody looks at this row: fetch on until it is there.
  need(index: number): void {
    this.wanted = Math.max(this.wanted, index);
    if (!this.isRunning && this.next !== null && !this.problem.value && this.wanted >= this.rows.value.length) void this.run(false);
  }

  /// A row as it stands now. Returns its place when it is new in the part that has been fetched.
  put(row: T): number | undefined {
    const rows = this.rows.value;
    const at = rows.findIndex((other) => other.id === row.id);
    if (at >= 0 && !this.hasMoved(rows, at, row)) {
      this.rows.value = [...rows.slice(0, at), row, ...rows.slice(at + 1)];
      return undefined;
    }
    const others = at >= 0 ? without(rows, at) : rows;
    const place = others.findIndex((other) => this.isBefore(row, other));
    const isBeyond = place < 0 && this.next !== null;
    const end = place < 0 ? others.length : place;
    batch(() => {
      if (isBeyond) this.rows.value = others;
      else this.rows.value = [...others.slice(0, end), row, ...others.slice(end)];
      if (at < 0 && !isBeyond) this.count.value = (this.count.value ?? 0) + 1;
    });
    return at < 0 && !isBeyond ? end : undefined;
  }

  remove(id: string): void {
    const at = this.rows.value.findIndex((row) => row.id === id);
    if (at < 0) return;
    batch(() => {
      this.rows.value = without(this.rows.value, at);
      this.count.value = Math.max(0, (this.count.value ?? 1) - 1);
    });
  }

  private hasMoved(rows: T[], at: number, row: T): boolean {
    const before = rows[at - 1];
    const after = rows[at + 1];
    return (before !== undefined && this.isBefore(row, before)) || (after !== undefined && this.isBefore(after, row));
  }

  private async run(isFirst: boolean): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    this.isLoading.value = true;
    this.problem.value = undefined;
    try {
      for (let mustGoOn = true; mustGoOn; isFirst = this.mustStartOver) {
        this.mustStartOver = false;
        const page = await this.load(isFirst ? null : this.next, this.abort.signal);
        this.take(page, isFirst);
        mustGoOn = this.mustStartOver || (this.next !== null && this.wanted >= this.rows.value.length);
      }
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== "aborted") this.problem.value = problem;
    } finally {
      this.isRunning = false;
      this.isLoading.value = false;
    }
  }

  private take(page: RowPage<T>, isFirst: boolean): void {
    batch(() => {
      this.next = page.next;
      if (isFirst) {
        this.rows.value = page.rows;
        this.count.value = page.count ?? page.rows.length;
        this.onFirst(page.seq);
      } else {
        const known = new Set(this.rows.value.slice(-page.rows.length - 50).map((row) => row.id));
        this.rows.value = this.rows.value.concat(page.rows.filter((row) => !known.has(row.id)));
      }
      const held = this.rows.value.length;
      if (page.next === null || held > (this.count.value ?? 0)) this.count.value = held;
    });
  }
}
