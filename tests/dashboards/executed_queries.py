"""The table of docs/dashboards.md: what is executed, and how many rows it gives.

    python tests/dashboards/executed_queries.py WAREHOUSE.duckdb

writes it anew from the marts of the sample company; a test fails where it is stale.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from alert_queries import asked, text_of  # noqa: E402 - found by the line above
from dashboard_queries import FOLDERS, Query, all_queries, made  # noqa: E402
from on_duckdb import parsed, translated  # noqa: E402

from dashboards import phase_2  # noqa: E402
from dashboards.dialects import DIALECTS  # noqa: E402

if TYPE_CHECKING:
    from dashboard_queries import Marts

DOCUMENT = ROOT / "docs" / "dashboards.md"
BEGIN, END = "<!-- executed: begin -->\n", "<!-- executed: end -->"
CLOUDS = {"AWS", "Azure", "GCP"}
RULES = "*alert rules*"
# Their text is close enough to DuckDB's to run there as it stands.
AS_THEY_STAND = {"duckdb", "postgres", "redshift"}


def table(marts: Marts) -> str:
    """Execute every query of every dashboard and rule; give the tables' Markdown."""
    phase_1 = [folder for folder in FOLDERS if folder != phase_2.FOLDER]
    return "\n".join(
        [
            *_table("Phase 1", marts, phase_1),
            "",
            *_table("Phase 2", marts, [phase_2.FOLDER]),
            "",
        ]
    )


def stands_in_document() -> str:
    """Give what the document says now."""
    return DOCUMENT.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]


def _table(heading: str, marts: Marts, folders: list[str]) -> list[str]:
    queries: Counter[tuple[str, str]] = Counter()
    rows: Counter[tuple[str, str]] = Counter()
    for folder in folders:
        for query in all_queries(folder):
            if query.is_taken:
                continue
            at = (_title(query), query.target)
            queries[at] += 1
            rows[at] += _rows(marts, marts.text(query), query.target)
        for rule in asked(folder):
            at = (RULES, rule.target)
            queries[at] += 1
            rows[at] += _rows(marts, text_of(rule, marts.time_to), rule.target)
    targets = [each for each in DIALECTS if any(at[1] == each for at in queries)]

    def cell(title: str, target: str) -> str:
        at = (title, target)
        return f"{queries[at]} → {rows[at]:,}" if queries[at] else ""

    titles = dict.fromkeys(title for title, _ in queries)
    titles.pop(RULES)
    return [
        f"| {heading} | {' | '.join(targets)} |",
        f"|---|{'---:|' * len(targets)}",
        *(
            f"| {title} | {' | '.join(cell(title, each) for each in targets)} |"
            for title in [*titles, RULES]
        ),
    ]


def _title(query: Query) -> str:
    """Give the dashboard's title, without the clouds that it is of."""
    title: str = made(query.folder, query.uid)["title"]
    clouds, _, rest = title.partition(": ")
    return rest if query.folder == phase_2.FOLDER and clouds in CLOUDS else title


def _rows(marts: Marts, text: str, target: str) -> int:
    if target not in AS_THEY_STAND:
        text = translated(parsed(text, target))
    return len(marts.run(text).rows)


def main(warehouse: str) -> None:
    """Write the table into the document."""
    import duckdb  # noqa: PLC0415 - only here
    from conftest import open_marts  # noqa: PLC0415 - beside this file

    with duckdb.connect(warehouse, read_only=True) as connection:
        made_now = table(open_marts(connection))
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}{made_now}{END}{after}", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
