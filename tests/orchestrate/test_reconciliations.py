"""Which days count as clean."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from orchestrate.reconciliations import (
    HISTORY,
    Record,
    append_record,
    clean_days,
    last_record,
    read_records,
)
from orchestrate.steps import StepFailed

TODAY = date(2026, 11, 27)
PAIR = ("bq", ("redshift", "sqlserver"))


def record(days_ago=0, hour=6, **changes):
    at = datetime(2026, 11, 27, hour, tzinfo=UTC) - timedelta(days=days_ago)
    values = {
        "at": at,
        "left": "bq",
        "right": ("redshift", "sqlserver"),
        "customer": None,
        "since": None,
        "tolerance_usd": Decimal("0.01"),
        "tolerance_share": Decimal(0),
        "cells": 10,
        "newest": dict.fromkeys(("acme", "globex"), at.date() - timedelta(days=1)),
        **changes,
    }
    return Record(**values)


def count(records, customer="acme"):
    return clean_days(
        records, customer, today=TODAY, pair=PAIR, tolerance_usd=Decimal("0.01")
    )


def week(**changes):
    return [record(days_ago, **changes) for days_ago in range(7)]


def test_seven_days_in_a_row_are_seven() -> None:
    """One too many or too few and the rule is another."""
    assert count(week()) == 7
    assert count(week()[1:]) == 6  # today's is not there yet
    assert count(week()[2:]) == 0  # nobody looked for two days
    assert count([]) == 0


def test_a_day_without_a_look_ends_the_row() -> None:
    """A day that nobody reconciled proves nothing."""
    assert count([record(0), record(1), record(3), record(4)]) == 2


def test_several_looks_on_a_day_are_one_day_and_the_last_one_counts() -> None:
    """Seven runs in an hour would be a week."""
    assert count([record(0, hour) for hour in range(7)]) == 1
    dirty = record(0, 5, differences={"acme": Decimal(9)})
    assert count([dirty, record(0, 6), record(1)]) == 2
    assert count([record(0, 4), dirty, record(1)]) == 0


def test_another_customer_s_difference_is_not_mine() -> None:
    """One customer's trouble would keep all the others waiting."""
    records = week(differences={"globex": Decimal(3)})

    assert count(records) == 7
    assert count(records, "globex") == 0


def test_a_difference_without_cost_is_one_too() -> None:
    """Tokens that differ are shown to the customer as well."""
    assert count(week(differences={"acme": Decimal(0)})) == 0


def test_a_difference_in_sums_over_all_is_everybodys() -> None:
    """Whose it is, is not known."""
    assert count(week(shared=True)) == 0


def test_a_day_on_which_nothing_was_compared_does_not_count() -> None:
    """A customer that neither warehouse has would be the first to move."""
    assert count(week(cells=0, newest={})) == 0
    assert count(week(), "hooli") == 0
    assert count([*week()[:2], record(2, newest={}), *week()[3:]]) == 2


def test_a_day_without_newer_data_does_not_count() -> None:
    """Two warehouses that nobody loads any more agree for ever."""
    stale = {"acme": TODAY - timedelta(days=9)}
    assert count(week(newest=stale)) == 1
    # It does not end the row either: the other days were proof.
    assert count([record(0), record(1, newest=record(2).newest), record(2)]) == 2
    older = {"acme": TODAY - timedelta(days=30)}
    assert count([record(0, newest=older), record(1)]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": "globex"},
        {"since": TODAY - timedelta(days=10)},
        {"right": ("redshift",)},
        {"left": "duckdb"},
        {"tolerance_usd": Decimal(100)},
        {"tolerance_share": Decimal("0.5")},
    ],
)
def test_a_look_that_proves_less_does_not_count(changes) -> None:
    """A wide tolerance or a short time makes everything clean."""
    assert count(week(**changes)) == 0


def test_a_look_at_the_customer_alone_or_since_long_ago_counts() -> None:
    """The rule asks for proof, not for one way of typing the command."""
    assert count(week(customer="acme")) == 7
    assert count(week(since=TODAY - timedelta(days=60))) == 7
    assert count(week(right=("sqlserver", "redshift"))) == 7


def test_the_history_survives_a_torn_line(tmp_path: Path) -> None:
    """A crash while writing must not lose the days before, nor the next one."""
    one, two = record(1, differences={"acme": Decimal("1.50")}), record(0)
    append_record(tmp_path, one)
    path = tmp_path / HISTORY
    with path.open("a") as file:
        file.write('{"at": "2026-11-26T')
    append_record(tmp_path, two)

    assert read_records(tmp_path) == [one, two]
    assert last_record(read_records(tmp_path), "acme", pair=PAIR) == two
    assert last_record([one], "acme", pair=("bq", ("redshift",))) is None


def test_a_broken_line_is_refused_by_its_number(tmp_path: Path) -> None:
    """Days that vanish from the history would be days that nobody misses."""
    append_record(tmp_path, record())
    with (tmp_path / HISTORY).open("a") as file:
        file.write('{"at": "yesterday"}\n')

    with pytest.raises(StepFailed, match="line 2"):
        read_records(tmp_path)


def test_no_history_is_no_days(tmp_path: Path) -> None:
    """The first look at the status must not fail."""
    assert read_records(tmp_path) == []
