import type { Point } from "./series.js";

// Months have steps of 28 to 31 days.
const LONGEST_STEP = 1.5;

/** Gives the least distance between neighbours, of times in order. */
export function smallestStep(times: readonly number[]): number {
  const steps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  return Math.min(...steps);
}

/** Cuts a line where days, weeks or months are missing: nothing is known of them. */
export function unbroken(points: readonly Point[], step: number): Point[][] {
  const pieces: Point[][] = [];
  let last: Point | undefined;
  for (const point of points) {
    if (!last || point.x - last.x > step * LONGEST_STEP) pieces.push([]);
    pieces.at(-1)?.push(point);
    last = point;
  }
  return pieces;
}

/** Gives the path of an SVG through points. */
export function path(
  points: readonly Point[],
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  return points
    .map(
      (one, at) => `${at ? "L" : "M"}${x(one.x).toFixed(1)} ${y(one.value).toFixed(1)}`,
    )
    .join("");
}
