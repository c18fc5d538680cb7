"""Which warehouses a customer's reader asks, for which clouds, by which data source.

A reader is whatever answers a customer: its dashboards, or a chat.
"""

from dataclasses import dataclass

from orchestrate.homes import (
    HOMES,
    PROVIDERS,
    Route,
    held_providers,
    phase_1_target,
    route,
)
from orchestrate.moves import homes, read_moves
from orchestrate.settings import Settings
from orchestrate.steps import StepFailed
from orchestrate.warehouse import open_warehouse

# The uid of Grafana's data source where a customer reads one warehouse; where it reads
# several, each has its target's name behind it.
DATA_SOURCE = "llmcost"


@dataclass(frozen=True, kw_only=True)
class ReaderSource:
    """A warehouse that a reader asks.

    Attributes:
        target: The warehouse.
        clouds: The clouds whose bills are read there, as settings write them.
        providers: Whose cost it is asked for, as the marts write them.
        is_shared: Whether it holds cost of other providers, which another warehouse
            answers for: a reader has to keep to these providers.
        data_source: The uid of Grafana's data source.
    """

    target: str
    clouds: tuple[str, ...]
    providers: tuple[str, ...]
    is_shared: bool
    data_source: str


def reader_sources(customer: str, settings: Settings) -> tuple[ReaderSource, ...]:
    """Return the warehouses that a customer's reader asks; together they are its cost.

    Args:
        customer: The customer's id.
        settings: The places of the run.

    Raises:
        StepFailed: There is no such customer, or the settings do not say.
    """
    return sources_of(reader_route(customer, settings))


def sources_of(route: Route) -> tuple[ReaderSource, ...]:
    """Return the warehouses of a route, each with what it is asked for.

    Bills that come as FOCUS files may be any provider's: their warehouse is asked for
    those that no other one answers for.

    Args:
        route: Targets, each with the clouds that are read from it.
    """
    named = {cloud for clouds in route.values() for cloud in clouds}
    found = []
    for target, clouds in route.items():
        asked = [
            cloud
            for cloud in PROVIDERS
            if cloud in clouds or ("focus" in clouds and cloud not in named)
        ]
        providers = tuple(PROVIDERS[cloud] for cloud in asked)
        others = held_providers(target) - set(providers)
        is_alone = len(route) == 1
        found.append(
            ReaderSource(
                target=target,
                clouds=clouds,
                providers=providers,
                is_shared=bool(others) and not is_alone,
                data_source=DATA_SOURCE if is_alone else f"{DATA_SOURCE}-{target}",
            )
        )
    return tuple(found)


def reader_route(customer: str, settings: Settings) -> Route:
    """Return the targets that a customer's reader uses, each with its clouds.

    The ledger of moves is asked first, so that a move holds at once; then the marts.

    Args:
        customer: The customer's id.
        settings: The places of the run.

    Raises:
        StepFailed: There is no such customer, or the settings do not say.
    """
    customer = customer.lower()
    move = homes(read_moves()).get(customer)
    if move:
        return route(move.warehouse_home)
    with open_warehouse(phase_1_target(), settings) as warehouse:
        rows = warehouse.rows(
            f"select warehouse_home from {warehouse.mart('dim_customers')} "  # noqa: S608
            f"where customer_id = {warehouse.text(customer)}"
        )
    found = [
        home for home in HOMES if any(row["warehouse_home"] == home for row in rows)
    ]
    if not found:
        raise StepFailed(
            f"There is no customer '{customer}'.",
            way_out="`llm-costs migrate status` lists them.",
        )
    return route(found[0])
