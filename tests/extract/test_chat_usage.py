"""How the chat is used: a day is replaced as a whole, and only if it changed."""

from typing import Any

import duckdb
import pytest

from extract import chat_usage
from extract.chat_usage import UsageReport, load_chat_usage
from extract.usage_table import COLUMNS

COUNTED = "select usage_day, customer, questions from raw_ops.chat_usage order by all"
FIRST, SECOND = "2026-11-01", "2026-11-02"


def row(day: str, customer: str, questions: int) -> tuple[Any, ...]:
    values = {
        "usage_day": day,
        "asker_role": "customer",
        "audience": "one customer",
        "customer": customer,
        "planner": "deterministic",
        "language_model": "",
        "outcome": "answered",
        "questions": questions,
    }
    return tuple(values.get(name, 0) for name in COLUMNS)


def test_a_changed_day_is_replaced_as_a_whole_and_no_other_is_written(
    world: Any,
) -> None:
    """Yesterday's questions would be counted twice, or each day written every day."""
    days = [row(FIRST, "acme", 3), row(FIRST, "globex", 1), row(SECOND, "acme", 2)]
    assert load_chat_usage(days) == UsageReport(loaded=2, rows=3)
    assert load_chat_usage(days) == UsageReport(unchanged=2)

    changed = [row(FIRST, "acme", 4), row(SECOND, "acme", 2)]
    assert load_chat_usage(changed) == UsageReport(loaded=1, unchanged=1, rows=1)
    assert world.rows(COUNTED) == [(FIRST, "acme", 4), (SECOND, "acme", 2)]

    # A store that was begun anew knows nothing of before.
    assert load_chat_usage([row(SECOND, "acme", 2)]) == UsageReport(unchanged=1)
    assert load_chat_usage([]) == UsageReport()
    assert world.rows(COUNTED) == [(FIRST, "acme", 4), (SECOND, "acme", 2)]


def test_a_store_that_is_begun_anew_at_midday_takes_no_morning_away(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The morning's questions, and what they cost, would never have been."""
    load_chat_usage([row(FIRST, "acme", 3), row(FIRST, "globex", 1)])
    rest = [row(FIRST, "acme", 2), row(SECOND, "acme", 1)]
    report = load_chat_usage(rest)
    assert report == UsageReport(loaded=1, rows=1, kept=1)
    assert report.describe().endswith("1 kept that the chat's store has in part")
    assert f"has 2 questions of {FIRST}, and 4 were counted before" in caplog.text
    assert world.rows(COUNTED) == [
        (FIRST, "acme", 3),
        (FIRST, "globex", 1),
        (SECOND, "acme", 1),
    ]


def test_a_load_that_dies_counts_once_it_is_whole(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a day would be taken for the day, or stand beside it for ever."""
    load_chat_usage([row(FIRST, "acme", 3), row(SECOND, "acme", 2)])
    changed = [row(FIRST, "acme", 4), row(FIRST, "globex", 1), row(SECOND, "acme", 2)]

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(chat_usage, "_prune", die)
        with pytest.raises(KeyboardInterrupt):
            load_chat_usage(changed)
    assert len(world.rows(COUNTED)) == 4
    with duckdb.connect(str(world.warehouse)) as connection:
        connection.execute("delete from raw_ops.chat_usage where customer = 'globex'")

    assert load_chat_usage(changed) == UsageReport(loaded=1, unchanged=1, rows=2)
    assert world.rows(COUNTED) == [
        (FIRST, "acme", 4),
        (FIRST, "globex", 1),
        (SECOND, "acme", 2),
    ]
