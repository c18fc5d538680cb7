import { expect, test } from "vitest";
import {
  axisLabel,
  formatCell,
  formatChange,
  formatNumber,
  formatTick,
} from "../src/format";
import { COST, DAY, MODEL } from "./answers";

test.each([
  [35486.322581395, "$35,486"],
  [12.5, "$12.50"],
  [0.0421, "$0.0421"],
  [0, "$0"],
  [-253.56, "-$253.56"],
])("dollars show the digits that tell something: %d", (value, text) => {
  expect(formatNumber(value, "usd", "en-US")).toBe(text);
});

test("figures are written as the reader's country does", () => {
  expect(formatNumber(1234.5, "usd", "de-DE").replace(/\s/g, " ")).toBe("1.235 $");
  expect(formatNumber(0.585, "share", "fr-FR").replace(/\s/g, " ")).toBe("58,5 %");
  expect(formatNumber(7_079_727_561, "tokens", "en-US")).toBe("7.1B");
  expect(formatNumber(999_999, "tokens", "en-US")).toBe("999,999");
});

test("decimals that come as text lose nothing on their way to a cell", () => {
  expect(formatCell("1859.286304441", COST, "en-US")).toBe("$1,859");
  expect(formatCell(null, COST, "en-US")).toBe("–");
});

test("a day stays that day in every time zone", () => {
  expect(formatCell("2026-11-01", DAY, "en-US")).toBe("Nov 1, 2026");
});

test("a time without a zone is the service's, which is UTC", () => {
  const column = { name: "loaded_at", label: "Loaded at", unit: "text" } as const;

  const text = formatCell("2026-11-27T20:19:22.575246", column, "en-US");

  expect(text.replace(/\s/g, " ")).toBe("Nov 27, 2026, 8:19 PM UTC");
});

test("a model that looks like a number stays a name", () => {
  expect(formatCell("4000", MODEL, "en-US")).toBe("4000");
});

test("an axis says what it counts", () => {
  expect(axisLabel(COST)).toBe("Cost (USD)");
  expect(axisLabel(MODEL)).toBe("Model");
  expect(formatTick(1500, "usd", "en-US")).toBe("$1.5K");
});

test("a change from nothing is no percentage", () => {
  expect(formatChange(10, 0)).toBeNull();
  expect(formatChange(10, null)).toBeNull();
  expect(formatChange(15, 10, "en-US")).toBe("+50%");
  expect(formatChange(10, 10, "en-US")).toBe("0%");
});
