import { type PointerEvent, useId, useState } from "react";
import type { Column } from "../api/types.js";
import { axisLabel, formatNumber, formatTick } from "../format.js";
import { useWidth } from "../state/useWidth.js";
import { Cursor, hued, Legend, Line, Tip } from "./LineParts.js";
import { path, smallestStep, unbroken } from "./pieces.js";
import { linear, spread, ticks } from "./scale.js";
import type { Series } from "./series.js";

const HEIGHT = 190;
const TOP = 10;
const BOTTOM = HEIGHT - 22;
const RIGHT = 10;
const PER_TICK = 88;
const PER_LETTER = 6.4;
const BESIDE_TICK = 10;
const YEAR = /[,\s]*\d{4}$/;

interface Props {
  series: Series[];
  x: Column;
  y: Column;
  title: string;
  locale: string | undefined;
}

/** Draws figures over time; the table beside it holds the same for who cannot see it. */
export function LineChart({ series, x, y, title, locale }: Props) {
  const id = useId();
  const [frame, width] = useWidth(360);
  const [hovered, setHovered] = useState<number | null>(null);
  const { shown, hidden } = hued(series);
  const points = shown.flatMap((one) => one.points);
  const labels = new Map(points.map((one) => [one.x, one.label]));
  const times = [...labels.keys()].sort((a, b) => a - b);
  const values = points.map((one) => one.value);
  const marks = ticks(Math.min(0, ...values), Math.max(0, ...values));
  const written = marks.map((mark) => formatTick(mark, y.unit, locale));
  const left =
    Math.max(...written.map((text) => text.length)) * PER_LETTER + BESIDE_TICK;
  const scales = {
    x: linear([times[0] ?? 0, times.at(-1) ?? 0], [left, width - RIGHT]),
    y: linear([marks[0] ?? 0, marks.at(-1) ?? 1], [BOTTOM, TOP]),
    step: smallestStep(times),
  };
  const named = spread(times, Math.max(2, Math.floor((width - left) / PER_TICK)));
  const highest = points.toSorted((a, b) => b.value - a.value)[0];
  const peak = highest
    ? `; the highest is ${formatNumber(highest.value, y.unit, locale)} at ${highest.label}`
    : "";
  const [only, ...others] = shown;
  const areas = only && !others.length ? unbroken(only.points, scales.step) : [];

  const hover = (event: PointerEvent<SVGSVGElement>) => {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const distance = (time: number) => Math.abs(scales.x(time) - at);
    setHovered(times.toSorted((a, b) => distance(a) - distance(b))[0] ?? null);
  };

  return (
    <div className="chart" ref={frame}>
      <div className="chart-head">
        <span>{axisLabel(y)}</span>
        <span>{x.label}</span>
      </div>
      <svg
        role="img"
        aria-labelledby={`${id}t ${id}d`}
        width={width}
        height={HEIGHT}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        onPointerMove={hover}
        onPointerLeave={() => setHovered(null)}
      >
        <title id={`${id}t`}>{title}</title>
        <desc id={`${id}d`}>
          {`Line chart of ${axisLabel(y)} by ${x.label}, ${times.length} points${peak}. ` +
            "The table below has all figures."}
        </desc>
        {marks.map((mark, at) => (
          <g key={mark}>
            <line
              className={mark === 0 ? "axis" : "grid"}
              x1={left}
              x2={width - RIGHT}
              y1={scales.y(mark)}
              y2={scales.y(mark)}
            />
            <text className="tick" x={left - 6} y={scales.y(mark) + 4} textAnchor="end">
              {written[at]}
            </text>
          </g>
        ))}
        {named.map((time, at) => (
          <text
            className="tick"
            key={time}
            x={scales.x(time)}
            y={HEIGHT - 5}
            textAnchor={at === 0 ? "start" : at === named.length - 1 ? "end" : "middle"}
          >
            {labels.get(time)?.replace(YEAR, "")}
          </text>
        ))}
        {areas.map((piece) => {
          const [from, to] = [piece[0]?.x ?? 0, piece.at(-1)?.x ?? 0].map(scales.x);
          const edge = `L${to} ${scales.y(0)}L${from} ${scales.y(0)}Z`;
          return (
            <path
              key={from}
              className="area"
              d={path(piece, scales.x, scales.y) + edge}
            />
          );
        })}
        {shown.map((one) => (
          <Line key={`${one.name}${one.isBefore}`} one={one} scales={scales} />
        ))}
        {hovered !== null && (
          <Cursor
            at={hovered}
            shown={shown}
            scales={scales}
            top={TOP}
            bottom={BOTTOM}
          />
        )}
      </svg>
      {hovered !== null && (
        <Tip
          at={hovered}
          label={labels.get(hovered)}
          shown={shown}
          unit={y.unit}
          locale={locale}
          isLeft={scales.x(hovered) > width / 2}
        />
      )}
      <Legend shown={shown} hidden={hidden} label={y.label} />
    </div>
  );
}
