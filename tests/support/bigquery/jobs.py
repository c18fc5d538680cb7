"""Jobs: what a client asks to be done, and how the REST interface tells about it."""

import json
import re
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zetasql.core import ZetaSQLError

from bigquery.googlesql import InvalidError, Rows
from bigquery.loads import load
from bigquery.outcome import Outcome, UnsupportedError
from bigquery.statements import TOKEN, run
from bigquery.tables import NotFoundError
from bigquery.values import read, to_field
from bigquery.warehouse import Warehouse

ANSWERS = "_answers"
MISSING = re.compile(r"Table not found|Dataset not found")
QUOTED = {"TIMESTAMP", "DATE", "NUMERIC", "BIGNUMERIC", "DATETIME", "TIME"}


@dataclass
class Job:
    """A job that is done.

    Attributes:
        resource: As the REST interface tells of it.
        rows: The answer of a query.
        affected: Rows that DML changed.
    """

    resource: dict[str, Any]
    rows: Rows
    affected: int | None = None

    @property
    def error(self) -> dict[str, str] | None:
        """Why it failed."""
        return self.resource["status"].get("errorResult")


def run_query(warehouse: Warehouse, project: str, request: dict[str, Any]) -> Job:
    """Carry out a query job."""
    job_id = request.get("jobReference", {}).get("jobId") or uuid.uuid4().hex
    config = request["configuration"]["query"]
    sql = with_parameters(config["query"], config.get("queryParameters", []))
    sql = in_project(sql, project, warehouse.datasets)
    outcome, error = Outcome("SELECT"), None
    try:
        outcome = run(warehouse, sql)
    except NotFoundError as missing:
        error = {"reason": "notFound", "message": str(missing)}
    except (ZetaSQLError, InvalidError, UnsupportedError) as wrong:
        reason = "notFound" if MISSING.search(str(wrong)) else "invalidQuery"
        error = {
            "reason": reason,
            "message": str(wrong).partition("] ")[2] or str(wrong),
        }
    target = outcome.target or f"{project}.{ANSWERS}.{job_id}"
    query = {**config, "destinationTable": table_reference(target)}
    statistics: dict[str, Any] = {
        "statementType": outcome.kind,
        "totalBytesProcessed": "0",
        "totalBytesBilled": "0",
        "totalSlotMs": "0",
    }
    if outcome.affected is not None:
        statistics["numDmlAffectedRows"] = str(outcome.affected)
    resource = _resource(project, job_id, "query", query, statistics, error)
    return Job(resource, outcome.rows or Rows({}), outcome.affected)


def run_load(
    warehouse: Warehouse, project: str, request: dict[str, Any], data: bytes
) -> Job:
    """Carry out a load job."""
    job_id = request.get("jobReference", {}).get("jobId") or uuid.uuid4().hex
    config = request["configuration"]["load"]
    rows, error = 0, None
    try:
        rows = load(warehouse, config, data)
    except NotFoundError as missing:
        error = {"reason": "notFound", "message": str(missing)}
    except (ValueError, TypeError) as wrong:
        error = {"reason": "invalid", "message": f"Error while reading data: {wrong}"}
    statistics = {
        "outputRows": str(rows),
        "outputBytes": str(len(data)),
        "inputFiles": "1",
        "inputFileBytes": str(len(data)),
    }
    resource = _resource(project, job_id, "load", config, statistics, error)
    return Job(resource, Rows({}))


def _resource(  # noqa: PLR0913, PLR0917
    project: str,
    job_id: str,
    kind: str,
    config: dict[str, Any],
    statistics: dict[str, Any],
    error: dict[str, str] | None,
) -> dict[str, Any]:
    now = str(int(time.time() * 1000))
    status: dict[str, Any] = {"state": "DONE"}
    if error:
        status |= {"errorResult": error, "errors": [error]}
    reference = {"projectId": project, "jobId": job_id, "location": "US"}
    return {
        "kind": "bigquery#job",
        "id": f"{project}:US.{job_id}",
        "jobReference": reference,
        "configuration": {"jobType": kind.upper(), kind: config},
        "status": status,
        "statistics": {
            "creationTime": now,
            "startTime": now,
            "endTime": now,
            kind: statistics,
        },
    }


def query_results(job: Job, start: int, limit: int) -> dict[str, Any]:
    """Tell a page of a query's answer."""
    rows = job.rows.data.row
    found: dict[str, Any] = {
        "kind": "bigquery#getQueryResultsResponse",
        "jobComplete": True,
        "jobReference": job.resource["jobReference"],
        "schema": {
            "fields": [to_field(*column) for column in job.rows.columns.items()]
        },
        "totalRows": str(len(rows)),
        "totalBytesProcessed": "0",
        "cacheHit": False,
        "rows": table_rows(job.rows, start, limit),
    }
    if start + limit < len(rows):
        found["pageToken"] = str(start + limit)
    if job.affected is not None:
        found["numDmlAffectedRows"] = str(job.affected)
    return found


def table_rows(rows: Rows, start: int, limit: int) -> list[dict[str, Any]]:
    """Give some rows as the REST interface writes them."""
    places = [
        (place, kind)
        for place, (name, kind) in enumerate(rows.columns.items())
        if name not in rows.pseudo
    ]
    return [
        {"f": [{"v": read(row.cell[place], kind)} for place, kind in places]}
        for row in rows.data.row[start : start + limit]
    ]


def table_reference(name: str) -> dict[str, str]:
    """Give the parts of a table's name."""
    project, dataset, table = name.split(".", 2)
    return {"projectId": project, "datasetId": dataset, "tableId": table}


def in_project(sql: str, project: str, datasets: Iterable[str]) -> str:
    """Write the job's project before tables that are named without one."""
    own = [
        name.removeprefix(f"{project}.")
        for name in datasets
        if name.startswith(f"{project}.")
    ]
    if not own:
        return sql
    named = "|".join(map(re.escape, own))
    return re.sub(
        rf"\b(from|join)(\s+)`?({named})`?\.`?(\w+)`?(?![\w.`])",
        rf"\1\2`{project}.\3.\4`",
        sql,
        flags=re.IGNORECASE,
    )


def with_parameters(sql: str, parameters: list[dict[str, Any]]) -> str:
    """Write query parameters into a statement, where no literal or comment is."""
    if not parameters:
        return sql
    named = {item["name"]: literal(item) for item in parameters if item.get("name")}
    positional = iter([literal(item) for item in parameters if not item.get("name")])
    parts, start = [], 0
    for token in TOKEN.finditer(f"{sql}\n;"):
        parts += [_filled(sql[start : token.start()], named, positional), token[0]]
        start = token.end()
    return "".join(parts).removesuffix(";")


def _filled(sql: str, named: dict[str, str], positional: Any) -> str:
    sql = re.sub(r"@(\w+)", lambda match: named[match[1]], sql) if named else sql
    return re.sub(r"\?", lambda _: next(positional), sql) if not named else sql


def literal(parameter: dict[str, Any]) -> str:
    """Write the value of a query parameter as SQL."""
    kind = parameter["parameterType"]["type"]
    if kind == "ARRAY":
        element = parameter["parameterType"]["arrayType"]
        values = [
            literal({"parameterType": element, "parameterValue": one})
            for one in parameter["parameterValue"].get("arrayValues", [])
        ]
        return f"[{', '.join(values)}]"
    value = parameter["parameterValue"].get("value")
    if value is None:
        return "null"
    if kind == "STRING":
        return json.dumps(value, ensure_ascii=False)
    return f"{kind} '{value}'" if kind in QUOTED else str(value)


def fails_as(error: dict[str, str]) -> int:
    """Give the HTTP status of a failed query."""
    return 404 if error["reason"] == "notFound" else 400
