import { useEffect, useState } from "react";
import { isStop } from "../api/client.js";

export interface Loaded<T> {
  value: T | null;
  error: unknown;
}

/**
 * Loads something, and again whenever `again` changes; until then the last value stays.
 *
 * @param load Makes the request; a new function is a new request.
 * @param again What makes the value old.
 */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  again: unknown,
): Loaded<T> {
  const [state, setState] = useState<Loaded<T>>({ value: null, error: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` asks to load anew
  useEffect(() => {
    const control = new AbortController();
    load(control.signal).then(
      (value) => setState({ value, error: null }),
      (error) => {
        if (!isStop(error)) setState((last) => ({ ...last, error }));
      },
    );
    return () => control.abort();
  }, [load, again]);
  return state;
}
