"""The AWS bill out of a bucket: what is asked of it, by whom, and what may break."""

from __future__ import annotations

import json
import time
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from extract_bills import EXPORT, cur_lines, write_cur
from s3_server import Bucket, Request, s3_server

import extract
from extract.aws import AwsAccess
from extract.doctor import examine
from extract.errors import ExtractError
from extract.files import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION = "SOURCES__AWS_CUR__"
TABLE = "raw_aws.cur_line_items"
COST = "line_item_unblended_cost"
MANIFEST = f"{EXPORT}/metadata/BILLING_PERIOD=2026-10/llm-costs-Manifest.json"
DATA = f"{EXPORT}/data/BILLING_PERIOD=2026-10"


@pytest.fixture
def bucket(world, monkeypatch) -> Iterator[Bucket]:
    with s3_server() as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


def load(**options: Any) -> list[Any]:
    return extract.run(["aws_cur"], progress=False, **options)


def statuses(**options: Any) -> list[tuple[str, int]]:
    return [(result.status, result.rows) for result in load(**options)]


def deliver(
    world: Any, bucket: Bucket, ai: int, execution: str, **options: Any
) -> None:
    write_cur(world.bucket, "2026-10", cur_lines(ai=ai), execution=execution, **options)
    bucket.upload(world.bucket)


def test_the_policy_of_the_readme_is_enough(world, bucket):
    """Its reader may list one prefix, and was told that there is no bucket."""
    policy = json.loads(Path("extract/sources/aws_cur/reader_policy.json").read_text())
    prefixes = policy["Statement"][0]["Condition"]["StringLike"]["s3:prefix"]
    deliver(world, bucket, 10, "execution-1")

    def refuses(request: Request) -> bool:
        if request.prefix is not None:
            return not any(fnmatch(request.prefix, one) for one in prefixes)
        # Who he is may be asked by anybody.
        return request.method != "POST" and not request.key.startswith("exports/")

    bucket.refuses = refuses
    assert statuses() == [("loaded", 10)]
    found = {check.name: check for check in examine(["aws_cur"])}
    assert found["least privilege"].status == "ok"
    assert found["manifest and files"].status == "ok"
    bucket.refuses = lambda _: False


def test_what_keeps_a_bucket_from_being_read_is_said(world, bucket, monkeypatch):
    """Whoever reads that there is no bucket looks for it, and not for his key."""
    deliver(world, bucket, 10, "execution-1")
    bucket.refuses = lambda _: True
    (refused,) = load()
    assert refused.message.startswith("s3://real-bucket/exports cannot be read: ")
    assert "Access Denied. Check sources.aws_cur.bucket_url and the" in refused.message
    bucket.refuses = lambda _: False
    monkeypatch.setenv(f"{SECTION}ENDPOINT_URL", "localhost:9")
    (wrong,) = load()
    assert "cannot be read: Invalid endpoint: localhost:9. " in wrong.message
    found = {check.name: check for check in examine(["aws_cur"])}
    assert found["credentials"].status == "problem"
    assert "Check sources.aws_cur.endpoint_url" in found["credentials"].detail
    monkeypatch.delenv(f"{SECTION}ENDPOINT_URL")
    monkeypatch.setenv(f"{SECTION}PROFILE", "nobody")
    (unknown,) = load()
    assert "The config profile (nobody) could not be found. " in unknown.message
    monkeypatch.setenv(f"{SECTION}BUCKET_URL", "https://s3.amazonaws.com/b")
    (web,) = load()
    assert "A bucket is written as s3://" in web.message


def test_a_bucket_whose_listing_counts_nothing_is_not_called_empty(monkeypatch):
    """Some that speak S3 leave KeyCount out, and their users were told of no bucket."""
    access = AwsAccess(access_key_id="k", secret_access_key="s")
    store = Store("s3://real-bucket/bills", setting="s.bucket_url", access=access)
    answers = [{"Contents": [{"Key": "bills/a.csv"}]}, {"IsTruncated": False}]
    monkeypatch.setattr(store.filesystem, "call_s3", lambda *_, **__: answers.pop(0))
    store.require()
    with pytest.raises(ExtractError, match="There is no bucket, or nothing in it"):
        store.require()


def test_a_run_without_news_reads_manifests_only(world, bucket):
    """A look at every file of every month costs time and requests every hour."""
    for month in ("2026-08", "2026-09", "2026-10"):
        write_cur(world.bucket, month, cur_lines(), files=3)
    bucket.upload(world.bucket)
    assert statuses() == [("loaded", 10)] * 3
    # AWS says times in whole seconds; files that came after the manifest are suspect.
    bucket.requests.clear()
    assert statuses() == [("unchanged", 10)] * 3
    assert len(bucket.asked("GET")) == 3
    assert all(key.endswith("-Manifest.json") for key in bucket.asked("GET"))
    assert all(key.endswith("-Manifest.json") for key in bucket.asked("HEAD"))


def test_files_are_read_by_the_etag_that_the_manifest_found(world, bucket):
    """A file that is overwritten while it is read would be half of each."""
    deliver(world, bucket, 10, "1")
    load()
    # Before and after; what DuckDB wants to know in between was told already.
    assert len(bucket.asked("HEAD", ".parquet")) == 2
    reads = [r for r in bucket.requests if r.method == "GET" and "parquet" in r.key]
    assert reads
    assert all(read.if_match for read in reads)


def test_a_delivery_that_comes_in_the_middle_of_a_read_is_read_anew(world, bucket):
    """The newer half of a file with the older half of another is no bill."""
    deliver(world, bucket, 10, "1", files=2)
    moved = []

    def move(request: Request) -> None:
        if request.if_match and "00002" in request.key and not moved:
            moved.append(request.key)
            deliver(world, bucket, 20, "2", files=2)

    bucket.before = move
    assert statuses() == [("loaded", 20)]
    assert moved
    assert world.current_cost(TABLE, COST) == 20


def test_files_that_came_before_their_manifest_are_looked_at_again(world, bucket):
    """For some minutes new files lie under the old manifest."""
    deliver(world, bucket, 10, "1")
    load()
    time.sleep(1.1)
    write_cur(world.bucket, "2026-10", cur_lines(ai=12), execution="2")
    (path,) = (world.bucket / DATA).iterdir()
    bucket.put(f"{DATA}/{path.name}", path.read_bytes())
    # The manifest is as it was, so nothing is looked at, let alone published.
    assert statuses() == [("unchanged", 10)]
    assert statuses(full_refresh=True) == [("loaded", 12)]
    bucket.requests.clear()
    assert statuses() == [("unchanged", 12)]
    assert bucket.asked("HEAD", ".parquet")
    bucket.put(MANIFEST, (world.bucket / MANIFEST).read_bytes())
    assert statuses() == [("loaded", 12)]
    assert world.current_cost(TABLE, COST) == 12


def test_chunks_that_aws_emptied_are_no_lines_and_no_error(world, bucket):
    """An export that shrinks has its surplus files overwritten with nothing."""
    deliver(world, bucket, 10, "1", files=3)
    load()
    write_cur(world.bucket, "2026-10", cur_lines(), execution="2", files=2)
    bucket.upload(world.bucket)
    bucket.put(f"{DATA}/llm-costs-00003.snappy.parquet", b"")
    manifest = json.loads((world.bucket / MANIFEST).read_text())
    manifest["dataFiles"].append(
        f"s3://real-bucket/{DATA}/llm-costs-00003.snappy.parquet"
    )
    bucket.put(MANIFEST, json.dumps(manifest).encode())
    assert statuses() == [("loaded", 10)]
    assert world.current_cost(TABLE, COST) == 10


def test_a_network_that_breaks_in_mid_file_is_tried_again(world, bucket):
    """Half a file must be neither half a month nor the end of the run."""
    deliver(world, bucket, 10, "1", files=2)
    cut = []

    def once(request: Request) -> bool:
        if request.method == "GET" and "00002" in request.key and len(cut) < 2:
            cut.append(request.key)
            return True
        return False

    bucket.cuts = once
    assert statuses() == [("loaded", 10)]
    assert len(cut) == 2
    assert world.current_cost(TABLE, COST) == 10


def test_a_network_that_stays_broken_keeps_what_was_loaded(world, bucket):
    """As above; what cannot be read is said with the file's name."""
    deliver(world, bucket, 10, "1")
    load()
    deliver(world, bucket, 12, "2")
    bucket.cuts = lambda request: request.method == "GET" and "parquet" in request.key
    (result,) = load()
    assert result.status == "failed"
    assert "nothing of this unit was loaded" in result.message
    assert world.current_cost(TABLE, COST) == 10
    bucket.cuts = lambda _: False
    assert statuses() == [("loaded", 12)]
    assert world.current_cost(TABLE, COST) == 12


def test_a_role_is_assumed_with_its_external_id(world, bucket, monkeypatch):
    """Bills of another account are read by a role, never by its users' keys."""
    deliver(world, bucket, 10, "1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    section = "SOURCES__AWS_CUR__"
    monkeypatch.setenv(f"{section}ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv(f"{section}SECRET_ACCESS_KEY", "own")
    monkeypatch.setenv(f"{section}ROLE_ARN", "arn:aws:iam::123456789012:role/bills")
    monkeypatch.setenv(f"{section}EXTERNAL_ID", "agreed-upon")
    assert statuses() == [("loaded", 10)]
    assumed = [r for r in bucket.requests if "Action=AssumeRole" in r.body]
    assert assumed
    assert {request.signer for request in assumed} == {"AKIAOWN"}
    assert all("ExternalId=agreed-upon" in request.body for request in assumed)
    readers = {r.signer for r in bucket.requests if r.key and r.signer != "owner"}
    assert "AKIAOWN" not in readers
    assert all(reader.startswith("ASIA") for reader in readers)
