import type { Cell, Column, Unit } from "./api/types.js";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})?$/;
const WHOLE_DOLLARS = 1_000;
const COMPACT_FROM = 1_000_000;

const NAMES: Partial<Record<Unit, string>> = {
  usd: "USD",
  usd_per_million_tokens: "USD per 1M tokens",
  share: "%",
};

/** Gives the number of a cell; decimals come as text, so that none of it is lost. */
export function numberOf(cell: Cell | undefined): number | null {
  if (cell === null || cell === undefined || cell === "") return null;
  const number = Number(cell);
  return Number.isFinite(number) ? number : null;
}

/** Says whether a column holds figures that can be drawn. */
export function isFigure(column: Column): boolean {
  return column.unit !== null && column.unit !== "text";
}

/** Names a column with what its numbers count, as an axis does. */
export function axisLabel(column: Column): string {
  const unit = column.unit && NAMES[column.unit];
  return unit ? `${column.label} (${unit})` : column.label;
}

function formatUsd(value: number, locale: string | undefined): string {
  const size = Math.abs(value);
  const digits =
    size >= WHOLE_DOLLARS || size === 0
      ? { maximumFractionDigits: 0 }
      : { minimumFractionDigits: 2, maximumFractionDigits: size >= 1 ? 2 : 4 };
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    ...digits,
  }).format(value);
}

/** Writes a figure as a person of the locale does. */
export function formatNumber(
  value: number,
  unit: Unit | null,
  locale?: string | undefined,
): string {
  if (unit === "usd" || unit === "usd_per_million_tokens") {
    return formatUsd(value, locale);
  }
  if (unit === "share") {
    return new Intl.NumberFormat(locale, {
      style: "percent",
      maximumFractionDigits: 1,
    }).format(value);
  }
  const isCount = unit === "tokens" || unit === "count";
  return new Intl.NumberFormat(locale, {
    maximumFractionDigits: isCount ? 0 : 2,
    ...(Math.abs(value) >= COMPACT_FROM
      ? { notation: "compact" as const, maximumFractionDigits: 1 }
      : {}),
  }).format(value);
}

/** Writes a figure short, for an axis. */
export function formatTick(
  value: number,
  unit: Unit | null,
  locale?: string | undefined,
): string {
  if (unit === "share") return formatNumber(value, unit, locale);
  const isMoney = unit === "usd" || unit === "usd_per_million_tokens";
  return new Intl.NumberFormat(locale, {
    notation: "compact",
    maximumFractionDigits: Math.abs(value) < 1 ? 4 : 1,
    ...(isMoney
      ? {
          style: "currency" as const,
          currency: "USD",
          currencyDisplay: "narrowSymbol" as const,
          minimumFractionDigits: 0,
        }
      : {}),
  }).format(value);
}

/** Writes a day; the calendar's days have no time zone. */
export function formatDay(day: string, locale?: string, isShort = false): string {
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    ...(isShort ? {} : { year: "numeric" as const }),
    timeZone: "UTC",
  }).format(new Date(day));
}

function formatMoment(moment: string, locale?: string): string {
  // The service's times are UTC, whether they say so or not.
  const isZoned = /(Z|[+-]\d{2}:?\d{2})$/.test(moment);
  const written = new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  }).format(new Date(isZoned ? moment : `${moment}Z`));
  return `${written} UTC`;
}

/** Writes a cell of a table. */
export function formatCell(cell: Cell | undefined, column: Column, locale?: string) {
  if (cell === null || cell === undefined) return "–";
  const number = isFigure(column) ? numberOf(cell) : null;
  if (number !== null) return formatNumber(number, column.unit, locale);
  const text = String(cell);
  if (DAY.test(text)) return formatDay(text, locale);
  if (MOMENT.test(text)) return formatMoment(text, locale);
  return text;
}

/** Writes how much more or less a figure is than another; null without a measure. */
export function formatChange(
  now: number | null,
  earlier: number | null,
  locale?: string,
): string | null {
  if (now === null || !earlier) return null;
  return new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  }).format(now / earlier - 1);
}
