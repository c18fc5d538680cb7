"""`llm-costs doctor`: every setting and permission, checked, with what to do."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from orchestrate.terminal import open_console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from extract.doctor import Check

STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red"}
WIDTHS = (14, 20, 9)


def doctor(
    source: Annotated[
        list[str] | None,
        typer.Option(help="Check only this source; may be given several times."),
    ] = None,
) -> None:
    """Check the warehouse and the sources, and say what to do.

    Nothing is changed, and nothing that costs money is called. The exit code is 1 if
    there is a problem; a warning works, but something is lost.

    [bold]Examples[/bold]

      $ llm-costs doctor
      $ llm-costs doctor --source aws_cur
    """
    # Imported here: dlt takes seconds to import, and `--help` should not wait for it.
    from extract.doctor import examine  # noqa: PLC0415

    console = open_console()
    counts: Counter[str] = Counter()
    for check in examine(tuple(source or ())):
        counts[check.status] += 1
        _show(console, check)
    said = ", ".join(
        f"{counts[status]} {status}{'s' if counts[status] != 1 else ''}"
        for status in ("problem", "warning")
        if counts[status]
    )
    console.print(said or "All is well.", highlight=False)
    if counts["problem"]:
        raise typer.Exit(1)


def _show(console: "Console", check: "Check") -> None:
    for line in _lines(check):
        console.print(line, highlight=False, soft_wrap=True)


def _lines(check: "Check") -> "Iterator[Text]":
    subject, name, status = WIDTHS
    yield Text.assemble(
        f"{check.subject:<{subject}}{check.name:<{name}}",
        (f"{check.status:<{status}}", STYLES[check.status]),
        check.detail,
    )
    if check.remedy:
        yield Text(f"{'':<{sum(WIDTHS)}}→ {check.remedy}")
