"""What `llm-costs reconcile` says when there is little to compare."""

import io
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from rich.console import Console

from orchestrate import reconcile
from orchestrate.cells import Amounts, Key
from orchestrate.compare import Comparison, Tolerance
from orchestrate.differences import Question, show
from orchestrate.settings import read_settings
from orchestrate.steps import StepFailed

DAY = date(2026, 11, 20)


def ask(monkeypatch: pytest.MonkeyPatch, clouds: str, *providers: str) -> Comparison:
    """Compare bq, which has a cell of each provider, with an empty Redshift."""
    cells = {
        "bq": {
            Key(DAY, name, "acme", "m"): Amounts(Decimal(5), Decimal(1))
            for name in providers
        },
        "redshift": {},
    }

    @contextmanager
    def opened(target, settings):
        yield target

    monkeypatch.setattr(reconcile, "open_warehouse", opened)
    monkeypatch.setattr(reconcile, "read_cells", lambda target, **_: cells[target])
    question = Question(
        left="bq",
        rights=("redshift",),
        customer=None,
        since=None,
        tolerance=Tolerance(),
    )
    monkeypatch.setenv("LLM_COSTS_CLOUDS_REDSHIFT", clouds)
    return reconcile.ask(question, read_settings())


def test_an_empty_warehouse_for_focus_bills_is_not_the_same(monkeypatch) -> None:
    """The whole migration would rest on a warehouse without a row."""
    outcome = ask(monkeypatch, "focus", "AWS", "GCP")

    assert [x.kind for x in outcome.differences] == ["only left", "only left"]
    assert not outcome.not_compared


def test_one_difference_is_called_one(monkeypatch) -> None:
    """Who reads "1 differences" looks for the others."""
    console = Console(file=io.StringIO(), width=200)
    question = Question(
        left="bq",
        rights=("redshift",),
        customer=None,
        since=None,
        tolerance=Tolerance(),
    )
    show(ask(monkeypatch, "aws", "AWS"), question, console)

    assert "1 difference." in console.file.getvalue()


def test_nothing_compared_is_no_clean_day(monkeypatch) -> None:
    """That two sides say the same of nothing proves nothing."""
    with pytest.raises(StepFailed, match=r"Nothing could be compared.*hold AWS, GCP"):
        ask(monkeypatch, "azure", "AWS", "GCP")


def test_what_both_phases_read_from_one_warehouse_is_the_same(monkeypatch) -> None:
    """A customer of the cloud that stays could never move."""
    monkeypatch.setenv("LLM_COSTS_PHASE_1", "bq")
    monkeypatch.setenv("LLM_COSTS_PHASE_2", "aws=redshift,azure=redshift,gcp=bq")
    compared = Key(DAY, "AWS", "acme", "m")
    skipped = [Key(DAY, "GCP", "globex", "m"), Key(DAY, "Azure", "hooli", "m")]
    question = Question(
        left="bq",
        rights=("redshift",),
        customer=None,
        since=None,
        tolerance=Tolerance(),
    )
    comparison = Comparison(compared=[compared], skipped=skipped)

    at = datetime(2026, 11, 21, tzinfo=UTC)
    record = reconcile.make_record(comparison, question, at)

    assert record.newest == {"acme": DAY, "globex": DAY}
    assert record.cells == 1


def test_the_newest_day_is_that_of_the_customers_providers() -> None:
    """Days that nobody loaded, and charges that are dated ahead, are no news."""
    keys = [
        Key(DAY, "AWS", "acme", "m"),
        Key(date(2026, 11, 22), "AWS", "hooli", "m"),
        Key(date(2026, 11, 12), "Azure", "globex", "m"),
        Key(date(2026, 12, 31), "Azure", "globex", "m"),
        Key(None, "GCP", "initech", "m"),
    ]
    today = datetime(2026, 11, 23, tzinfo=UTC).date()

    assert reconcile.newest_days(keys, today) == {
        "acme": date(2026, 11, 22),
        "hooli": date(2026, 11, 22),
        "globex": date(2026, 11, 12),
    }
