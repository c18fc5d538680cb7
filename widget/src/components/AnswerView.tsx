import { useId, useState } from "react";
import type { Answer, Rating } from "../api/types.js";
import { Chart } from "../chart/Chart.js";
import { Copy } from "./Copy.js";
import { Feedback } from "./Feedback.js";
import { Figure, onlyFigure } from "./Figure.js";
import { asText, FiguresTable } from "./FiguresTable.js";
import { Icon, type IconName } from "./Icon.js";

interface Props {
  answer: Answer;
  rating: Rating | null;
  locale: string | undefined;
  onRate(rating: Rating, comment?: string): void;
}

/** Gives an address that may be followed, or null: javascript: is an address, too. */
export function safeUrl(url: string): string | null {
  try {
    const { protocol, href } = new URL(url, window.location.href);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}

/** The words; the figure that they begin with is set large where it is the only one. */
function Words({ answer, locale }: Pick<Props, "answer" | "locale">) {
  const figure = onlyFigure(answer, locale);
  if (!figure) return <p className="text">{answer.text}</p>;
  const isTwice = answer.text.startsWith(`${figure.text}: `);
  const rest = answer.text.slice(figure.text.length + 2);
  return (
    <>
      <Figure figure={figure} />
      <p className="text">
        {isTwice ? rest.charAt(0).toUpperCase() + rest.slice(1) : answer.text}
      </p>
    </>
  );
}

interface FoldProps {
  icon: IconName;
  label: string;
  controls: string;
  isOpen: boolean;
  onToggle(): void;
}

function Fold({ icon, label, controls, isOpen, onToggle }: FoldProps) {
  return (
    <button
      type="button"
      className="text-button"
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      onClick={onToggle}
    >
      <Icon name={icon} size={16} />
      {label}
    </button>
  );
}

/** An answer: the figure, the words, the chart, and where they come from. */
export function AnswerView({ answer, rating, locale, onRate }: Props) {
  const id = useId();
  const [open, setOpen] = useState<"table" | "sql" | null>(null);
  const toggle = (one: "table" | "sql") => setOpen(open === one ? null : one);
  const isTable = answer.rows.length > 1 || answer.columns.length > 1;
  const dashboard = answer.dashboard;
  const url = dashboard ? safeUrl(dashboard.url) : null;
  const copied = [answer.text, isTable ? asText(answer) : ""].filter(Boolean);
  return (
    <>
      <Words answer={answer} locale={locale} />
      <Chart answer={answer} locale={locale} />
      {answer.caveats.map((caveat) => (
        <p className="caveat" key={caveat}>
          <Icon name="info" size={15} />
          {caveat}
        </p>
      ))}
      {url && (
        <a className="dashboard" href={url} target="_blank" rel="noopener noreferrer">
          View dashboard<span className="muted">{dashboard?.title}</span>
          <Icon name="out" size={16} />
        </a>
      )}
      <div className="actions">
        {answer.rows.length > 0 && isTable && (
          <Fold
            icon="table"
            label="Table"
            controls={`${id}table`}
            isOpen={open === "table"}
            onToggle={() => toggle("table")}
          />
        )}
        {answer.sql && (
          <Fold
            icon="code"
            label="SQL"
            controls={`${id}sql`}
            isOpen={open === "sql"}
            onToggle={() => toggle("sql")}
          />
        )}
        <span className="spring" />
        {!answer.choices.length && (
          <Copy text={copied.join("\n\n")} label="Copy answer" />
        )}
        {answer.answer_id && <Feedback rating={rating} onRate={onRate} />}
      </div>
      {open === "table" && (
        <div id={`${id}table`}>
          <FiguresTable answer={answer} locale={locale} />
        </div>
      )}
      {open === "sql" && answer.sql && (
        <div id={`${id}sql`} className="sql">
          <Copy text={answer.sql} label="Copy SQL" />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: else keys cannot scroll it */}
          <pre tabIndex={0}>{answer.sql}</pre>
        </div>
      )}
    </>
  );
}
