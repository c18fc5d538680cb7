"""The table of results at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extract.units import UnitResult

HEADINGS = ("source", "unit", "result", "rows", "bill", "seconds")
NUMBERS = {"rows", "bill", "seconds"}


def result_table(results: Sequence[UnitResult]) -> Iterable[str]:
    """Return the lines of a table with one line per unit."""
    if not results:
        return ["Nothing to look at: the sources have no billing periods."]
    cells = [HEADINGS, *(_cells(result) for result in results)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(HEADINGS))]
    return [_line(row, widths) for row in cells]


def _cells(result: UnitResult) -> tuple[str, ...]:
    cost = " + ".join(
        f"{amount:,.2f} {currency}" for currency, amount in sorted(result.cost.items())
    )
    return (
        result.source,
        result.unit or "-",
        result.status,
        f"{result.rows:,}",
        cost or "-",
        f"{result.seconds:.1f}",
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        text.rjust(width) if name in NUMBERS else text.ljust(width)
        for name, text, width in zip(HEADINGS, row, widths, strict=True)
    ]
    return "  ".join(cells).rstrip()
