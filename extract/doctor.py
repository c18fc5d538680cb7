"""What ``llm-costs doctor`` finds: settings and permissions, checked one by one.

A source that has more to check than that its bill can be opened and listed brings a
module ``doctor`` with a function ``checks``, which yields a ``Check`` for each thing it
tried, in the order in which a person would put them right. Nothing is changed anywhere,
and nothing that costs money is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

import dlt
import duckdb

from extract.closing import closed_through
from extract.config import (
    LEDGER_DATASET,
    current_target,
    duckdb_path,
    enabled_sources,
    open_destination,
    target_name,
)
from extract.errors import ExtractError, first_line
from extract.reaching import reaching
from extract.sources import SPECS, open_bill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Status = Literal["ok", "warning", "problem"]
WAREHOUSE = "warehouse"
# Providers write at least once a day; a weekend passes.
STALE_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was checked.

    Attributes:
        subject: ``warehouse`` or the source.
        name: What was checked, in a few words.
        status: ok, warning (works, but something is lost) or problem (does not work).
        detail: What was found.
        remedy: What to do about it, where it is not ok.
    """

    subject: str
    name: str
    status: Status
    detail: str
    remedy: str = ""


def attempt(
    subject: str, name: str, action: Callable[[], str], remedy: str = ""
) -> Check:
    """Try something; a problem is what it raises.

    Args:
        subject: ``warehouse`` or the source.
        name: What is checked.
        action: Tries it and returns what it found.
        remedy: What to do if it fails, beyond what the error says.
    """
    try:
        return Check(subject=subject, name=name, status="ok", detail=action())
    except ExtractError as error:
        return Check(
            subject=subject,
            name=name,
            status="problem",
            detail=str(error),
            remedy=remedy,
        )


def unopened(subject: str, error: Exception, remedy: str) -> Check:
    """Say that a source's settings do not lead to a bill.

    Args:
        subject: The source.
        error: What was raised; dlt raises many kinds.
        remedy: What to do about it.
    """
    return Check(
        subject=subject,
        name="settings",
        status="problem",
        detail=str(error) if isinstance(error, ExtractError) else first_line(error),
        remedy=remedy,
    )


def freshness(
    subject: str, told: str, days: float, remedy: str, *, is_judged: bool = True
) -> Check:
    """Say how old the newest of a bill is, and whether that is too old.

    Args:
        subject: The source.
        told: What happened so many days ago.
        days: How many.
        remedy: What to do if that is too long.
        is_judged: Whether it may be too long: a folder on disk is as old as it is.
    """
    is_stale = is_judged and days > STALE_DAYS
    return Check(
        subject=subject,
        name="freshness",
        status="warning" if is_stale else "ok",
        detail=f"{told} {days:.1f} days ago",
        remedy=remedy if is_stale else "",
    )


def examine(sources: Sequence[str] = ()) -> Iterator[Check]:
    """Check the warehouse and the sources.

    Args:
        sources: Names of sources; those that LLM_COSTS_CLOUDS enables by default.
    """
    yield from _warehouse()
    try:
        names = list(sources) or enabled_sources()
    except ExtractError as error:
        yield Check(
            subject="sources", name="settings", status="problem", detail=str(error)
        )
        return
    for name in names:
        if name not in SPECS:
            yield Check(
                subject=name,
                name="settings",
                status="problem",
                detail=f"There is no source {name!r}.",
                remedy=f"The sources are {', '.join(SPECS)}.",
            )
            continue
        module = f"extract.sources.{name}.doctor"
        if find_spec(module):
            yield from import_module(module).checks()
        else:
            yield from _any_source(name)


def _any_source(name: str) -> Iterator[Check]:
    """Check that a source's bills can be listed; tell of each that cannot be read."""
    unread: list[str] = []

    def look() -> str:
        with open_bill(name) as bill:
            units = bill.units()
            newest = max((unit.billing_period for unit in units), default="")
            for unit in units:
                if unit.cloud_provider and unit.billing_period < newest:
                    continue
                try:
                    bill.deliver(unit)
                except ExtractError as error:
                    unread.append(str(error))
        periods = sorted({unit.billing_period for unit in units} - {""})
        if not periods:
            return "open, but it holds no billing periods yet"
        bills = sum(bool(unit.cloud_provider) for unit in units)
        return f"{bills} bills, {periods[0]} to {periods[-1]}"

    yield attempt(name, "bills", look, f"See extract/sources/{name}/README.md.")
    for message in unread:
        yield Check(subject=name, name="files", status="problem", detail=message)


def _warehouse() -> Iterator[Check]:
    yield attempt(WAREHOUSE, "target", target_name, "Set LLM_COSTS_TARGET.")
    yield attempt(
        WAREHOUSE, "closed months", lambda: closed_through() or "none are closed"
    )
    try:
        destination = current_target().destination
    except ExtractError:
        return
    if destination == "duckdb":
        yield attempt(WAREHOUSE, "file", _duckdb_file)
        return
    yield attempt(WAREHOUSE, "connection", _server)


def _duckdb_file() -> str:
    path = duckdb_path()
    if not path.exists():
        return f"{path} will be made by the first load"
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute(
                "select count(*) from information_schema.tables "
                "where table_schema like 'raw%'"
            ).fetchone()
    except (duckdb.Error, OSError) as error:
        raise ExtractError(
            f"{path} cannot be opened: {first_line(error)} Wait for a load that is "
            "running, or set LLM_COSTS_DUCKDB_PATH."
        ) from error
    return f"{path}, {row[0] if row else 0} raw tables"


def _server() -> str:
    target = current_target()
    with open_destination(target) as destination, reaching(target.destination):
        pipeline = dlt.pipeline(
            "llm_costs_doctor", destination=destination, dataset_name=LEDGER_DATASET
        )
        with pipeline.sql_client() as client:
            client.execute_sql("select 1")
    return f"{target_name()} answers"
