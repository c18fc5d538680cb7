import { memo } from "react";
import type { ChatClient } from "../api/client.js";
import type { Rating } from "../api/types.js";
import type { Turn } from "../state/conversation.js";
import { STAGES } from "../words.js";
import { AlertCard } from "./AlertCard.js";
import { AnswerView } from "./AnswerView.js";
import { TroubleNote } from "./TroubleNote.js";

interface Props {
  client: ChatClient;
  turn: Turn;
  isLast: boolean;
  locale: string | undefined;
  onAsk(question: string): void;
  onRetry(turn: Turn): void;
  onRate(turn: Turn, rating: Rating, comment?: string): void;
}

/** A question and what became of it. */
export const TurnView = memo(function TurnView(props: Props) {
  const { client, turn, isLast, locale, onAsk, onRetry, onRate } = props;
  const { answer, trouble } = turn;
  return (
    <article className="turn" aria-busy={turn.state === "asking"}>
      <p className="question">
        <span className="hidden">You asked: </span>
        {turn.question}
      </p>
      {turn.state === "asking" && (
        <div className="answer">
          {turn.text && <p className="text">{turn.text}</p>}
          <p className="stage">
            <span className="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {STAGES[turn.stage ?? "planning"]}
          </p>
        </div>
      )}
      {answer && (
        <div className="answer">
          <AnswerView
            answer={answer}
            rating={turn.rating}
            locale={locale}
            onRate={(rating, comment) => onRate(turn, rating, comment)}
          />
          {answer.alert && <AlertCard client={client} proposal={answer.alert} />}
          {answer.choices.length > 0 && (
            <fieldset className="choices" disabled={!isLast}>
              <legend className="hidden">Choose an answer</legend>
              {answer.choices.map((choice) => (
                <button type="button" key={choice} onClick={() => onAsk(choice)}>
                  {choice}
                </button>
              ))}
            </fieldset>
          )}
          {isLast && answer.suggestions.length > 0 && (
            <ul className="chips" aria-label="Ask next">
              {answer.suggestions.map((one) => (
                <li key={one}>
                  <button type="button" onClick={() => onAsk(one)}>
                    {one}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      {trouble && turn.state === "failed" && (
        <TroubleNote trouble={trouble} onRetry={() => onRetry(turn)} />
      )}
      {turn.state === "stopped" && (
        <p className="stopped">
          Stopped.{" "}
          <button type="button" className="link" onClick={() => onRetry(turn)}>
            Ask again
          </button>
        </p>
      )}
    </article>
  );
});
