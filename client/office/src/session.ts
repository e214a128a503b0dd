import { signal } from "@preact/signals";
import { call, comebacks, get, isSessionOver, problemOf, rememberCsrf } from "./api/call";
import { followAgain, stopFollowing } from "./api/live";
import type { Role, Session } from "./api/types";
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

export async function signIn(email: string, password: string, code: string): Promise<void> {
  const body = code === "" ? { email, password } : { email, password, code };
  await enter(await call<Session>("POST", "/v1/session", body));
}

export async function signInByLink(token: string): Promise<void> {
  await enter(await call<Session>("POST", "/v1/session/link", { token }));
}

export async function signOut(): Promise<void> {
  await call("DELETE", "/v1/session");
  stopFollowing();
  session.value = null;
  standing.value = "out";
}

export async function changeLanguage(code: Language): Promise<void> {
  await speak(loaders, code);
  if (session.value) remember(await call<Session>("PATCH", "/v1/session", { language: code }));
}

export function remember(now: Session): void {
  rememberCsrf(now.csrf);
  session.value = now;
}

async function enter(now: Session): Promise<void> {
  const wasSomebodyElse = session.value !== null && session.value.user.id !== now.user.id;
  remember(now);
  if (isLanguage(now.user.language)) await speak(loaders, now.user.language);
  standing.value = "in";
  isSessionOver.value = false;
  comebacks.value += 1;
  if (wasSomebodyElse) location.reload();
  else followAgain();
}
