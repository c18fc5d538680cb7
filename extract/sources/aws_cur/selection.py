"""Which lines of the bill are about AI: the one place that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.fields import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What makes a line one of AI services; any of these is enough.

    Attributes:
        product_codes: Product codes.
        marketplace_products: Product names of AWS Marketplace; % stands for any text.
        resources: Resource ids; % stands for any text.
    """

    product_codes: Sequence[str]
    marketplace_products: Sequence[str]
    resources: Sequence[str]

    def mark(self) -> str:
        """Return a text that differs where other lines are selected."""
        lists = (self.product_codes, self.marketplace_products, self.resources)
        return "|".join(",".join(sorted(names)) for names in lists)

    def sql(self, columns: Mapping[str, str]) -> str:
        """Return SQL that is true for the lines.

        Marketplace models come under an opaque product code per model; their name says
        Bedrock, and so does the resource, if the export has resources.

        Args:
            columns: SQL of the landed columns, by name.
        """
        tests = []
        if self.product_codes:
            listed = ", ".join(text(code) for code in self.product_codes)
            tests.append(f"{columns['line_item_product_code']} in ({listed})")
        if self.marketplace_products:
            named = _like(columns["product_product_name"], self.marketplace_products)
            entity = columns["bill_billing_entity"]
            # An export may leave the seller out; the name is Bedrock's own anyway.
            sold = f"({entity} = 'AWS Marketplace' or {entity} is null)"
            tests.append(f"({sold} and ({named}))")
        if self.resources:
            tests.append(_like(columns["line_item_resource_id"], self.resources))
        return f"({' or '.join(tests) or 'false'})"


def _like(column: str, patterns: Sequence[str]) -> str:
    return " or ".join(f"{column} like {text(pattern)}" for pattern in patterns)
