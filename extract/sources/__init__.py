"""The sources, one folder each, by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from extract.sources.aws_cur.settings import SPEC as AWS_CUR
from extract.sources.azure_costs.settings import SPEC as AZURE_COSTS
from extract.sources.focus_costs.settings import SPEC as FOCUS_COSTS
from extract.sources.gcp_billing.settings import SPEC as GCP_BILLING

if TYPE_CHECKING:
    from extract.units import Bill

SPECS = {spec.name: spec for spec in (AWS_CUR, AZURE_COSTS, GCP_BILLING, FOCUS_COSTS)}


def open_bill(name: str) -> Bill:
    """Return a source's bill, as its settings describe it.

    Only its own module is imported: a run of one cloud does not wait for the SDKs of
    the others.
    """
    module = import_module(f"extract.sources.{name}")
    return cast("Bill", module.open_bill())
