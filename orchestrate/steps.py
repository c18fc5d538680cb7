"""Steps of a job: run in order, timed, shown while they run, stopped by a failure."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

NAME_WIDTH = 16

Status = Literal["done", "failed", "skipped", "not reached"]
Result = TypeVar("Result")
Report = Callable[[str], None]

logger = logging.getLogger(__name__)


class StepFailed(Exception):  # noqa: N818 - reads as what happened
    """A step could not do its work."""

    def __init__(
        self, message: str, *, way_out: str = "", lines: tuple[str, ...] = ()
    ) -> None:
        """Say what happened.

        Args:
            message: What happened, naming the file, row or setting.
            way_out: What the reader can do about it.
            lines: Single failures, one line each.
        """
        super().__init__(message)
        self.message = message
        self.way_out = way_out
        self.lines = lines


@dataclass(kw_only=True)
class StepResult:
    """One line of the run's summary."""

    name: str
    status: Status
    seconds: float = 0.0
    detail: str = ""


@dataclass
class Steps:
    """The steps of one job, in order.

    Args:
        console: Where progress is shown.
        names: Every step of the job, so that those not reached are named as well.
    """

    console: Console
    names: tuple[str, ...]
    results: list[StepResult] = field(default_factory=list)

    def run(
        self,
        name: str,
        work: Callable[[Report], Result],
        describe: Callable[[Result], str],
    ) -> Result:
        """Run one step and show its line.

        Args:
            name: The step's name.
            work: Does the work; gets a function that shows what it is doing.
            describe: Says in a few words what the result is.

        Raises:
            StepFailed: The step failed; an unexpected error is turned into one.
        """
        started = time.monotonic()
        try:
            result = self._show_while(name, work)
        except StepFailed as failure:
            self._finish(name, "failed", started, failure.message)
            raise
        except Exception as error:
            logger.exception("Step %s failed unexpectedly.", name)
            message = f"{type(error).__name__}: {error}"
            self._finish(name, "failed", started, message)
            raise StepFailed(
                message,
                way_out="This was not expected; the log has the whole story.",
            ) from error
        self._finish(name, "done", started, describe(result))
        return result

    def skip(self, name: str, reason: str) -> None:
        """Note a step that is not wanted this time."""
        self.results.append(StepResult(name=name, status="skipped", detail=reason))
        self.console.print(f"[dim]- {name:<{NAME_WIDTH}} {escape(reason)}[/dim]")

    def all_results(self) -> list[StepResult]:
        """Give the results, with the steps that a failure kept from running."""
        reached = {result.name for result in self.results}
        missed = [name for name in self.names if name not in reached]
        return self.results + [
            StepResult(name=name, status="not reached") for name in missed
        ]

    def _show_while(self, name: str, work: Callable[[Report], Result]) -> Result:
        if not self.console.is_terminal:
            # A log file or CI: one line at the start shows that a long step runs.
            self.console.print(f"  {name} ...", highlight=False)
            return work(lambda _: None)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(f"{name} ...", total=None)

            def report(doing: str) -> None:
                text = f"{name:<{NAME_WIDTH}} [dim]{escape(doing)}[/dim]"
                progress.update(task, description=text)

            return work(report)

    def _finish(self, name: str, status: Status, started: float, detail: str) -> None:
        seconds = time.monotonic() - started
        self.results.append(
            StepResult(
                name=name, status=status, seconds=round(seconds, 2), detail=detail
            )
        )
        mark, style = ("✓", "green") if status == "done" else ("✗", "bold red")
        # A failure's message follows in full below; here its first line is enough.
        line = Text.assemble((mark, style), f" {name:<{NAME_WIDTH}} ")
        line.append(detail.splitlines()[0] if detail else "")
        line.append(f"  {seconds:.1f} s", style="dim")
        self.console.print(line, highlight=False)


def show_failure(console: Console, failure: StepFailed) -> None:
    """Say what failed, each single failure, and the way out."""
    console.print()
    # Not wrapped: paths and commands are there to be copied.
    console.print(Text(failure.message, style="bold red"), soft_wrap=True)
    for line in failure.lines:
        console.print(Text(f"  {line}"), soft_wrap=True)
    if failure.way_out:
        console.print(Text(failure.way_out), soft_wrap=True)
