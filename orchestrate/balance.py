"""What a target's marts say of loaded against unified and excluded cost."""

from orchestrate.figures import RECONCILIATION, Row
from orchestrate.settings import Settings
from orchestrate.warehouse import open_warehouse

MART = "load_reconciliation"


def read_reconciliation(settings: Settings) -> list[Row]:
    """Read it from wherever readers read, one row per currency.

    Args:
        settings: The places of the run.

    Raises:
        StepFailed: The marts cannot be read.
    """
    with open_warehouse(settings.target, settings) as warehouse:
        return warehouse.rows(RECONCILIATION.replace(MART, warehouse.mart(MART)))
