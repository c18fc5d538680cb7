"""The AWS bill: a CUR 2.0 data export with hourly lines in several Parquet files."""

import random
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from sample_bills.answer_key import AnswerKey
from sample_bills.aws_month import BUCKET, EXPORT, PREFIX, AwsMonth, hours_since_epoch
from sample_bills.aws_savings_plan import (
    COVERED,
    COVERED_WORKLOAD,
    add_savings_plan,
    cover,
)
from sample_bills.aws_templates import (
    PAYER,
    describe_charge,
    describe_other,
    describe_usage,
    make_id,
)
from sample_bills.catalogue import read_other_skus
from sample_bills.company import Company, Usage
from sample_bills.money import divide_rounded
from sample_bills.restate import restate_lines

HOURS_A_DAY = 24
FILE_DAYS = (11, 21)
DISCOUNT_PERCENT = 6
TAX_PER_MILLE = 81
SUPPORT_PERCENT = 3
# Callers are busiest in the working hours of Europe and America.
HOURS_BY_LOAD = (
    14, 15, 9, 16, 10, 13, 8, 17, 11, 18, 12, 19,
    7, 20, 21, 6, 22, 5, 23, 0, 1, 4, 2, 3,
)  # fmt: skip
"""The hours of a day, the busiest first."""
OTHER_ACCOUNTS = ("222222222222", "333333333333", "444444444444")
REFUND_DAY = 3


@dataclass(frozen=True, slots=True)
class AwsScale:
    """How many lines a day has, and which share of them is about AI."""

    rows_per_day: int
    ai_share: float


@dataclass(frozen=True, slots=True)
class _Line:
    template: int
    hour: int
    quantity: int


def write_aws(
    folder: Path, company: Company, days: list[date], scale: AwsScale, *, restated: bool
) -> AwsMonth:
    """Write one billing period; all of `days` lie in it."""
    month = AwsMonth(folder / BUCKET / PREFIX / EXPORT, days[0].replace(day=1))
    for day in days:
        if day.day in FILE_DAYS:
            month.close_file()
        _write_day(month, company, day, scale, restated=restated)
    _write_charges_of_month(month, days[-1], restated=restated)
    month.close_file()
    month.write_manifest(_name_execution(company, days, scale, restated=restated))
    return month


def add_answers(key: AnswerKey, month: AwsMonth) -> None:
    """Put a written billing period into the answer key."""
    for number, template in enumerate(month.templates):
        usage = Decimal(0)
        if template.has_usage:
            block = 1 if template.is_token else template.block
            usage = Decimal(month.quantities[number]) / block
        key.add(
            "AWS",
            f"{month.month:%Y-%m}",
            answer=template.answer,
            nano=month.nanos[number],
            nano_usd=month.nanos[number],
            effective_usd=None
            if template.effective is None
            else template.effective * month.counts[number],
            usage=usage,
            rows=month.counts[number],
        )


def _write_day(
    month: AwsMonth, company: Company, day: date, scale: AwsScale, *, restated: bool
) -> None:
    lines = [*_list_ai_lines(month, company, day, scale)]
    others = max(scale.rows_per_day - len(lines), len(HOURS_BY_LOAD))
    if restated:
        lines = restate_lines(lines, company.draw("restate", "AWS", day), _Line)
    costs: dict[tuple[str, str, str], int] = defaultdict(int)
    covered: dict[int, int] = {}
    for line in lines:
        units = month.add_line(line.template, line.hour, line.quantity)
        values = month.templates[line.template].values
        if values["line_item_line_item_type"] == COVERED:
            covered[line.hour] = line.template
        elif values["bill_billing_entity"] == "AWS":
            name = values["product"]["product_name"]
            account = values["line_item_usage_account_id"]
            costs[(account, values["line_item_product_code"], name)] += units
    _write_other_lines(month, company, day, others)
    start = hours_since_epoch(day)
    add_savings_plan(month, covered, start)
    for (account, code, name), units in costs.items():
        discount = divide_rounded(units * DISCOUNT_PERCENT, 1000) * 10
        number = _find_charge(month, account, code, name, "EdpDiscount")
        month.add_charge(number, (start, start + HOURS_A_DAY), -discount)
    if day.day == REFUND_DAY:
        number = _find_charge(
            month, "222222222222", "AmazonBedrock", "Amazon Bedrock", "Refund"
        )
        month.add_charge(number, (start, start + 1), -456_700_000_000)


def _list_ai_lines(
    month: AwsMonth, company: Company, day: date, scale: AwsScale
) -> Iterator[_Line]:
    pieces = round(scale.rows_per_day * scale.ai_share / company.count_skus("AWS"))
    start = hours_since_epoch(day)
    for usage in company.usage("AWS", day):
        rng = company.draw("hours", day, usage.workload.name, usage.sku.sku)
        for place, quantity in enumerate(_split(usage, max(pieces, 1), rng)):
            caller, turn = divmod(place, HOURS_A_DAY)
            number = _find_usage(month, usage, caller)
            yield _Line(number, start + HOURS_BY_LOAD[turn], quantity)


def _split(usage: Usage, pieces: int, rng: random.Random) -> list[int]:
    steady = usage.workload.steady_units
    if steady:
        hours = HOURS_A_DAY if usage.workload.every_days == 1 else 2
        return [steady] * hours
    weights = [rng.randint(50, 150) for _ in range(pieces)]
    whole = sum(weights)
    parts = [usage.quantity * weight // whole for weight in weights]
    parts[0] += usage.quantity - sum(parts)
    return [part for part in parts if part]


def _find_usage(month: AwsMonth, usage: Usage, caller: int) -> int:
    key = (usage.workload.name, usage.sku.bundle, usage.sku.sku, caller)
    number = month.find_template(*key)
    if number is None:
        template = describe_usage(usage.workload, usage.sku, caller)
        if usage.workload.name == COVERED_WORKLOAD:
            template = cover(template)
        number = month.add_template(template, *key)
    return number


def _find_charge(month: AwsMonth, account: str, code: str, name: str, kind: str) -> int:
    key = (kind, account, code)
    number = month.find_template(*key)
    if number is None:
        described = {
            "Tax": f"Tax for product code {code}",
            "EdpDiscount": f"Enterprise Program Discount for {code}",
            "Credit": "Promotional credit for Amazon Bedrock",
            "Refund": f"Refund for {name}",
            "Fee": "AWS Support (Business)",
        }
        template = describe_charge(
            account=account,
            code=code,
            product_name=name,
            kind=kind,
            description=described[kind],
            tags={"user_customer": "globex"} if kind == "Refund" else None,
        )
        number = month.add_template(template, *key)
    return number


def _write_other_lines(
    month: AwsMonth, company: Company, day: date, count: int
) -> None:
    skus = read_other_skus("AWS")
    resources = max(len(skus) * 2, -(-count // HOURS_A_DAY))
    rng = company.draw("other", "AWS", day)
    start = hours_since_epoch(day)
    for place in range(count):
        hour, resource = divmod(place, resources)
        sku = skus[resource % len(skus)]
        number = month.find_template("other", resource)
        if number is None:
            account = OTHER_ACCOUNTS[resource % len(OTHER_ACCOUNTS)]
            template = describe_other(sku, account, resource)
            number = month.add_template(template, "other", resource)
        quantity = 1 if sku.unit == "Hrs" else int(sku.daily_units * rng.random()) + 1
        month.add_line(number, start + HOURS_BY_LOAD[hour], quantity)


def _write_charges_of_month(month: AwsMonth, last: date, *, restated: bool) -> None:
    whole = (month.start_hour, month.end_hour)
    if restated:
        name = "Claude Opus 4.7 (Amazon Bedrock Edition)"
        code = make_id("product", name, length=26)
        number = _find_charge(month, "333333333333", code, name, "Refund")
        hour = hours_since_epoch(last)
        month.add_charge(number, (hour, hour + 1), -1_234_500_000_000)
    taxed: dict[tuple[str, str, str], int] = defaultdict(int)
    for number, template in enumerate(month.templates):
        values = template.values
        name = values["product"]["product_name"]
        account = values["line_item_usage_account_id"]
        taxed[(account, values["line_item_product_code"], name)] += month.units[number]
    total = sum(taxed.values())
    bedrock = sum(units for key, units in taxed.items() if key[1] == "AmazonBedrock")
    number = _find_charge(month, PAYER, "AmazonBedrock", "Amazon Bedrock", "Credit")
    month.add_charge(number, whole, -_cents(bedrock * 5, 100))
    number = _find_charge(
        month, PAYER, "AWSSupportBusiness", "AWS Support (Business)", "Fee"
    )
    month.add_charge(number, whole, _cents(total * SUPPORT_PERCENT, 100))
    for (account, code, name), units in taxed.items():
        number = _find_charge(month, account, code, name, "Tax")
        month.add_charge(number, whole, _cents(units * TAX_PER_MILLE, 1000))


def _cents(units: int, divisor: int) -> int:
    cent = 10**8
    return divide_rounded(units, divisor * cent) * cent


def _name_execution(
    company: Company, days: list[date], scale: AwsScale, *, restated: bool
) -> str:
    words = (company.seed, company.start, days[-1], scale, restated)
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"llm-costs sample bill {words}"))
