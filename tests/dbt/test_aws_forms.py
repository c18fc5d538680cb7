"""A bill of AWS comes to the same costs in whatever form it is delivered."""

import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from aws_focus import write_focus
from aws_forms import rename_export, write_form
from commands import checked
from dbt_runs import NAME, UNTESTED, dbt, take_along

from extract.sources.aws_cur.settings import AI_PRODUCT_CODES

# One bill in four forms, each of a payer of its own, in one warehouse.
FORMS = {
    "llm-costs": ("900000000000", "cur2 snappy.parquet overwrite"),
    "legacy-parquet": ("900000000001", "legacy snappy.parquet overwrite"),
    "legacy-csv": ("900000000002", "legacy csv.gz create-new"),
}
FOCUS = "900000000003"
CUR_2 = FORMS["llm-costs"][0]
AMOUNTS = (
    "round(sum(cost_usd), 6), round(sum(effective_cost_usd), 6), "
    "round(sum(usage_amount), 3)"
)
LOAD = (
    "import extract, sys; results = extract.run(['aws_cur', 'focus_costs']); "
    "sys.exit('; '.join(r.message for r in results if r.is_failure) or None)"
)


@pytest.fixture(scope="module")
def one_bill(
    aws_bills: Path, built_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A warehouse with one bill in every form."""
    folder = tmp_path_factory.mktemp("forms")
    bucket = folder / "bucket"
    for name, (payer, form) in FORMS.items():
        place = folder / name
        write_form(aws_bills, place, form, payer=payer)
        if name != "llm-costs":
            rename_export(place, name)
        (bucket / "exports").mkdir(parents=True, exist_ok=True)
        (place / "exports" / name).rename(bucket / "exports" / name)
    write_focus(aws_bills, folder / "focus", FOCUS, AI_PRODUCT_CODES)
    take_along(built_warehouse.parent, folder)
    settings = {
        "LLM_COSTS_CLOUDS": "aws,focus",
        "LLM_COSTS_DUCKDB_PATH": str(folder / NAME),
        "DLT_DATA_DIR": str(folder / "dlt"),
        "SOURCES__AWS_CUR__BUCKET_URL": f"file://{bucket}",
        "SOURCES__AWS_CUR__EXPORT_NAME": ",".join(FORMS),
        "SOURCES__FOCUS_COSTS__EXPORT_URL": f"file://{folder / 'focus'}",
    }
    with pytest.MonkeyPatch.context() as patch:
        for setting, value in settings.items():
            patch.setenv(setting, value)
        checked([sys.executable, "-c", LOAD])
    build = ("--quiet", "build", *UNTESTED, "--select", "+unified_costs")
    dbt(folder / NAME, *build, LLM_COSTS_CLOUDS="aws,focus")
    return folder / NAME


def sums(
    warehouse: Path, payer: str, *keys: str, only: str = "true"
) -> list[tuple[Any, ...]]:
    named = ", ".join(keys)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            f"select {named}, {AMOUNTS} from multi_cloud_costs.unified_costs "
            f"where billing_account_id = '{payer}' and {only} "
            f"group by {named} "
            "having sum(cost_usd) != 0 or sum(effective_cost_usd) != 0 "
            f"or sum(usage_amount) != 0 order by {named}"
        ).fetchall()


@pytest.mark.parametrize("form", ["legacy-parquet", "legacy-csv", "focus"])
def test_every_form_gives_the_same_costs_by_model_token_type_and_customer(
    one_bill: Path, form: str
) -> None:
    """Whoever moves from one report to another would see every number move.

    Only CUR 2.0 tells the principal that called, so customers are compared by those
    whom a tag names; all other lines are in the totals.
    """
    payer = FOCUS if form == "focus" else FORMS[form][0]
    everything = sums(one_bill, CUR_2, "invoice_month")
    assert len(everything) == 2
    assert sums(one_bill, payer, "invoice_month") == everything
    month = ("invoice_month", "date")
    for keys in (
        (*month, "model", "token_type", "usage_unit"),
        (*month, "service", "pricing_tier"),
        (*month, "sub_account_id", "region"),
        (*month, "charge_category"),
        (*month, "team", "environment"),
    ):
        assert sums(one_bill, payer, *keys) == sums(one_bill, CUR_2, *keys), keys
    tagged = {"only": "customer_attribution = 'tag'"}
    by = (*month, "customer_id", "model", "token_type")
    found = sums(one_bill, CUR_2, *by, **tagged)
    assert len({row[2] for row in found}) > 1
    assert sums(one_bill, payer, *by, **tagged) == found


@pytest.mark.parametrize("form", ["legacy-parquet", "legacy-csv", "focus"])
def test_customers_whom_only_a_principal_tells_are_told_by_cur_2_alone(
    one_bill: Path, form: str
) -> None:
    """What a change of the report costs has to be known before it is made."""
    payer = FOCUS if form == "focus" else FORMS[form][0]
    by = ("customer_attribution",)
    told = {row[0]: row[1] for row in sums(one_bill, CUR_2, *by)}
    found = {row[0]: row[1] for row in sums(one_bill, payer, *by)}
    assert told.keys() == found.keys()
    lost = {name: told[name] - found[name] for name in told}
    assert {name for name, cost in lost.items() if cost} == {"profile", "unattributed"}
    assert lost["profile"] == -lost["unattributed"] > 0


def test_what_is_no_ai_is_the_same_in_every_form(one_bill: Path) -> None:
    """A bill that adds up in one form and not in another is loaded in part."""
    with duckdb.connect(str(one_bill), read_only=True) as connection:
        ledger = connection.execute(
            "select billing_period, count(*) from raw_ops.load_ledger "
            "group by billing_period, round(cost_total, 6), round(filtered_cost, 6) "
            "order by billing_period"
        ).fetchall()
    assert ledger == [("2026-10", 4), ("2026-11", 4)]
