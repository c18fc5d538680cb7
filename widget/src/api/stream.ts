import { createParser, type EventSourceMessage } from "eventsource-parser";
import { ApiError } from "./errors.js";
import type { Answer, Stage } from "./types.js";

/** Hears of an answer while it is being made. */
export interface Listener {
  onStage?(stage: Stage): void;
  /** Words that come before the answer, which then takes their place. */
  onDelta?(text: string): void;
}

/** Gives the answer out of a stream of events. */
export async function readStream(
  body: ReadableStream<Uint8Array>,
  listener: Listener,
): Promise<Answer> {
  let answer: Answer | undefined;
  const hear = ({ event, data }: EventSourceMessage) => {
    if (event === "status") listener.onStage?.(JSON.parse(data).stage);
    else if (event === "delta") listener.onDelta?.(JSON.parse(data).text);
    else if (event === "answer") answer = JSON.parse(data);
    else if (event === "error") throw new ApiError("failed", JSON.parse(data).detail);
  };
  const parser = createParser({ onEvent: hear });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    parser.feed(done ? decoder.decode() : decoder.decode(value, { stream: true }));
    if (done) break;
  }
  // A proxy that cuts a stream ends it like any other.
  if (!answer) throw new ApiError("failed", "The answer broke off.");
  return answer;
}
