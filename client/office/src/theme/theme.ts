import { effect, signal } from "@preact/signals";

export const themes = ["system", "light", "dark", "contrast"] as const;
export type Theme = (typeof themes)[number];
export const densities = ["comfortable", "compact"] as const;
export type Density = (typeof densities)[number];

function kept<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
  const value = localStorage.getItem(name) as T | null;
  return value !== null && choices.includes(value) ? value : otherwise;
}

export const theme = signal<Theme>(kept("theme", themes, "system"));
export const density = signal<Density>(kept("density", densities, "comfortable"));

/// The page's root carries the choice; theme.css turns it into roles. “system” carries nothing and follows the media query.
export function wearTheme(): void {
  effect(() => {
    localStorage.setItem("theme", theme.value);
    if (theme.value === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme.value;
  });
  effect(() => {
    localStorage.setItem("density", density.value);
    document.documentElement.dataset["density"] = density.value;
  });
}
