"""The table of all marts on all engines that the engine tests print at their end.

A test measures a mart with `parity` and records it by pytest's `record_property`, which
also reaches the process that prints from those that run the tests. tests/conftest.py
registers this module as a plugin: that process need not know the engines' own conftest.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from _pytest.terminal import TerminalReporter
from parity import Column, Rows, is_near, sorted_rows

PROPERTY = "parity"
HEADINGS = ("engine", "mart", "rows", "different", "largest", "relative")


@dataclass(frozen=True)
class Parity:
    """How far a mart on an engine is from the reference's.

    Attributes:
        engine: The engine.
        mart: The mart.
        rows: Its rows on the engine.
        different: Rows that the comparison does not take for the same.
        largest: The largest difference of a decimal or a statistic, all rows compared.
        relative: The largest difference as a share of the larger of the two values.
    """

    engine: str
    mart: str
    rows: int
    different: int
    largest: float
    relative: float

    @property
    def record(self) -> dict[str, Any]:
        """What `record_property` can carry from one process to another."""
        return asdict(self)


def parity(
    engine: str, mart: str, columns: Sequence[Column], left: Rows, right: Rows
) -> Parity:
    """Measure how far the reference's rows, left, are from an engine's.

    Rows whose texts, days and counts are the same are compared with each other; a row
    that has no such partner is different, and says nothing about amounts.
    """
    inexact = [column for column in columns if not column.is_exact]
    ours, theirs = _by_key(columns, left), _by_key(columns, right)
    different, largest, relative = 0, 0.0, 0.0
    for key in ours.keys() | theirs.keys():
        for one, other in zip_longest(ours.get(key, []), theirs.get(key, [])):
            if one is None or other is None:
                different += 1
                continue
            pairs = list(zip(inexact, one, other, strict=True))
            different += not all(is_near(*pair) for pair in pairs)
            for _, first, second in pairs:
                distance, share = _distance(first, second)
                largest, relative = max(largest, distance), max(relative, share)
    return Parity(engine, mart, len(right), different, largest, relative)


def _by_key(columns: Sequence[Column], rows: Rows) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for exact, inexact in sorted_rows(columns, rows):
        found.setdefault(repr(exact), []).append(inexact)
    return found


def _distance(one: Any, other: Any) -> tuple[float, float]:
    """Give the absolute and the relative distance of two values; null is far."""
    if one is None or other is None:
        return (0.0, 0.0) if one is other else (math.inf, math.inf)
    distance = abs(one - other)
    largest = max(abs(one), abs(other))
    return float(distance), float(distance / largest) if distance else 0.0


def table(records: Iterable[dict[str, Any]]) -> list[str]:
    """Give the lines of the table, by engine and mart."""
    found = sorted(
        (Parity(**record) for record in records), key=lambda p: (p.engine, p.mart)
    )
    lines = [HEADINGS]
    lines += [
        (
            each.engine,
            each.mart,
            f"{each.rows:,}",
            f"{each.different:,}",
            _short(each.largest),
            _short(each.relative),
        )
        for each in found
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print how far each mart on each engine is from DuckDB's."""
    records = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if records:
        terminalreporter.section("marts on each engine, compared with DuckDB's")
        for line in table(records):
            terminalreporter.write_line(line)


def _short(number: float) -> str:
    return (
        f"{Decimal(number):.1e}" if number and math.isfinite(number) else f"{number:g}"
    )
