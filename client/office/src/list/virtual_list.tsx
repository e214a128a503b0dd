import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PagedRows, Row } from "./paged_rows";
import { scrollToShow, windowOf } from "./virtual_window";

interface Props<T extends Row> {
  label: string;
  rows: PagedRows<T>;
  rowHeight: number;
  head?: ComponentChildren;
  headHeight: number;
  columnCount: number;
  /// The row that is open beside the list.
  openId: string;
  render: (row: T) => ComponentChildren;
  classOf?: (row: T) => string;
  onMove?: (row: T) => void;
  onOpen: (row: T) => void;
  onClose: () => void;
  /// Told when the reader has left the top, or is back.
  onAwayFromTop?: (isAway: boolean) => void;
  /// Rows that came in above what is in sight since the last drawing: the sight must not jump.
  takeInsertedAbove?: (firstInSight: number) => number;
}

/// A list of any length with only the rows in sight in the document. Arrows, Page, Home and End move; Enter opens; Escape closes.
export function VirtualList<T extends Row>(props: Props<T>) {
  const { rows, rowHeight, headHeight } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 900 });
  const [active, setActive] = useState<string>("");
  const held = rows.rows.value;
  const count = rows.count.value ?? held.length;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    look();
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !props.takeInsertedAbove) return;
    const above = props.takeInsertedAbove(Math.floor(element.scrollTop / rowHeight));
    if (above > 0 && element.scrollTop > 0) element.scrollTop += above * rowHeight;
  }, [held]);

  const seen = windowOf(view.top, view.height, rowHeight, count);
  useEffect(() => rows.need(seen.end - 1), [seen.end, rows]);
  useEffect(() => props.onAwayFromTop?.(view.top > rowHeight), [view.top > rowHeight]);

  const activeId = active || props.openId;
  const activeAt: number = activeId ? held.findIndex((row) => row.id === activeId) : -1;

  const moveTo = (index: number) => {
    const at = Math.max(0, Math.min(count - 1, index));
    const element = scroller.current;
    const top = element ? scrollToShow(at, element.scrollTop, element.clientHeight, rowHeight, headHeight) : undefined;
    if (element && top !== undefined) element.scrollTop = top;
    rows.need(at);
    const row = held[at];
    if (!row) return;
    setActive(row.id);
    props.onMove?.(row);
  };

  const page = Math.max(1, Math.floor((view.height - headHeight) / rowHeight) - 1);
  const moves: Record<string, () => number> = {
    ArrowDown: () => activeAt + 1,
    ArrowUp: () => Math.max(0, activeAt - 1),
    PageDown: () => Math.max(0, activeAt) + page,
    PageUp: () => activeAt - page,
    Home: () => 0,
    End: () => count - 1,
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      moveTo(move());
    } else if (event.key === "Enter") {
      const row = held[activeAt];
      if (row) props.onOpen(row);
    } else if (event.key === "Escape") {
      props.onClose();
    }
  };

  const drawn: ComponentChildren[] = [];
  for (let index = seen.first; index < seen.end; ++index) {
    const row = held[index];
    const at = { top: `${index * rowHeight}px`, height: `${rowHeight}px` };
    if (!row) {
      drawn.push(
        <div key={`ghost ${index}`} class="row is-loading" role="row" aria-rowindex={index + 2} style={at}>
          <div role="gridcell" aria-colspan={props.columnCount} class="ghost-cell">
            <span class="ghost" />
          </div>
        </div>,
      );
      continue;
    }
    const isOpen = row.id === props.openId;
    const isActive = row.id === activeId;
    drawn.push(
      <div
        key={row.id}
        id={`row-${row.id}`}
        class={`row ${isOpen ? "is-open" : ""} ${isActive ? "is-active" : ""} ${props.classOf?.(row) ?? ""}`}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={isOpen}
        style={at}
        onClick={() => {
          setActive(row.id);
          props.onOpen(row);
        }}
      >
        {props.render(row)}
      </div>,
    );
  }

  const isActiveDrawn = activeAt >= seen.first && activeAt < seen.end;
  return (
    <div
      class="grid"
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-colcount={props.columnCount}
      {...(isActiveDrawn ? { "aria-activedescendant": `row-${activeId}` } : {})}
      onKeyDown={onKey}
    >
      {props.head}
      <div class="rows" role="rowgroup" style={{ height: `${count * rowHeight}px` }}>
        {drawn}
      </div>
    </div>
  );
}
