import { useState } from "preact/hooks";
import { get, problemOf, query, type Problem } from "../api/call";
import { useLoaded } from "../api/loaded";
import type { AuditPage, Person } from "../api/types";
import { dateTime } from "../i18n/format";
import { devices } from "../devices/devices";
import { isLanguage, languageNames, t, textOfCode } from "../i18n/texts";
import { ProblemNotice } from "../shell/problem_notice";
import { Loading } from "../shell/waiting";

/// For administrators: who may sign in, and what was done with the house's own keys.
export function PeoplePage() {
  const people = useLoaded<{ people: Person[] }>("/v1/people");
  return (
    <div class="page-scroll">
      <div class="page">
        <h1 class="named-above">{t("office.rail.people")}</h1>
        {people.problem && <ProblemNotice problem={people.problem} onRetry={people.again} />}
        {!people.value && !people.problem && <Loading />}
        {people.value && (
          <div class="scroll-sideways card is-flush" tabIndex={0} role="region" aria-label={t("office.rail.people")}>
            <table class="plain">
              <thead>
                <tr>
                  <th scope="col">{t("office.person")}</th>
                  <th scope="col">{t("office.people.role")}</th>
                  <th scope="col">{t("office.sign_in.email")}</th>
                  <th scope="col">{t("settings.language")}</th>
                </tr>
              </thead>
              <tbody>
                {people.value.people.map((person) => (
                  <tr key={person.id} class={person.is_active ? "" : "is-quiet"}>
                    <th scope="row">
                      {person.name} {!person.is_active && <span class="state is-quiet">{t("office.people.inactive")}</span>}
                    </th>
                    <td>{t(`office.role.${person.role}`)}</td>
                    <td>{person.email}</td>
                    <td>{isLanguage(person.language) ? languageNames[person.language] : person.language}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <AuditList />
      </div>
    </div>
  );
}

const isId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/// Whoever works at the server's own shell has no account; a device is known by its name.
function actorName(actor: string): string {
  if (/^0+$/.test(actor) || actor === "command line") return t("office.command_line");
  return deviceName(actor.replace(/^device /, "")) ?? actor;
}

const deviceName = (id: string): string | undefined => (devices.value ?? []).find((device) => device.id === id)?.name;
const subjectName = (subject: string): string => deviceName(subject) ?? (isId(subject) ? "" : subject);

function AuditList() {
  const first = useLoaded<AuditPage>("/v1/audit");
  const [more, setMore] = useState<AuditPage[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const next = (more.at(-1) ?? first.value)?.next ?? null;
  const entries = [...(first.value?.entries ?? []), ...more.flatMap((page) => page.entries)];
  const older = async () => {
    setProblem(undefined);
    try {
      setMore([...more, await get<AuditPage>(`/v1/audit${query({ after: next ?? undefined })}`)]);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <>
      <h2 class="page-section">{t("office.audit")}</h2>
      {first.problem && <ProblemNotice problem={first.problem} onRetry={first.again} />}
      {!first.value && !first.problem && <Loading rows={4} />}
      {first.value && entries.length === 0 && <p class="soft">{t("office.audit.none")}</p>}
      {entries.length > 0 && (
        <ul class="changes card">
          {entries.map((entry, index) => (
            <li key={index}>
              <span class="change-what">
                <strong>{textOfCode("office.audit.", entry.action)}</strong> {subjectName(entry.subject)} <span class="soft">{isId(entry.detail) ? "" : entry.detail}</span>
              </span>
              <span class="soft small">
                {actorName(entry.actor)} · {dateTime(entry.at)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {problem && <ProblemNotice problem={problem} onRetry={() => void older()} />}
      {next !== null && (
        <button type="button" class="button" onClick={() => void older()}>
          {t("office.audit.older")}
        </button>
      )}
    </>
  );
}
