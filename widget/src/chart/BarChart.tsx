import { useId } from "react";
import type { Column } from "../api/types.js";
import { axisLabel, formatChange, formatNumber } from "../format.js";
import { useWidth } from "../state/useWidth.js";
import { linear } from "./scale.js";
import { type Bar, MOST_BARS } from "./series.js";

const ROW = 38;
const PER_LETTER = 7;
const BAR_TOP = 20;
const THICK = 8;

interface Props {
  bars: Bar[];
  x: Column;
  y: Column;
  title: string;
  locale: string | undefined;
}

function cut(text: string, width: number): string {
  const letters = Math.max(8, Math.floor(width / PER_LETTER));
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}

/** Draws figures side by side, each with its name and its amount above its bar. */
export function BarChart({ bars, x, y, title, locale }: Props) {
  const id = useId();
  const [frame, width] = useWidth(360);
  const shown = bars.slice(0, MOST_BARS);
  const sizes = shown.flatMap((one) => [one.value, one.before ?? 0]);
  const low = Math.min(0, ...sizes);
  const at = linear([low, Math.max(0, ...sizes)], [0, width]);
  const isCompared = shown.some((one) => one.before !== null);
  const write = (value: number) => formatNumber(value, y.unit, locale);

  return (
    <div className="chart" ref={frame}>
      <div className="chart-head">
        <span>{x.label}</span>
        <span>{axisLabel(y)}</span>
      </div>
      <svg
        role="img"
        aria-labelledby={`${id}t ${id}d`}
        width={width}
        height={shown.length * ROW}
        viewBox={`0 0 ${width} ${shown.length * ROW}`}
      >
        <title id={`${id}t`}>{title}</title>
        <desc id={`${id}d`}>
          {`Bar chart of ${axisLabel(y)} by ${x.label}, ${bars.length} values: ` +
            shown
              .slice(0, 3)
              .map((one) => `${one.label} ${write(one.value)}`)
              .join(", ") +
            ". The table below has all figures."}
        </desc>
        {shown.map((one, row) => {
          const top = row * ROW;
          const change = formatChange(one.value, one.before, locale);
          const amount = [write(one.value), change && `(${change})`]
            .filter(Boolean)
            .join(" ");
          const bar = (value: number) => ({
            x: Math.min(at(0), at(value)),
            width: Math.max(Math.abs(at(value) - at(0)), 1.5),
          });
          return (
            <g key={one.label}>
              <text className="name" x={0} y={top + 14}>
                {cut(one.label, width - amount.length * PER_LETTER - 12)}
              </text>
              <text className="amount" x={width} y={top + 14} textAnchor="end">
                {amount}
              </text>
              <rect
                className="rail"
                x={0}
                y={top + BAR_TOP}
                width={width}
                height={THICK}
                rx={4}
              />
              <rect
                className={one.value < 0 ? "bar negative" : "bar"}
                {...bar(one.value)}
                y={top + BAR_TOP}
                height={THICK}
                rx={4}
              />
              {one.before !== null && (
                <rect
                  className="bar before"
                  {...bar(one.before)}
                  y={top + BAR_TOP + THICK + 1}
                  height={3}
                  rx={1.5}
                />
              )}
            </g>
          );
        })}
      </svg>
      {(isCompared || bars.length > shown.length) && (
        <ul className="legend">
          {isCompared && (
            <>
              <li>
                <i className="series-1" />
                {y.label}
              </li>
              <li>
                <i className="series-1 before" />
                Before
              </li>
            </>
          )}
          {bars.length > shown.length && (
            <li className="muted">{bars.length - shown.length} more in the table</li>
          )}
        </ul>
      )}
    </div>
  );
}
