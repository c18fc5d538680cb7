import type { Reason } from "../api/errors.js";
import type { Answer, CostQuery, Rating, Stage } from "../api/types.js";

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
