import { useCallback, useEffect, useReducer, useRef } from "react";
import { type ChatClient, isStop } from "../api/client.js";
import type { Rating } from "../api/types.js";
import { contextOf, earlierOf, follow, type Turn, troubleOf } from "./conversation.js";
import { recall, remember } from "./history.js";

export interface Conversation {
  turns: Turn[];
  isAsking: boolean;
  ask(question: string): void;
  retry(turn: Turn): void;
  stop(): void;
  clear(): void;
  rate(turn: Turn, rating: Rating, comment?: string): void;
}

/**
 * Holds the conversation of one person.
 *
 * For another one the component that calls it has to be made anew, by its key: the two
 * must never share a turn.
 */
export function useConversation(
  client: ChatClient,
  identity: string | null,
  timeZone: string,
): Conversation {
  const [turns, tell] = useReducer(follow, identity, recall);
  const latest = useRef(turns);
  latest.current = turns;
  const running = useRef<AbortController | null>(null);

  useEffect(() => remember(identity, turns), [identity, turns]);

  useEffect(() => () => running.current?.abort(), []);

  const run = useCallback(
    async (id: number, question: string) => {
      running.current?.abort();
      const control = new AbortController();
      running.current = control;
      const before = latest.current.filter((turn) => turn.id !== id);
      const context = contextOf(before);
      const history = earlierOf(before);
      tell({ kind: "asked", id, question });
      try {
        const answer = await client.ask(
          { question, context, history, time_zone: timeZone },
          {
            onStage: (stage) => tell({ kind: "stage", id, stage }),
            onDelta: (text) => tell({ kind: "delta", id, text }),
          },
          control.signal,
        );
        if (!control.signal.aborted) tell({ kind: "answered", id, answer });
      } catch (error) {
        if (isStop(error) || control.signal.aborted) tell({ kind: "stopped", id });
        else tell({ kind: "failed", id, trouble: troubleOf(error) });
      } finally {
        if (running.current === control) running.current = null;
      }
    },
    [client, timeZone],
  );

  const ask = useCallback(
    (question: string) => {
      const words = question.trim();
      const last = latest.current.at(-1)?.id ?? 0;
      if (words) void run(last + 1, words);
    },
    [run],
  );

  const rate = useCallback(
    (turn: Turn, rating: Rating, comment?: string) => {
      const id = turn.answer?.answer_id;
      if (!id) return;
      tell({ kind: "rated", id: turn.id, rating });
      client
        .rate(id, rating, comment)
        .catch(() => tell({ kind: "rated", id: turn.id, rating: turn.rating }));
    },
    [client],
  );

  return {
    turns,
    isAsking: turns.some((turn) => turn.state === "asking"),
    ask,
    retry: useCallback((turn) => void run(turn.id, turn.question), [run]),
    stop: useCallback(() => running.current?.abort(), []),
    clear: useCallback(() => {
      running.current?.abort();
      tell({ kind: "replaced", turns: [] });
    }, []),
    rate,
  };
}
