"""Progress of a run: a live line on a terminal, log lines anywhere else."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as RichBars

if TYPE_CHECKING:
    from rich.progress import TaskID

    from extract.units import Unit, UnitResult

logger = logging.getLogger("extract")


class Progress(Protocol):
    """What wants to know how a run goes."""

    def start(self, source: str, units: int) -> None:
        """A source starts, with this many units to look at."""
        ...

    def look(self, unit: Unit) -> None:
        """The provider is asked what it holds for a unit."""
        ...

    def read(self, unit: Unit) -> None:
        """A unit is about to be read and landed."""
        ...

    def conclude(self, result: UnitResult) -> None:
        """A unit is done with."""
        ...

    def finish(self, source: str) -> None:
        """A source is done with."""
        ...


class NoProgress:
    """Tells nobody."""

    def start(self, source: str, units: int) -> None:
        """Do nothing."""

    def look(self, unit: Unit) -> None:
        """Do nothing."""

    def read(self, unit: Unit) -> None:
        """Do nothing."""

    def conclude(self, result: UnitResult) -> None:
        """Do nothing."""

    def finish(self, source: str) -> None:
        """Do nothing."""


class LogProgress(NoProgress):
    """One log line per unit, for schedulers."""

    def start(self, source: str, units: int) -> None:
        """Log how much there is to do."""
        logger.info("%s: looking at %d periods", source, units)

    def read(self, unit: Unit) -> None:
        """Log what is being read."""
        logger.info("%s: reading %s", unit.source, unit.name)

    def conclude(self, result: UnitResult) -> None:
        """Log what became of a unit."""
        logger.info(
            "%s: %s %s, %d rows, %.1f s",
            result.source,
            result.unit or "all",
            result.status,
            result.rows,
            result.seconds,
        )


class TerminalProgress(NoProgress):
    """A bar per source on stderr."""

    def __init__(self, console: Console | None = None) -> None:
        """Prepare the bars; they appear with the first source."""
        self._bars = RichBars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[step]}"),
            TimeElapsedColumn(),
            console=console or Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None

    def start(self, source: str, units: int) -> None:
        """Show a bar."""
        self._bars.start()
        self._task = self._bars.add_task(source, total=units, step="")

    def look(self, unit: Unit) -> None:
        """Show which unit is looked at."""
        self._step(f"looking at {unit.billing_period}")

    def read(self, unit: Unit) -> None:
        """Show which unit is read."""
        self._step(f"reading {unit.billing_period}")

    def conclude(self, result: UnitResult) -> None:  # noqa: ARG002
        """Move the bar on."""
        if self._task is not None:
            self._bars.advance(self._task)

    def finish(self, source: str) -> None:  # noqa: ARG002
        """Take the bar away."""
        self._bars.stop()
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None

    def _step(self, text: str) -> None:
        if self._task is not None:
            self._bars.update(self._task, step=text)


def default_progress() -> Progress:
    """Return what suits the place the run is started from."""
    return TerminalProgress() if sys.stderr.isatty() else LogProgress()
