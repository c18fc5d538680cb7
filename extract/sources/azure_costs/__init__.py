"""The Azure bill: the Query API of Microsoft Cost Management, or its exports.

Loads ``cost_rows``, the daily cost and quantity of AI services by resource, meter and
tag, as billed and, where commitments are in use, with them spread; and
``filtered_totals``, what the other services add up to in the month. What neither can
tell: single requests, and which user a token belongs to; the API, besides, tells the
deployment only where it is asked for it, and the unit of a quantity only on agreements
with the dimension UnitOfMeasure.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from extract import landing
from extract.azure import require_consistent_azure
from extract.configured import configured, require_count
from extract.errors import ExtractError
from extract.sources.azure_costs.configuration import AzureCostsSettings
from extract.sources.azure_costs.exports import Exports
from extract.sources.azure_costs.query import Query
from extract.sources.azure_costs.settings import LOOK_BACK_DAYS, SPEC
from extract.windows import last_day, periods_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlt.extract import DltSource

    from extract.units import Delivery, Load, Loaded, Unit


class AzureBill:
    """What is asked of the API, and what exports hold; each scope by one of both."""

    def __init__(self, settings: AzureCostsSettings) -> None:
        """Describe the bill.

        Args:
            settings: Which scopes to ask, and where exports are.
        """
        section = f"sources.{SPEC.name}"
        require_consistent_azure(settings, section)
        require_count(section, "history_periods", settings.history_periods, least=1)
        if settings.closed_day_tolerance < 0:
            raise ExtractError(
                f"{section}.closed_day_tolerance is {settings.closed_day_tolerance}: "
                "write the share by which a day may move, such as 0.05."
            )
        self.settings = settings
        self.spec = replace(SPEC, closed_day_tolerance=settings.closed_day_tolerance)
        self.exports = Exports(settings) if settings.export_url else None
        # Where exports are named and scopes are not, nothing is left to ask.
        is_asked = bool(settings.scopes) or not settings.export_url
        self.query = Query(settings) if is_asked else None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Connect to what is to be asked."""
        if self.query:
            self._stack.enter_context(self.query)
        return self

    def __exit__(self, *error: object) -> None:
        """Disconnect."""
        self._stack.close()

    def units(self, _loaded: Loaded = dict) -> list[Unit]:
        """Return a unit for every month, of exports first."""
        exported = self.exports.units() if self.exports else []
        return exported + (self.query.units() if self.query else [])

    def look_back(self, periods: Sequence[str], _account: str) -> set[str]:
        """Return the months of the days before today, or before the records end."""
        newest = max(periods)
        if not newest:
            return set()
        end = min(datetime.now(UTC).date(), last_day(newest))
        days = max(self.settings.look_back_days, LOOK_BACK_DAYS)
        return set(periods_between(end - timedelta(days=days), end))

    def deliver(self, unit: Unit, known: str = "") -> Delivery:  # noqa: ARG002
        """Look at a month of an export, or ask for one."""
        if self.exports and self.exports.has(unit):
            return self.exports.deliver(unit)
        return self._asked.deliver(unit)

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads."""
        return landing.as_source(self, loads, "costs")

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the rows of one month, by table."""
        if self.exports and self.exports.has(load.delivery.unit):
            yield from self.exports.read(load)
        else:
            yield from self._asked.read(load)

    @property
    def _asked(self) -> Query:
        if self.query is None:
            raise AssertionError("nothing is asked of the API")
        return self.query


def open_bill() -> AzureBill:
    """Return the costs that the settings of ``[sources.azure_costs]`` describe."""
    return AzureBill(configured(AzureCostsSettings(), SPEC.name))


__all__ = ["AzureBill", "AzureCostsSettings", "open_bill"]
