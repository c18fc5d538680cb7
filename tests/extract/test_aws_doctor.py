"""What the doctor finds about the AWS bill, and the second opinion of Cost Explorer."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from extract_bills import CUR_SCHEMA, cur_lines, write_cur
from s3_server import Bucket, Request, s3_server
from typer.testing import CliRunner

import extract
from extract.doctor import Check, examine
from extract.sources.aws_cur import doctor
from orchestrate.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def bucket(world, monkeypatch) -> Iterator[Bucket]:
    write_cur(world.bucket, "2026-08", cur_lines())
    with s3_server() as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        found.upload(world.bucket)
        yield found


def found() -> dict[str, Check]:
    return {check.name: check for check in examine(["aws_cur"])}


def test_a_good_set_up_is_called_so_and_what_the_export_lacks_is_told(
    world, bucket, monkeypatch
):
    """A missing column is first missed when a customer asks for his costs."""
    checks = found()
    assert {check.status for check in checks.values()} == {"ok", "warning"}
    assert checks["export"].detail == "data export, 1 periods, 2026-08 to 2026-08"
    assert checks["listing"].detail == "s3:ListBucket on real-bucket, prefix exports/"
    assert "arn:aws:" in checks["credentials"].detail
    assert checks["columns"].status == "warning"
    assert "line_item_iam_principal (customers told by the role" in (
        checks["columns"].detail
    )
    assert "resource_tags (" not in checks["columns"].detail
    # moto lets everybody do everything.
    assert checks["least privilege"].status == "warning"
    assert not [r for r in bucket.requests if r.method == "PUT" and r.signer != "owner"]
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "llm-costs,bought")
    checks = found()
    assert checks["export"].status == "problem"
    assert "There is no export 'bought'" in checks["export"].detail


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("credentials", lambda r: "GetCallerIdentity" in r.body),
        ("listing", lambda r: r.method == "GET" and not r.key),
        ("manifest and files", lambda r: r.key.endswith("Manifest.json")),
    ],
)
def test_what_is_not_allowed_is_named_with_the_permission(bucket, name, refused):
    """AccessDenied alone sends a person through the whole of IAM."""
    bucket.refuses = refused
    checks = found()
    assert checks[name].status == "problem"
    remedies = {
        "credentials": "Set a profile, keys or a role in sources.aws_cur",
        "listing": "Allow s3:ListBucket on arn:aws:s3:::real-bucket",
        "manifest and files": "Allow s3:GetObject below s3://real-bucket/exports",
    }
    assert remedies[name] in checks[name].remedy


def test_an_answer_that_is_none_is_not_told_as_a_wrong_address(bucket, monkeypatch):
    """Whoever is sent to his address looks for what is wrong where nothing is."""
    real = doctor.boto3_session

    def session(settings: Any) -> Any:
        made = real(settings)
        client = made.client

        def strange(service: str, **options: Any) -> Any:
            found = client(service, **options)
            if service == "sts":
                found.get_caller_identity = lambda: int("no number")
            return found

        made.client = strange
        return made

    monkeypatch.setattr(doctor, "boto3_session", session)
    credentials = found()["credentials"]
    assert credentials.status == "problem"
    assert "'no number'" in credentials.detail
    assert "Check sources.aws_cur.endpoint_url" not in credentials.detail


def test_the_command_ends_with_1_where_something_does_not_work(world, monkeypatch):
    """A scheduler only sees the exit code."""
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "mistyped")
    write_cur(world.bucket, "2026-08", cur_lines())
    bad = CliRunner().invoke(app, ["doctor", "--source", "aws_cur"])
    assert bad.exit_code == 1
    assert "There is no export 'mistyped'" in bad.output
    assert "→ How to make one: extract/sources/aws_cur/README.md" in bad.output
    assert "1 problem" in bad.output
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "llm-costs")
    good = CliRunner().invoke(app, ["doctor", "--source", "aws_cur"])
    assert good.exit_code == 0, good.output
    assert "0 raw tables" in good.output or "will be made" in good.output


def test_every_source_is_checked_and_a_wrong_setting_is_one_line(world, monkeypatch):
    """Half of a key, or a bucket that nobody set, must not end in a traceback."""
    checks = list(examine())
    assert {check.subject for check in checks} == {
        "warehouse",
        "aws_cur",
        "azure_costs",
        "gcp_billing",
    }
    monkeypatch.setenv("SOURCES__AWS_CUR__ACCESS_KEY_ID", "AKIA")
    half = found()["settings"]
    assert half.status == "problem"
    assert "sources.aws_cur.secret_access_key is not set" in half.detail


@pytest.mark.parametrize(
    ("amount", "said"),
    [("10.5", ""), ("1000.0", "Cost Explorer says 1,000.00 (difference -989.50)")],
)
def test_cost_explorer_is_asked_only_where_that_is_wanted(
    bucket, monkeypatch, amount, said
):
    """Every call costs money; and a bill that lacks accounts adds up in itself."""
    asked = lambda: [r for r in bucket.requests if "Granularity" in r.body]  # noqa: E731
    (result,) = load()
    assert result.status == "loaded"
    assert not asked()
    total = {"UnblendedCost": {"Amount": amount, "Unit": "USD"}}
    answer(bucket, {"ResultsByTime": [{"Total": total}]})
    monkeypatch.setenv("SOURCES__AWS_CUR__COST_EXPLORER_CHECK", "true")
    (result,) = load(full_refresh=True)
    assert result.status == "loaded"
    assert said in result.message
    assert bool(result.message) == bool(said)
    assert len(asked()) == 1
    bucket.refuses = lambda request: "Granularity" in request.body
    (result,) = load(full_refresh=True)
    assert result.status == "loaded"
    assert "Allow ce:GetCostAndUsage" in result.message


def load(**options: Any) -> list[Any]:
    return extract.run(["aws_cur"], progress=False, **options)


def answer(bucket: Bucket, result: dict[str, Any]) -> None:
    """Let moto's Cost Explorer give this answer."""
    request = urllib.request.Request(
        f"{bucket.endpoint}/moto-api/static/ce/cost-and-usage-results",
        data=json.dumps({"results": [result]}).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request).read()


__all__ = ["CUR_SCHEMA", "Request"]
