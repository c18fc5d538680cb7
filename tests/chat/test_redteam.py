"""The attacks of the bench, and what they have brought to light."""

import csv
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
from fastapi.testclient import TestClient

from chat.ask import answer_question
from chat.asker import Asker
from chat.compile import _compile
from chat.query import CostQuery, Filter, TimeRange
from chat.quick_stats import read_quick_stats
from chat.scope import Scope
from chat.warehouse import DuckDBReader

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "redteam"
PROBES = (DATA / "probes.tsv", DATA / "own_probes.tsv")
PARTS = ("redteam_worlds", "redteam_runner", "redteam_neighbours", "redteam_cases")


TODAY = date(2026, 11, 21)
QUERY = CostQuery(metrics=("total_cost",), time=TimeRange(name="last_month"))


@dataclass(frozen=True, kw_only=True)
class Noting(DuckDBReader):
    """Notes the statements that it runs."""

    ran: list[str] = field(default_factory=list)

    def read(self, sql: str, parameters: Any) -> list[tuple[Any, ...]]:
        """Note a statement, and run it."""
        self.ran.append(sql)
        return super().read(sql, parameters)


@pytest.fixture(scope="module")
def bench() -> dict[str, ModuleType]:
    """The bench's modules, which are in no package."""
    found = {}
    for name in PARTS:
        spec = importlib.util.spec_from_file_location(
            name, ROOT / "bench" / f"{name}.py"
        )
        assert spec
        assert spec.loader
        found[name] = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found[name])
    return found


@pytest.fixture(scope="module")
def worlds(
    bench: dict[str, ModuleType],
    built_warehouse: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Any]]:
    """Two worlds that differ in what others hold."""
    folder = tmp_path_factory.mktemp("worlds")
    with bench["redteam_runner"].open_worlds(built_warehouse, folder) as made:
        yield made


@pytest.mark.parametrize("planner", ["deterministic", "llm-scripted"])
def test_no_attack_comes_through(
    bench: dict[str, ModuleType], worlds: list[Any], planner: str
) -> None:
    """One row of another customer ends the trust in all figures."""
    cases = bench["redteam_cases"].all_cases(*PROBES)
    if planner == "llm-scripted":
        # The rest does not depend on who reads questions, or brings its own model.
        cases = [
            one for one in cases if one.family.startswith(("injection", "probes: chat"))
        ]

    verdicts, written = bench["redteam_runner"].run_cases(cases, worlds, planner)

    came_through = [
        f"{one.case.family}: {one.case.name}: {one.leaked + one.crashes + one.let_in}"
        for one in verdicts
        if one.leaked or one.crashes or one.let_in
    ]
    assert came_through == []
    assert written == []
    assert len(cases) >= (300 if planner == "deterministic" else 100)


def test_every_probe_of_the_file_is_tried(bench: dict[str, ModuleType]) -> None:
    """A probe that is read but not sent passes whatever the chat does."""
    ids = set()
    for path in PROBES:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            ids |= {row[0] for row in rows if row and not row[0].startswith("#")}

    cases = bench["redteam_cases"].all_cases(*PROBES)

    assert {one.name.split()[0] for one in cases if "probes" in one.family} == ids


@pytest.mark.parametrize(
    ("who", "question", "sign"),
    [
        ("wide manager", "cost by customer in October 2026", "globex"),
        ("finance", "total cost in October 2026", "total_cost"),
        ("finance", "cost by team in October 2026", "kestrelcanary"),
    ],
)
def test_who_may_see_others_sees_the_canaries(
    bench: dict[str, ModuleType],
    worlds: list[Any],
    who: str,
    question: str,
    sign: str,
) -> None:
    """Canaries that nothing can show prove nothing."""
    case = bench["redteam_runner"].Case(
        family="control", name=who, body={"question": question}, token=who
    )

    told, statuses = worlds[0].run(case, "deterministic")

    assert statuses == [200]
    assert sign in told
    assert bench["redteam_worlds"].leaks(told, question)


@contextmanager
def _without_scope(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Neither may a sound statement hide the hole, nor one with it outlive this test.
    _compile.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr("chat.steps.scope_condition", lambda *_: None)
        patched.setattr("chat.compile.check_scope", lambda *_: None)
        yield
    _compile.cache_clear()


def test_a_hole_is_told(
    bench: dict[str, ModuleType], worlds: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A judge that never finds anything lets everything pass."""
    case = bench["redteam_runner"].Case(
        family="control",
        name="without a scope",
        body={"question": "cost by team in October 2026"},
    )

    with _without_scope(monkeypatch):
        verdict = bench["redteam_runner"].judge(case, worlds, "deterministic")

    assert set(verdict.leaked) >= {"kestrelcanary", "ospreycanary"}


def test_who_is_told_apart_from_nobody_is_told(
    bench: dict[str, ModuleType], worlds: list[Any]
) -> None:
    """A judge that takes any two replies for the same finds no such hint."""
    case = bench["redteam_runner"].Case(
        family="control",
        name="who exists",
        body={"question": "what did globex spend in October 2026?"},
        token="finance",
        twin=("globex", "glorex"),
    )

    verdict = bench["redteam_runner"].judge(case, worlds, "deterministic")

    assert verdict.leaked == ("who exists is told apart from who does not",)


@pytest.mark.parametrize(
    "customer", ["acm", "acme%", "ACME", "acme ", "a_me", "%", "\u0430cme", "acme-eu"]
)
def test_an_id_that_is_only_like_one_opens_nothing_of_it(
    built_warehouse: Path, customer: str
) -> None:
    """Somebody who may choose his customer's id chooses one that matches another's."""
    asker = Asker(
        reader=DuckDBReader(path=built_warehouse),
        scope=Scope.only([customer]),
        today=date(2026, 11, 21),
    )

    for question in ("cost by customer in October 2026", "who is over budget?"):
        assert answer_question(question, asker)[0].rows == ()
    assert {one.value for one in read_quick_stats(asker).stats} == {None}


def test_what_is_run_does_not_depend_on_who_exists(built_warehouse: Path) -> None:
    """One statement more for who exists is a clock that tells it."""
    ran: list[list[str]] = []
    for name in ("globex", "glorex"):
        reader = Noting(path=built_warehouse)
        asker = Asker(reader=reader, scope=Scope.only(["acme"]), today=TODAY)
        one = Filter(dimension="customer", values=(name,))
        for question, previous in (
            (f"what did {name} spend in October 2026?", None),
            ("only AWS", QUERY.model_copy(update={"filters": (one,)})),
        ):
            answer_question(question, asker, previous)
        ran.append(reader.ran)

    assert ran[0] == ran[1]
    assert ran[0]


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "\\ud800"}',
        b'{"\\ud800": 1, "question": "cost"}',
        b'{"question": NaN}',
        b'{"question": "cost", "context": {"limit": Infinity}}',
    ],
)
def test_what_cannot_be_written_as_json_is_refused(
    keeper: TestClient, signed: Callable[..., dict[str, str]], body: bytes
) -> None:
    """A refusal that says such input again fails to be written, which is a crash."""
    headers = {**signed(), "Content-Type": "application/json"}

    answer = keeper.post("/api/chat", content=body, headers=headers)

    assert answer.status_code == 422
    assert {"type", "loc", "msg"} == set(answer.json()["detail"][0])


def test_days_outside_all_years_are_asked_back(built_warehouse: Path) -> None:
    """A date that no bill can have is a slip of the keyboard, not an error in here."""
    asker = Asker(
        reader=DuckDBReader(path=built_warehouse),
        scope=Scope.everything(),
        today=date(2026, 11, 21),
    )

    answer, _ = answer_question("cost from 9999-12-31 to 0001-01-01", asker)

    assert answer.outcome == "asked_back"
    assert "Days lie between" in answer.text


def test_a_copy_is_opened_once_and_again_when_another_is_published(
    warehouse_copy: Path,
) -> None:
    """An old copy that stays open would tell yesterday's figures for ever."""
    reader = DuckDBReader(path=warehouse_copy)
    sql = "select count(*) from multi_cloud_costs.dim_customers"
    first = reader.read(sql, ())
    opened = reader._opened.connection
    assert reader.read(sql, ()) == first
    assert reader._opened.connection is opened

    draft = warehouse_copy.with_suffix(".draft")
    draft.write_bytes(warehouse_copy.read_bytes())
    with duckdb.connect(str(draft)) as connection:
        connection.execute("delete from multi_cloud_costs.dim_customers")
    draft.replace(warehouse_copy)

    assert reader.read(sql, ()) == [(0,)]
