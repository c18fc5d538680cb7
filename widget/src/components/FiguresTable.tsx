import { useState } from "react";
import type { Answer } from "../api/types.js";
import { axisLabel, formatCell, isFigure } from "../format.js";

const FIRST_ROWS = 50;

/** Gives a table as text that a spreadsheet takes, with the figures as they are. */
export function asText(answer: Answer): string {
  const head = answer.columns.map(axisLabel);
  return [head, ...answer.rows.map((row) => row.map((cell) => cell ?? ""))]
    .map((row) => row.join("\t"))
    .join("\n");
}

/** All figures of an answer. */
export function FiguresTable({
  answer,
  locale,
}: {
  answer: Answer;
  locale: string | undefined;
}) {
  const [isWhole, setWhole] = useState(false);
  const rows = isWhole ? answer.rows : answer.rows.slice(0, FIRST_ROWS);
  const hidden = answer.rows.length - rows.length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: else keys cannot scroll it
    <section className="table-frame" tabIndex={0} aria-label="Figures">
      <table>
        <thead>
          <tr>
            {answer.columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={isFigure(column) ? "figure" : ""}
              >
                {axisLabel(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows never change places
            <tr key={at}>
              {answer.columns.map((column, place) => (
                <td key={column.name} className={isFigure(column) ? "figure" : ""}>
                  {formatCell(row[place], column, locale)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          Show {hidden} more rows
        </button>
      )}
    </section>
  );
}
