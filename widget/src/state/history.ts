import type { Turn } from "./conversation.js";

const PREFIX = "llm-costs:";
const MOST_KEPT = 20;

function storage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    // Pages in a sandbox have none.
    return null;
  }
}

/**
 * Gives what the same person asked on an earlier page of this tab.
 *
 * What another one asked is removed: whoever signs in next must not read it.
 */
export function recall(identity: string | null): Turn[] {
  const kept = storage();
  if (!kept) return [];
  const key = identity === null ? null : PREFIX + identity;
  for (const other of Object.keys(kept)) {
    if (other.startsWith(PREFIX) && other !== key) kept.removeItem(other);
  }
  try {
    return JSON.parse((key && kept.getItem(key)) || "[]");
  } catch {
    return [];
  }
}

/** Keeps a conversation until the tab is closed; one of nobody known is not kept. */
export function remember(identity: string | null, turns: readonly Turn[]): void {
  const kept = storage();
  if (!kept || identity === null) return;
  const ended = turns.filter((turn) => turn.state === "answered").slice(-MOST_KEPT);
  try {
    if (ended.length) kept.setItem(PREFIX + identity, JSON.stringify(ended));
    else kept.removeItem(PREFIX + identity);
  } catch {
    // It is full: the conversation goes on and ends with the page.
  }
}
