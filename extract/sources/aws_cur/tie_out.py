"""A second opinion on a month's bill: what AWS Cost Explorer says.

Off by default, because AWS charges for every call. Only months that ended some days ago
are compared: until then Cost Explorer and the report are not of the same hour.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from extract.aws import boto3_session
from extract.errors import first_line
from extract.windows import first_day, last_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.aws import AwsAccess

PRICE = "$0.01"
# Marketplace usage settles for more than two days.
SETTLED_AFTER = timedelta(days=3)
SMALLEST = Decimal(1)
SHARE = Decimal("0.001")
# Cost Explorer has one endpoint in the world.
REGION = "us-east-1"


def tie_out(access: AwsAccess, unit: str, period: str, cost: Mapping[str, Any]) -> str:
    """Return what Cost Explorer says about a month, or '' where there is nothing.

    Args:
        access: How AWS is reached.
        unit: The month's unit, for the message.
        period: The month.
        cost: What the report adds up to, by currency.
    """
    start, end = first_day(period), last_day(period) + timedelta(days=1)
    settled = datetime.now(UTC).date() - SETTLED_AFTER
    if end > settled:
        return ""
    endpoint: Any = {"endpoint_url": access.endpoint_url} if access.endpoint_url else {}
    try:
        client = boto3_session(access).client("ce", region_name=REGION, **endpoint)
        answer = client.get_cost_and_usage(
            TimePeriod={"Start": f"{start}", "End": f"{end}"},
            Granularity="MONTHLY",
            Metrics=["UnblendedCost"],
        )
        told = answer["ResultsByTime"][0]["Total"]["UnblendedCost"]
        amount, currency = Decimal(told["Amount"]), str(told["Unit"])
    except (ClientError, BotoCoreError, LookupError, ArithmeticError) as error:
        return (
            f"{unit}: Cost Explorer could not be asked: {first_line(error)} Allow "
            "ce:GetCostAndUsage, or set sources.aws_cur.cost_explorer_check = false. "
            "The month is loaded."
        )
    ours = Decimal(cost.get(currency, 0))
    difference = ours - amount
    if abs(difference) <= max(SMALLEST, abs(amount) * SHARE):
        return ""
    return (
        f"{unit}: the report adds up to {ours:,.2f} {currency}, Cost Explorer says "
        f"{amount:,.2f} (difference {difference:,.2f}). The month is loaded as the "
        "report has it. Usual reasons: the export leaves out accounts, or the "
        "credentials belong to another account than the payer's."
    )
