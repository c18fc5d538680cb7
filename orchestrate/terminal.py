"""What the command line's pages have in common: console, log, money, reconciliation."""

import logging
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

LOG_FILE = "llm_costs.log"
# Wide enough for the tables when the output goes to a file, whose width nobody knows.
FILE_WIDTH = 110


def open_console() -> Console:
    """Open the console on today's standard output, whatever a library does to it."""
    is_terminal = sys.stdout.isatty()
    return Console(file=sys.stdout, width=None if is_terminal else FILE_WIDTH)


def open_error_console() -> Console:
    """Open the console on standard error, where standard output is a protocol's."""
    is_terminal = sys.stderr.isatty()
    return Console(file=sys.stderr, width=None if is_terminal else FILE_WIDTH)


def start_log(folder: Path) -> Path:
    """Send log records and Python's warnings to a file instead of the screen."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG_FILE
    root = logging.getLogger()
    if not any(
        isinstance(handler, logging.FileHandler)
        and Path(handler.baseFilename) == path.resolve()
        for handler in root.handlers
    ):
        handler = logging.FileHandler(path, encoding="utf-8")
        handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
        )
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    # Otherwise every request to Azure fills a page.
    logging.getLogger("azure").setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    return path


def money(amount: Decimal | float | None) -> str:
    """Write an amount with separators and cents."""
    return "-" if amount is None else f"{amount:,.2f}"


def reconciliation_line(row: dict[str, Any]) -> Text:
    """Say "loaded = unified + excluded" for one currency."""
    holds = row["units_not_reconciled"] == 0
    sign, style = ("=", "green") if holds else ("≠", "bold red")
    return Text.assemble(
        f"{row['currency']}: loaded {money(row['loaded'])} ",
        (sign, style),
        f" unified {money(row['unified'])} + excluded {money(row['excluded'])}, ",
        (f"difference {money(row['difference'])}", style),
    )


def show_reconciliation(console: Console, rows: Iterable[dict[str, Any]]) -> None:
    """Show that every loaded cent is in the marts or among the named exclusions."""
    for row in rows:
        console.print(reconciliation_line(row), highlight=False, soft_wrap=True)
