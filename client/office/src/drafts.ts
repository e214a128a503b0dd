/// What somebody has half typed, kept for this tab: a reload, a lost network or a session that ended costs nothing.
const all = "draft.";
let owner = "";

/// Each person in each organisation has drafts of their own; nobody who signs in after them in this tab meets them.
export function keepDraftsOf(organisation: string, user: string): void {
  owner = `${encodeURIComponent(organisation)}.${user}.`;
}

const keyOf = (name: string): string => all + owner + name;

export function keptDraft<T>(name: string): T | null {
  const text = sessionStorage.getItem(keyOf(name));
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

export const keepDraft = (name: string, draft: unknown): void => sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
export const dropDraft = (name: string): void => sessionStorage.removeItem(keyOf(name));
export const hasDraft = (name: string): boolean => sessionStorage.getItem(keyOf(name)) !== null;

export function dropAllDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(all)) sessionStorage.removeItem(key);
}
