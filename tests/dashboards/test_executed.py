"""What docs/dashboards.md says is executed is what is executed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from executed_queries import stands_in_document, table

if TYPE_CHECKING:
    from dashboard_queries import Marts


def test_the_table_of_executed_queries_is_true(marts: Marts, marts_file: Path) -> None:
    """A count of checks that nobody counted is a promise that nobody kept."""
    script = Path(__file__).with_name("executed_queries.py")

    assert stands_in_document() == table(marts), f"python {script} {marts_file}"
