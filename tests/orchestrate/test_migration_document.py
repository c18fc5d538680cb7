"""What docs/migration.md shows is what the commands say."""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from orchestrate import migrate, reconcile
from orchestrate.cli import app
from orchestrate.moves import COLUMNS, LEDGER
from orchestrate.reconciliations import Record, append_record

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "migration.md"
BLOCK = re.compile(r"```console\n\$ (llm-costs [^\n]+)\n(.*?)```", re.DOTALL)
# What is another one on another day, in tables of the same width.
MOMENTS = [
    (r"\d{8}T\d+Z", "<time>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", "<time>"),
    (r"│ \d{4}-\d\d-\d\d │ (?=A)", "│ <day> │ "),
    (r"On \d{4}-\d\d-\d\d", "On <day>"),
    (r"clean on \d{4}-\d\d-\d\d", "clean on <day>"),
]
DAY = datetime.now(UTC).date()
COSTS = {
    "bq": [
        (DAY, "AWS", "acme", "claude-opus", "412.50", 61_000_000),
        (DAY, "AWS", "hooli", "claude-haiku", "91.10", 40_000_000),
        (DAY, "Azure", "hooli", "gpt-5", "20.00", 2_000_000),
        (DAY, "GCP", "globex", "gemini-pro", "77.25", 30_000_000),
    ],
    "redshift": [
        (DAY, "AWS", "acme", "claude-opus", "412.50", 61_000_000),
        (DAY, "AWS", "hooli", "claude-haiku", "90.10", 39_560_000),
    ],
    "sqlserver": [],
}
CUSTOMERS = [("acme", "5310.4"), ("globex", "911.25"), ("hooli", "1204.8")]


class Rows:
    """A warehouse that has these rows."""

    def __init__(self, target: str) -> None:
        """Choose the target's rows."""
        self.target = target

    def mart(self, name: str) -> str:
        """Name a mart."""
        return name

    def text(self, value: str) -> str:
        """Write a literal."""
        return value

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Give customers, or cells."""
        if "dim_customers" in query:
            return [
                {"customer_id": name, "warehouse_home": "phase_1", "cost_usd": cost}
                for name, cost in CUSTOMERS
            ]
        names = ("date", "cloud_provider", "customer_id", "model", "cost_usd", "tokens")
        return [dict(zip(names, row, strict=True)) for row in COSTS[self.target]]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Three customers with a clean week behind them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLM_COSTS_PHASE_1", "bq")
    monkeypatch.setenv("LLM_COSTS_PHASE_2", "aws=redshift,azure=sqlserver,gcp=bq")
    monkeypatch.setenv("LLM_COSTS_CLOUDS_REDSHIFT", "aws")
    monkeypatch.setenv("LLM_COSTS_CLOUDS_SQLSERVER", "azure")
    Path("dbt_project.yml").touch()
    LEDGER.parent.mkdir(parents=True)
    LEDGER.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    for days_ago in range(7):
        append_record(
            Path("data/reconciliation"),
            Record(
                at=datetime.now(UTC) - timedelta(days=days_ago),
                left="bq",
                right=("redshift", "sqlserver"),
                customer=None,
                since=None,
                tolerance_usd=Decimal("0.01"),
                tolerance_share=Decimal(0),
                cells=9,
                newest={
                    customer: DAY - timedelta(days=days_ago)
                    for customer, _ in CUSTOMERS
                },
            ),
        )

    @contextmanager
    def opened(target: str, _: object) -> Iterator[Rows]:
        yield Rows(target)

    monkeypatch.setattr(reconcile, "open_warehouse", opened)
    monkeypatch.setattr(migrate, "open_warehouse", opened)


def plain(text: str) -> str:
    for pattern, name in MOMENTS:
        text = re.sub(pattern, name, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def test_every_command_says_what_the_document_shows() -> None:
    """A runbook that shows other words than the screen is put away in an emergency."""
    blocks = BLOCK.findall(DOCUMENT.read_text("utf-8"))
    assert len(blocks) == 8

    for command, shown in blocks:
        result = CliRunner().invoke(app, shlex.split(command)[1:])
        assert plain(shown) == plain(result.output), command
