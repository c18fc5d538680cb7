import { expect, test } from "vitest";
import { hued } from "../src/chart/LineParts";
import { smallestStep, unbroken } from "../src/chart/pieces";
import { linear, spread, ticks } from "../src/chart/scale";
import { bars, drawnColumns, lineSeries } from "../src/chart/series";
import { answer, BEFORE, COST, DAY, MODEL } from "./answers";

test.each([
  [0, 2288, [0, 1000, 2000, 3000]],
  [-40, 90, [-50, 0, 50, 100]],
  [0, 0.03, [0, 0.01, 0.02, 0.03]],
  [0, 0, [0, 0.25]],
])("axes from %d to %d have round marks that cover them", (low, high, marks) => {
  expect(ticks(low, high)).toEqual(marks);
});

test("a scale without extent puts everything in the middle", () => {
  expect(linear([5, 5], [0, 100])(5)).toBe(50);
});

test("the first and the last day are always named", () => {
  expect(spread([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([1, 4, 7]);
  expect(spread([1, 2], 3)).toEqual([1, 2]);
});

const SPLIT = answer({
  columns: [DAY, MODEL, COST],
  rows: [
    ["2026-11-02", "small", "1.5"],
    ["2026-11-01", "small", "2"],
    ["2026-11-01", "large", "90"],
    ["2026-11-02", "large", null],
  ],
  chart: { kind: "line", x: "day", y: ["total_cost"] },
});

function lines(given: typeof SPLIT) {
  if (!given.chart) throw new Error("no chart");
  const drawn = drawnColumns(given, given.chart);
  if (!drawn) throw new Error("no columns");
  return lineSeries(given, given.chart, drawn, "en-US");
}

test("a split over time is a line for each part, in the order of days", () => {
  const found = lines(SPLIT);

  expect(found.map((one) => one.name)).toEqual(["large", "small"]);
  expect(found[1]?.points.map((point) => point.value)).toEqual([2, 1.5]);
});

test("what is unknown is not drawn as nothing", () => {
  expect(lines(SPLIT)[0]?.points).toHaveLength(1);
});

test("both periods of a comparison are drawn, in one colour", () => {
  const given = answer({
    columns: [DAY, COST, BEFORE],
    rows: [
      ["2026-11-01", "3", "2"],
      ["2026-11-02", "4", "1"],
    ],
    chart: { kind: "line", x: "day", y: ["total_cost", "total_cost_before"] },
  });

  const { shown } = hued(lines(given));

  expect(shown.map((one) => one.isBefore)).toEqual([false, true]);
  expect(new Set(shown.map((one) => one.hue))).toEqual(new Set(["series-1"]));
});

test("lines beyond the fifth stay in the table, and their number is told", () => {
  const rows = Array.from({ length: 7 }, (_, at) => ["2026-11-01", `m${at}`, at + 1]);

  const { shown, hidden } = hued(lines({ ...SPLIT, rows }));

  expect(shown.map((one) => one.name)).toEqual(["m6", "m5", "m4", "m3", "m2"]);
  expect(hidden).toBe(2);
});

test("a gap of days is a gap, and months of 28 days are none", () => {
  const day = (x: number) => ({ x, label: "", value: 1 });
  const points = [1, 2, 9, 10].map(day);
  const months = ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"].map((one) =>
    Date.parse(one),
  );

  expect(unbroken(points, 1).map((piece) => piece.length)).toEqual([2, 2]);
  expect(unbroken(months.map(day), smallestStep(months))).toHaveLength(1);
});

test("bars keep the order of the rows and name all that they are split by", () => {
  const given = answer({
    columns: [MODEL, DAY, COST, BEFORE],
    rows: [
      ["gpt", "2026-11-01", "5", "4"],
      ["claude", "2026-11-01", "-3", null],
    ],
    chart: { kind: "bar", x: "model", y: ["total_cost", "total_cost_before"] },
  });
  if (!given.chart) throw new Error("no chart");
  const drawn = drawnColumns(given, given.chart);
  if (!drawn) throw new Error("no columns");

  expect(bars(given, given.chart, drawn, "en-US")).toEqual([
    { label: "gpt / Nov 1, 2026", value: 5, before: 4 },
    { label: "claude / Nov 1, 2026", value: -3, before: null },
  ]);
});

test("a chart of columns that are not there is none", () => {
  expect(drawnColumns(SPLIT, { kind: "bar", x: "model", y: ["tokens"] })).toBeNull();
  expect(drawnColumns(SPLIT, { kind: "bar", x: "team", y: ["total_cost"] })).toBeNull();
});
