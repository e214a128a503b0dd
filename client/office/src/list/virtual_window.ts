/// Which rows of a long list stand in the document: those in sight and a few around them.
export interface VirtualWindow {
  first: number;
  end: number;
}

export function windowOf(scrollTop: number, height: number, rowHeight: number, count: number, spare = 8): VirtualWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + spare);
  return { first: Math.min(first, Math.max(0, end)), end: Math.max(end, 0) };
}

/// Where to scroll so that the row is in sight, below a head that covers the top; undefined when it is in sight already.
export function scrollToShow(row: number, scrollTop: number, height: number, rowHeight: number, head = 0): number | undefined {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight + head;
  if (bottom > scrollTop + height) return bottom - height;
  return undefined;
}
