"""Questions to the billing export in BigQuery: where it is, and what they may cost."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import dlt

from extract.connections import make_destination
from extract.errors import ExtractError, first_line
from extract.reaching import reaching
from extract.sources.gcp_billing.settings import SPEC

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPORT_VARIABLE = "LLM_COSTS_BIGQUERY_BILLING_EXPORT"
BYTES_VARIABLE = "LLM_COSTS_BIGQUERY_MAXIMUM_BYTES_BILLED"
MAXIMUM_BYTES_BILLED = 100 * 2**30
TABLE = re.compile(r"[a-z][a-z0-9.:-]*\.\w+\.\w+")


def export_tables() -> list[str]:
    """Return the tables that the setting names, as project.dataset.table."""
    names = (os.environ.get(EXPORT_VARIABLE) or "").replace(" ", "").split(",")
    for name in filter(None, names):
        if not TABLE.fullmatch(name):
            raise ExtractError(
                f"{EXPORT_VARIABLE} has {name!r}: write the export's table as "
                "project.dataset.gcp_billing_export_v1_XXXXXX, several separated by "
                "commas."
            )
    return list(filter(None, names))


def maximum_bytes_billed() -> int:
    """Return how much a query may read before it is refused."""
    limit = os.environ.get(BYTES_VARIABLE) or str(MAXIMUM_BYTES_BILLED)
    if not limit.isdecimal():
        raise ExtractError(f"{BYTES_VARIABLE} is {limit!r}: write a number of bytes.")
    return int(limit)


def ask(query: str, table: str, **parameters: str) -> list[tuple[Any, ...]]:
    """Return the answer of a query on one table, within the limit of bytes billed."""
    with reaching("bigquery"):
        return _answer(query.format(table=table), table, parameters)


def _answer(
    query: str, table: str, parameters: Mapping[str, str]
) -> list[tuple[Any, ...]]:
    # Imported here: who does not use BigQuery needs no client for it.
    from google.api_core.exceptions import GoogleAPIError  # noqa: PLC0415
    from google.cloud import bigquery  # noqa: PLC0415

    config = bigquery.QueryJobConfig(
        maximum_bytes_billed=maximum_bytes_billed(),
        query_parameters=[
            bigquery.ScalarQueryParameter(name, "STRING", value)
            for name, value in parameters.items()
        ],
    )
    pipeline = dlt.pipeline(
        "gcp_billing_export",
        destination=make_destination("bigquery"),
        dataset_name=SPEC.dataset,
    )
    try:
        with pipeline.sql_client() as client:
            job = client.native_connection.query(query, job_config=config)
            return [tuple(row.values()) for row in job.result()]
    except GoogleAPIError as error:
        raise ExtractError(
            f"The billing export {table} cannot be read: {first_line(error)} "
            f"Check {EXPORT_VARIABLE}, {BYTES_VARIABLE} and the role BigQuery Data "
            "Viewer on its dataset."
        ) from error
