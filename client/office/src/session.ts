import { signal } from "@preact/signals";
import { call, comebacks, get, isSessionOver, problemOf, rememberCsrf, renewBy } from "./api/call";
import { followAgain, stopFollowing } from "./api/live";
import type { Role, Session } from "./api/types";
import { dropAllDrafts, keepDraftsOf } from "./drafts";
import { isLanguage, speak, type Language } from "./i18n/texts";
import { loaders } from "virtual:texts/office";

export type Standing = "asking" | "out" | "in" | "unreachable";

export const session = signal<Session | null>(null);
export const standing = signal<Standing>("asking");

const officeRoles: Role[] = ["dispatcher", "manager", "administrator"];

export const isOfficePerson = (): boolean => session.value !== null && officeRoles.includes(session.value.role);
export const isAdministrator = (): boolean => session.value?.role === "administrator";
export const mustSetUpCode = (): boolean => session.value?.totp === "needed";

export async function askWhoIAm(): Promise<void> {
  standing.value = "asking";
  try {
    await enter(await get<Session>("/v1/session"));
  } catch (error) {
    const problem = problemOf(error);
    standing.value = problem.status === 401 ? "out" : "unreachable";
  }
}

const organisationKey = "organisation";

/// The organisation that somebody last signed in to here, where the server has several.
export const knownOrganisation = (): string => session.value?.organisation ?? localStorage.getItem(organisationKey) ?? "";

export async function signIn(email: string, password: string, code: string, organisation: string): Promise<void> {
  const body = { email, password, ...(code ? { code } : {}), ...(organisation ? { organisation } : {}) };
  await enter(await call<Session>("POST", "/v1/session", body));
  if (organisation) localStorage.setItem(organisationKey, organisation);
}

export async function signInByLink(token: string): Promise<void> {
  await enter(await call<Session>("POST", "/v1/session/link", { token }));
}

export async function signOut(): Promise<void> {
  await call("DELETE", "/v1/session");
  stopFollowing();
  dropAllDrafts();
  session.value = null;
  standing.value = "out";
}

export async function changeLanguage(code: Language): Promise<void> {
  await speak(loaders, code);
  if (session.value) remember(await call<Session>("PATCH", "/v1/session", { language: code }));
}

export function remember(now: Session): void {
  keepDraftsOf(now.organisation, now.user.id);
  rememberCsrf(now.csrf);
  session.value = now;
}

const isSomebodyElse = (now: Session): boolean => session.value !== null && session.value.user.id !== now.user.id;

/// Another tab may have signed in anew, or as somebody else: nothing is written under another name.
export function watchSession(): void {
  renewBy(async () => {
    const before = session.value?.csrf;
    const now = await get<Session>("/v1/session").catch(() => undefined);
    if (!now || now.csrf === before) return false;
    if (isSomebodyElse(now)) {
      location.reload();
      return false;
    }
    remember(now);
    return true;
  });
  addEventListener("focus", () => {
    if (isSessionOver.value) void get<Session>("/v1/session").then(enter, () => undefined);
  });
}

async function enter(now: Session): Promise<void> {
  const wasSomebodyElse = isSomebodyElse(now);
  if (wasSomebodyElse) {
    location.reload();
    return;
  }
  remember(now);
  if (isLanguage(now.user.language)) await speak(loaders, now.user.language);
  standing.value = "in";
  isSessionOver.value = false;
  comebacks.value += 1;
  followAgain();
}
