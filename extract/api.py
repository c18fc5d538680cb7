"""``extract.run``: load the bills, from Python."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from extract.closing import closed_through
from extract.config import current_target, enabled_sources, open_destination
from extract.errors import ExtractError
from extract.lock import only_load
from extract.outcomes import failed
from extract.progress import NoProgress, Progress, default_progress
from extract.runner import Run
from extract.sources import SPECS, open_bill
from extract.warehouse import Warehouse, open_ledger
from extract.windows import check_period

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from extract.units import Bill, Unit, UnitResult


def run(  # noqa: PLR0913 - as the flags of the command, by name
    sources: Sequence[str] | None = None,
    periods: Sequence[str] = (),
    *,
    full_refresh: bool = False,
    force: bool = False,
    reopen: bool = False,
    progress: Progress | bool = True,
) -> list[UnitResult]:
    """Load bills into the warehouse that LLM_COSTS_TARGET names.

    A unit or source that fails is reported in its result and does not stop the others.
    ``ExtractError`` is raised for what concerns the whole run: an unknown source or
    period, another load that is running, or a warehouse that cannot be opened.

    Args:
        sources: Names of sources; those that LLM_COSTS_CLOUDS enables by default.
        periods: The only periods to look at, as YYYY-MM.
        full_refresh: Read every period again that the sources still have, whatever the
            ledger says.
        force: Publish what would be refused.
        reopen: Load months that LLM_COSTS_CLOSED_THROUGH closes; only together with
            periods, which says which.
        progress: What to tell how it goes; True for the terminal or the log, False for
            nobody.
    """
    names = list(dict.fromkeys(sources or enabled_sources()))
    if unknown := [name for name in names if name not in SPECS]:
        raise ExtractError(
            f"There is no source {unknown[0]!r}; the sources are {', '.join(SPECS)}."
        )
    wanted = {check_period(period) for period in periods}
    if reopen and not wanted:
        raise ExtractError("--reopen needs --period: say which closed month to open.")
    closed = closed_through()
    target = current_target()
    if isinstance(progress, bool):
        progress = default_progress() if progress else NoProgress()
    results: list[UnitResult] = []
    with ExitStack() as stack:
        stack.enter_context(only_load())
        opened: list[Bill] = []
        for name in names:
            try:
                opened.append(stack.enter_context(open_bill(name)))
            except ExtractError as error:
                results.append(_conclude(failed(name, error), progress))
        destination = stack.enter_context(open_destination(target))
        # Readers may rely on every table, also for clouds that are not used.
        books = open_ledger(target, destination)
        warehouses = {
            name: Warehouse(target, destination, spec, books)
            for name, spec in SPECS.items()
        }
        bills: list[tuple[Bill, list[Unit]]] = []
        for bill in opened:
            name = bill.spec.name
            try:
                bills.append((bill, bill.units(warehouses[name].entries)))
            except ExtractError as error:
                results.append(_conclude(failed(name, error), progress))
        _require_periods(wanted, bills)
        for bill, units in bills:
            name = bill.spec.name
            run_ = Run(
                bill=bill,
                warehouse=warehouses[name],
                others=[x for other, x in warehouses.items() if other != name],
                progress=progress,
                periods=wanted,
                full_refresh=full_refresh,
                force=force,
                reopen=reopen,
                closed_through=closed,
            )
            try:
                run_.execute(units)
            except ExtractError as error:
                run_.results.append(_conclude(failed(name, error), progress))
            finally:
                progress.finish(name)
            results += run_.results
    return sorted(results, key=lambda result: names.index(result.source))


def _conclude(result: UnitResult, progress: Progress) -> UnitResult:
    progress.conclude(result)
    return result


def _require_periods(
    wanted: Collection[str], bills: Sequence[tuple[Bill, list[Unit]]]
) -> None:
    found = {unit.billing_period for _, units in bills for unit in units} - {""}
    for period in sorted(wanted):
        if bills and period not in found:
            have = (
                f"they have {min(found)} to {max(found)}" if found else "they are empty"
            )
            names = ", ".join(bill.spec.name for bill, _ in bills)
            raise ExtractError(f"--period {period} is in none of {names}: {have}.")
