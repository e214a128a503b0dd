import { signal } from "@preact/signals";

const said = signal("");

/// Says something to whoever listens to the page rather than looks at it; polite, never interrupting.
export function announce(text: string): void {
  said.value = "";
  requestAnimationFrame(() => {
    said.value = text;
  });
}

export function Announcer() {
  return (
    <div class="only-heard" role="status" aria-live="polite">
      {said}
    </div>
  );
}
