"""Writes a realistic software company's AI bills, in the providers' own formats.

`python -m sample_bills --days 120 --seed 7 --out data/sample_bills`

The folder then holds `aws/`, `azure/` and `gcp/` (the bills, laid out as the providers
deliver them), `manifest.json` (what they were made with), `anomalies.csv` (the unusual
days that were put in on purpose; no model reads it) and `expected.json`, the true
answers from the generator's own figures:

`seed`, `start`, `end`
    What the bills were made with.
`rates`
    The exchange rates: `valid_from`, `currency`, `usd_per_unit`. The newest one that is
    not after the usage date holds.
`totals`
    One object per cloud, invoice month, customer, model and token type of the AI
    services: `cloud_provider`, `month` (YYYY-MM), `customer_id`, `model`,
    `token_type`, `cost_usd`, `effective_cost_usd`, `usage_amount`. Costs are decimal
    strings with nine places; each line is rounded to nine places before it is added,
    euros after they are converted. The effective cost has commitments spread over what
    they cover, and over what was left unused. The usage is in tokens for what is sold
    by the token, else in the bill's own unit, and counts lines of usage only.
`bills`
    One object per cloud and invoice month: `cloud_provider`, `month`, `currency`,
    `billed_cost` (of all rows; Google Cloud's with its credits), `ai_cost` (the part
    in `totals`), `excluded_cost` (the rest) as decimal strings in the billing
    currency, and `rows`.

How the key reads a row:

- The customer is whom the row's own evidence names, in the order tag or label, profile,
  principal, resource group or project, account; else 'unattributed'.
- AWS taxes, credits, refunds and discounts of AI product codes are AI cost of token
  type 'other'. Their model is the one that the product name names (Claude of the
  Marketplace), else 'not_applicable'. Everything else that is no AI service, with its
  taxes, and the support fee, is excluded.
- Azure rows keep the model and token type of their meter whatever their charge type is.
  What is left unused of a reservation has an effective cost only, and no customer.
- Google Cloud's credits and adjustments keep the model and token type of their SKU.
  Taxes and rounding stand under the service Invoice and are excluded.
- Hours of SageMaker, guardrail units and tools have the model 'not_applicable';
  capacity and Marketplace meters that name no model have 'unspecified'.
"""

from sample_bills.delivery import write_bills
from sample_bills.errors import SampleBillsError

__all__ = ["SampleBillsError", "write_bills"]
