"""Which warehouses a customer's reader uses: its dashboards today, its chat as well."""

from orchestrate.homes import HOMES, Route, phase_1_target, route
from orchestrate.moves import homes, read_moves
from orchestrate.settings import Settings
from orchestrate.steps import StepFailed
from orchestrate.warehouse import open_warehouse


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
