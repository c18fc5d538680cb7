"""Dashboards over one warehouse per cloud, and one that adds the warehouses up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards import all_clouds
from dashboards.dialects import MARTS, Dialect, dialect_for
from dashboards.mixed import Mixed
from dashboards.registry import DASHBOARDS

if TYPE_CHECKING:
    from dashboards.layout import Dashboard

FOLDER = "phase_2"


@dataclass(frozen=True)
class Part:
    """One of the warehouses.

    Attributes:
        target: Its dbt target.
        clouds: Providers that it answers for, as the marts write them.
        is_shared: Whether it holds other clouds as well, which it must not show.
        schema: Schema of its marts, where it is another one than the others'.
    """

    target: str
    clouds: tuple[str, ...]
    is_shared: bool = False
    schema: str = ""

    def dialect(
        self,
        schema: str = MARTS,
        absent: tuple[str, ...] = (),
        *,
        is_tenants: bool = False,
    ) -> Dialect:
        """Give the SQL of this warehouse, kept to its clouds.

        Args:
            schema: Schema of the marts, unless the part has another one.
            absent: Variables that the dashboard does not have.
            is_tenants: Whether a customer reads it by a credential of its own.
        """
        return dialect_for(
            self.target,
            self.schema or schema,
            is_tenants=is_tenants,
            part=self.target,
            clouds=self.clouds,
            is_shared=self.is_shared,
            absent=absent,
        )


# As docs/migration.md sets it up, while BigQuery still holds all clouds.
EXAMPLE = (
    Part("redshift", ("AWS",)),
    Part("sqlserver", ("Azure",)),
    Part("bq", ("GCP",), is_shared=True),
)


def dashboards_of(
    parts: tuple[Part, ...], schema: str = MARTS, *, is_tenants: bool = False
) -> list[tuple[Dashboard, Dialect | Mixed]]:
    """Pair each dashboard of Phase 2 with the data source that it reads.

    Args:
        parts: The warehouses; no cloud is answered for by two of them.
        schema: Schema of the marts in all of them.
        is_tenants: Whether a customer reads them by a credential of its own.

    Raises:
        ValueError: Two warehouses answer for the same cloud.
    """
    clouds = [cloud for part in parts for cloud in part.clouds]
    if twice := sorted({cloud for cloud in clouds if clouds.count(cloud) > 1}):
        raise ValueError(
            f"Two warehouses answer for {', '.join(twice)}: its cost would be counted "
            "twice."
        )
    dialects = tuple(part.dialect(schema, is_tenants=is_tenants) for part in parts)
    own = [each for each in DASHBOARDS if not each.is_of_all_clouds]
    # Clouds and models would be offered by one of the warehouses only.
    added_up = tuple(
        part.dialect(schema, ("cloud_provider", "model"), is_tenants=is_tenants)
        for part in parts
    )
    return [
        (all_clouds.DASHBOARD, Mixed(added_up)),
        *((contents, dialect) for dialect in dialects for contents in own),
    ]
