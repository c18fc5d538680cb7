"""`llm-costs export`: give costs to other tools, in their formats."""

import re
from pathlib import Path
from typing import Annotated

import typer

from orchestrate.focus_files import write_focus_files
from orchestrate.focus_metadata import FileFormat
from orchestrate.settings import read_settings
from orchestrate.steps import StepFailed, show_failure
from orchestrate.terminal import open_console

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
FOCUS_FOLDER = Path("data/focus")

app = typer.Typer(
    help="Give the costs to other tools.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)


@app.callback()
def export() -> None:
    """Give the costs to other tools."""


@app.command("focus")
def focus(
    *,
    month: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this billing month; may be given several times.",
            metavar="YYYY-MM",
        ),
    ] = None,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="What the files are written as.")
    ] = FileFormat.PARQUET,
    out: Annotated[
        Path, typer.Option(help="Folder that gets the files.")
    ] = FOCUS_FOLDER,
) -> None:
    """Write the costs as FOCUS 1.2 files, one per billing month.

    Reads the published marts. A file is replaced as a whole, and two small files beside
    them say what was exported and the types of the columns. docs/focus.md has more.

    [bold]Examples[/bold]

      $ llm-costs export focus
      $ llm-costs export focus --month 2026-10 --month 2026-11
      $ llm-costs export focus --format csv --out /tmp/focus
    """
    console = open_console()
    try:
        files = write_focus_files(
            read_settings(),
            months=_check_months(month or []),
            file_format=file_format,
            out=out,
        )
    except StepFailed as failure:
        show_failure(console, failure)
        raise typer.Exit(2) from failure
    for file in files:
        console.print(f"wrote {file.path}, {file.rows:,} rows", highlight=False)


def _check_months(months: list[str]) -> list[str]:
    for month in months:
        if not MONTH.fullmatch(month):
            raise StepFailed(
                f"'{month}' is not a month.", way_out="Months are written YYYY-MM."
            )
    return months
