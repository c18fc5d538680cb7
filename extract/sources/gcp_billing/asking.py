"""Questions to the billing export in BigQuery: where it is, and what they may cost."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dlt

from extract.connections import make_destination
from extract.errors import ExtractError, first_line
from extract.reaching import reaching
from extract.sources.gcp_billing.settings import SPEC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EXPORT_VARIABLE = "LLM_COSTS_BIGQUERY_BILLING_EXPORT"
BYTES_VARIABLE = "LLM_COSTS_BIGQUERY_MAXIMUM_BYTES_BILLED"
MAXIMUM_BYTES_BILLED = 100 * 2**30
TABLE = re.compile(r"[a-z][a-z0-9.:-]*\.\w+\.\w+")
# Both exports of a billing account end with its id, which is no date.
EXPORTS = re.compile(r"gcp_billing_export_(resource_)?v1_(\w+)")


def tables_of(text: str, setting: str) -> list[str]:
    """Return the tables that a setting names, as project.dataset.table.

    Args:
        text: What it says.
        setting: The setting, for messages.
    """
    names = list(filter(None, text.replace(" ", "").split(",")))
    of_account: dict[str, str] = {}
    for name in names:
        if not TABLE.fullmatch(name):
            raise ExtractError(
                f"{setting} has {name!r}: write the export's table as "
                "project.dataset.gcp_billing_export_v1_XXXXXX, several separated by "
                "commas."
            )
        match = EXPORTS.fullmatch(name.rpartition(".")[2])
        account = match[2] if match else name
        if account in of_account:
            raise ExtractError(
                f"{setting} names {of_account[account]} and {name}: they are exports "
                "of one billing account, the same spend twice. Name one of them; the "
                "standard export is enough, and far smaller."
            )
        of_account[account] = name
    return names


def export_tables() -> list[str]:
    """Return the tables that are read in place where the warehouse is BigQuery."""
    return tables_of(os.environ.get(EXPORT_VARIABLE) or "", EXPORT_VARIABLE)


def maximum_bytes_billed() -> int:
    """Return how much a query may read before it is refused."""
    limit = os.environ.get(BYTES_VARIABLE) or str(MAXIMUM_BYTES_BILLED)
    if not limit.isdecimal():
        raise ExtractError(f"{BYTES_VARIABLE} is {limit!r}: write a number of bytes.")
    return int(limit)


def ask(query: str, table: str, **parameters: str) -> list[tuple[Any, ...]]:
    """Return the answer of a query on one table, asked as the warehouse is."""

    def answer() -> list[tuple[Any, ...]]:
        pipeline = dlt.pipeline(
            "gcp_billing_export",
            destination=make_destination("bigquery"),
            dataset_name=SPEC.dataset,
        )
        with pipeline.sql_client() as client:
            question = Question(query, table, parameters)
            return question.rows(client.native_connection)

    with reaching("bigquery"):
        rows: list[tuple[Any, ...]] = explained(answer, table, EXPORT_VARIABLE)
        return rows


@dataclass(frozen=True)
class Question:
    """A query on one table, within the limit of bytes billed.

    Attributes:
        query: Its SQL, with {table}.
        table: The table.
        parameters: Texts and lists of texts by name.
    """

    query: str
    table: str
    parameters: Mapping[str, Any]

    def job(self, client: Any) -> Any:
        """Start the query and return it as Google's client has it."""
        # Imported here: who does not use BigQuery needs no client for it.
        from google.cloud import bigquery  # noqa: PLC0415

        parameters = [
            bigquery.ArrayQueryParameter(name, "STRING", value)
            if isinstance(value, list)
            else bigquery.ScalarQueryParameter(name, "STRING", value)
            for name, value in self.parameters.items()
        ]
        config = bigquery.QueryJobConfig(
            maximum_bytes_billed=maximum_bytes_billed(), query_parameters=parameters
        )
        sql = self.query.replace("{table}", self.table)
        return client.query(sql, job_config=config)

    def rows(self, client: Any) -> list[tuple[Any, ...]]:
        """Return the answer."""
        return [tuple(row.values()) for row in self.job(client).result()]


def explained(action: Callable[[], Any], table: str, setting: str) -> Any:
    """Do something with a table; what Google objects to is said with the setting.

    Args:
        action: What to do.
        table: The table.
        setting: The setting that names it.
    """
    from google.api_core.exceptions import GoogleAPIError  # noqa: PLC0415 - as above

    try:
        return action()
    except GoogleAPIError as error:
        raise ExtractError(
            f"The billing export {table} cannot be read: {first_line(error)} "
            f"Check {setting}, {BYTES_VARIABLE} and the role BigQuery Data "
            "Viewer on its dataset."
        ) from error
