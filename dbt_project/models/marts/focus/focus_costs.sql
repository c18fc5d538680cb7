{# The costs in the columns of FOCUS 1.2, then 1.3's, then ours behind x_. Names are
   quoted, because FOCUS writes them in Pascal case and some engines fold what is not.

   A row is a day's sum and has no resource, invoice or commitment of its own: these
   columns are null, which is what FOCUS says of a value that is not there. #}
{% set text = "cast(null as " ~ type_text() ~ ")" %}
{% set number = "cast(null as " ~ type_quantity() ~ ")" %}
{% set columns = {
    "AvailabilityZone": text,
    "BilledCost": "billed_cost",
    "BillingAccountId": "billing_account_id",
    "BillingAccountName": "billing_account_id",
    "BillingAccountType": "billing_account_type",
    "BillingCurrency": "billing_currency",
    "BillingPeriodEnd": "billing_period_end",
    "BillingPeriodStart": "billing_period_start",
    "CapacityReservationId": text,
    "CapacityReservationStatus": text,
    "ChargeCategory": "charge_category",
    "ChargeClass": "charge_class",
    "ChargeDescription": "charge_description",
    "ChargeFrequency": "charge_frequency",
    "ChargePeriodEnd": "charge_period_end",
    "ChargePeriodStart": "charge_period_start",
    "CommitmentDiscountCategory": text,
    "CommitmentDiscountId": text,
    "CommitmentDiscountName": text,
    "CommitmentDiscountQuantity": number,
    "CommitmentDiscountStatus": text,
    "CommitmentDiscountType": text,
    "CommitmentDiscountUnit": text,
    "ConsumedQuantity": "consumed_quantity",
    "ConsumedUnit": "case when charge_category = 'Usage' then pricing_unit end",
    "ContractedCost": "contracted_cost",
    "ContractedUnitPrice": "contracted_unit_price",
    "EffectiveCost": "effective_cost",
    "InvoiceId": text,
    "InvoiceIssuerName": "provider_name",
    "ListCost": "list_cost",
    "ListUnitPrice": "list_unit_price",
    "PricingCategory": "pricing_category",
    "PricingCurrency": "'USD'",
    "PricingCurrencyContractedUnitPrice": "contracted_unit_price_usd",
    "PricingCurrencyEffectiveCost": "effective_cost_usd",
    "PricingCurrencyListUnitPrice": "list_unit_price_usd",
    "PricingQuantity": "pricing_quantity",
    "PricingUnit": "pricing_unit",
    "ProviderName": "provider_name",
    "PublisherName": "publisher_name",
    "RegionId": "region",
    "RegionName": "region",
    "ResourceId": text,
    "ResourceName": text,
    "ResourceType": text,
    "ServiceCategory": "'AI and Machine Learning'",
    "ServiceName": "service",
    "ServiceSubcategory": "service_subcategory",
    "SkuId": "sku_id",
    "SkuMeter": "sku_meter",
    "SkuPriceDetails": text,
    "SkuPriceId": "sku_id",
    "SubAccountId": "sub_account_id",
    "SubAccountName": "sub_account_id",
    "SubAccountType": "sub_account_type",
    "Tags": "tags",
    "AllocatedMethodDetails": text,
    "AllocatedMethodId": text,
    "AllocatedResourceId": text,
    "AllocatedResourceName": text,
    "AllocatedTags": text,
    "HostProviderName": "provider_name",
    "ServiceProviderName": "provider_name",
    "x_BilledCostUsd": "cost_usd",
    "x_CustomerAttribution": "customer_attribution",
    "x_CustomerId": "customer_id",
    "x_CustomerName": "customer_name",
    "x_Environment": "environment",
    "x_InvoiceMonth": "invoice_month",
    "x_Model": "model",
    "x_ModelVendor": "model_vendor",
    "x_PricingTier": "pricing_tier",
    "x_Project": "project",
    "x_Team": "team",
    "x_TokenType": "token_type",
    "x_UnifiedCostId": "unified_cost_id",
} %}

with

    charges as (select * from {{ ref("int_focus_charges") }}),

    final as (

        select
            {% for name, expression in columns.items() %}
                {{ expression }} as {{ adapter.quote(name) }}{{ "," if not loop.last }}
            {% endfor %}
        from charges

    )

select *
from final
