"""The AWS source: layouts, manifests, missing columns, and what counts as AI."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import boto3
import duckdb
import pyarrow as pa
import pytest
from extract_bills import (
    CUR_SCHEMA,
    EXPORT,
    cur_line,
    cur_lines,
    write_cur,
    write_manifest,
)
from moto.server import ThreadedMotoServer

import extract
from extract.memory import bound_memory
from extract.sources.aws_cur.settings import LINES

TABLE = "raw_aws.cur_line_items"


def load(**options: Any) -> list[Any]:
    return extract.run(["aws_cur"], progress=False, **options)


def test_every_kind_of_ai_line_is_landed_and_the_rest_is_added_up(world):
    """Reading the product code AmazonBedrock alone misses nearly all of Claude."""
    ai = [
        cur_line(line_item_product_code="AmazonBedrock"),
        cur_line(line_item_product_code="AmazonBedrockService"),
        cur_line(line_item_product_code="AmazonSageMaker"),
        cur_line(
            line_item_product_code="4a524th30q694o538qndh9ucht",
            bill_billing_entity="AWS Marketplace",
            product=[("product_name", "Claude 3.5 Sonnet (Amazon Bedrock Edition)")],
        ),
        cur_line(
            line_item_product_code="opaque",
            bill_billing_entity="AWS Marketplace",
            product=[],
            line_item_resource_id="arn:aws:bedrock:us-west-2::foundation-model/m",
        ),
    ]
    rest = [
        cur_line(line_item_product_code="AmazonEC2", product=None),
        cur_line(line_item_product_code="AmazonEC2", product=None),
        cur_line(
            line_item_product_code="other",
            bill_billing_entity="AWS Marketplace",
            product=[("product_name", "A firewall")],
        ),
        cur_line(line_item_product_code=None, line_item_unblended_cost=-0.5),
    ]
    write_cur(world.bucket, "2026-10", ai + rest, files=2)
    (result,) = load()
    assert (result.rows, result.cost) == (5, {"USD": Decimal("7.5")})
    assert world.rows(
        "select line_item_product_code, line_count, unblended_cost "
        "from raw_aws.cur_filtered_totals order by 1"
    ) == [
        ("AmazonEC2", 2, Decimal(2)),
        ("other", 1, Decimal(1)),
        (None, 1, Decimal("-0.5")),
    ]


def test_columns_have_canonical_types_whatever_the_files_hold(world):
    """Maps became child tables and empty columns vanished, so models broke."""
    write_cur(
        world.bucket, "2026-10", [cur_line(), cur_line(2, resource_tags=[])], files=1
    )
    load()
    described = world.rows(f"describe {TABLE}")
    assert [row[0] for row in described] == list(LINES)
    assert {row[1] for row in described} == {"VARCHAR", "DOUBLE", "TIMESTAMP"}
    assert world.rows(
        "select resource_tags, product_product_name, product_region, tags, "
        f"line_item_usage_start_date, source_file from {TABLE} order by 1"
    ) == [
        (
            tags,
            "Amazon Bedrock",
            "us-east-1",
            None,
            start,
            f"{EXPORT}/data/BILLING_PERIOD=2026-10/llm-costs-00001.snappy.parquet",
        )
        for tags, start in (
            ('{"user_customer":"acme"}', cur_line(1)["line_item_usage_start_date"]),
            ("{}", cur_line(2)["line_item_usage_start_date"]),
        )
    ]


def test_a_column_may_have_another_type_in_another_file(world):
    """A column that is all null in one chunk is typed null or integer there."""
    write_cur(world.bucket, "2026-10", cur_lines(ai=4, other=0), files=2)
    path = next(world.bucket.rglob("llm-costs-00002*"))
    index = CUR_SCHEMA.get_field_index("line_item_usage_type")
    odd = CUR_SCHEMA.set(index, pa.field("line_item_usage_type", pa.int32()))
    rows = [cur_line(n, line_item_usage_type=None) for n in range(2)]
    pa.parquet.write_table(pa.Table.from_pylist(rows, odd), path)
    (result,) = load()
    assert result.rows == 4


def test_an_export_without_currency_gets_the_configured_one(world, monkeypatch):
    """The widely used export query does not select the currency."""
    monkeypatch.setenv("SOURCES__AWS_CUR__DEFAULT_CURRENCY", "CNY")
    schema = CUR_SCHEMA.remove(CUR_SCHEMA.get_field_index("line_item_currency_code"))
    write_cur(world.bucket, "2026-10", cur_lines(), schema=schema)
    (result,) = load()
    assert result.cost == {"CNY": Decimal("10.5")}


def test_currencies_are_never_added_up_together(world):
    """One sum over dollars and yuan is no amount of money."""
    lines = [cur_line(), cur_line(line_item_currency_code="CNY", cost=7.0)]
    write_cur(world.bucket, "2026-10", lines)
    (result,) = load()
    assert result.cost == {"USD": Decimal(1), "CNY": Decimal(7)}
    assert len(world.ledger()) == 2


def test_only_files_of_the_manifest_are_read_in_the_create_new_layout(world):
    """Every refresh leaves its files behind; reading the folder counts them all."""
    write_cur(world.bucket, "2026-10", cur_lines(ai=9), run="20261001T010000Z-aaaa")
    write_cur(
        world.bucket,
        "2026-10",
        cur_lines(ai=10),
        run="2026-10-02T13:09:00.126Z-0664ded9",
        execution="execution-2",
    )
    (result,) = load()
    assert result.rows == 10


@pytest.mark.parametrize("form", ["uri", "key", "object"])
def test_every_known_form_of_the_manifest_is_understood(world, form):
    """The manifest's schema is not published; parsers have met three forms."""
    paths = write_cur(world.bucket, "2026-10", cur_lines(), files=2)
    keys = [str(path.relative_to(world.bucket)) for path in paths]
    uris = [f"s3://elsewhere/{key}" for key in keys]
    files = {"uri": uris, "key": keys, "object": [{"s3Uri": uri} for uri in uris]}
    write_manifest(world.bucket, "2026-10", files[form])
    (result,) = load()
    assert result.rows == 10


@pytest.mark.parametrize(
    "key",
    [
        "exports/other/data/BILLING_PERIOD=2026-10/x.parquet",
        f"{EXPORT}/data/BILLING_PERIOD=2026-09/x.parquet",
        f"{EXPORT}/data/BILLING_PERIOD=2026-10/../../../x.parquet",
        "/etc/passwd",
    ],
)
def test_keys_outside_of_the_period_are_refused(world, key):
    """A manifest of another export would be counted twice."""
    write_manifest(world.bucket, "2026-10", [f"s3://b/{key.lstrip('/')}"])
    (result,) = load()
    assert result.status == "failed"
    assert "which is not below" in result.message


def test_another_list_of_product_codes_reads_loaded_periods_anew(world, monkeypatch):
    """A code added to the list would only show from the next month on."""
    write_cur(world.bucket, "2026-10", cur_lines())
    load()
    monkeypatch.setenv(
        "SOURCES__AWS_CUR__AI_PRODUCT_CODES", '["AmazonBedrock", "AmazonS3"]'
    )
    (result,) = load()
    assert (result.status, result.rows) == ("loaded", 15)


def test_a_bucket_is_read_as_a_folder_is(world, monkeypatch):
    """Whoever tried it on disk must find the same in production."""
    write_cur(world.bucket, "2026-10", cur_lines(), files=2)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("SOURCES__AWS_CUR__ENDPOINT_URL", endpoint)
        monkeypatch.setenv("SOURCES__AWS_CUR__BUCKET_URL", "s3://real-bucket")
        client = boto3.client("s3", endpoint_url=endpoint)
        (missing,) = load()
        assert missing.message.startswith("There is no bucket s3://real-bucket")
        client.create_bucket(Bucket="real-bucket")
        for path in world.bucket.rglob("*.*"):
            if path.is_file():
                key = str(path.relative_to(world.bucket))
                client.upload_file(str(path), "real-bucket", key)
        assert [(r.status, r.rows) for r in load()] == [("loaded", 10)]
        assert [(r.status, r.rows) for r in load()] == [("unchanged", 10)]
        manifest = f"{EXPORT}/metadata/BILLING_PERIOD=2026-10/llm-costs-Manifest.json"
        body = client.get_object(Bucket="real-bucket", Key=manifest)["Body"].read()
        restated = {**json.loads(body), "executionId": "execution-2"}
        client.put_object(
            Bucket="real-bucket", Key=manifest, Body=json.dumps(restated).encode()
        )
        assert [(r.status, r.rows) for r in load()] == [("loaded", 10)]
    finally:
        server.stop()
    assert world.current_cost(TABLE, "line_item_unblended_cost") == 10


def test_the_bound_on_memory_follows_the_biggest_row_group(monkeypatch):
    """A file with row groups of a million lines could not be read at all."""

    def limit(lines: int) -> Any:
        with duckdb.connect() as connection:
            connection.execute("set threads = 2")
            bound_memory(connection, lines)
            query = "select current_setting('memory_limit')"
            return connection.execute(query).fetchall()[0][0]

    assert limit(100) == limit(122_880) == "244.1 MiB"
    assert limit(1_000_000) == "2.1 GiB"
    monkeypatch.setenv("LLM_COSTS_DUCKDB_MEMORY_LIMIT", "1GB")
    assert limit(100) == "953.6 MiB"
