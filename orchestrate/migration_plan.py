"""The seven weeks in which customers move from Phase 1 to Phase 2."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate.migration import Customer

WEEKS = (
    "Set up the warehouses of Phase 2; `llm-costs run --targets` every day",
    "`llm-costs reconcile` every day; mend what differs",
    "The pilot moves and is watched",
    "A first batch: a tenth",
    "A second batch: up to half",
    "The rest",
    "Nobody moves; then the first warehouse gives up what others hold",
)
PILOT_WEEK = 3


def groups(names: Sequence[str]) -> dict[int, list[str]]:
    """Give who moves in which week: one, a tenth, up to half, the rest.

    Args:
        names: Who is to move, those first whose move risks least.
    """
    tenth = 1 + max(1, len(names) // 10)
    half = max(tenth, len(names) // 2)
    parts = (names[:1], names[1:tenth], names[tenth:half], names[half:])
    return {week: list(part) for week, part in enumerate(parts, start=PILOT_WEEK)}


def show_plan(console: Console, waiting: Sequence[Customer], start: date) -> None:
    """Show what happens in which week, and who would move.

    Args:
        console: Where it is shown.
        waiting: Customers that are still in Phase 1, the cheapest first.
        start: First day of the first week.
    """
    names = [customer.customer_id for customer in waiting if customer.cost_usd]
    idle = [customer.customer_id for customer in waiting if not customer.cost_usd]
    moving = groups(names)
    table = Table(title=f"{len(names)} customers to move", title_justify="left")
    for heading in ("week", "from", "what", "who"):
        table.add_column(heading, overflow="fold")
    for week, what in enumerate(WEEKS, start=1):
        day = start + timedelta(weeks=week - 1)
        who = Text(", ".join(moving.get(week, [])))
        table.add_row(str(week), str(day), what, who)
    console.print(table)
    if idle:
        console.print(
            Text(
                f"Without cost, so there is nothing to compare: {', '.join(idle)}. The "
                "seed customer_settings may name their warehouse_home."
            ),
            soft_wrap=True,
        )


def next_monday() -> date:
    """Return the first Monday after today (UTC)."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.weekday())
