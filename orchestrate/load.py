"""Load the bills through `extract`, and say what became of each of them."""

import logging
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from orchestrate.steps import Report, StepFailed

if TYPE_CHECKING:
    from extract.progress import Progress
    from extract.units import Unit

logger = logging.getLogger(__name__)


@dataclass(kw_only=True)
class LoadReport:
    """What became of the bills that the run looked at, one entry per unit."""

    loaded: list[dict[str, Any]] = field(default_factory=list)
    unchanged: list[dict[str, Any]] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)

    def describe(self) -> str:
        """Say it in a few words."""
        rows = sum(unit["rows"] for unit in self.loaded)
        loaded = f"{len(self.loaded)} bills loaded"
        if self.loaded:
            loaded += f" ({rows:,} AI rows)"
        closed = f", {len(self.closed)} closed" if self.closed else ""
        return f"{loaded}, {len(self.unchanged)} unchanged{closed}"


def load_bills(  # noqa: PLR0913 - the options of the command, by name
    *,
    sources: tuple[str, ...],
    period: str | None,
    full_refresh: bool,
    force: bool,
    reopen: bool = False,
    into: LoadReport,
    report: Report,
) -> LoadReport:
    """Load what changed.

    Args:
        sources: Only these sources; empty for all.
        period: Only this billing period, YYYY-MM.
        full_refresh: Look at every period, not only at those that may still change.
        force: Accept a bill that lost most of its lines.
        reopen: Load the period although it is closed.
        into: Filled with what became of each unit, also when the load fails.
        report: Shows what is being loaded.

    Raises:
        StepFailed: A unit was refused or could not be read.
    """
    report("looking for changed bills")
    # Imported here: dlt takes seconds to import, and `--help` should not wait for it.
    from extract import ExtractError, run  # noqa: PLC0415

    try:
        results = run(
            sources=sources,
            periods=(period,) if period else (),
            full_refresh=full_refresh,
            force=force,
            reopen=reopen,
            progress=_make_progress(report),
        )
    except ExtractError as error:
        raise StepFailed(str(error)) from error
    for result in results:
        entry = asdict(result)
        if result.message and not result.is_failure:
            logger.warning(result.message)
        getattr(into, entry.pop("status")).append(entry)
    _refuse_failures(into)
    return into


def _refuse_failures(into: LoadReport) -> None:
    troubles = into.failed + into.refused
    if not troubles:
        return
    raise StepFailed(
        f"{len(into.failed)} bills could not be loaded, "
        f"{len(into.refused)} were refused.",
        lines=tuple(
            f"{entry['source']} {entry['unit']}: {entry['message']}"
            for entry in troubles
        ),
        way_out=(
            "The other bills are loaded. Mend the cause and run again, or build from "
            "what is loaded with `llm-costs run --skip-extract`."
        ),
    )


def _make_progress(report: Report) -> "Progress":
    from extract.progress import NoProgress  # noqa: PLC0415 - as above

    class StepProgress(NoProgress):
        """Tells the step's line which bill is at work."""

        def look(self, unit: "Unit") -> None:
            report(f"looking at {unit.cloud_provider} {unit.billing_period}")

        def read(self, unit: "Unit") -> None:
            report(f"reading {unit.cloud_provider} {unit.billing_period}")

    return StepProgress()
