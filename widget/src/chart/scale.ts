/** Gives round values that cover a range with a few steps; the first is ≤ low. */
export function ticks(low: number, high: number, steps = 4): number[] {
  const range = high - low || Math.abs(high) || 1;
  const rough = range / steps;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 2.5, 5, 10].map((one) => one * magnitude).find((one) => one >= rough) ??
    rough;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  // Multiplied, not added up: 0.1 added ten times is not 1.
  return Array.from({ length: Math.max(last - first, 1) + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
}

/** Gives the function that maps a domain to a range. */
export function linear(
  [low, high]: [number, number],
  [from, to]: [number, number],
): (value: number) => number {
  const span = high - low;
  return (value) =>
    span ? from + ((value - low) / span) * (to - from) : (from + to) / 2;
}

/** Picks values evenly, the first and the last among them. */
export function spread<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values];
  const step = (values.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, at) => values[Math.round(at * step)]).filter(
    (value): value is T => value !== undefined,
  );
}
