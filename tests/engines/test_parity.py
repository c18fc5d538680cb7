"""The comparison of engines finds differences, and only those."""

import pytest
from parity import Column, differences
from parity_table import parity, table

pytestmark = pytest.mark.engine

COLUMNS = [
    Column("date", "DATE"),
    Column("status", "VARCHAR"),
    Column("cost_usd", "DECIMAL(28,9)"),
    Column("z_score", "DOUBLE"),
]
ROW = ("2026-11-20", "High", "12.000000000", 2.5)


@pytest.mark.parametrize(
    "other",
    [
        ("2026-11-21", "High", "12.000000000", 2.5),
        ("2026-11-20", "high", "12.000000000", 2.5),
        ("2026-11-20", None, "12.000000000", 2.5),
        ("2026-11-20", "High", "12.000002000", 2.5),
        ("2026-11-20", "High", None, 2.5),
        ("2026-11-20", "High", "12.000000000", 2.500000006),
    ],
)
def test_a_difference_is_found(other: tuple[str | float | None, ...]) -> None:
    """Harm: the comparison of engines calls everything the same."""
    assert differences("mart", COLUMNS, [ROW, ROW], [ROW, other])
    assert differences("mart", COLUMNS, [ROW], [ROW, ROW])
    assert differences("mart", COLUMNS, [ROW, other], [other, ROW]) == []


def test_the_last_digit_may_differ() -> None:
    """Harm: engines that add in another order look wrong, and the test is given up."""
    near = ("2026-11-20", "High", "12.000000900", 2.500000001)
    assert differences("mart", COLUMNS, [ROW], [near]) == []


def test_the_table_counts_rows_and_measures_differences() -> None:
    """Harm: the table says 0 whatever the engines say."""
    rows = [
        ROW,
        ("2026-11-20", "High", "24.000003000", 2.5),
        ("2026-11-20", "Low", None, 2.5),
        ("2026-11-20", "Normal", None, None),
    ]
    others = [
        ROW,
        ("2026-11-20", "High", "24.000001000", 2.5),
        ("2026-11-20", "low", None, 2.5),
        ("2026-11-20", "Normal", None, None),
    ]
    found = parity("postgres", "mart", COLUMNS, rows, others)
    assert (found.rows, found.different) == (4, 3)
    assert found.largest == pytest.approx(0.000002)
    assert found.relative == pytest.approx(0.000002 / 24, rel=1e-3)
    same = parity("bq", "mart", COLUMNS, rows, rows)
    assert (same.different, same.largest, same.relative) == (0, 0, 0)
    assert [line.split() for line in table([found.record, same.record])] == [
        ["engine", "mart", "rows", "different", "largest", "relative"],
        ["bq", "mart", "4", "0", "0", "0"],
        ["postgres", "mart", "4", "3", "2.0e-6", "8.3e-8"],
    ]


def test_a_missing_amount_is_no_small_difference() -> None:
    """Harm: an engine without amounts looks the same in the table."""
    found = parity("bq", "mart", COLUMNS, [ROW], [("2026-11-20", "High", None, 2.5)])
    assert (found.different, found.largest) == (1, float("inf"))
