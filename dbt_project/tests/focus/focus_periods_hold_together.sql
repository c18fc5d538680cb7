-- A charge in the wrong period is billed in no month or in two. A period ends after it
-- begins, a charge begins before its billing period ends, and one that ended before its
-- billing period began is a correction of an earlier invoice and nothing else is.
{% set columns = [
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeClass",
    "ChargePeriodEnd",
    "ChargePeriodStart",
] %}
{% set rules = {
    "a period ends after it begins": "BillingPeriodEnd <= BillingPeriodStart or ChargePeriodEnd <= ChargePeriodStart",
    "a charge begins before its billing period ends": "ChargePeriodStart >= BillingPeriodEnd",
    "an earlier charge is a correction": "ChargePeriodEnd <= BillingPeriodStart and ChargeClass is null",
    "a correction is an earlier charge": "ChargePeriodEnd > BillingPeriodStart and ChargeClass is not null",
} %}

{{ focus_violations(columns, rules) }}
