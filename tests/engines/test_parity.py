"""The comparison of engines finds differences, and only those."""

import pytest
from parity import Column, differences

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
