"""What each call of the REST interface does."""

import json
import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bigquery.jobs import (
    ANSWERS,
    Job,
    fails_as,
    query_results,
    table_reference,
    table_rows,
)
from bigquery.loads import make_table
from bigquery.tables import NotFoundError, Table, in_dataset
from bigquery.values import from_field, to_field

if TYPE_CHECKING:
    from bigquery.server import Handler

Answer = tuple[int, Any, dict[str, str]]


def refusal(status: int, reason: str, message: str) -> Answer:
    """Give an error as the REST interface writes it."""
    error = {"reason": reason, "message": message, "domain": "global"}
    return (
        status,
        {"error": {"code": status, "message": message, "errors": [error]}},
        {},
    )


def dataset_resource(name: str, resource: dict[str, Any]) -> dict[str, Any]:
    project, _, dataset = name.partition(".")
    reference = {"projectId": project, "datasetId": dataset}
    return {**resource, "id": name, "datasetReference": reference, "etag": "1"}


def table_resource(name: str, table: Table) -> dict[str, Any]:
    fields = [to_field(*column) for column in table.rows.visible.items()]
    found = {
        **table.resource,
        "kind": "bigquery#table",
        "id": name,
        "tableReference": table_reference(name),
        "type": table.kind,
        "schema": {"fields": fields},
        "numRows": str(len(table.rows.data.row)),
        "numBytes": str(table.rows.data.ByteSize()),
        "creationTime": str(table.created_ms),
        "lastModifiedTime": str(table.created_ms),
        "location": "US",
        "etag": str(table.version),
    }
    if table.view:
        found["view"] = {"query": table.view, "useLegacySql": False}
    return found


def token(_: "Handler") -> Answer:
    return 200, {"access_token": "x", "expires_in": 3600, "token_type": "Bearer"}, {}


def list_datasets(call: "Handler", project: str) -> Answer:
    found = [
        dataset_resource(name, resource)
        for name, resource in call.bigquery.warehouse.datasets.items()
        if name.startswith(f"{project}.")
    ]
    return 200, {"datasets": found}, {}


def add_dataset(call: "Handler", project: str) -> Answer:
    name = f"{project}.{call.json['datasetReference']['datasetId']}"
    if name in call.bigquery.warehouse.datasets:
        return refusal(409, "duplicate", f"Already Exists: Dataset {name}")
    resource = {"location": call.json.get("location", "US")}
    call.bigquery.warehouse.datasets[name] = resource
    return 200, dataset_resource(name, resource), {}


def get_dataset(call: "Handler", project: str, dataset: str) -> Answer:
    name = f"{project}.{dataset}"
    if name not in call.bigquery.warehouse.datasets:
        raise NotFoundError(f"Not found: Dataset {project}:{dataset}")
    return 200, dataset_resource(name, call.bigquery.warehouse.datasets[name]), {}


def update_dataset(call: "Handler", project: str, dataset: str) -> Answer:
    """Keep who may read it, which is asked again; nobody is refused for it."""
    answer = get_dataset(call, project, dataset)
    resource = call.bigquery.warehouse.datasets[f"{project}.{dataset}"]
    resource.update({"access": call.json["access"]})
    return answer[0], {**answer[1], **resource}, {}


def list_tables(call: "Handler", project: str, dataset: str) -> Answer:
    get_dataset(call, project, dataset)
    prefix = f"{project}.{dataset}"
    tables = in_dataset(call.bigquery.warehouse.tables, prefix)
    found = [
        table_resource(f"{prefix}.{name}", table) for name, table in tables.items()
    ]
    return 200, {"tables": found, "totalItems": len(found)}, {}


def add_table(call: "Handler", project: str, dataset: str) -> Answer:
    resource = call.json
    name = f"{project}.{dataset}.{resource['tableReference']['tableId']}"
    if name in call.bigquery.warehouse.tables:
        return refusal(409, "duplicate", f"Already Exists: Table {name}")
    fields = resource.get("schema", {}).get("fields", [])
    columns = {field["name"]: from_field(field) for field in fields}
    table = call.bigquery.warehouse.put(name, make_table(columns, resource))
    return 200, table_resource(name, table), {}


def get_table(call: "Handler", project: str, dataset: str, table: str) -> Answer:
    name = f"{project}.{dataset}.{table}"
    if dataset == ANSWERS:
        return 200, table_resource(name, Table(call.bigquery.jobs[table].rows)), {}
    return 200, table_resource(name, call.bigquery.warehouse.find(name)), {}


def delete_table(call: "Handler", project: str, dataset: str, table: str) -> Answer:
    call.bigquery.warehouse.drop(f"{project}.{dataset}.{table}")
    return 200, {}, {}


def get_rows(call: "Handler", project: str, dataset: str, table: str) -> Answer:
    rows = (
        call.bigquery.jobs[table].rows
        if dataset == ANSWERS
        else call.bigquery.warehouse.find(f"{project}.{dataset}.{table}").rows
    )
    start, limit = call.page()
    found: dict[str, Any] = {
        "totalRows": str(len(rows.data.row)),
        "rows": table_rows(rows, start, limit),
    }
    if start + limit < len(rows.data.row):
        found["pageToken"] = str(start + limit)
    return 200, found, {}


def list_routines(call: "Handler", project: str, dataset: str) -> Answer:
    get_dataset(call, project, dataset)
    return 200, {"routines": []}, {}


def get_routine(_: "Handler", project: str, dataset: str, routine: str) -> Answer:
    raise NotFoundError(f"Not found: Routine {project}:{dataset}.{routine}")


def add_job(call: "Handler", project: str) -> Answer:
    return 200, call.bigquery.query(project, call.json).resource, {}


def get_job(call: "Handler", _: str, job: str) -> Answer:
    if job not in call.bigquery.jobs:
        raise NotFoundError(f"Not found: Job {job}")
    return 200, call.bigquery.jobs[job].resource, {}


def query(call: "Handler", project: str) -> Answer:
    job_id = call.json.get("requestId") or uuid.uuid4().hex
    request = {
        "configuration": {"query": call.json},
        "jobReference": {"jobId": job_id},
    }
    return _results(call, call.bigquery.query(project, request))


def get_query_results(call: "Handler", _: str, job: str) -> Answer:
    return _results(call, call.bigquery.jobs[job])


def _results(call: "Handler", job: Job) -> Answer:
    if error := job.error:
        return refusal(fails_as(error), error["reason"], error["message"])
    return 200, query_results(job, *call.page()), {}


def begin_upload(call: "Handler", project: str) -> Answer:
    if call.parameters["uploadType"] == "multipart":
        kind = call.headers["Content-Type"]
        match = re.search(r'boundary="?([^";]+)', kind)
        assert match, kind
        parts = call.body.split(b"--" + match[1].encode())[1:3]
        request, data = (part.split(b"\r\n\r\n", 1)[1] for part in parts)
        return call.bigquery.load(project, json.loads(request), data[:-2])
    upload = uuid.uuid4().hex
    call.bigquery.uploads[upload] = (call.json, bytearray())
    return 200, {}, {"Location": f"{call.bigquery.url}/upload/{project}/{upload}"}


def go_on_with_upload(call: "Handler", project: str, upload: str) -> Answer:
    request, data = call.bigquery.uploads[upload]
    data += call.body
    total = call.headers.get("Content-Range", "").rpartition("/")[2]
    if total in {"", str(len(data))}:
        return call.bigquery.load(project, request, bytes(data))
    return 308, {}, {"Range": f"bytes=0-{len(data) - 1}"}


PROJECT = r"/bigquery/v2/projects/([^/]+)"
DATASET = rf"{PROJECT}/datasets/([^/]+)"
TABLE = rf"{DATASET}/tables/([^/]+)"
ROUTES: list[tuple[str, str, Callable[..., Answer]]] = [
    ("POST", "/token", token),
    ("GET", rf"{PROJECT}/datasets", list_datasets),
    ("POST", rf"{PROJECT}/datasets", add_dataset),
    ("GET", DATASET, get_dataset),
    ("PATCH", DATASET, update_dataset),
    ("GET", rf"{DATASET}/tables", list_tables),
    ("POST", rf"{DATASET}/tables", add_table),
    ("GET", rf"{DATASET}/routines", list_routines),
    ("GET", rf"{DATASET}/routines/([^/]+)", get_routine),
    ("GET", TABLE, get_table),
    ("DELETE", TABLE, delete_table),
    ("GET", rf"{TABLE}/data", get_rows),
    ("POST", rf"{PROJECT}/jobs", add_job),
    ("GET", rf"{PROJECT}/jobs/([^/]+)", get_job),
    ("POST", rf"{PROJECT}/queries", query),
    ("GET", rf"{PROJECT}/queries/([^/]+)", get_query_results),
    ("POST", rf"/upload{PROJECT}/jobs", begin_upload),
    ("PUT", "/upload/([^/]+)/([^/]+)", go_on_with_upload),
]
