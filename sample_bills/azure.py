"""The Azure bill: bodies of Cost Management Query answers, one row per day and meter.

The rows keep every dimension that the API can group by, so that `azure_server` can
answer any query from them as the API would.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sample_bills.answer_key import UNATTRIBUTED, Answer, AnswerKey, billed_amount
from sample_bills.azure_rows import SUBSCRIPTION, Row, make_body, show_other, show_row
from sample_bills.catalogue import Sku, read_bundles, read_other_skus
from sample_bills.company import Company, Usage
from sample_bills.money import NANO, divide_rounded, euros_to_dollars, read_price

ROWS_PER_PAGE = 1000
# A later delivery: which share of the rows is gone, grown, or has a late companion.
GONE = 0.01
GROWN = 0.04
LATE = 0.02
RESERVATION_DAY = 4
REFUND_DAY = 9


def write_azure(
    folder: Path, company: Company, days: list[date], key: AnswerKey, *, restated: bool
) -> int:
    """Write the pages of one month; all of `days` lie in it."""
    target = folder / "subscriptions" / SUBSCRIPTION / "query" / f"{days[0]:%Y-%m}"
    target.mkdir(parents=True)
    rows: list[list[Any]] = []
    for day in days:
        rows += _list_ai_rows(company, day, key, restated=restated)
        rows += _list_other_rows(company, day, key)
    pages = [rows[n : n + ROWS_PER_PAGE] for n in range(0, len(rows), ROWS_PER_PAGE)]
    for number, page in enumerate(pages, start=1):
        body = make_body(page, number, is_last=number == len(pages))
        path = target / f"page-{number:04d}.json"
        path.write_text(json.dumps(body, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(rows)


def _list_ai_rows(
    company: Company, day: date, key: AnswerKey, *, restated: bool
) -> Iterator[list[Any]]:
    rows: Iterable[Row] = (
        Row(usage, _cost(usage.sku, usage.quantity), usage.quantity)
        for usage in company.usage("Azure", day)
    )
    if restated:
        rows = _restate(list(rows), company, day)
    for row in [*rows, *_list_charges(company, day, restated=restated)]:
        workload, sku = row.usage.workload, row.usage.sku
        is_usage = row.charge_type == "Usage"
        is_unknown = workload.evidence == "none"
        owner = UNATTRIBUTED if is_unknown else workload.customer
        key.add(
            "Azure",
            f"{day:%Y-%m}",
            answer=Answer(owner, sku.model, sku.token_type),
            nano=row.nano,
            nano_usd=euros_to_dollars(row.nano, day),
            usage=billed_amount(sku, row.quantity if is_usage else 0),
            currency="EUR",
        )
        yield show_row(company, row, day)


def _list_charges(company: Company, day: date, *, restated: bool) -> Iterator[Row]:
    by_name = {one.name: one for one in company.workloads}
    if day.day == RESERVATION_DAY:
        sku = read_bundles()["ptu-reservation"][0]
        usage = Usage(by_name["umbrella-units"], sku, 1)
        yield Row(usage, _cost(sku, 1), 1, "Purchase")
    if day.day == REFUND_DAY or (restated and day.day == REFUND_DAY + 1):
        workload = by_name["globex-chat"]
        usage = Usage(workload, read_bundles()[workload.bundle][0], 0)
        yield Row(usage, -(37 + day.day) * NANO - 512_300_000, 0, "Refund")


def _restate(rows: list[Row], company: Company, day: date) -> Iterator[Row]:
    rng = company.draw("restate", "Azure", day)
    for row in rows:
        chance = rng.random()
        if chance < GONE:
            continue
        quantity = row.quantity
        if chance < GONE + GROWN:
            quantity += quantity * rng.randint(10, 90) // 100
        yield replace(row, quantity=quantity, nano=_cost(row.usage.sku, quantity))
        if chance > 1 - LATE:
            late = max(row.quantity // 3, 1)
            cost = _cost(row.usage.sku, late)
            yield replace(row, quantity=late, nano=cost, account="-late")


def _cost(sku: Sku, quantity: int) -> int:
    return divide_rounded(quantity * read_price(sku.unit_price, 9), sku.block)


def _list_other_rows(
    company: Company, day: date, key: AnswerKey
) -> Iterator[list[Any]]:
    rng = company.draw("other", "Azure", day)
    for sku in read_other_skus("Azure"):
        thousandths = int(sku.daily_units * (900 + rng.randrange(200)))
        nano = divide_rounded(thousandths * read_price(sku.unit_price, 9), 1000)
        key.add(
            "Azure",
            f"{day:%Y-%m}",
            answer=None,
            nano=nano,
            nano_usd=euros_to_dollars(nano, day),
            currency="EUR",
        )
        yield show_other(sku, nano, thousandths, day)
