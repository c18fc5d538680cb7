import { ApiError, type Reason } from "../api/errors.js";
import type { Answer, CostQuery, Rating, Stage } from "../api/types.js";

/** What the service takes of earlier questions. */
const MOST_EARLIER = 6;
const LONGEST_EARLIER = 500;

/** A question with what became of it. */
export interface Turn {
  id: number;
  question: string;
  state: "asking" | "answered" | "failed" | "stopped";
  /** While it is asked: what is being done. */
  stage: Stage | null;
  /** While it is asked: the words so far. */
  text: string;
  answer: Answer | null;
  trouble: Trouble | null;
  rating: Rating | null;
}

export interface Trouble {
  reason: Reason;
  detail: string;
  /** Time, as of Date.now(), before which it is no use to try again. */
  notBefore: number | null;
}

/** Says what went wrong, and from when on it may be tried again. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) {
    return { reason: "failed", detail: "", notBefore: null };
  }
  const wait = error.retryAfter;
  return {
    reason: error.reason,
    detail: error.message,
    notBefore: wait === undefined ? null : Date.now() + wait * 1_000,
  };
}

export type Happening =
  | { kind: "asked"; id: number; question: string }
  | { kind: "stage"; id: number; stage: Stage }
  | { kind: "delta"; id: number; text: string }
  | { kind: "answered"; id: number; answer: Answer }
  | { kind: "failed"; id: number; trouble: Trouble }
  | { kind: "stopped"; id: number }
  | { kind: "rated"; id: number; rating: Rating | null }
  | { kind: "replaced"; turns: Turn[] };

function begin(id: number, question: string): Turn {
  return {
    id,
    question,
    state: "asking",
    stage: null,
    text: "",
    answer: null,
    trouble: null,
    rating: null,
  };
}

function changed(turn: Turn, happening: Happening): Turn {
  switch (happening.kind) {
    case "stage":
      return { ...turn, stage: happening.stage };
    case "delta":
      return { ...turn, text: turn.text + happening.text };
    case "answered":
      return { ...turn, state: "answered", text: "", answer: happening.answer };
    case "failed":
      return { ...turn, state: "failed", text: "", trouble: happening.trouble };
    case "stopped":
      return { ...turn, state: "stopped" };
    case "rated":
      return { ...turn, rating: happening.rating };
    default:
      return turn;
  }
}

/** Gives the conversation after something happened. */
export function follow(turns: Turn[], happening: Happening): Turn[] {
  if (happening.kind === "replaced") return happening.turns;
  if (happening.kind === "asked") {
    // Asked once more, a question that came to nothing goes to the end.
    const others = turns.filter((turn) => turn.id !== happening.id);
    return [...others, begin(happening.id, happening.question)];
  }
  // What was stopped or cleared may still be on its way.
  return turns.map((turn) =>
    turn.id === happening.id && (turn.state === "asking" || happening.kind === "rated")
      ? changed(turn, happening)
      : turn,
  );
}

/** Gives what a follow-up refers to: the query of the last answer that has one. */
export function contextOf(turns: readonly Turn[]): CostQuery | null {
  return turns.findLast((turn) => turn.answer?.context)?.answer?.context ?? null;
}

/**
 * Gives the questions before that were answered or asked back, the oldest first.
 *
 * The newest one is what a short reply such as "Ask without it" completes, so that none
 * may take its place: where one is longer than the service takes, only those after it
 * are given.
 */
export function earlierOf(turns: readonly Turn[]): string[] {
  const asked = turns.filter((turn) => turn.answer).map((turn) => turn.question);
  const newest = asked.slice(-MOST_EARLIER);
  const tooLong = newest.findLastIndex((one) => one.length > LONGEST_EARLIER);
  return newest.slice(tooLong + 1);
}
