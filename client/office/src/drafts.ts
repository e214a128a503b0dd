/// What somebody has half typed, kept for this tab: a reload, a lost network or a session that ended costs nothing.
const prefix = "draft.";

export function keptDraft<T>(name: string): T | null {
  const text = sessionStorage.getItem(prefix + name);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

export const keepDraft = (name: string, draft: unknown): void => sessionStorage.setItem(prefix + name, JSON.stringify(draft));
export const dropDraft = (name: string): void => sessionStorage.removeItem(prefix + name);
export const hasDraft = (name: string): boolean => sessionStorage.getItem(prefix + name) !== null;
