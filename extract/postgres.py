"""dlt's PostgreSQL destination, with rows copied as CSV.

dlt's own way, INSERT with thousands of values, takes many times as long. Its own COPY
reads an empty text as null; a bill's empty text stays one here, as on other warehouses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dlt
from dlt.common.destination.client import HasFollowupJobs, RunnableLoadJob
from dlt.common.storages.file_storage import FileStorage
from dlt.destinations.impl.postgres.postgres import PostgresClient

if TYPE_CHECKING:
    from dlt.common.destination.client import LoadJob
    from dlt.common.destination.typing import PreparedTableSchema


class CopyJob(RunnableLoadJob, HasFollowupJobs):
    """Copies one CSV file, whose first line names the columns, into its table."""

    def run(self) -> None:
        """Copy the file in one transaction."""
        sql_client = self._job_client.sql_client  # type: ignore[attr-defined]
        table = sql_client.make_qualified_table_name(self.load_table_name)
        with FileStorage.open_zipsafe_ro(self._file_path, "rb") as file:
            names = file.readline().decode("utf-8").strip().split(",")
            columns = ", ".join(
                sql_client.escape_column_name(name.strip('"')) for name in names
            )
            with (
                sql_client.begin_transaction(),
                sql_client.native_connection.cursor() as cursor,
            ):
                # Unquoted, nothing is null; quoted, it is the empty text.
                cursor.copy_expert(
                    f"copy {table} ({columns}) from stdin "
                    "with (format csv, null '', encoding 'utf-8')",
                    file,
                )


class CopyClient(PostgresClient):
    """Loads CSV files by `CopyJob`."""

    def create_load_job(
        self,
        table: PreparedTableSchema,
        file_path: str,
        load_id: str,
        restore: bool = False,  # noqa: FBT001, FBT002 - dlt's signature
    ) -> LoadJob:
        """Return the job for a file."""
        if file_path.endswith((".csv", ".csv.gz")):
            return CopyJob(file_path)
        return super().create_load_job(table, file_path, load_id, restore)


class postgres_by_copy(dlt.destinations.postgres):  # noqa: N801 - as dlt names them
    """The destination."""

    @property
    def client_class(self) -> type[CopyClient]:
        """The client that dlt talks to PostgreSQL with."""
        return CopyClient
