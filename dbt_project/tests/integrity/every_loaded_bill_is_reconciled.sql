-- Raw = unified + excluded for every unit that was loaded, to the cent, against what
-- the source itself said at the time.
select
    cloud_provider, unit, currency, ledger_cost, unified_cost, excluded_cost, difference
from {{ ref("load_reconciliation") }}
where is_reconciled != {{ true_value() }}
