-- A quantity on a tax, or usage without one, makes unit prices that never were: FOCUS
-- says per charge category which columns are null. The names are those of its rules.
{% set columns = [
    "BillingAccountId",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedUnitPrice",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "RegionId",
    "RegionName",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
] %}
{% set is_priced = "ChargeCategory in ('Usage', 'Purchase') and ChargeClass is null" %}
{% set rules = {
    "ConsumedQuantity is null unless Usage": "ChargeCategory != 'Usage' and ConsumedQuantity is not null",
    "ConsumedQuantity is given for Usage": "ChargeCategory = 'Usage' and ChargeClass is null and ConsumedQuantity is null",
    "ConsumedUnit goes with ConsumedQuantity": "(ConsumedUnit is null and ConsumedQuantity is not null) or (ConsumedUnit is not null and ConsumedQuantity is null)",
    "PricingUnit goes with PricingQuantity": "(PricingUnit is null and PricingQuantity is not null) or (PricingUnit is not null and PricingQuantity is null)",
    "a Tax has no price": "ChargeCategory = 'Tax' and coalesce(PricingUnit, PricingCategory, SkuId, SkuPriceId) is not null",
    "a Tax has no quantity": "ChargeCategory = 'Tax' and coalesce(PricingQuantity, ListUnitPrice, ContractedUnitPrice) is not null",
    "PricingQuantity is given": is_priced ~ " and PricingQuantity is null",
    "PricingCategory is given": is_priced ~ " and PricingCategory is null",
    "SkuId and SkuPriceId are given": is_priced
    ~ " and (SkuId is null or SkuPriceId is null)",
    "SkuMeter goes with SkuId": "(SkuMeter is null and SkuId is not null) or (SkuMeter is not null and SkuId is null)",
    "a purchase is not Usage-Based": "ChargeCategory = 'Purchase' and ChargeFrequency = 'Usage-Based'",
    "RegionName goes with RegionId": "(RegionName is null and RegionId is not null) or (RegionName is not null and RegionId is null)",
    "SubAccountName goes with SubAccountId": "(SubAccountName is null and SubAccountId is not null) or (SubAccountName is not null and SubAccountId is null)",
    "SubAccountType goes with SubAccountId": "(SubAccountType is null and SubAccountId is not null) or (SubAccountType is not null and SubAccountId is null)",
    "no text is empty": "'' in (BillingAccountId, SubAccountId, RegionId, SkuId, ConsumedUnit, PricingUnit)",
} %}

{{ focus_violations(columns, rules) }}
