-- A tool that reads FOCUS finds columns by name: all that FOCUS makes mandatory are
-- there as it writes them, and what is not FOCUS' own begins with x_.
{% set mandatory = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
] %}
{# Outside of the condition, or dbt does not see what the test depends on. #}
{% set relation = ref("focus_costs") %}
{% set findings = [] %}
{% if asks_the_warehouse() %}
    {% set names = [] %}
    {% for column in adapter.get_columns_in_relation(relation) %}
        {% do names.append(column.name) %}
        {% set bare = column.name.removeprefix("x_") %}
        {% if not modules.re.match("([A-Z][a-z]*)+$", bare) %}
            {% do findings.append(column.name ~ " is not in Pascal case") %}
        {% elif column.name | length > 50 %}
            {% do findings.append(column.name ~ " is longer than 50 characters") %}
        {% elif names[-2:][0].startswith("x_") and bare == column.name %}
            {% do findings.append(column.name ~ " stands after our own columns") %}
        {% endif %}
    {% endfor %}
    {% for name in mandatory if name not in names %}
        {% do findings.append(name ~ " is missing") %}
    {% endfor %}
{% endif %}

select finding
from
    (
        select cast(null as {{ type_text() }}) as finding
        {% for finding in findings %}
            union all
            select '{{ finding }}' as finding
        {% endfor %}
    ) as found
where finding is not null
