"""Checks of the AWS bill: who asks, what he may, and what the export delivers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore calls it so
    HTTPClientError,
)

from extract.aws import boto3_session
from extract.doctor import Check, attempt, freshness, unopened
from extract.errors import ExtractError
from extract.readers import reader_of
from extract.scan import Scan
from extract.sources.aws_cur import AwsBill, Content, open_bill
from extract.sources.aws_cur.columns import by_canonical_name
from extract.sources.aws_cur.manifests import read_manifest
from extract.sources.aws_cur.settings import REQUIRED, SPEC
from extract.sources.aws_cur.tie_out import PRICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from extract.aws import AwsAccess
    from extract.units import Delivery, Unit

README = "extract/sources/aws_cur/README.md"
POLICY = "extract/sources/aws_cur/reader_policy.json"
SECONDS_A_DAY = 86_400
# AWS did not answer at all.
UNREACHED = (ConnectionError, HTTPClientError)
REACHED_BY = "Check sources.aws_cur.endpoint_url and region."
# What an export may lack, and what is lost with it.
USEFUL = {
    "bill_payer_account_id": (
        "whose bill it is: beside another export, or FOCUS files of AWS, it is refused"
    ),
    "resource_tags": "customers and teams that are told by cost allocation tags",
    "line_item_resource_id": (
        "customers told by inference profiles, and the models of some lines (export "
        "with INCLUDE_RESOURCES)"
    ),
    "line_item_iam_principal": (
        "customers told by the role that calls (CUR 2.0 with "
        "INCLUDE_IAM_PRINCIPAL_DATA)"
    ),
    "product_product_name": "Claude and others that are sold by AWS Marketplace",
    "pricing_unit": "tokens: an amount without a unit is no number of tokens",
    "pricing_public_on_demand_cost": "list costs, by which savings are told",
    "line_item_currency_code": "the currency; sources.aws_cur.default_currency is used",
}


def checks() -> Iterator[Check]:
    """Yield the checks, up to the first one on which all others depend."""
    name = SPEC.name
    try:
        bill = open_bill()
    except Exception as error:  # noqa: BLE001 - dlt raises many kinds
        yield unopened(
            name, error, f"Set sources.aws_cur.bucket_url and the others of {README}."
        )
        return
    settings = bill.settings
    yield Check(
        subject=name,
        name="settings",
        status="ok",
        detail=f"{bill.store.uri(bill.prefix)}, export {settings.export_name}",
    )
    if not bill.store.is_local:
        for check in _access(bill):
            yield check
            if check.status == "problem":
                return
    units: list[Unit] = []

    def find() -> str:
        bill.store.require(bill.prefix)
        units.extend(bill.units())
        for unit in units:
            if not unit.billing_period:
                # An export that is not there says so when it is looked at.
                bill.deliver(unit)
        kinds = {bill.layout(unit).kind for unit in units}
        periods = sorted(unit.billing_period for unit in units)
        return (
            f"{' and '.join(sorted(kinds))}, {len(units)} periods, {periods[0]} to "
            f"{periods[-1]}"
        )

    found = attempt(name, "export", find, f"How to make one: {README}.")
    yield found
    if found.status == "ok":
        yield from _deliveries(bill, units)
    yield _cost_explorer(bill)


def _access(bill: AwsBill) -> Iterator[Check]:
    settings, name = bill.settings, SPEC.name
    bucket, _, below = bill.store.root.partition("/")

    def identity() -> str:
        return str(_client("sts", settings).get_caller_identity()["Arn"])

    role = settings.role_arn
    yield _called(
        "credentials",
        identity,
        f"The role {role} must trust these credentials, with the external id that is "
        "set, if any (sources.aws_cur.role_arn, external_id)."
        if role
        else "Set a profile, keys or a role in sources.aws_cur, or the usual AWS "
        "environment.",
    )
    client = _client("s3", settings)
    prefix = "/".join(part for part in (below, bill.prefix) if part)

    def list_it() -> str:
        client.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/", MaxKeys=1)
        return f"s3:ListBucket on {bucket}, prefix {prefix}/"

    yield _called(
        "listing",
        list_it,
        f"Allow s3:ListBucket on arn:aws:s3:::{bucket} for the prefix {prefix}/, as "
        f"{POLICY} does; or set sources.aws_cur.bucket_url to the right bucket.",
    )
    try:
        client.list_buckets()
    except (ClientError, BotoCoreError):
        yield Check(
            subject=name,
            name="least privilege",
            status="ok",
            detail="other buckets cannot be listed",
        )
        return
    yield Check(
        subject=name,
        name="least privilege",
        status="warning",
        detail="these credentials may list every bucket of the account",
        remedy=f"Reading the bill needs no more than {POLICY}.",
    )


def _client(service: str, settings: AwsAccess) -> Any:
    """Return a client; raise if AWS is looked for at what is no address."""
    session = boto3_session(settings)
    make: Callable[..., Any] = session.client
    endpoint = {"endpoint_url": settings.endpoint_url} if settings.endpoint_url else {}
    try:
        return make(service, region_name=session.region_name or "us-east-1", **endpoint)
    except ValueError as error:
        raise ExtractError(f"{error} {REACHED_BY}") from error


def _called(name: str, action: Callable[[], str], remedy: str) -> Check:
    """Try a call of AWS."""

    def explained() -> str:
        try:
            return action()
        except UNREACHED as error:
            raise ExtractError(f"{error} {REACHED_BY}") from error
        except (ClientError, BotoCoreError, ValueError) as error:
            raise ExtractError(str(error)) from error

    return attempt(SPEC.name, name, explained, remedy)


def _deliveries(bill: AwsBill, units: list[Unit]) -> Iterator[Check]:
    """Check the newest period of every export."""
    name = SPEC.name
    newest = {unit.name.rpartition("/")[0]: unit for unit in units}
    for export, unit in newest.items():
        delivered: list[Delivery] = []

        def look(unit: Unit = unit, delivered: list[Delivery] = delivered) -> str:
            delivered.append(bill.deliver(unit))
            return f"{unit.name}: {delivered[0].files} files"

        found = attempt(
            name,
            "manifest and files",
            look,
            f"Allow s3:GetObject below {bill.store.uri(bill.prefix)}, as {POLICY} "
            "does; where the bucket has a key of its own, kms:Decrypt on it, too.",
        )
        yield found
        if found.status == "problem":
            continue
        yield _freshness(bill, unit)
        yield from _columns(bill, export, cast("Content", delivered[0].content))


def _freshness(bill: AwsBill, unit: Unit) -> Check:
    manifest = read_manifest(bill.store, bill.layout(unit), unit.billing_period, [])
    days = (time.time() - manifest.modified) / SECONDS_A_DAY
    return freshness(
        SPEC.name,
        f"{unit.name} was delivered",
        days,
        "AWS delivers at least once a day: look at the export's status in the console, "
        "and at the bucket's policy.",
        is_judged=not bill.store.is_local,
    )


def _columns(bill: AwsBill, export: str, content: Content) -> Iterator[Check]:
    if not content.files or content.files[0].key.endswith(".zip"):
        return
    key = content.files[0].key
    try:
        scan = Scan(bill.store, [key], reader_of(key))
        fields = by_canonical_name(scan.fields)
        scan.close()
    except ExtractError as error:
        yield Check(
            subject=SPEC.name,
            name="columns",
            status="problem",
            detail=str(error),
            remedy=f"Allow s3:GetObject, as {POLICY} does.",
        )
        return
    has_map = "product" in fields
    lacking = [column for column in REQUIRED if column not in fields]
    if lacking:
        yield Check(
            subject=SPEC.name,
            name="columns",
            status="problem",
            detail=f"{export} has no column {', '.join(lacking)}",
            remedy=f"Add it to the export's query; the whole query is in {README}.",
        )
        return
    lost = [
        f"{column} ({loss})"
        for column, loss in USEFUL.items()
        if column not in fields
        and not any(field.startswith(f"{column}_") for field in fields)
        and not (column == "product_product_name" and has_map)
    ]
    yield Check(
        subject=SPEC.name,
        name="columns",
        status="warning" if lost else "ok",
        detail=f"{export} lacks {'; '.join(lost)}" if lost else f"{export} has them",
        remedy=f"Without these something is not told. The whole query is in {README}."
        if lost
        else "",
    )


def _cost_explorer(bill: AwsBill) -> Check:
    is_on = bill.settings.cost_explorer_check
    return Check(
        subject=SPEC.name,
        name="cost explorer",
        status="ok",
        detail=f"on: a call for each ended month that is loaded, {PRICE} a call; "
        "ce:GetCostAndUsage is not tried out here, because it costs that, too"
        if is_on
        else "off",
    )
