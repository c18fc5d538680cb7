import type { Column } from "../api/types.js";
import { formatNumber } from "../format.js";
import { path, unbroken } from "./pieces.js";
import { MOST_SERIES, type Point, type Series } from "./series.js";

/** A line with the class of its colour. */
export type Hued = Series & { hue: string };

export interface Scales {
  x(value: number): number;
  y(value: number): number;
  /** The distance of neighbours along the axis. */
  step: number;
}

/** Gives each name a colour, the same for its line of the period before. */
export function hued(series: readonly Series[]): { shown: Hued[]; hidden: number } {
  const names = [...new Set(series.map((one) => one.name))];
  const shown = series
    .filter((one) => names.indexOf(one.name) < MOST_SERIES)
    .map((one) => ({ ...one, hue: `series-${names.indexOf(one.name) + 1}` }));
  return { shown, hidden: Math.max(0, names.length - MOST_SERIES) };
}

function nameOf(one: Series, otherwise = ""): string {
  return [one.name || otherwise, one.isBefore ? "before" : ""]
    .filter(Boolean)
    .join(", ");
}

/** One line, with a dot for each point that has no neighbour. */
export function Line({ one, scales }: { one: Hued; scales: Scales }) {
  const style = `${one.hue} ${one.isBefore ? "before" : ""}`;
  return unbroken(one.points, scales.step).map((piece) => {
    const [first, second] = piece;
    if (!first) return null;
    if (!second)
      return <Dot key={first.x} point={first} hue={one.hue} scales={scales} />;
    const d = path(piece, scales.x, scales.y);
    return <path key={first.x} className={`line ${style}`} d={d} />;
  });
}

interface DotProps {
  point: Point;
  hue: string;
  scales: Scales;
}

function Dot({ point, hue, scales }: DotProps) {
  return (
    <circle
      className={`dot ${hue}`}
      cx={scales.x(point.x)}
      cy={scales.y(point.value)}
      r={3.5}
    />
  );
}

interface CursorProps {
  at: number;
  shown: Hued[];
  scales: Scales;
  top: number;
  bottom: number;
}

/** Marks what the pointer is at. */
export function Cursor({ at, shown, scales, top, bottom }: CursorProps) {
  const x = scales.x(at);
  return (
    <g>
      <line className="cursor" x1={x} x2={x} y1={top} y2={bottom} />
      {shown.map((one) => {
        const point = one.points.find((candidate) => candidate.x === at);
        return (
          point && <Dot key={nameOf(one)} point={point} hue={one.hue} scales={scales} />
        );
      })}
    </g>
  );
}

interface TipProps {
  at: number;
  label: string | undefined;
  shown: Hued[];
  unit: Column["unit"];
  locale: string | undefined;
  isLeft: boolean;
}

/** Says the figures that the pointer is at; the table says them to everyone. */
export function Tip({ at, label, shown, unit, locale, isLeft }: TipProps) {
  return (
    <div className={isLeft ? "tip left" : "tip"} aria-hidden="true">
      <strong>{label}</strong>
      {shown.map((one) => {
        const point = one.points.find((candidate) => candidate.x === at);
        return (
          point && (
            <span key={nameOf(one)}>
              {nameOf(one)} <b>{formatNumber(point.value, unit, locale)}</b>
            </span>
          )
        );
      })}
    </div>
  );
}

interface LegendProps {
  shown: Hued[];
  hidden: number;
  label: string;
}

/** Names the lines, where there is more than one. */
export function Legend({ shown, hidden, label }: LegendProps) {
  if (shown.length < 2) return null;
  return (
    <ul className="legend">
      {shown.map((one) => (
        <li key={nameOf(one)}>
          <i className={`${one.hue} ${one.isBefore ? "before" : ""}`} />
          {nameOf(one, label)}
        </li>
      ))}
      {hidden > 0 && <li>{hidden} more in the table</li>}
    </ul>
  );
}
