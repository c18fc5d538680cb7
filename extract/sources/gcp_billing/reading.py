"""BigQuery, reached with the settings of the source: for an export that is copied.

Rows come by the Storage Read API, as Arrow, where its package is installed and these
credentials may; otherwise page by page by the REST interface, which is slower and needs
no further permission.
"""

from __future__ import annotations

import logging
import os
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from extract.google import GoogleAccess, credentials
from extract.sources.gcp_billing.asking import Question, explained
from extract.sources.gcp_billing.settings import SPEC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

logger = logging.getLogger(__name__)

SECTION = f"sources.{SPEC.name}"
SETTING = f"{SECTION}.export_tables"
EMULATOR = "BIGQUERY_EMULATOR_HOST"
STORAGE_EMULATOR = "BIGQUERY_STORAGE_EMULATOR_HOST"
STORAGE = "google.cloud.bigquery_storage"
STORAGE_ROLE = "roles/bigquery.readSessionUser"


class Export:
    """The export's tables, as these credentials see them."""

    def __init__(self, access: GoogleAccess) -> None:
        """Describe how BigQuery is reached; nothing is asked yet.

        Args:
            access: The settings.
        """
        self.access = access
        self._client: Any = None
        self._fields: dict[str, frozenset[str]] = {}

    @property
    def client(self) -> Any:
        """Google's client."""
        if self._client is None:
            # Imported here: who does not use BigQuery needs no client for it.
            bigquery: Any = import_module("google.cloud.bigquery")
            self._client = bigquery.Client(
                project=self.access.project or None,
                credentials=credentials(self.access, SECTION),
                location=self.access.location or None,
            )
        return self._client

    def ask(self, query: str, table: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Return the answer of a query on one table."""
        question = Question(query, table, parameters)
        rows: list[tuple[Any, ...]] = explained(
            lambda: question.rows(self.client), table, SETTING
        )
        return rows

    def location(self, table: str) -> str:
        """Return where a table is."""
        found = explained(lambda: self.client.get_table(table), table, SETTING)
        return str(found.location)

    def fields(self, table: str) -> frozenset[str]:
        """Return a table's columns, and fields of structs by dotted path."""
        if table not in self._fields:
            found = explained(lambda: self.client.get_table(table), table, SETTING)
            self._fields[table] = frozenset(_paths(found.schema))
        return self._fields[table]

    def stream(self, query: str, table: str, **parameters: Any) -> Iterator[Any]:
        """Yield the answer of a query as record batches."""
        question = Question(query, table, parameters)
        batches = explained(lambda: self._batches(question), table, SETTING)
        while (
            batch := explained(lambda: next(batches, None), table, SETTING)
        ) is not None:
            yield batch

    def _batches(self, question: Question) -> Iterator[Any]:
        # A module only for whoever has it.
        from google.api_core.exceptions import (  # noqa: PLC0415
            Forbidden,
            MethodNotImplemented,
        )

        job = question.job(self.client)
        rows = job.result()
        reader = self._reader()
        if reader is not None:
            try:
                session = _session(reader, job)
            except (Forbidden, MethodNotImplemented) as error:
                logger.warning(
                    "The Storage Read API may not be used (%s); rows of %s come by "
                    "REST. Grant %s to read them faster.",
                    error,
                    question.table,
                    STORAGE_ROLE,
                )
            else:
                yield from _read(reader, session)
                return
        yield from rows.to_arrow_iterable()

    def _reader(self) -> Any:
        """Return a client of the Storage Read API, if there can be one."""
        if find_spec(STORAGE) is None:
            return None
        storage: Any = import_module(STORAGE)
        host = os.environ.get(STORAGE_EMULATOR)
        if host:
            grpc: Any = import_module("grpc")
            transports: Any = import_module(
                "google.cloud.bigquery_storage_v1.services.big_query_read.transports"
            )
            transport = transports.BigQueryReadGrpcTransport(
                channel=grpc.insecure_channel(host)
            )
            return storage.BigQueryReadClient(transport=transport)
        if os.environ.get(EMULATOR):
            return None
        return storage.BigQueryReadClient(credentials=self.client._credentials)  # noqa: SLF001 - its own way, too


def _session(reader: Any, job: Any) -> Any:
    """Begin to read the answer of a query, in one stream."""
    types: Any = import_module(STORAGE).types
    answer = job.destination
    table = (
        f"projects/{answer.project}/datasets/{answer.dataset_id}"
        f"/tables/{answer.table_id}"
    )
    return reader.create_read_session(
        parent=f"projects/{job.project}",
        read_session=types.ReadSession(table=table, data_format=types.DataFormat.ARROW),
        max_stream_count=1,
    )


def _read(reader: Any, session: Any) -> Iterator[pa.RecordBatch]:
    """Yield a session's rows; a stream that breaks goes on where it was."""
    schema = pa.ipc.read_schema(pa.py_buffer(session.arrow_schema.serialized_schema))
    for stream in session.streams:
        for message in reader.read_rows(stream.name):
            batch = pa.py_buffer(message.arrow_record_batch.serialized_record_batch)
            yield pa.ipc.read_record_batch(batch, schema)


def _paths(schema: Sequence[Any], above: str = "") -> Iterator[str]:
    for field in schema:
        yield f"{above}{field.name}"
        if field.mode != "REPEATED":
            yield from _paths(field.fields, f"{above}{field.name}.")
