"""Loading: refused and failed bills stop the run and are named."""

from decimal import Decimal
from typing import Any

import pytest

from extract import ExtractError, UnitResult, api
from orchestrate.load import LoadReport, load_bills
from orchestrate.steps import StepFailed


def _load(into: LoadReport, doing: list[str] | None = None) -> LoadReport:
    return load_bills(
        sources=("aws_cur",),
        period="2026-10",
        full_refresh=False,
        force=True,
        into=into,
        report=(doing if doing is not None else []).append,
    )


def _result(status: Any, message: str = "") -> UnitResult:
    return UnitResult(
        source="aws_cur",
        unit=f"llm-costs/{status}",
        billing_period="2026-10",
        status=status,
        rows=5,
        cost={"USD": Decimal("1.5")},
        message=message,
    )


def test_passes_on_what_the_user_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dropped --period would reload years of bills."""
    asked: dict[str, Any] = {}

    def run(**options: Any) -> list[UnitResult]:
        asked.update(options)
        return [_result("loaded"), _result("unchanged")]

    monkeypatch.setattr(api, "run", run)
    report = _load(LoadReport())

    del asked["progress"]
    assert asked == {
        "sources": ("aws_cur",),
        "periods": ("2026-10",),
        "full_refresh": False,
        "force": True,
        "reopen": False,
    }
    assert report.describe() == "1 bills loaded (5 AI rows), 1 unchanged"
    assert report.loaded[0]["cost"] == {"USD": Decimal("1.5")}


def test_a_refused_bill_fails_the_step_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bill that shrank overnight must not be taken for good news."""
    results = [_result("loaded"), _result("refused", "10 lines, before 1,000")]
    monkeypatch.setattr(api, "run", lambda **_: results)
    into = LoadReport()

    with pytest.raises(StepFailed) as failure:
        _load(into)

    assert failure.value.lines == ("aws_cur llm-costs/refused: 10 lines, before 1,000",)
    assert len(into.loaded) == len(into.refused) == 1


def test_a_wrong_setting_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loader's message names the setting; wrapping it would hide that."""

    def run(**_: Any) -> list[UnitResult]:
        raise ExtractError("Set sources.aws_cur.bucket_url.")

    monkeypatch.setattr(api, "run", run)

    with pytest.raises(StepFailed, match=r"^Set sources.aws_cur.bucket_url.$"):
        _load(LoadReport())
