"""The Google Cloud bill: the detailed billing export in Parquet, by invoice month."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sample_bills.answer_key import Answer, AnswerKey
from sample_bills.aws_month import hours_since_epoch
from sample_bills.catalogue import Sku, read_bundles, read_other_skus
from sample_bills.company import Company, Usage
from sample_bills.gcp_export import (
    BILLING_ACCOUNT,
    ROWS_PER_FILE,
    Credit,
    InvoiceMonth,
    Row,
    invoice_month,
)
from sample_bills.gcp_templates import (
    describe_invoice,
    describe_other,
    describe_usage,
    find_customer,
)
from sample_bills.money import divide_rounded, read_price

# Four hours is still the day before in the Pacific time of the invoices.
HOURS = (4, 9, 14, 20)
SHARES = (15, 25, 40, 20)
PROMOTION_DAYS = 45
# A later delivery only ever adds rows: which share of the hours gets one, and when.
LATE = 0.03
LATE_BY_HOURS = 24 * 20
ADJUSTMENT_DAY = 5
ADJUSTED = "initech-pro"
ADJUSTED_DAYS_AGO = 12
TAX_PER_MILLE = 81
PER_UNIT = {"hour": 3600, "gibibyte": 2**30, "count": 1}
CENT = 10_000


class GcpExport:
    """Collects the rows of all invoice months and writes them file by file."""

    def __init__(
        self, folder: Path, company: Company, key: AnswerKey, restated: set[str]
    ) -> None:
        """Prepare the export; `restated` are invoice months like '202610'."""
        self._folder = folder / "billing_export" / BILLING_ACCOUNT
        self._folder.mkdir(parents=True)
        self._company = company
        self._key = key
        self._restated = restated
        self._templates: list[dict[str, object]] = []
        self._answers: list[Answer | None] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._months: dict[str, InvoiceMonth] = {}
        self._net: dict[str, int] = defaultdict(int)

    def write_day(self, day: date) -> None:
        """Add the rows of a day."""
        for usage in self._company.usage("GCP", day):
            self._add_usage(usage, day)
        self._add_other(day)
        if day.day == ADJUSTMENT_DAY:
            self._add_adjustment(
                day, invoice_month(hours_since_epoch(day)), -12_345_678
            )
        for month in self._months.values():
            if len(month.rows) >= ROWS_PER_FILE:
                month.write(self._templates)

    def close(self, last: date) -> None:
        """Add what is computed from the month to date, and write what is left."""
        for name in sorted(self._months):
            if name in self._restated:
                middle = date(int(name[:4]), int(name[4:]), 15)
                if self._company.start <= middle <= last:
                    self._add_adjustment(middle, name, -7_654_321)
            tax = divide_rounded(self._net[name] * TAX_PER_MILLE, 1000 * CENT) * CENT
            first = hours_since_epoch(
                max(date(int(name[:4]), int(name[4:]), 1), self._company.start)
            )
            first += 8 if first > hours_since_epoch(self._company.start) else 0
            for kind, micro in (("tax", tax), ("rounding_error", -(tax % 9973))):
                number = self._find(describe_invoice(kind), None, "invoice", kind)
                row = Row(number, first, first + 1, 0.0, 0.0, micro, micro, first + 30)
                self._add(row, name)
            self._months[name].write(self._templates)

    def _add_usage(self, usage: Usage, day: date) -> None:
        sku, workload = usage.sku, usage.workload
        customer = find_customer(workload)
        number = self._find(
            describe_usage(workload, sku),
            Answer(customer, sku.model, sku.token_type),
            workload.name,
            sku.bundle,
            sku.sku,
        )
        rate = read_price(sku.unit_price, 10)
        start = hours_since_epoch(day)
        rest = usage.quantity
        lag = self._company.draw("lag", day, workload.name).randint(2, 18)
        for turn, share in zip(HOURS, SHARES, strict=True):
            part = rest if turn == HOURS[-1] else usage.quantity * share // 100
            rest -= part
            for quantity, late in self._deliver(part, start + turn, workload.name, sku):
                # The export's costs are cut, not rounded, to a millionth.
                micro = quantity * rate // (sku.block * 10_000)
                # The usage is in single tokens and requests, whatever is priced.
                row = Row(
                    template=number,
                    hour=start + turn,
                    end_hour=start + turn + 1,
                    usage=float(quantity),
                    usage_in_pricing_units=float(quantity),
                    micro=micro,
                    list_micro=micro,
                    export_hour=start + turn + 1 + lag + late,
                    credits=tuple(self._list_credits(workload.name, day, micro)),
                )
                self._add(row, invoice_month(row.hour), Decimal(quantity))

    def _deliver(
        self, quantity: int, hour: int, name: str, sku: Sku
    ) -> Iterator[tuple[int, int]]:
        """Give the rows of an hour: one, and in a later delivery at times one more."""
        if quantity:
            yield quantity, 0
        if invoice_month(hour) in self._restated:
            rng = self._company.draw("restate", "GCP", hour, name, sku.sku)
            if rng.random() < LATE:
                yield max(quantity // 5, 1), LATE_BY_HOURS

    def _list_credits(self, name: str, day: date, micro: int) -> Iterator[Credit]:
        if name.startswith("piedpiper") and micro:
            age = (day - self._company.start).days
            begin = int(self._company.customers["piedpiper"]["starts_on_day"])
            if age < begin + PROMOTION_DAYS:
                yield Credit("PROMOTION", "Startup program", -micro)
        if name == "wayne-analyst":
            kind = "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE"
            yield Credit(kind, "Committed spend", -(micro // 10))
        if name in {"wayne-analyst", "acme-documents"}:
            yield Credit("DISCOUNT", "Contract discount", -(micro // 20))

    def _add_other(self, day: date) -> None:
        rng = self._company.draw("other", "GCP", day)
        start = hours_since_epoch(day)
        for place, sku in enumerate(read_other_skus("GCP")):
            number = self._find(describe_other(sku), None, "other", sku.sku)
            units = int(sku.daily_units * (0.9 + rng.random() / 5))
            micro = units * read_price(sku.unit_price, 10) // 10_000
            # Something of every account runs in the day's last hour as well.
            hour = start + (rng.randrange(24) if place else 23)
            amount = float(units * PER_UNIT[sku.unit])
            row = Row(number, hour, hour + 1, amount, units, micro, micro, hour + 6)
            self._add(row, invoice_month(hour))

    def _add_adjustment(self, day: date, month: str, micro: int) -> None:
        """Add a correction: billed now, for a day of the past."""
        used = day - timedelta(days=ADJUSTED_DAYS_AGO)
        workload = self._company.find(ADJUSTED)
        if used < self._company.start or workload is None:
            return
        sku = read_bundles()[workload.bundle][0]
        number = self._find(
            describe_usage(workload, sku, is_adjustment=True),
            Answer(find_customer(workload), sku.model, sku.token_type),
            "adjustment",
        )
        hour = hours_since_epoch(used) + 12
        issued = hours_since_epoch(day) + 12
        self._add(Row(number, hour, hour + 1, 0.0, 0.0, micro, micro, issued), month)

    def _find(
        self, template: dict[str, object], answer: Answer | None, *key: object
    ) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self._templates)
            self._templates.append(template)
            self._answers.append(answer)
        return self._numbers[key]

    def _add(self, row: Row, month: str, usage: Decimal = Decimal(0)) -> None:
        self._months.setdefault(month, InvoiceMonth(self._folder, month)).rows.append(
            row
        )
        promotions = sum(one.micro for one in row.credits if one.kind == "PROMOTION")
        net = row.micro + sum(one.micro for one in row.credits)
        self._net[month] += net
        own = net - promotions
        answer = self._answers[row.template]
        shown = f"{month[:4]}-{month[4:]}"
        self._key.add(
            "GCP",
            shown,
            answer=answer,
            nano=own * 1000,
            nano_usd=own * 1000,
            usage=usage,
        )
        if promotions and answer is not None:
            self._key.add(
                "GCP",
                shown,
                answer=answer,
                nano=promotions * 1000,
                nano_usd=promotions * 1000,
                rows=0,
            )
