"""Reading the marts of BigQuery, and nothing else.

A question that would read more than its limit is refused by BigQuery before it costs
anything. Jobs carry a label, by which their cost is found in the bill.
"""

from __future__ import annotations

import datetime as dt
import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chat.data_version import DataVersion
from chat.errors import SettingsError
from chat.warehouse import (
    MOST_ROWS_READ,
    WarehouseError,
    check_reads,
    too_many,
    too_slow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat.parameters import Parameter
    from chat.warehouse_settings import BigQuerySettings

LABELS = {"application": "llm-costs", "component": "chat"}
# Whole numbers of a question come as floats, so that each engine compares them alike.
KINDS: tuple[tuple[type, str], ...] = (
    (str, "STRING"),
    (dt.date, "DATE"),
    (Decimal, "NUMERIC"),
    (int, "INT64"),
    (float, "FLOAT64"),
)

logger = logging.getLogger(__name__)


class BigQueryReader:
    """The marts in a project."""

    target = "bq"

    def __init__(self, settings: BigQuerySettings, seconds: float) -> None:
        """Sign in when the first question comes.

        Args:
            settings: The project.
            seconds: Longest that a statement may take.

        Raises:
            SettingsError: The client is not installed.
        """
        try:
            # Imported here: whoever has no BigQuery needs no client for it.
            from google.api_core import exceptions  # noqa: PLC0415
            from google.cloud import bigquery  # noqa: PLC0415
        except ImportError as error:
            raise SettingsError(
                "BigQuery's client is not installed; `make setup` brings it, or "
                "`pip install llm-costs[bq]`."
            ) from error
        self._bigquery = bigquery
        self._errors = exceptions.GoogleAPIError
        self._settings = settings
        self._seconds = seconds
        self._client: Any = None
        self._version = DataVersion(self)

    @property
    def version(self) -> str:
        """What changes with the data."""
        return self._version.read()

    def read(self, sql: str, parameters: Sequence[Parameter]) -> list[tuple[Any, ...]]:
        """Give the rows.

        Raises:
            WarehouseError: The statement failed, took too long or gave too much.
        """
        check_reads(sql)
        try:
            job = self._open().query(
                sql,
                job_config=self._config(parameters),
                timeout=self._seconds,
            )
            found = job.result(timeout=self._seconds, max_results=MOST_ROWS_READ + 1)
            rows = [tuple(row.values()) for row in found]
        except TimeoutError as error:
            raise too_slow(self._seconds) from error
        except self._errors as error:
            logger.exception("BigQuery could not answer.")
            raise WarehouseError("The warehouse could not answer.") from error
        if len(rows) > MOST_ROWS_READ:
            raise too_many()
        return rows

    def _config(self, parameters: Sequence[Parameter]) -> Any:
        return self._bigquery.QueryJobConfig(
            query_parameters=[
                self._bigquery.ScalarQueryParameter(f"p{n}", _kind(value), value)
                for n, value in enumerate(parameters, start=1)
            ],
            maximum_bytes_billed=self._settings.maximum_bytes_billed,
            labels=LABELS,
            job_timeout_ms=int(self._seconds * 1_000),
            use_legacy_sql=False,
        )

    def _open(self) -> Any:
        if self._client is None:
            options: dict[str, Any] = {
                "project": self._settings.project,
                "location": self._settings.location,
            }
            client: Any = self._bigquery.Client
            keyfile = self._settings.keyfile
            self._client = (
                client.from_service_account_json(str(keyfile), **options)
                if keyfile
                else client(**options)
            )
        return self._client


def _kind(value: Parameter) -> str:
    for python, kind in KINDS:
        if isinstance(value, python):
            return kind
    raise TypeError(f"{type(value).__name__} cannot be bound")
