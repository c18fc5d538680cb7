"""The FOCUS files of `llm-costs export focus`: one per billing month, and metadata.

A file is written beside its place and then renamed, so a reader finds the last export's
file or the new one whole, also when the export is killed; what that leaves behind the
next one clears away. All months come out of one connection to one copy of the marts.
The metadata are those that FOCUS describes: a schema, and what was exported with it.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.figures import open_marts
from orchestrate.focus_metadata import (
    FOCUS_VERSION,
    GENERATOR,
    Column,
    FileFormat,
    describe_schema,
    make_schema_id,
)
from orchestrate.settings import Settings
from orchestrate.steps import StepFailed
from orchestrate.storage import flush

SCHEMA_FILE = "focus_schema.json"
EXPORT_FILE = "focus_export.json"
MART = "focus_costs"
# Hidden, so that who reads the folder passes them over; the number is the process's. No
# more than our own names: the folder may be anybody's, and what matches is deleted.
DRAFT = re.compile(
    rf"\.({MART}_\d{{4}}-\d{{2}}|{Path(SCHEMA_FILE).stem}|{Path(EXPORT_FILE).stem})"
    rf"\.(?P<process>\d+)\.draft\.(json|{'|'.join(FileFormat)})"
)


@dataclass(frozen=True, kw_only=True)
class FocusFile:
    """A file that an export wrote."""

    path: Path
    month: str
    rows: int


def write_focus_files(
    settings: Settings, *, months: Sequence[str], file_format: FileFormat, out: Path
) -> list[FocusFile]:
    """Write the files of some billing months, or of all, and their schema.

    Args:
        settings: Where the marts are.
        months: Billing months as YYYY-MM; none for all that there are.
        file_format: Parquet or CSV.
        out: Folder that gets the files.

    Raises:
        StepFailed: There are no marts, or a month has no cost; nothing is written.
    """
    with _open_newest(settings) as connection:
        columns = _read_columns(connection)
        chosen = _choose_months(connection, months)
        out.mkdir(parents=True, exist_ok=True)
        with _drafts(out) as drafts:
            files = []
            for month in chosen:
                path = out / f"{MART}_{month}.{file_format}"
                rows = _copy(connection, columns, month, drafts.for_(path))
                files.append(FocusFile(path=path, month=month, rows=rows))
            schema = describe_schema(columns, out / SCHEMA_FILE)
            exported = _list_files(columns, files, drafts)
            for name, metadata in ((SCHEMA_FILE, schema), (EXPORT_FILE, exported)):
                text = json.dumps(metadata, indent=2) + "\n"
                drafts.for_(out / name).write_text(text, encoding="utf-8")
            drafts.publish()
    return files


@contextmanager
def _open_newest(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    if not settings.is_local:
        raise StepFailed(
            f"The marts are in {settings.target}, and this command reads DuckDB only.",
            way_out=f"Unload the table {MART} with your warehouse's own export.",
        )
    # The serving copy is of one run; the warehouse may be between two tables of one.
    path = settings.serving if settings.serving.is_file() else settings.warehouse
    if not path.is_file():
        raise StepFailed(
            f"There are no marts, neither at {settings.serving} nor at "
            f"{settings.warehouse}.",
            way_out="`llm-costs run` (or `llm-costs demo`) builds and publishes them.",
        )
    try:
        with open_marts(path) as connection:
            yield connection
    except duckdb.CatalogException as error:
        raise StepFailed(
            f"{path} has no {MART}: nothing is built yet, or by an older version.",
            way_out="Build it with `llm-costs run --skip-extract`.",
        ) from error
    except duckdb.IOException as error:
        raise StepFailed(
            f"{path} cannot be read: {error}",
            way_out="If another run is writing to it, wait for that to end.",
        ) from error


def _read_columns(connection: duckdb.DuckDBPyConnection) -> list[Column]:
    rows = connection.execute(f"describe {MART}").fetchall()
    return [Column(name=str(row[0]), type=str(row[1])) for row in rows]


def _choose_months(
    connection: duckdb.DuckDBPyConnection, wanted: Sequence[str]
) -> list[str]:
    rows = connection.execute(
        f'select distinct "x_InvoiceMonth" from {MART} order by 1'  # noqa: S608
    ).fetchall()
    known = [str(month) for (month,) in rows]
    if not known:
        raise StepFailed(
            f"{MART} is empty: no bill has AI cost yet.",
            way_out="`llm-costs run` loads the bills.",
        )
    missing = sorted(set(wanted) - set(known))
    if missing:
        raise StepFailed(
            f"No AI cost was billed in {', '.join(missing)}.",
            way_out=f"Billing months with cost: {', '.join(known)}.",
        )
    return sorted(set(wanted)) or known


def _copy(
    connection: duckdb.DuckDBPyConnection,
    columns: Sequence[Column],
    month: str,
    draft: Path,
) -> int:
    file_format = FileFormat(draft.suffix.removeprefix("."))
    selected = ", ".join(column.expression(file_format) for column in columns)
    options = (
        f"format parquet, compression zstd, kv_metadata {{FocusVersion: "
        f"'{FOCUS_VERSION}', DataGenerator: '{GENERATOR}', "
        f"SchemaId: '{make_schema_id(columns)}'}}"
        if file_format is FileFormat.PARQUET
        else "format csv, header true"
    )
    # In a fixed order, so that the same costs make the same file.
    query = f"""
        copy (
            select {selected} from {MART} where "x_InvoiceMonth" = $month
            order by "ChargePeriodStart", "x_UnifiedCostId"
        ) to '{str(draft).replace("'", "''")}' ({options})
    """  # noqa: S608 - names of our own columns, and a month that is bound
    row = connection.execute(query, {"month": month}).fetchone()
    return int(row[0]) if row else 0


def _list_files(
    columns: Sequence[Column], files: Sequence[FocusFile], drafts: "_Drafts"
) -> dict[str, Any]:
    return {
        "SchemaId": make_schema_id(columns),
        "data_location": [
            {
                "filepath": file.path.name,
                "total_bytes": drafts.for_(file.path).stat().st_size,
                "total_rows": file.rows,
            }
            for file in files
        ],
    }


class _Drafts:
    """Files that get their names only when all of them are written."""

    def __init__(self) -> None:
        self._drafts: dict[Path, Path] = {}

    def for_(self, path: Path) -> Path:
        draft = path.with_name(f".{path.stem}.{os.getpid()}.draft{path.suffix}")
        self._drafts[path] = draft
        return draft

    def publish(self) -> None:
        """Give the files their names, last of all the list of what was exported."""
        for draft in self._drafts.values():
            flush(draft)
        for path, draft in self._drafts.items():
            draft.replace(path)

    def remove(self) -> None:
        for draft in self._drafts.values():
            draft.unlink(missing_ok=True)


@contextmanager
def _drafts(out: Path) -> Iterator[_Drafts]:
    drafts = _Drafts()
    try:
        _clear_away(out)
        yield drafts
    except OSError as error:
        raise StepFailed(
            f"{out} cannot be written: {error}",
            way_out="--out names another folder.",
        ) from error
    finally:
        drafts.remove()


def _clear_away(out: Path) -> None:
    """Remove the drafts of exports that were killed."""
    for path in out.iterdir():
        match = DRAFT.fullmatch(path.name)
        if match and not _is_running(int(match["process"])):
            path.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        # Somebody else's, or none that could ever be.
        return True
    return True
