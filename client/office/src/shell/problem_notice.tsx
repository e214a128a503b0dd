import type { Problem } from "../api/call";
import { hasText, language, t } from "../i18n/texts";
import { Icon } from "./icons";

/// What happened, that nothing was lost, and what to do: the rule that was broken, where the server names one. Its own English words
/// stand only in an English page.
export function wordsOf(problem: Problem): string {
  const rule = `office.rule.${String(problem.body["reason"] ?? "")}`;
  if (problem.status === 422 && hasText(rule)) return t(rule);
  const key = `office.problem.${problem.code}`;
  const words = hasText(key) ? t(key, { seconds: Math.max(1, problem.retryAfter) }) : t("office.problem.server_error");
  return problem.code === "unreadable" && problem.detail && language() === "en" ? `${words} (${problem.detail})` : words;
}

export function ProblemNotice({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  return (
    <div class="notice is-danger" role="alert">
      <Icon name={problem.code === "network" ? "away" : "warning"} />
      <p>{wordsOf(problem)}</p>
      {onRetry && (
        <button type="button" class="button" onClick={onRetry}>
          {t("button.try_again")}
        </button>
      )}
    </div>
  );
}
