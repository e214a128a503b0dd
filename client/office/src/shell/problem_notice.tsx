import type { Problem } from "../api/call";
import { hasText, t } from "../i18n/texts";
import { Icon } from "./icons";

/// What happened, that nothing was lost, and what to do.
export function wordsOf(problem: Problem): string {
  const key = `office.problem.${problem.code}`;
  const words = hasText(key) ? t(key, { seconds: Math.max(1, problem.retryAfter) }) : t("office.problem.server_error");
  return problem.code === "unreadable" && problem.detail ? `${words} ${problem.detail}` : words;
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
