import { computed, signal } from "@preact/signals";

/// “#/visits/ID?day=today”: the place and what narrows it. Everything a person sees can be bookmarked, sent and gone back to.
export interface Route {
  place: string;
  id: string;
  query: Record<string, string>;
}

export function readRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [place = "", id = ""] = path.split("/");
  return { place: place || "visits", id: decodeURIComponent(id), query: Object.fromEntries(new URLSearchParams(search)) };
}

export function writeRoute(route: Route): string {
  const kept = Object.entries(route.query).filter(([, value]) => value !== "");
  const search = new URLSearchParams(kept).toString();
  const path = route.id ? `${route.place}/${encodeURIComponent(route.id)}` : route.place;
  return search ? `#/${path}?${search}` : `#/${path}`;
}

const hash = signal(typeof location === "undefined" ? "" : location.hash);
export const route = computed(() => readRoute(hash.value));

export function watchRoute(): void {
  addEventListener("hashchange", () => {
    hash.value = location.hash;
  });
}

export function go(next: Partial<Route>, way: "push" | "replace" = "push"): void {
  const target = writeRoute({ place: next.place ?? route.value.place, id: next.id ?? "", query: next.query ?? {} });
  if (way === "replace") {
    history.replaceState(null, "", target);
    hash.value = target;
  } else if (target !== location.hash) {
    location.hash = target;
  }
}
