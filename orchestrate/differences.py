"""What a reconciliation found: shown as tables, written as CSV and JSON."""

import csv
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate.compare import Comparison, Difference, Tolerance
from orchestrate.terminal import money

SHOWN = 20
COLUMNS = (
    "kind",
    "date",
    "cloud_provider",
    "customer_id",
    "model",
    "left_cost_usd",
    "right_cost_usd",
    "difference_usd",
    "left_tokens",
    "right_tokens",
    "targets",
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is to be compared."""

    left: str
    rights: tuple[str, ...]
    customer: str | None
    since: date | None
    tolerance: Tolerance


def write_differences(
    comparison: Comparison, question: Question, at: datetime, out: Path
) -> Path:
    """Write all differences as CSV and JSON into a folder of this run."""
    folder = out / at.strftime("%Y%m%dT%H%M%S%fZ")
    folder.mkdir(parents=True)
    rows = [_row(difference) for difference in comparison.differences]
    with (folder / "differences.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    summary = {
        "at": at.isoformat(timespec="seconds"),
        "left": question.left,
        "right": list(question.rights),
        "customer": question.customer,
        "since": question.since,
        "tolerance_usd": question.tolerance.usd,
        "tolerance_share": question.tolerance.share,
        "is_clean": comparison.is_clean,
        "totals": {
            provider: vars(total) for provider, total in comparison.totals.items()
        },
        "not_compared": comparison.not_compared,
        "differences": rows,
    }
    text = json.dumps(summary, indent=2, default=str)
    (folder / "reconciliation.json").write_text(text + "\n", encoding="utf-8")
    return folder


def show(comparison: Comparison, question: Question, console: Console) -> None:
    """Show totals, then the largest differences."""
    rights = " + ".join(question.rights)
    totals = Table(title=f"{question.left} against {rights}", title_justify="left")
    totals.add_column("provider")
    for heading in (question.left, rights, "difference", "cells", "different"):
        totals.add_column(heading, justify="right")
    for provider, total in sorted(comparison.totals.items()):
        totals.add_row(
            provider,
            money(total.left),
            money(total.right),
            money(total.right - total.left),
            f"{total.cells:,}",
            f"{total.differences:,}",
        )
    console.print(totals)
    for provider, usd in sorted(comparison.not_compared.items()):
        console.print(
            f"Not compared: {provider}, {money(usd)} USD in {question.left}, which "
            f"{rights} does not hold.",
            highlight=False,
        )
    if comparison.is_clean:
        console.print("[green]✓[/green] Both sides say the same.", highlight=False)
        return
    count = len(comparison.differences)
    noun = "difference" if count == 1 else "differences"
    console.print(f"[bold red]✗[/bold red] {count:,} {noun}.", highlight=False)
    console.print(_difference_table(comparison.differences[:SHOWN]))
    if count > SHOWN:
        console.print(f"... and {count - SHOWN:,} more in the files.", highlight=False)


def _row(difference: Difference) -> dict[str, Any]:
    left, right = difference.left, difference.right
    return {
        "kind": difference.kind,
        "date": difference.key.date,
        "cloud_provider": difference.key.cloud_provider,
        "customer_id": difference.key.customer_id,
        "model": difference.key.model,
        "left_cost_usd": left.cost_usd if left else None,
        "right_cost_usd": right.cost_usd if right else None,
        "difference_usd": difference.cost_usd,
        "left_tokens": left.tokens if left else None,
        "right_tokens": right.tokens if right else None,
        "targets": "+".join(difference.targets),
    }


def _difference_table(differences: list[Difference]) -> Table:
    table = Table()
    for heading in ("what", "date", "provider", "customer", "model"):
        table.add_column(heading, overflow="fold")
    for heading in ("left", "right", "difference", "tokens"):
        table.add_column(heading, justify="right")
    for difference in differences:
        key = difference.key
        what = difference.kind
        table.add_row(
            f"{what}: {' and '.join(difference.targets)}"
            if what == "counted twice"
            else what,
            str(key.date or "all"),
            # Not as markup, which an id may look like.
            Text(key.cloud_provider),
            Text(key.customer_id or "all"),
            Text(key.model or "all"),
            money(difference.left.cost_usd if difference.left else None),
            money(difference.right.cost_usd if difference.right else None),
            money(difference.cost_usd),
            f"{difference.tokens:+,.0f}",
        )
    return table
