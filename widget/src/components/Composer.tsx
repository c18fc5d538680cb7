import {
  type FormEvent,
  type KeyboardEvent,
  type Ref,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Icon } from "./Icon.js";

const LONGEST_QUESTION = 2_000;
const COUNT_FROM = 1_800;
const TALLEST = 132;

interface Props {
  field: Ref<HTMLTextAreaElement>;
  isAsking: boolean;
  lastQuestion: string | undefined;
  onAsk(question: string): void;
  onStop(): void;
}

/** Where questions are typed. */
export function Composer({ field, isAsking, lastQuestion, onAsk, onStop }: Props) {
  const id = useId();
  const [words, setWords] = useState("");
  const form = useRef<HTMLFormElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as tall as the words need
  useLayoutEffect(() => {
    const area = form.current?.querySelector("textarea");
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, TALLEST)}px`;
  }, [words]);

  const send = (event?: FormEvent) => {
    event?.preventDefault();
    if (isAsking || !words.trim()) return;
    onAsk(words);
    setWords("");
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes a word, Enter chooses it.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && !words && lastQuestion) {
      event.preventDefault();
      setWords(lastQuestion);
    }
  };
  return (
    <form className="composer" ref={form} onSubmit={send}>
      <div className="field">
        <textarea
          ref={field}
          rows={1}
          value={words}
          maxLength={LONGEST_QUESTION}
          placeholder="Ask about your AI costs"
          aria-label="Your question"
          aria-describedby={`${id}keys`}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={press}
        />
        {isAsking ? (
          <button type="button" className="send" aria-label="Stop" onClick={onStop}>
            <Icon name="stop" />
          </button>
        ) : (
          <button
            type="submit"
            className="send"
            aria-label="Send question"
            disabled={!words.trim()}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
      <p className="hint">
        <span id={`${id}keys`}>Enter to send, Shift + Enter for a new line</span>
        {words.length >= COUNT_FROM && (
          <span role="status">
            {words.length} of {LONGEST_QUESTION}
          </span>
        )}
      </p>
    </form>
  );
}
