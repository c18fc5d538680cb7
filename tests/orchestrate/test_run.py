"""The daily job: order, exit code, summary, and what readers keep."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from chat.alerts.report import AlertReport
from chat.alerts.rules import AlertRule
from chat.auth import Person
from chat.cache import CachedReader
from chat.scope import Scope
from chat.store.database import Store
from chat.store.subscriptions import subscribe
from chat.warehouse import Reader
from chat.warehouse_joint import JointReader
from extract.chat_usage import UsageReport
from orchestrate import alerts, run, usage
from orchestrate.lock import hold_lock
from orchestrate.publish import Published
from orchestrate.run import RunOptions, run_job
from orchestrate.settings import Settings
from orchestrate.steps import StepFailed
from orchestrate.summary import RunSummary


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give settings whose every path is the test's own."""
    return Settings(
        target="duckdb",
        warehouse=tmp_path / "w.duckdb",
        serving=tmp_path / "serving.duckdb",
        logs=tmp_path / "logs",
    )


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[str]:
    """Replace the steps by ones that note that they were called."""
    called: list[str] = []

    def load(*, into: Any, **_: Any) -> Any:
        called.append("load")
        return into

    def build(settings: Settings, *, into: Any, **_: Any) -> Any:
        called.append("build")
        return into

    def publish(**_: Any) -> Published:
        called.append("publish")
        return Published(path=settings.serving, tables=11, rows=7)

    def count(store: Store) -> UsageReport:
        store.close()
        called.append("usage")
        return UsageReport(loaded=1, rows=2)

    monkeypatch.setattr(usage, "load_usage", count)
    monkeypatch.setattr(run, "load_bills", load)
    monkeypatch.setattr(run, "build_marts", build)
    monkeypatch.setattr(run, "publish_marts", publish)
    monkeypatch.setattr(run, "read_reconciliation", lambda _: [])
    store = f"sqlite:///{settings.serving.parent}/chat.db"
    monkeypatch.setenv("LLM_COSTS_CHAT_STORE_URL", store)
    return called


def _run(settings: Settings, **options: Any) -> tuple[RunSummary, dict, str]:
    console = Console(file=io.StringIO(), width=100)
    path = settings.logs.parent / "last_run.json"
    outcome = run_job(
        settings, RunOptions(**options), console, command="run", summary_path=path
    )
    assert isinstance(console.file, io.StringIO)
    return outcome, json.loads(path.read_text("utf-8")), console.file.getvalue()


def test_steps_run_in_order_and_the_summary_tells(
    settings: Settings, calls: list[str]
) -> None:
    """Publishing before the tests have passed would show wrong figures."""
    outcome, summary, _ = _run(settings)

    assert calls == ["load", "build", "publish"]
    assert outcome.exit_code == summary["exit_code"] == 0
    assert summary["status"] == "success"
    assert [step["status"] for step in summary["steps"]] == ["done"] * 3
    assert summary["published"]["tables"] == 11
    assert summary["failure"] is None


def test_skip_extract_builds_from_what_is_loaded(
    settings: Settings, calls: list[str]
) -> None:
    """After a change to a model nobody wants to ask three clouds again."""
    _, summary, _ = _run(settings, skip_extract=True)

    assert calls == ["build", "publish"]
    assert summary["steps"][0]["status"] == "skipped"
    assert summary["options"]["skip_extract"] is True


@pytest.mark.parametrize(
    ("failing", "reached"), [("load_bills", []), ("build_marts", ["load"])]
)
def test_a_failing_step_stops_the_later_ones_and_readers_keep_the_last_copy(
    settings: Settings,
    calls: list[str],
    monkeypatch: pytest.MonkeyPatch,
    failing: str,
    reached: list[str],
) -> None:
    """Figures of a run that failed must never reach a dashboard."""
    settings.serving.write_bytes(b"yesterday")

    def fail(*_: Any, **__: Any) -> None:
        raise StepFailed("no", lines=("bill x",), way_out="pay it")

    monkeypatch.setattr(run, failing, fail)
    outcome, summary, text = _run(settings)

    assert outcome.exit_code == summary["exit_code"] == 1
    assert calls == reached
    assert summary["steps"][-1] == {
        "name": "Publish",
        "status": "not reached",
        "seconds": 0.0,
        "detail": "",
    }
    assert summary["failure"] == {
        "message": "no",
        "lines": ["bill x"],
        "way_out": "pay it",
    }
    assert settings.serving.read_bytes() == b"yesterday"
    assert "Readers keep the figures published at" in text


def test_alerts_are_judged_by_what_was_published(
    settings: Settings, calls: list[str]
) -> None:
    """A subscription that no run looks at never tells anything."""
    store = Store(f"sqlite:///{settings.serving.parent}/chat.db")
    store.migrate()
    subscribe(
        store,
        Person(subject="u", role="finance", scope=Scope.everything()),
        rule=AlertRule(kind="cost_above", threshold=1),
        channel="email",
        destination="fin@example.com",
        first_day=None,
    )
    store.close()

    outcome, summary, text = _run(settings)

    assert outcome.exit_code == 0
    assert calls == ["load", "usage", "build", "publish"]
    assert [step["name"] for step in summary["steps"]][-1] == "Alerts"
    # What was published here is nothing to judge by, which is told and no failure.
    (failure,) = summary["alerts"]["failures"]
    assert "There are no published figures" in failure
    assert "1 failed (the next run tries again)" in text


def test_alerts_are_judged_by_the_figures_that_people_are_told(
    settings: Settings, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warehouse of one cloud would tell that the company's cost has fallen."""
    store = Store(f"sqlite:///{settings.serving.parent}/chat.db")
    store.migrate()
    store.close()
    monkeypatch.setenv("LLM_COSTS_PHASE_1", "bq")

    outcome, summary, text = _run(settings)

    assert outcome.exit_code == 0
    assert summary["steps"][-1]["status"] == "skipped"
    assert "judged by the run of bq" in text
    assert "the chat's use is counted in bq" in text
    assert "usage" not in calls


def test_alerts_are_judged_by_all_warehouses_once_none_holds_all_clouds(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google's cost alone would never be above what all clouds cost."""
    used: list[object] = []

    def keep(_store: Store, reader: Reader, *_: object) -> AlertReport:
        used.append(reader)
        return AlertReport()

    monkeypatch.setattr(alerts, "subscription_ids", lambda _: ["one"])
    monkeypatch.setattr(alerts, "run_alerts", keep)
    monkeypatch.setenv("LLM_COSTS_CHAT_WAREHOUSE_USER", "llm_costs_reader")
    monkeypatch.setenv("LLM_COSTS_PHASE_2", "aws=postgres,azure=postgres,gcp=duckdb")
    for clouds in ("aws,azure,gcp", "gcp"):
        monkeypatch.setenv("LLM_COSTS_CLOUDS_DUCKDB", clouds)
        store = Store(f"sqlite:///{settings.serving.parent}/chat.db")
        alerts.send_alerts(store, settings)

    whole, joint = used
    assert not isinstance(getattr(whole, "reader", whole), JointReader)
    assert isinstance(joint, CachedReader)
    assert isinstance(joint.reader, JointReader)


def test_a_store_without_alerts_asks_for_nothing_else(
    settings: Settings, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Feedback alone would fail the daily job, for want of a mail server."""
    monkeypatch.setenv("LLM_COSTS_ALERT_EMAIL_DOMAINS", "example.com")
    store = Store(f"sqlite:///{settings.serving.parent}/chat.db")
    store.migrate()
    store.close()

    outcome, summary, _ = _run(settings)

    assert outcome.exit_code == 0
    assert summary["alerts"]["judged"] == 0


def test_how_the_chat_is_used_is_counted_where_there_is_a_chat(
    settings: Settings, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted after the build, a mart would lag a day; a failure stops no figure."""
    store = Store(f"sqlite:///{settings.serving.parent}/chat.db")
    store.migrate()
    store.close()
    outcome, summary, text = _run(settings)
    assert outcome.exit_code == 0
    assert summary["usage"] == {"loaded": 1, "unchanged": 0, "rows": 2, "kept": 0}
    assert "1 days loaded, 0 unchanged" in text
    calls.clear()
    _run(settings, skip_extract=True)
    assert calls == ["build", "publish"]
    calls.clear()

    def fail(_: Store) -> None:
        raise StepFailed("the warehouse is in use")

    monkeypatch.setattr(usage, "load_usage", fail)
    outcome, summary, _ = _run(settings)
    assert calls == ["load", "build", "publish"]
    assert outcome.exit_code == 1
    assert summary["published"]["tables"] == 11
    assert summary["failure"]["message"] == "the warehouse is in use"


def test_a_store_that_fails_keeps_nobody_from_the_new_figures(
    settings: Settings, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is a convenience, the figures are the job."""
    monkeypatch.setenv("LLM_COSTS_CHAT_STORE_URL", "postgresql://u:p@127.0.0.1:1/x")

    outcome, summary, text = _run(settings)

    assert calls == ["load", "build", "publish"]
    assert summary["published"]["tables"] == 11
    assert outcome.exit_code == 1
    assert "LLM_COSTS_CHAT_STORE_URL" in text


def test_a_store_is_let_go_of_though_nothing_is_asked_of_it(
    settings: Settings, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs of the other warehouses would hold connections that the chat needs."""
    made = Store(f"sqlite:///{settings.serving.parent}/chat.db")
    made.migrate()
    made.close()
    monkeypatch.setenv("LLM_COSTS_CHAT_TARGET", "bq")
    opened: list[Store] = []
    closed: list[Store] = []

    def open_store(url: str | None = None) -> Store | None:
        opened.append(made)
        return made

    def close(store: Store) -> None:
        closed.append(store)

    monkeypatch.setattr(alerts, "open_store", open_store)
    monkeypatch.setattr(Store, "close", close)
    summary, _, _ = _run(settings)

    assert summary.exit_code == 0
    assert "usage" not in calls
    assert len(opened) == 2
    assert closed == opened


def test_two_runs_do_not_meet(settings: Settings, calls: list[str]) -> None:
    """Two runs on one warehouse would publish a mixture of both."""
    with hold_lock(settings.warehouse):
        outcome, _, text = _run(settings)

    assert outcome.exit_code == 1
    assert not calls
    assert "Another run is working" in text
    assert _run(settings)[0].exit_code == 0


def test_another_warehouse_serves_itself(
    tmp_path: Path, settings: Settings, calls: list[str]
) -> None:
    """A copy of a warehouse that many can read at once is of no use."""
    other = Settings(
        target="postgres",
        warehouse=settings.warehouse,
        serving=settings.serving,
        logs=tmp_path / "logs",
    )

    _, summary, _ = _run(other)

    assert calls == ["load", "build"]
    assert summary["steps"][-1]["status"] == "skipped"
    assert summary["published"] is None
