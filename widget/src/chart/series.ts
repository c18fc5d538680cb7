import type { Answer, ChartSpec, Column } from "../api/types.js";
import { formatCell, isFigure, numberOf } from "../format.js";

/** Lines of a chart beyond this many only tangle; the table has them all. */
export const MOST_SERIES = 5;
export const MOST_BARS = 8;
const BEFORE = "_before";

export interface Point {
  x: number;
  label: string;
  value: number;
}

export interface Series {
  name: string;
  /** Whether it shows the period that is compared with. */
  isBefore: boolean;
  points: Point[];
}

export interface Bar {
  label: string;
  value: number;
  before: number | null;
}

export interface Drawn {
  x: Column;
  y: Column;
  splits: Column[];
}

/** Gives the columns of a chart, or null for one that names what is not there. */
export function drawnColumns(answer: Answer, chart: ChartSpec): Drawn | null {
  const find = (name: string | undefined) =>
    answer.columns.find((column) => column.name === name);
  const x = find(chart.x);
  const y = find(chart.y[0]);
  if (!x || !y || !isFigure(y)) return null;
  const splits = answer.columns.filter(
    (column) => column.unit === null && column !== x,
  );
  return { x, y, splits };
}

function reader(answer: Answer) {
  const places = new Map(answer.columns.map((column, at) => [column.name, at]));
  return (row: Answer["rows"][number], name: string) =>
    row[places.get(name) ?? -1] ?? null;
}

/** Gives what is drawn beside the first figure: that of the period compared with. */
function beforeOf(chart: ChartSpec, y: Column): string | undefined {
  return chart.y.find((name) => name === y.name + BEFORE);
}

/** Makes the lines of a chart over time, the largest first. */
export function lineSeries(
  answer: Answer,
  chart: ChartSpec,
  { x, y, splits }: Drawn,
  locale?: string,
): Series[] {
  const read = reader(answer);
  const before = beforeOf(chart, y);
  const found = new Map<string, Series>();
  const positions = [...new Set(answer.rows.map((row) => String(read(row, x.name))))];
  positions.sort();
  answer.rows.forEach((row) => {
    const at = String(read(row, x.name));
    const time = Date.parse(at);
    const name = splits
      .map((one) => formatCell(read(row, one.name), one, locale))
      .join(" / ");
    for (const column of before ? [y.name, before] : [y.name]) {
      const value = numberOf(read(row, column));
      if (value === null) continue;
      const isBefore = column === before;
      const key = `${isBefore} ${name}`;
      const series = found.get(key) ?? { name, isBefore, points: [] };
      found.set(key, series);
      series.points.push({
        x: Number.isNaN(time) ? positions.indexOf(at) : time,
        label: formatCell(at, x, locale),
        value,
      });
    }
  });
  const all = [...found.values()];
  for (const one of all) one.points.sort((a, b) => a.x - b.x);
  const size = (one: Series) => one.points.reduce((sum, { value }) => sum + value, 0);
  return all.sort((a, b) => size(b) - size(a));
}

/** Makes the bars of a chart, in the order of the rows. */
export function bars(
  answer: Answer,
  chart: ChartSpec,
  { x, y, splits }: Drawn,
  locale?: string,
): Bar[] {
  const read = reader(answer);
  const before = beforeOf(chart, y);
  return answer.rows.flatMap((row) => {
    const value = numberOf(read(row, y.name));
    if (value === null) return [];
    const label = [x, ...splits]
      .map((one) => formatCell(read(row, one.name), one, locale))
      .join(" / ");
    return [{ label, value, before: before ? numberOf(read(row, before)) : null }];
  });
}
