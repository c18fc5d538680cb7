"""Where the loads of a local warehouse came from, as its ledger tells."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb

from orchestrate.steps import StepFailed

SHOWN = 5


def refuse_foreign_loads(warehouse: Path, bills: Path) -> None:
    """Refuse a warehouse that holds anything but sample bills.

    Sample bills among real ones would be a false figure on every dashboard, and
    starting afresh would delete real loads.

    Args:
        warehouse: DuckDB file, which need not exist.
        bills: Folder of the sample bills.

    Raises:
        StepFailed: The ledger names a location outside the folder.
    """
    foreign = [
        location
        for location in _locations(warehouse)
        if not _is_below(location, bills.resolve())
    ]
    if not foreign:
        return
    raise StepFailed(
        f"The warehouse {warehouse} holds bills that are not samples, so the demo "
        "leaves it alone:",
        lines=tuple(foreign[:SHOWN]),
        way_out=(
            "Give the demo a warehouse of its own: "
            "LLM_COSTS_DUCKDB_PATH=data/demo.duckdb "
            "LLM_COSTS_SERVING_PATH=data/serving/demo.duckdb llm-costs demo"
        ),
    )


def _locations(warehouse: Path) -> list[str]:
    if not warehouse.is_file():
        return []
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.execute(
                "select distinct location from raw_ops.load_ledger order by location"
            ).fetchall()
    except duckdb.CatalogException:
        return []
    except duckdb.Error as error:
        raise StepFailed(
            f"The warehouse {warehouse} cannot be read: {error}",
            way_out="Close other programs that have it open, then run again.",
        ) from error
    return [str(location) for (location,) in rows]


def _is_below(location: str, folder: Path) -> bool:
    parts = urlsplit(location)
    if parts.scheme not in {"", "file"}:
        return False
    # file://data/x is relative to the root, so its first part sits where a host would.
    path = Path(unquote(parts.netloc + parts.path if parts.scheme else location))
    return path.resolve().is_relative_to(folder)
