"""The Storage Read API: sessions and streams of Arrow, over gRPC.

``with storage_server(bigquery) as host:`` serves the answers of the server's queries.
"""

import datetime as dt
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import pyarrow as pa
from google.cloud.bigquery_storage_v1 import types

from bigquery.googlesql import Rows
from bigquery.server import BigQuery
from bigquery.values import REST, read

SERVICE = "google.cloud.bigquery.storage.v1.BigQueryRead"
BATCH = 5
ARROW = {
    "STRING": pa.string(),
    "FLOAT": pa.float64(),
    "INTEGER": pa.int64(),
    "TIMESTAMP": pa.timestamp("us", "UTC"),
}


@dataclass
class Storage:
    """A server of the API.

    Attributes:
        bigquery: Whose answers are read.
        host: Its address.
        sessions: Tables of the sessions that were made.
        refuses: Whether nobody may make a session.
        breaks: After how many batches a stream breaks, once; 0 for never.
    """

    bigquery: BigQuery
    host: str = ""
    sessions: list[str] = field(default_factory=list)
    refuses: bool = False
    breaks: int = 0

    def create(
        self, request: types.CreateReadSessionRequest, context: Any
    ) -> types.ReadSession:
        """Make a session of one stream."""
        if self.refuses:
            context.abort(
                grpc.StatusCode.PERMISSION_DENIED,
                "the user does not have 'bigquery.readsessions.create' permission",
            )
        table = request.read_session.table
        self.sessions.append(table)
        return types.ReadSession(
            name=table,
            table=table,
            data_format=types.DataFormat.ARROW,
            arrow_schema=_schema(self._batch(table)),
            streams=[types.ReadStream(name=table)],
        )

    def rows(
        self, request: types.ReadRowsRequest, context: Any
    ) -> Iterator[types.ReadRowsResponse]:
        """Give the rows of a stream from some place on."""
        whole = self._batch(request.read_stream)
        for number, start in enumerate(range(request.offset, whole.num_rows, BATCH)):
            if self.breaks and number == self.breaks:
                self.breaks = 0
                context.abort(grpc.StatusCode.UNAVAILABLE, "cut by the test")
            part = whole.slice(start, BATCH)
            yield types.ReadRowsResponse(
                row_count=part.num_rows,
                arrow_record_batch=types.ArrowRecordBatch(
                    serialized_record_batch=part.serialize().to_pybytes(),
                    row_count=part.num_rows,
                ),
            )

    def _batch(self, table: str) -> pa.RecordBatch:
        with self.bigquery.lock:
            return _arrow(self.bigquery.jobs[table.rpartition("/")[2]].rows)


def _schema(batch: pa.RecordBatch) -> types.ArrowSchema:
    return types.ArrowSchema(serialized_schema=batch.schema.serialize().to_pybytes())


def _arrow(rows: Rows) -> pa.RecordBatch:
    arrays = []
    for place, kind in enumerate(rows.columns.values()):
        name = REST[kind.type_kind]
        values = [_value(read(row.cell[place], kind), name) for row in rows.data.row]
        arrays.append(pa.array(values, ARROW[name]))
    return pa.RecordBatch.from_arrays(arrays, names=list(rows.columns))


def _value(text: str | None, name: str) -> Any:
    if text is None or name == "STRING":
        return text
    if name == "TIMESTAMP":
        return dt.datetime.fromtimestamp(int(text) / 1_000_000, dt.UTC)
    return float(text) if name == "FLOAT" else int(text)


@contextmanager
def storage_server(bigquery: BigQuery) -> Iterator[Storage]:
    """Serve while the block runs."""
    storage = Storage(bigquery)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    handlers = {
        "CreateReadSession": grpc.unary_unary_rpc_method_handler(
            storage.create,
            request_deserializer=types.CreateReadSessionRequest.deserialize,
            response_serializer=types.ReadSession.serialize,
        ),
        "ReadRows": grpc.unary_stream_rpc_method_handler(
            storage.rows,
            request_deserializer=types.ReadRowsRequest.deserialize,
            response_serializer=types.ReadRowsResponse.serialize,
        ),
    }
    generic = grpc.method_handlers_generic_handler(SERVICE, handlers)
    server.add_generic_rpc_handlers((generic,))
    storage.host = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield storage
    finally:
        server.stop(None)
