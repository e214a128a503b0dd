import { useCallback, useEffect, useState } from "preact/hooks";
import { comebacks, get, problemOf, resets, type Problem } from "./call";

export interface Loaded<T> {
  value: T | undefined;
  problem: Problem | undefined;
  isLoading: boolean;
  again: () => void;
}

/// Reads one address while a component shows it. What was read stays in sight while it is read again.
export function useLoaded<T>(path: string | null): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; value: T | undefined; problem: Problem | undefined; isLoading: boolean }>({
    path: null,
    value: undefined,
    problem: undefined,
    isLoading: true,
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    setState((before) => ({ path, value: before.path === path ? before.value : undefined, problem: undefined, isLoading: true }));
    get<T>(path, abort.signal)
      .then((value) => setState({ path, value, problem: undefined, isLoading: false }))
      .catch((error: unknown) => {
        const problem = problemOf(error);
        if (problem.code !== "aborted") setState((before) => ({ ...before, problem, isLoading: false }));
      });
    return () => abort.abort();
  }, [path, turn, resets.value]);
  const comeback = comebacks.value;
  useEffect(() => {
    if (state.problem) setTurn((before) => before + 1);
  }, [comeback]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  const isStale = state.path !== path;
  return {
    value: isStale ? undefined : state.value,
    problem: isStale ? undefined : state.problem,
    isLoading: isStale || state.isLoading,
    again,
  };
}
