"""Datasets of the warehouse: opened by dlt, with tables, and errors in own words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import dlt
from dlt.common.destination.exceptions import DestinationException
from dlt.common.schema import Schema
from dlt.common.schema.utils import new_table
from dlt.destinations.exceptions import DatabaseUndefinedRelation
from dlt.pipeline.exceptions import PipelineStepFailed

from extract.errors import ExtractError, first_line
from extract.reaching import reaching, told, way_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extract.columns import Table


def open_pipeline(name: str, destination: Any, dataset: str) -> dlt.Pipeline:
    """Open a dataset of the warehouse.

    Args:
        name: Of the pipeline.
        destination: The open dlt destination.
        dataset: The dataset.
    """
    pipeline = dlt.pipeline(name, destination=destination, dataset_name=dataset)
    # What a crashed run left half-way would be loaded instead of the new data. Nothing
    # of value is kept there: which load is current stands in the ledger.
    if pipeline.has_pending_data:
        pipeline = pipeline.drop()
    # Reading dlt's state back from the warehouse is of no use here for the same reason.
    pipeline.config.restore_from_destination = False
    return pipeline


def make_tables(pipeline: dlt.Pipeline, name: str, tables: Sequence[Table]) -> None:
    """Make tables that do not exist, so that readers find them even when empty."""
    schema = Schema(name)
    for table in tables:
        schema.update_table(
            new_table(
                table.name,
                write_disposition="append",
                columns=list(table.hints().values()),
            )
        )
    pipeline.schemas.save_schema(schema)
    pipeline.default_schema_name = name  # type: ignore[assignment]
    pipeline.sync_schema(name)


@contextmanager
def explained(destination: str, done: str) -> Iterator[None]:
    """Turn the errors of dlt and of drivers into errors that name a way out.

    Args:
        destination: The kind of warehouse.
        done: What was being done to it, such as "written".

    Raises:
        ExtractError: Something failed.
    """
    try:
        with reaching(destination):
            yield
    except DatabaseUndefinedRelation as error:
        raise ExtractError(
            f"A table of the warehouse has gone: {first_line(error)} Run again; "
            "missing tables are made anew."
        ) from error
    except OSError as error:
        raise ExtractError(
            f"The warehouse could not be {done}: {told(error)} {_full(error)}What was "
            "loaded before is untouched; correct the cause and run again."
        ) from error
    except PipelineStepFailed as error:
        if isinstance(error.__cause__, ExtractError):
            raise error.__cause__ from None
        raise ExtractError(
            f"The warehouse could not be {done}: {told(error)} {_full(error)}What was "
            "loaded before is untouched; correct the cause and run again."
        ) from error
    except DestinationException as error:
        raise ExtractError(
            f"The warehouse could not be {done}: {told(error)} "
            f"{_full(error) or way_out(destination)}"
        ) from error


def _full(error: BaseException) -> str:
    """Return what to check where a disk takes no more, else ''."""
    words = ("no space left", "file too large", "disk quota", "could not write file")
    if not any(word in told(error).lower() for word in words):
        return ""
    return "Check the space on the disks of DLT_DATA_DIR and of the warehouse. "
