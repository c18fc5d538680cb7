import { useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import type { ChatClient } from "../api/client.js";
import type { QuickStats } from "../api/types.js";
import { formatDay } from "../format.js";
import { troubleOf } from "../state/conversation.js";
import type { Conversation } from "../state/useConversation.js";
import { useDialog } from "../state/useDialog.js";
import type { Loaded } from "../state/useLoaded.js";
import { useLoaded } from "../state/useLoaded.js";
import { useOnline } from "../state/useMedia.js";
import { AlertList } from "./AlertList.js";
import { Composer } from "./Composer.js";
import { Icon } from "./Icon.js";
import { Stats } from "./Stats.js";
import { TroubleNote } from "./TroubleNote.js";
import { TurnView } from "./TurnView.js";

interface Props {
  client: ChatClient;
  conversation: Conversation;
  stats: Loaded<QuickStats>;
  heading: string;
  locale: string | undefined;
  onReload(): void;
  onClose(): void;
}

function Welcome({
  client,
  stats,
  locale,
  onReload,
  onAsk,
}: Omit<Props, "conversation" | "heading" | "onClose"> & {
  onAsk(question: string): void;
}) {
  const load = useCallback(
    (signal: AbortSignal) => client.suggestions(signal),
    [client],
  );
  const { value: questions } = useLoaded(load, stats.value);
  const { error } = stats;
  // Once for each failure: worked out anew with every picture, no wait would ever end.
  const trouble = useMemo(() => (error ? troubleOf(error) : null), [error]);
  return (
    <div className="welcome">
      {stats.value && <Stats stats={stats.value} locale={locale} />}
      {!stats.value && !error && <div className="stats loading" aria-hidden="true" />}
      {trouble && <TroubleNote trouble={trouble} onRetry={onReload} />}
      <h3>Ask what your AI usage costs</h3>
      <p className="muted">
        Answers come from your cloud bills, to the cent, with the days they are of.
      </p>
      {questions && (
        <ul className="examples" aria-label="Examples">
          {questions.map((one) => (
            <li key={one}>
              <button type="button" onClick={() => onAsk(one)}>
                {one}
                <Icon name="next" size={16} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The open widget. */
export function Panel(props: Props) {
  const { client, conversation, stats, heading, locale, onReload, onClose } = props;
  const { turns, isAsking } = conversation;
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const [isWide, setWide] = useState(false);
  const [isListing, setListing] = useState(false);
  const isOnline = useOnline();
  const press = useDialog(panel, field, onClose);
  const { ask: begin } = conversation;

  const ask = useCallback(
    (question: string) => {
      begin(question);
      // What was clicked goes away, and focus must not go with it.
      if (!window.matchMedia("(pointer: coarse)").matches) field.current?.focus();
      else panel.current?.focus();
    },
    [begin],
  );

  const last = turns.at(-1);
  const progress = `${turns.length} ${last?.id} ${last?.state}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there is news
  useEffect(() => {
    // A long answer is read from its question on, so that one is brought to the top.
    const newest = log.current?.querySelector<HTMLElement>(".turn:last-of-type");
    if (newest && log.current) {
      log.current.scrollTop = newest.offsetTop - 12;
    }
  }, [progress]);

  const until = stats.value?.complete_until;
  return (
    <div
      ref={panel}
      className={isWide ? "panel wide" : "panel"}
      role="dialog"
      aria-modal="true"
      aria-labelledby={`${id}heading`}
      tabIndex={-1}
      onKeyDown={press}
    >
      <header>
        <span className="mark">
          <Icon name="spark" size={20} />
        </span>
        <div>
          <h2 id={`${id}heading`}>{heading}</h2>
          {until && <p>Bills complete until {formatDay(until, locale)}</p>}
        </div>
        <button
          type="button"
          className="icon-button"
          aria-label="Your alerts"
          title="Your alerts"
          aria-expanded={isListing}
          onClick={() => setListing(!isListing)}
        >
          <Icon name="bell" />
        </button>
        {turns.length > 0 && (
          <button
            type="button"
            className="icon-button"
            aria-label="New conversation"
            title="New conversation"
            onClick={() => {
              conversation.clear();
              field.current?.focus();
            }}
          >
            <Icon name="plus" />
          </button>
        )}
        <button
          type="button"
          className="icon-button widen"
          aria-label={isWide ? "Narrower" : "Wider"}
          title={isWide ? "Narrower" : "Wider"}
          onClick={() => setWide(!isWide)}
        >
          <Icon name={isWide ? "narrow" : "widen"} />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Close"
          title="Close (Esc)"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {!isOnline && (
        <p className="offline-note" role="status">
          You are offline. Questions can be asked again when the line is back.
        </p>
      )}
      {isListing && <AlertList client={client} />}
      <div
        className="log"
        ref={log}
        role="log"
        aria-live="polite"
        aria-label="Conversation"
        aria-busy={isAsking}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: else keys cannot scroll it
        tabIndex={0}
      >
        {turns.length === 0 && (
          <Welcome
            client={client}
            stats={stats}
            locale={locale}
            onReload={onReload}
            onAsk={ask}
          />
        )}
        {turns.map((turn) => (
          <TurnView
            key={turn.id}
            client={client}
            turn={turn}
            isLast={turn === last}
            locale={locale}
            onAsk={ask}
            onRetry={conversation.retry}
            onRate={conversation.rate}
          />
        ))}
      </div>
      <Composer
        field={field}
        isAsking={isAsking}
        lastQuestion={last?.question}
        onAsk={ask}
        onStop={conversation.stop}
      />
    </div>
  );
}
