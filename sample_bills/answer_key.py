"""What the bills add up to: the true answers, from the generator's own figures."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sample_bills.catalogue import Sku
from sample_bills.money import show_nano

UNATTRIBUTED = "unattributed"
NOT_A_MODEL = "not_applicable"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whose, and what, a row of a bill is by the evidence that it carries."""

    customer: str
    model: str
    token_type: str


@dataclass(slots=True)
class BillTotals:
    """What one cloud bills for one invoice month, in nano units of its currency."""

    currency: str
    billed: int = 0
    ai: int = 0
    rows: int = 0


@dataclass(slots=True)
class AnswerKey:
    """Collects the totals of every cloud and invoice month."""

    costs: dict[tuple[str, str, Answer], int] = field(default_factory=dict)
    effective: dict[tuple[str, str, Answer], int] = field(default_factory=dict)
    usage: dict[tuple[str, str, Answer], Decimal] = field(default_factory=dict)
    bills: dict[tuple[str, str], BillTotals] = field(default_factory=dict)

    def add(  # noqa: PLR0913 - one call says all of a row, by name
        self,
        cloud: str,
        month: str,
        *,
        answer: Answer | None,
        nano: int,
        nano_usd: int,
        effective_usd: int | None = None,
        usage: Decimal = Decimal(0),
        rows: int = 1,
        currency: str = "USD",
    ) -> None:
        """Count rows of a bill; without an answer they are not about AI.

        Their effective cost is what is billed, unless it is given.
        """
        bill = self.bills.setdefault((cloud, month), BillTotals(currency))
        bill.billed += nano
        bill.rows += rows
        if answer is None:
            return
        bill.ai += nano
        key = (cloud, month, answer)
        self.costs[key] = self.costs.get(key, 0) + nano_usd
        effective = nano_usd if effective_usd is None else effective_usd
        self.effective[key] = self.effective.get(key, 0) + effective
        self.usage[key] = self.usage.get(key, Decimal(0)) + usage

    def count_rows(self, cloud: str) -> int:
        """Count the rows of a cloud's bills."""
        return sum(
            bill.rows
            for (provider, _), bill in self.bills.items()
            if provider.lower() == cloud
        )

    def show_totals(self) -> Iterable[dict[str, str]]:
        """Give the totals, sorted, as they stand in expected.json."""
        order = sorted(
            self.costs,
            key=lambda key: (
                key[0],
                key[1],
                key[2].customer,
                key[2].model,
                key[2].token_type,
            ),
        )
        for cloud, month, answer in order:
            key = (cloud, month, answer)
            yield {
                "cloud_provider": cloud,
                "month": month,
                "customer_id": answer.customer,
                "model": answer.model,
                "token_type": answer.token_type,
                "cost_usd": show_nano(self.costs[key]),
                "effective_cost_usd": show_nano(self.effective[key]),
                "usage_amount": format(self.usage[key], "f"),
            }

    def show_bills(self) -> Iterable[dict[str, str | int]]:
        """Give each bill's totals, sorted, as they stand in expected.json."""
        for (cloud, month), bill in sorted(self.bills.items()):
            yield {
                "cloud_provider": cloud,
                "month": month,
                "currency": bill.currency,
                "billed_cost": show_nano(bill.billed),
                "ai_cost": show_nano(bill.ai),
                "excluded_cost": show_nano(bill.billed - bill.ai),
                "rows": bill.rows,
            }


def billed_amount(sku: Sku, quantity: int) -> Decimal:
    """Say a quantity as the key does: tokens, else the bill's own unit."""
    if sku.is_token:
        return Decimal(quantity)
    return Decimal(quantity) / Decimal(sku.block)
