"""Months whose books are closed stay as they are until somebody opens them."""

from __future__ import annotations

from typing import Any

import pytest
from extract_bills import cur_lines, write_cur

import extract
from extract import cli
from extract.errors import ExtractError

LINES = "raw_aws.cur_line_items"


def load(**options: Any) -> dict[str, Any]:
    results = extract.run(["aws_cur"], progress=False, **options)
    return {result.billing_period: result for result in results}


def statuses(**options: Any) -> dict[str, str]:
    return {period: result.status for period, result in load(**options).items()}


def test_a_closed_month_is_kept_and_its_restatement_told_until_it_is_opened(
    world, monkeypatch, capsys
):
    """An auditor finds another number than was signed, and nobody knows since when."""
    for month in ("2026-08", "2026-09", "2026-10"):
        write_cur(world.bucket, month, cur_lines(ai=10))
    monkeypatch.setenv("LLM_COSTS_CLOSED_THROUGH", "2026-09")
    # What was never loaded is loaded: closing keeps numbers, it does not hide them.
    assert set(statuses().values()) == {"loaded"}
    assert statuses() == {
        "2026-08": "closed",
        "2026-09": "closed",
        "2026-10": "unchanged",
    }
    for month in ("2026-09", "2026-10"):
        write_cur(world.bucket, month, cur_lines(ai=12), execution="2")
    results = load(full_refresh=True)
    assert results["2026-09"].status == "closed"
    assert results["2026-09"].rows == 10
    assert "AWS delivered the month anew after it was closed" in (
        results["2026-09"].message
    )
    assert "run --period 2026-09 --reopen" in results["2026-09"].message
    assert not results["2026-08"].message
    assert results["2026-10"].status == "loaded"
    assert world.current_cost(LINES, "line_item_unblended_cost") == 32
    assert statuses(periods=["2026-09"], force=True) == {"2026-09": "closed"}
    assert cli.report(list(load(periods=["2026-09"]).values())) == 0
    assert "Note: llm-costs/2026-09: AWS delivered" in capsys.readouterr().out
    assert statuses(periods=["2026-09"], reopen=True) == {"2026-09": "loaded"}
    assert world.current_cost(LINES, "line_item_unblended_cost") == 34


def test_what_cannot_be_meant_is_refused(world, monkeypatch):
    """Opening all months at once, or closing none by a typing error."""
    write_cur(world.bucket, "2026-10", cur_lines())
    with pytest.raises(ExtractError, match="--reopen needs --period"):
        load(reopen=True)
    monkeypatch.setenv("LLM_COSTS_CLOSED_THROUGH", "September")
    with pytest.raises(ExtractError, match="write the last closed month as YYYY-MM"):
        load()
