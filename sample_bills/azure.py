"""The Azure bill: bodies of Cost Management Query answers, one row per day and meter.

The rows keep every dimension that the API can group by, so that `azure_server` can
answer any query from them as the API would: `query` holds the actual cost, as invoiced,
and `query-amortized` the cost with reservations spread.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sample_bills.answer_key import UNATTRIBUTED, Answer, AnswerKey, billed_amount
from sample_bills.azure_reservation import list_reservation_rows
from sample_bills.azure_rows import SUBSCRIPTION, Row, make_body, show_other, show_row
from sample_bills.catalogue import Sku, read_bundles, read_other_skus
from sample_bills.company import Company, Usage
from sample_bills.money import NANO, divide_rounded, euros_to_dollars, read_price

ROWS_PER_PAGE = 1000
# A later delivery: which share of the rows is gone, grown, or has a late companion.
GONE = 0.01
GROWN = 0.04
LATE = 0.02
REFUNDED = "globex-chat"
REFUND_DAY = 9


def write_azure(
    folder: Path, company: Company, days: list[date], key: AnswerKey, *, restated: bool
) -> int:
    """Write the pages of one month; all of `days` lie in it."""
    scope = folder / "subscriptions" / SUBSCRIPTION
    actual: list[list[Any]] = []
    amortized: list[list[Any]] = []
    for day in days:
        for row in _list_ai_rows(company, day, restated=restated):
            _add_answer(key, row, day)
            if row.is_actual:
                actual.append(show_row(company, row, day))
            if row.is_amortized:
                amortized.append(show_row(company, row, day, is_amortized=True))
        others = [*_list_other_rows(company, day, key)]
        actual += others
        amortized += others
    _write_pages(scope / "query" / f"{days[0]:%Y-%m}", actual)
    _write_pages(scope / "query-amortized" / f"{days[0]:%Y-%m}", amortized)
    return len(actual)


def _write_pages(target: Path, rows: list[list[Any]]) -> None:
    target.mkdir(parents=True)
    pages = [rows[n : n + ROWS_PER_PAGE] for n in range(0, len(rows), ROWS_PER_PAGE)]
    for number, page in enumerate(pages, start=1):
        body = make_body(page, number, is_last=number == len(pages))
        path = target / f"page-{number:04d}.json"
        path.write_text(json.dumps(body, ensure_ascii=False) + "\n", encoding="utf-8")


def _list_ai_rows(company: Company, day: date, *, restated: bool) -> Iterator[Row]:
    rows: Iterable[Row] = (
        Row(usage, _cost(usage.sku, usage.quantity), usage.quantity)
        for usage in company.usage("Azure", day)
    )
    if restated:
        rows = _restate(list(rows), company, day)
    yield from rows
    yield from list_reservation_rows(company, day)
    workload = company.find(REFUNDED)
    is_refunded = day.day == REFUND_DAY or (restated and day.day == REFUND_DAY + 1)
    if workload and is_refunded:
        usage = Usage(workload, read_bundles()[workload.bundle][0], 0)
        yield Row(usage, -(37 + day.day) * NANO - 512_300_000, 0, "Refund")


def _add_answer(key: AnswerKey, row: Row, day: date) -> None:
    workload, sku = row.usage.workload, row.usage.sku
    is_unknown = workload.evidence == "none" or not row.is_actual
    owner = UNATTRIBUTED if is_unknown else workload.customer
    key.add(
        "Azure",
        f"{day:%Y-%m}",
        answer=Answer(owner, sku.model, sku.token_type),
        nano=row.nano,
        nano_usd=euros_to_dollars(row.nano, day),
        effective_usd=euros_to_dollars(row.amortized_nano, day),
        usage=billed_amount(sku, row.quantity if row.charge_type == "Usage" else 0),
        rows=int(row.is_actual),
        currency="EUR",
    )


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
