"""The sample company's SageMaker savings plan: what it covers, takes back and costs.

Its commitment is one rate for every hour. A covered hour is billed at its public price
and taken back in a line of its own; the plan's fee is billed whether it is used or not.
Nothing here is drawn.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sample_bills.aws_month import AwsMonth
from sample_bills.aws_templates import PAYER, Template, describe_charge

COVERED = "SavingsPlanCoveredUsage"
# One endpoint that runs all day, so that each of its hours costs the same.
COVERED_WORKLOAD = "internal-scoring"
HOURS_A_DAY = 24
CODE = "MachineLearningSavingsPlans"
ARN = f"arn:aws:savingsplans::{PAYER}:savingsplan/6c1d7f0e-93b2-4a58-8f1e-20d4c7b9a365"
# In dollars an hour: what the plan has been bought for, and what the endpoint uses.
COMMITMENT = 0.16
USED = 0.1472
NANO = 10**9
COST_SCALE = 10**10


def cover(template: Template) -> Template:
    """Give a resource's template as it is under the plan."""
    values = {
        **template.values,
        "line_item_line_item_type": COVERED,
        "pricing_term": None,
        "savings_plan_savings_plan_a_r_n": ARN,
        "savings_plan_savings_plan_effective_cost": USED,
    }
    return replace(template, values=values, effective=round(USED * NANO))


def add_savings_plan(month: AwsMonth, covered: Mapping[int, int], start: int) -> None:
    """Add what a day's covered hours (hour: template) take back, and the day's fees."""
    for hour, number in covered.items():
        template = month.templates[number]
        taken_back = _find(month, _take_back(template), "negation", number)
        month.add_charge(taken_back, (hour, hour + 1), -template.rate)
    for hour in range(start, start + HOURS_A_DAY):
        is_used = hour in covered
        fee = _find(month, _charge_fee(is_used=is_used), "plan", is_used)
        month.add_charge(fee, (hour, hour + 1), round(COMMITMENT * COST_SCALE))


def _find(month: AwsMonth, template: Template, *key: object) -> int:
    number = month.find_template(*key)
    return month.add_template(template, *key) if number is None else number


def _take_back(template: Template) -> Template:
    values = {
        **template.values,
        "line_item_line_item_type": "SavingsPlanNegation",
        "line_item_line_item_description": "SavingsPlanNegation used by the plan",
        "savings_plan_savings_plan_effective_cost": None,
    }
    return replace(
        template, values=values, is_listed=False, has_usage=False, effective=0
    )


def _charge_fee(*, is_used: bool) -> Template:
    used = USED if is_used else 0.0
    template = describe_charge(
        account=PAYER,
        code=CODE,
        product_name="Machine Learning Savings Plans",
        kind="SavingsPlanRecurringFee",
        description="1 year No Upfront SageMaker Savings Plan",
    )
    values: dict[str, Any] = {
        **template.values,
        "savings_plan_savings_plan_a_r_n": ARN,
        "savings_plan_total_commitment_to_date": COMMITMENT,
        "savings_plan_used_commitment": used,
    }
    return replace(template, values=values, effective=round((COMMITMENT - used) * NANO))
