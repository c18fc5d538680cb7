{# The costs in the columns of FOCUS 1.2, then 1.3's, then ours behind x_. Names are
   quoted, because FOCUS writes them in Pascal case and some engines fold what is not.

   A row is a day's sum and has no resource, invoice or commitment of its own: these
   columns are null, which is what FOCUS says of a value that is not there. #}
{% set text = "cast(null as " ~ type_text() ~ ")" %}
{% set number = "cast(null as " ~ type_quantity() ~ ")" %}
{% set columns = {
    "AvailabilityZone": text,
    "BilledCost": "amounts.billed_cost",
    "BillingAccountId": "charges.billing_account_id",
    "BillingAccountName": "charges.billing_account_id",
    "BillingAccountType": "charges.billing_account_type",
    "BillingCurrency": "amounts.billing_currency",
    "BillingPeriodEnd": "periods.billing_period_end",
    "BillingPeriodStart": "periods.billing_period_start",
    "CapacityReservationId": text,
    "CapacityReservationStatus": text,
    "ChargeCategory": "charges.charge_category",
    "ChargeClass": "periods.charge_class",
    "ChargeDescription": "charges.charge_description",
    "ChargeFrequency": "charges.charge_frequency",
    "ChargePeriodEnd": "periods.charge_period_end",
    "ChargePeriodStart": "periods.charge_period_start",
    "CommitmentDiscountCategory": text,
    "CommitmentDiscountId": text,
    "CommitmentDiscountName": text,
    "CommitmentDiscountQuantity": number,
    "CommitmentDiscountStatus": text,
    "CommitmentDiscountType": text,
    "CommitmentDiscountUnit": text,
    "ConsumedQuantity": "amounts.consumed_quantity",
    "ConsumedUnit": "case when charges.charge_category = 'Usage' then amounts.pricing_unit end",
    "ContractedCost": "amounts.contracted_cost",
    "ContractedUnitPrice": "amounts.contracted_unit_price",
    "EffectiveCost": "amounts.effective_cost",
    "InvoiceId": text,
    "InvoiceIssuerName": "charges.provider_name",
    "ListCost": "amounts.list_cost",
    "ListUnitPrice": "amounts.list_unit_price",
    "PricingCategory": "amounts.pricing_category",
    "PricingCurrency": "'USD'",
    "PricingCurrencyContractedUnitPrice": "amounts.contracted_unit_price_usd",
    "PricingCurrencyEffectiveCost": "amounts.effective_cost_usd",
    "PricingCurrencyListUnitPrice": "amounts.list_unit_price_usd",
    "PricingQuantity": "amounts.pricing_quantity",
    "PricingUnit": "amounts.pricing_unit",
    "ProviderName": "charges.provider_name",
    "PublisherName": "charges.publisher_name",
    "RegionId": "charges.region",
    "RegionName": "charges.region",
    "ResourceId": text,
    "ResourceName": text,
    "ResourceType": text,
    "ServiceCategory": "'AI and Machine Learning'",
    "ServiceName": "charges.service",
    "ServiceSubcategory": "charges.service_subcategory",
    "SkuId": "charges.sku_id",
    "SkuMeter": "charges.sku_meter",
    "SkuPriceDetails": text,
    "SkuPriceId": "charges.sku_id",
    "SubAccountId": "charges.sub_account_id",
    "SubAccountName": "charges.sub_account_id",
    "SubAccountType": "charges.sub_account_type",
    "Tags": "charges.tags",
    "AllocatedMethodDetails": text,
    "AllocatedMethodId": text,
    "AllocatedResourceId": text,
    "AllocatedResourceName": text,
    "AllocatedTags": text,
    "HostProviderName": "charges.provider_name",
    "ServiceProviderName": "charges.provider_name",
    "x_BilledCostUsd": "amounts.cost_usd",
    "x_CustomerAttribution": "charges.customer_attribution",
    "x_CustomerId": "charges.customer_id",
    "x_CustomerName": "charges.customer_name",
    "x_Environment": "charges.environment",
    "x_Feature": "charges.feature",
    "x_InvoiceMonth": "periods.invoice_month",
    "x_Model": "charges.model",
    "x_ModelVendor": "charges.model_vendor",
    "x_PricingTier": "charges.pricing_tier",
    "x_Project": "charges.project",
    "x_Team": "charges.team",
    "x_TokenType": "charges.token_type",
    "x_UnifiedCostId": "charges.unified_cost_id",
} %}

with

    charges as (select * from {{ ref("int_focus_charges") }}),

    amounts as (select * from {{ ref("int_focus_amounts") }}),

    periods as (select * from {{ ref("int_focus_periods") }}),

    final as (

        select
            {% for name, expression in columns.items() %}
                {{ expression }} as {{ adapter.quote(name) }}{{ "," if not loop.last }}
            {% endfor %}
        from charges
        inner join amounts on charges.unified_cost_id = amounts.unified_cost_id
        inner join periods on charges.unified_cost_id = periods.unified_cost_id

    )

select *
from final
