"""The command line: `python -m sample_bills --help`."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from sample_bills.delivery import write_bills
from sample_bills.errors import SampleBillsError
from sample_bills.parameters import CLOUDS

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the bills that the arguments ask for and give the exit code."""
    options = _make_parser().parse_args(arguments)
    console = Console(stderr=True, quiet=options.quiet)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*columns, console=console, disable=options.quiet) as bar:
            task = bar.add_task("bills", total=None)

            def show(what: str, done: int, total: int) -> None:
                bar.update(task, description=what, completed=done, total=total)

            manifest = write_bills(
                options.out,
                seed=options.seed,
                days=options.days,
                start=_read_date("--start", options.start),
                end=_read_date("--end", options.end),
                rows_per_day=options.rows_per_day,
                ai_share=options.ai_share,
                restate=options.restate,
                clouds=options.clouds.split(","),
                unruly=options.unruly,
                customers=[name for name in options.customers.split(",") if name],
                progress=show,
            )
    except (SampleBillsError, OSError) as error:
        Console(stderr=True).print(
            f"sample_bills: {error}", markup=False, style="red", soft_wrap=True
        )
        return USAGE_ERROR
    rows = ", ".join(f"{cloud} {count:,}" for cloud, count in manifest["rows"].items())
    period = "{start} to {end}".format(**manifest["parameters"])
    console.print(
        f"{options.out}: {period}, rows: {rows}", markup=False, soft_wrap=True
    )
    return 0


def _read_date(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SampleBillsError(
            f"{option} {text} is not a date; write it as 2026-11-20"
        ) from None


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sample_bills",
        description="Write a sample company's AI bills of AWS, Azure and Google Cloud.",
    )
    add = parser.add_argument
    add("--out", type=Path, default=Path("data/sample_bills"), help="the folder")
    add("--days", type=int, help="how many days, 120 if --start is not given")
    add("--start", help="the first day, like 2026-07-24")
    add("--end", help="the last day; yesterday if not given")
    add("--seed", type=int, default=7, help="chooses the history (default 7)")
    add("--rows-per-day", type=int, default=500, help="AWS lines a day (default 500)")
    add("--ai-share", type=float, default=0.6, help="AI share of them (default 0.6)")
    add(
        "--restate",
        action="append",
        default=[],
        metavar="YYYY-MM",
        help="give this month in its later delivery; may be repeated",
    )
    add("--clouds", default=",".join(CLOUDS), help="default: aws,azure,gcp")
    add(
        "--unruly",
        action="store_true",
        help="deliver the same charges less tidily: deliveries kept beside each other, "
        "columns that change from file to file, names that change in mid-month",
    )
    add("--customers", default="", help="whose usage, like acme,globex; default: all")
    add("--quiet", action="store_true", help="show no progress")
    return parser


if __name__ == "__main__":
    sys.exit(main())
