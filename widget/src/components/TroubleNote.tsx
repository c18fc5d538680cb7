import { useEffect, useState } from "react";
import type { Trouble } from "../state/conversation.js";
import { wordTrouble } from "../words.js";
import { Icon } from "./Icon.js";

function secondsUntil(time: number | null): number {
  return time === null ? 0 : Math.max(0, Math.ceil((time - Date.now()) / 1_000));
}

function useCountdown(time: number | null): number {
  const [left, setLeft] = useState(() => secondsUntil(time));
  useEffect(() => {
    setLeft(secondsUntil(time));
    if (!secondsUntil(time)) return;
    const timer = setInterval(() => {
      const now = secondsUntil(time);
      setLeft(now);
      if (!now) clearInterval(timer);
    }, 1_000);
    return () => clearInterval(timer);
  }, [time]);
  return left;
}

interface Props {
  trouble: Trouble;
  onRetry(): void;
}

/** What went wrong, and the way out of it. */
export function TroubleNote({ trouble, onRetry }: Props) {
  const wait = useCountdown(trouble.notBefore);
  return (
    <div className={`trouble ${trouble.reason}`} role="alert">
      <Icon name="alert" />
      <div>
        <p>{wordTrouble(trouble.reason, trouble.detail)}</p>
        {trouble.reason !== "refused" && (
          // The seconds are for the eye: read aloud each of them would be a torment.
          <button
            type="button"
            className="small-button"
            disabled={wait > 0}
            onClick={onRetry}
          >
            <Icon name="again" size={15} />
            Try again
            {wait > 0 && <span aria-hidden="true"> in {wait} s</span>}
          </button>
        )}
      </div>
    </div>
  );
}
