"""What two warehouses are told apart by."""

from datetime import date
from decimal import Decimal

import pytest

from orchestrate.cells import Amounts, Key
from orchestrate.compare import Tolerance, compare
from orchestrate.warehouse import quote

DAY = date(2026, 11, 20)
ALL = {"AWS", "Azure", "GCP"}


def cell(provider="AWS", customer="acme", model="opus", day=DAY):
    return Key(day, provider, customer, model)


def amounts(cost, tokens=1000):
    return Amounts(Decimal(str(cost)), Decimal(tokens))


def kinds(comparison):
    return [difference.kind for difference in comparison.differences]


def test_the_same_cells_are_clean_and_a_cent_is_allowed():
    """An alarm about rounding every morning is an alarm that nobody reads."""
    left = {cell(): amounts("10.00"), cell("GCP"): amounts(5)}
    right = {cell(): amounts("10.01"), cell("GCP"): amounts(5)}

    outcome = compare(left, {"redshift": right}, held=ALL, tolerance=Tolerance())

    assert outcome.is_clean
    assert outcome.totals["AWS"].right == Decimal("10.01")


def test_each_kind_of_difference_is_found_and_the_largest_comes_first():
    """A customer would see less, more, or another's cost in Phase 2."""
    left = {
        cell(): amounts(10),
        cell(model="lost"): amounts(3),
        cell(model="tokens"): amounts(1, 1000),
    }
    right = {
        cell(): amounts("10.02"),
        cell(model="new"): amounts(-7),
        cell(model="tokens"): amounts(1, 1001),
    }

    outcome = compare(left, {"redshift": right}, held=ALL, tolerance=Tolerance())

    assert [(x.kind, x.key.model, x.cost_usd) for x in outcome.differences] == [
        ("only right", "new", Decimal(-7)),
        ("only left", "lost", Decimal(-3)),
        ("cost", "opus", Decimal("0.02")),
        ("tokens", "tokens", Decimal(0)),
    ]
    assert outcome.totals["AWS"].differences == 4


def test_a_cell_without_cost_that_is_missing_is_told():
    """Free tokens that vanish are a load that went wrong."""
    outcome = compare(
        {cell(): amounts(0, 0)}, {"x": {}}, held=ALL, tolerance=Tolerance()
    )

    assert kinds(outcome) == ["only left"]


def test_a_cloud_that_two_of_the_right_ones_hold_is_counted_twice():
    """Both would be added up on the customer's dashboard."""
    left = {cell(): amounts(10), cell("Azure"): amounts(2)}
    rights = {
        "redshift": {cell(): amounts(10)},
        "sqlserver": {cell(): amounts(10), cell("Azure"): amounts(2)},
    }

    outcome = compare(left, rights, held=ALL, tolerance=Tolerance())

    (difference,) = outcome.differences
    assert difference.kind == "counted twice"
    assert difference.targets == ("redshift", "sqlserver")
    assert difference.right == amounts(20, 2000)


def test_even_equal_halves_on_two_warehouses_are_told():
    """Two halves that add up today are two wholes after the next load."""
    rights = {"a": {cell(): amounts(5, 500)}, "b": {cell(): amounts(5, 500)}}

    outcome = compare({cell(): amounts(10)}, rights, held=ALL, tolerance=Tolerance())

    assert kinds(outcome) == ["counted twice"]


def test_several_warehouses_together_equal_the_one():
    """That is what Phase 2 is."""
    left = {cell(): amounts(10), cell("Azure"): amounts(2)}
    rights = {
        "redshift": {cell(): amounts(10)},
        "sqlserver": {cell("Azure"): amounts(2)},
    }

    assert compare(left, rights, held={"AWS", "Azure"}, tolerance=Tolerance()).is_clean


def test_a_cloud_that_no_right_one_should_hold_is_told_but_no_difference():
    """Google's bills stay where they are; a silent omission would hide a lost cloud."""
    left = {cell(): amounts(10), cell("GCP"): amounts(4)}
    right = {"redshift": {cell(): amounts(10)}}

    outcome = compare(left, right, held={"AWS"}, tolerance=Tolerance())

    assert outcome.is_clean
    assert outcome.not_compared == {"GCP": Decimal(4)}
    assert kinds(compare(left, right, held=ALL, tolerance=Tolerance())) == ["only left"]


def test_a_warehouse_that_lost_its_whole_cloud_is_a_difference():
    """An empty warehouse would otherwise be a clean one."""
    outcome = compare(
        {cell(): amounts(10)}, {"redshift": {}}, held={"AWS"}, tolerance=Tolerance()
    )

    assert kinds(outcome) == ["only left"]


def test_many_small_differences_that_point_one_way_are_seen():
    """A cent in each of a thousand cells is ten dollars."""
    left = {cell(model=f"m{n}"): amounts(1) for n in range(100)}
    right = {cell(model=f"m{n}"): amounts("1.009") for n in range(100)}

    outcome = compare(left, {"redshift": right}, held=ALL, tolerance=Tolerance())

    assert {(x.kind, x.key.customer_id, x.cost_usd) for x in outcome.differences} == {
        ("sum of small ones", "acme", Decimal("0.900")),
        ("sum of small ones", "", Decimal("0.900")),
    }


def test_a_relative_tolerance_grows_with_the_amount():
    """A cent is nothing beside a million."""
    tolerance = Tolerance(usd=Decimal("0.01"), share=Decimal("0.001"))
    left = {cell(): amounts(1_000_000), cell("GCP"): amounts(1)}
    right = {cell(): amounts(1_000_900), cell("GCP"): amounts("1.02")}

    outcome = compare(left, {"x": right}, held=ALL, tolerance=tolerance)

    assert [x.key.cloud_provider for x in outcome.differences] == ["GCP"]


@pytest.mark.parametrize(
    ("engine", "written"),
    [
        ("duckdb", r"'o''b\r'"),
        ("postgres", r"'o''b\r'"),
        ("redshift", r"'o''b\\r'"),
        ("bigquery", r"'o\'b\\r'"),
        ("sqlserver", r"N'o''b\r'"),
    ],
)
def test_a_hostile_id_stays_a_text(engine: str, written: str) -> None:
    """A customer's tag could end the literal and go on as SQL."""
    assert quote(r"o'b\r", engine) == written
