"""The rules by which customers move between Phase 1 and Phase 2.

A customer moves forward only after enough clean days: days on which `llm-costs
reconcile` found nothing different for it. Moving changes where it reads, never any
data, so every move can be taken back at any time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from orchestrate.homes import HOMES, Home, phase_1_target, right_targets
from orchestrate.moves import Move, Wanted, homes
from orchestrate.reconciliations import Record, clean_days, describe, last_record
from orchestrate.settings import Settings
from orchestrate.steps import StepFailed
from orchestrate.warehouse import Warehouse

UNATTRIBUTED = "unattributed"
Action = Literal["pilot", "batch", "rollback"]


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A customer on its way.

    Attributes:
        customer_id: Who.
        cost_usd: What it was billed in all that is loaded.
        home: Where it reads.
        clean_days: Clean days in a row up to now.
        required_days: How many it needs to move.
        last: The newest reconciliation of it.
        moved_at: When it moved last; empty if never.
    """

    customer_id: str
    cost_usd: Decimal
    home: Home
    clean_days: int
    required_days: int
    last: Record | None
    moved_at: str = ""

    @property
    def is_eligible(self) -> bool:
        """Whether it may move to Phase 2 now."""
        return self.home == "phase_1" and self.clean_days >= self.required_days


def read_customers(
    warehouse: Warehouse,
    moves: Sequence[Move],
    records: list[Record],
    settings: Settings,
    today: date,
) -> dict[str, Customer]:
    """Read the customers that the marts know, cheapest first.

    Args:
        warehouse: The warehouse of Phase 1.
        moves: The ledger of moves.
        records: The history of reconciliations.
        settings: How many clean days are needed, within what tolerance.
        today: The day to count back from.
    """
    customers, costs = warehouse.mart("dim_customers"), warehouse.mart("customer_costs")
    rows = warehouse.rows(
        f"""
        select
            customers.customer_id,
            customers.warehouse_home,
            sum(costs.cost_usd) as cost_usd
        from {customers} as customers
        left join {costs} as costs on customers.customer_id = costs.customer_id
        group by customers.customer_id, customers.warehouse_home
        """  # noqa: S608 - the engine's own names of two marts
    )
    pair = phase_1_target(), right_targets()
    last_moves = homes(moves)
    found = []
    for row in rows:
        customer, move = str(row["customer_id"]), last_moves.get(row["customer_id"])
        if customer == UNATTRIBUTED:
            continue
        found.append(
            Customer(
                customer_id=customer,
                cost_usd=Decimal(str(row["cost_usd"] or 0)),
                home=move.warehouse_home
                if move
                else _home(customer, row["warehouse_home"]),
                clean_days=clean_days(
                    records,
                    customer,
                    today=today,
                    pair=pair,
                    tolerance_usd=settings.tolerance_usd,
                ),
                required_days=settings.clean_days,
                last=last_record(records, customer, pair=pair),
                moved_at=move.moved_at if move else "",
            )
        )
    found.sort(key=lambda customer: (customer.cost_usd, customer.customer_id))
    return {customer.customer_id: customer for customer in found}


def moves_forward(
    names: Iterable[str],
    customers: dict[str, Customer],
    action: Action,
    reason: str,
) -> list[Wanted]:
    """Give the moves of some customers to Phase 2.

    Raises:
        StepFailed: One of them may not move; then none does.
    """
    chosen = _known(names, customers)
    refusals = [
        *(
            f"{customer.customer_id} is in phase_2 already"
            + (f", since {customer.moved_at}" if customer.moved_at else "")
            for customer in chosen
            if customer.home == "phase_2"
        ),
        *(
            f"{customer.customer_id} has {customer.clean_days} clean days in a row and "
            f"needs {customer.required_days}: "
            f"{customer.required_days - customer.clean_days} are missing. "
            + describe(customer.last, customer.customer_id)
            for customer in chosen
            if customer.home == "phase_1" and not customer.is_eligible
        ),
    ]
    if refusals:
        raise StepFailed(
            "Nobody was moved.",
            lines=tuple(refusals),
            way_out=(
                "`llm-costs reconcile` every day gives clean days; "
                "`llm-costs migrate status` shows them."
            ),
        )
    return [
        Wanted(
            customer_id=customer.customer_id,
            warehouse_home="phase_2",
            action=action,
            clean_days=customer.clean_days,
            reason=reason,
        )
        for customer in chosen
    ]


def next_eligible(count: int, customers: dict[str, Customer]) -> list[str]:
    """Name the next customers that may move, cheapest first.

    Raises:
        StepFailed: There are not so many, or none is wanted.
    """
    if not count:
        raise StepFailed(
            "A batch of 0 customers moves nobody.", way_out="Give 1 or more, or ids."
        )
    eligible = [x.customer_id for x in customers.values() if x.is_eligible]
    if count > len(eligible):
        raise StepFailed(
            f"{count} customers are to move, but {len(eligible)} may.",
            lines=tuple(eligible),
            way_out="`llm-costs migrate status` shows what the others lack.",
        )
    return eligible[:count]


def require_pilot(moves: Sequence[Move]) -> None:
    """Refuse a batch before a first customer has shown that Phase 2 works."""
    if not any(move.warehouse_home == "phase_2" for move in homes(moves).values()):
        raise StepFailed(
            "No customer reads Phase 2 yet, so a batch would be the first to find out.",
            way_out="Begin with one: `llm-costs migrate pilot CUSTOMER`.",
        )


def moves_back(
    names: Iterable[str], customers: dict[str, Customer], reason: str
) -> list[Wanted]:
    """Give the moves of some customers back to Phase 1.

    Raises:
        StepFailed: One of them is there; then none moves.
    """
    chosen = _known(names, customers)
    if there := [x.customer_id for x in chosen if x.home == "phase_1"]:
        raise StepFailed(
            "Nobody was moved.",
            lines=tuple(f"{customer} is in phase_1 already" for customer in there),
            way_out="`llm-costs migrate status` shows who is where.",
        )
    return [
        Wanted(
            customer_id=customer.customer_id,
            warehouse_home="phase_1",
            action="rollback",
            clean_days=customer.clean_days,
            reason=reason,
        )
        for customer in chosen
    ]


def _known(names: Iterable[str], customers: dict[str, Customer]) -> list[Customer]:
    wanted = list(dict.fromkeys(name.lower() for name in names))
    if unknown := [name for name in wanted if name not in customers]:
        raise StepFailed(
            f"There is no customer '{unknown[0]}'.",
            lines=tuple(f"There is no customer '{name}'." for name in unknown[1:]),
            way_out=(
                "`llm-costs migrate status` lists those that the bills or the seed "
                "customer_settings name."
            ),
        )
    return [customers[name] for name in wanted]


def _home(customer: str, value: object) -> Home:
    for home in HOMES:
        if value == home:
            return home
    raise StepFailed(
        f"The warehouse_home of {customer} is '{value}'.",
        way_out=f"Homes are {' and '.join(HOMES)}: see the seed customer_settings.",
    )
