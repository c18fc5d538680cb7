-- Savings are the difference of two costs: FOCUS says how they hang together, and a
-- reader multiplies price by quantity and expects the cost.
{% set columns = [
    "BilledCost",
    "ChargeCategory",
    "ChargeClass",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "ListCost",
    "ListUnitPrice",
    "PricingQuantity",
    "PricingCategory",
] %}
{% set product = "cast(PricingQuantity as " ~ type_double() ~ ") * " %}
{% set rules = {
    "list price times quantity is the list cost": "ChargeClass is null and abs("
    ~ product
    ~ "ListUnitPrice - ListCost) > 0.000001",
    "contracted price times quantity is the contracted cost": "ChargeClass is null and abs("
    ~ product
    ~ "ContractedUnitPrice - ContractedCost) > 0.000001",
    "a unit price is not negative": "ListUnitPrice < 0 or ContractedUnitPrice < 0",
    "a price is missing only where nothing was used or is given back": "ChargeCategory in ('Usage', 'Purchase') and ChargeClass is null and PricingQuantity > 0 and ((ListCost >= 0 and ListUnitPrice is null) or (ContractedCost >= 0 and ContractedUnitPrice is null))",
    "costs that no price makes are the billed cost": "ChargeCategory in ('Tax', 'Credit', 'Adjustment') and (ListCost != BilledCost or ContractedCost != BilledCost or (ChargeCategory != 'Adjustment' and EffectiveCost != BilledCost))",
    "usage without a commitment costs what is billed": "PricingCategory = 'Standard' and ChargeCategory = 'Usage' and (EffectiveCost != BilledCost or ContractedCost != BilledCost)",
} %}

{{ focus_violations(columns, rules) }}
