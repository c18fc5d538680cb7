import type { Answer } from "../api/types.js";
import { BarChart } from "./BarChart.js";
import { LineChart } from "./LineChart.js";
import { bars, drawnColumns, lineSeries } from "./series.js";

/** Draws an answer as it asks to be drawn; nothing where that names no figures. */
export function Chart({
  answer,
  locale,
}: {
  answer: Answer;
  locale: string | undefined;
}) {
  const chart = answer.chart;
  const drawn = chart && drawnColumns(answer, chart);
  if (!chart || !drawn) return null;
  const { x, y } = drawn;
  const title = `${y.label} by ${[x, ...drawn.splits].map((one) => one.label.toLowerCase()).join(" and ")}`;
  if (chart.kind === "line") {
    const series = lineSeries(answer, chart, drawn, locale);
    if (!series.length) return null;
    return <LineChart series={series} x={x} y={y} title={title} locale={locale} />;
  }
  const found = bars(answer, chart, drawn, locale);
  if (!found.length) return null;
  return <BarChart bars={found} x={x} y={y} title={title} locale={locale} />;
}
