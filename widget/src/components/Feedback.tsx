import { type FormEvent, useState } from "react";
import type { Rating } from "../api/types.js";
import { Icon } from "./Icon.js";

const LONGEST_COMMENT = 500;

interface Props {
  rating: Rating | null;
  onRate(rating: Rating, comment?: string): void;
}

/** Thumbs; a thumb down may say why. */
export function Feedback({ rating, onRate }: Props) {
  const [isAsked, setAsked] = useState(false);
  const [isThanked, setThanked] = useState(false);
  const rate = (given: Rating) => {
    onRate(given);
    setAsked(given === "down");
    setThanked(given === "up");
  };
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const comment = new FormData(event.currentTarget).get("comment");
    if (typeof comment === "string" && comment.trim()) onRate("down", comment.trim());
    setAsked(false);
    setThanked(true);
  };
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label="Good answer"
        title="Good answer"
        aria-pressed={rating === "up"}
        onClick={() => rate("up")}
      >
        <Icon name="up" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Bad answer"
        title="Bad answer"
        aria-pressed={rating === "down"}
        onClick={() => rate("down")}
      >
        <Icon name="down" />
      </button>
      {isAsked && (
        <form className="comment" onSubmit={send}>
          <input
            name="comment"
            maxLength={LONGEST_COMMENT}
            placeholder="What was wrong? (optional)"
            aria-label="What was wrong? (optional)"
          />
          <button type="submit" className="small-button">
            Send
          </button>
        </form>
      )}
      {isThanked && (
        <span className="thanks" role="status">
          Thank you
        </span>
      )}
    </>
  );
}
