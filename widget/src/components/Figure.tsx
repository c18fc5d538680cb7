import type { Answer } from "../api/types.js";
import { formatChange, formatNumber, isFigure, numberOf } from "../format.js";

export interface OnlyFigure {
  text: string;
  change: string | null;
  isMore: boolean;
}

/** Gives the figure of an answer that has one line and begins with it. */
export function onlyFigure(
  answer: Answer,
  locale: string | undefined,
): OnlyFigure | null {
  const [row, ...others] = answer.rows;
  const column = answer.columns[0];
  const value = numberOf(row?.[0]);
  if (!row || !column || others.length || !isFigure(column) || value === null) {
    return null;
  }
  const at = answer.columns.findIndex((one) => one.name === `${column.name}_before`);
  const before = numberOf(row[at]);
  return {
    text: formatNumber(value, column.unit, locale),
    change: formatChange(value, before, locale),
    isMore: before !== null && value > before,
  };
}

/** A figure, large, with its change beside it. */
export function Figure({ figure }: { figure: OnlyFigure }) {
  const { text, change, isMore } = figure;
  return (
    <p className="figure-large">
      {text}
      {change && (
        <span className={isMore ? "change more" : "change less"}>{change}</span>
      )}
    </p>
  );
}
