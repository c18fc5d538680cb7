"""`llm-costs grafana tenants`: each customer sees itself, by its own credential."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from grafana_server import ADMIN, GrafanaServer
from typer.testing import CliRunner, Result

from orchestrate import grafana_customers
from orchestrate.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = {"acme": "LLM costs: acme", "globex": "LLM costs: globex"}
SETTINGS = {
    "LLM_COSTS_TARGET": "postgres",
    "LLM_COSTS_GRAFANA_ADMIN_USER": ADMIN[0],
    "LLM_COSTS_GRAFANA_ADMIN_PASSWORD": ADMIN[1],
    "RUNBOOKS_URL": "https://git.example/docs/runbooks",
    "WAREHOUSE_HOST": "db.example",
    "WAREHOUSE_PORT": "5432",
    "WAREHOUSE_DATABASE": "llm_costs",
    "WAREHOUSE_USER": "llm_costs_reader",
    "WAREHOUSE_PASSWORD": "shared-password",
    "WAREHOUSE_SSLMODE": "verify-full",
    "ALERT_EMAIL_ADDRESSES": "finops@company.example",
    "ALERT_SLACK_URL": "https://hooks.slack.example/T/B/company",
    "ACME_PASSWORD": "acme$1 ${HOME}",
    "BIGQUERY_PROJECT": "project",
    "BIGQUERY_LOCATION": "EU",
    "AWS_REGION": "eu-central-1",
    "REDSHIFT_WORKGROUP": "w",
    "REDSHIFT_DATABASE": "d",
    "REDSHIFT_SECRET_NAME": "shared",
    "REDSHIFT_SECRET_ARN": "arn:shared",
    "SQLSERVER_HOST": "sql.example",
    "SQLSERVER_DATABASE": "d",
    "SQLSERVER_USER": "llm_costs_reader",
    "SQLSERVER_PASSWORD": "shared-password",
}
ENTRIES: dict[str, Any] = {
    "acme": {
        "viewers": ["ann@acme.example"],
        "postgres": {"password": "$ACME_PASSWORD"},
    },
    "globex": {"postgres": {"password": "globex-password"}},
}


@dataclass
class Marts:
    """Stands for the warehouse: who the customers are, and which roles they have."""

    home: str = "phase_1"

    def mart(self, name: str, *, schema: str | None = None) -> str:
        """Name a mart."""
        return f"{schema or 'marts'}.{name}"

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Answer the two questions that are asked."""
        if "tenant_roles" in query:
            return [
                {"customer_id": "acme", "role_name": "tenant_a1"},
                {"customer_id": "globex", "role_name": "tenant_g2"},
            ]
        assert "dim_customers" in query
        return [
            {
                "customer_id": name,
                "alert_email": f"cost@{name}.example" if name == "acme" else None,
                "warehouse_home": self.home,
            }
            for name in ("acme", "globex", "hooli", "unattributed")
        ]

    def __enter__(self) -> Marts:  # noqa: PYI034 - what is given is this
        """Open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""


@dataclass
class World:
    """A Grafana, the marts, and the file of credentials."""

    grafana: GrafanaServer
    marts: Marts
    file: Path

    def write(self, entries: dict[str, Any]) -> None:
        """Write the file of credentials."""
        self.file.write_text(yaml.safe_dump(entries), encoding="utf-8")

    def named(self, customer: str) -> Any:
        """Find a customer's organisation."""
        (found,) = (
            each
            for each in self.grafana.organisations.values()
            if each.name == NAMES[customer]
        )
        return found


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    """Begin with an empty Grafana."""
    marts = Marts()
    monkeypatch.setattr(grafana_customers, "open_warehouse", lambda *_: marts)
    with GrafanaServer() as server:
        for name, value in SETTINGS.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("LLM_COSTS_GRAFANA_URL", server.address)
        monkeypatch.setenv("LLM_COSTS_GRAFANA_TENANTS", str(tmp_path / "tenants.yml"))
        made = World(server, marts, tmp_path / "tenants.yml")
        made.write(ENTRIES)
        yield made


def tenants(*options: str, code: int = 0) -> Result:
    """Run the command."""
    done = CliRunner().invoke(app, ["grafana", "tenants", *options])
    assert done.exit_code == code, done.output
    return done


def everything(organisation: Any) -> str:
    """Give all that an organisation holds as one text."""
    return json.dumps(
        [
            organisation.sources,
            organisation.secrets,
            organisation.dashboards,
            organisation.rules,
            organisation.points,
        ]
    )


def test_each_customer_has_an_organisation_with_its_own_credential(
    world: World,
) -> None:
    """Harm: a customer's organisation reads by the company's credential."""
    said = tenants("--all").output

    acme, globex = world.named("acme"), world.named("globex")
    assert acme.sources["llmcost"]["user"] == "tenant_a1"
    assert acme.secrets["llmcost"] == {"password": "acme$1 ${HOME}"}
    assert acme.sources["llmcost"]["url"] == "db.example:5432"
    assert globex.sources["llmcost"]["user"] == "tenant_g2"
    assert acme.members == {"admin": "Admin", "ann": "Viewer"}
    assert globex.members == {"admin": "Admin"}
    for organisation in (acme, globex):
        held = everything(organisation)
        for foreign in ("shared-password", "llm_costs_reader", "company.ex"):
            assert foreign not in held
        assert "llm-costs-health" not in organisation.dashboards
        assert len(organisation.dashboards) == 5
        assert len(organisation.rules) == 6
    assert "globex" not in everything(acme)
    assert "acme" not in everything(globex)
    # Its own address, where the settings have one.
    assert {
        uid: each["settings"]["addresses"] for uid, each in acme.points.items()
    } == {"llm-costs-email": "cost@acme.example"}
    assert globex.points == {}
    # Nothing of it is in the company's organisation.
    assert world.grafana.main.dashboards == {}
    assert "acme$1" not in said

    before = copy.deepcopy(world.grafana.organisations)
    seen = len(world.grafana.writes)
    said = tenants("--all").output
    assert "created" not in said
    assert [path for _, path, _ in world.grafana.writes[seen:]] == [
        "/api/datasources/uid/llmcost"
    ] * 2
    for number, organisation in world.grafana.organisations.items():
        for source in before[number].sources.values():
            source["version"] += 1
        assert organisation == before[number]


def test_a_dry_run_makes_no_organisation(world: World) -> None:
    """Harm: a look at what would be done does it."""
    said = tenants("acme", "--dry-run").output

    assert (
        "created   acme: organisation LLM costs: acme  with 1 data sources, 5" in said
    )
    assert len(world.grafana.organisations) == 1
    assert world.grafana.writes == []


def test_who_has_no_credential_or_role_of_its_own_gets_nothing(world: World) -> None:
    """Harm: a customer that is half set up reads by what somebody else has."""
    world.write({"globex": {}, "hooli": {"postgres": {"password": "x"}}})

    said = tenants("--all", code=1).output

    assert "globex: credential   the file of credentials has none for postgres" in said
    assert "hooli: credential   it has no role on postgres: `llm-costs tenants" in said
    assert world.grafana.writes == []


def test_a_source_that_was_not_made_here_stops_the_organisation(world: World) -> None:
    """Harm: a viewer queries the company's credential that somebody put there."""
    tenants("acme")
    acme = world.named("acme")
    theirs = acme.sources["llmcost"] | {"uid": "other", "name": "All", "jsonData": {}}
    acme.sources["other"] = theirs
    acme.dashboards.clear()

    said = tenants("acme", code=1).output

    assert "acme: data source other  All was not made here" in said
    assert acme.dashboards == {}


def test_a_role_that_people_gave_is_not_taken(world: World) -> None:
    """Harm: the administrator of an organisation becomes a viewer of it."""
    tenants("acme")
    world.named("acme").members["ann"] = "Editor"

    assert "viewer ann@acme.example  has the role Editor there" in (
        tenants("acme", code=1).output
    )
    world.write({"acme": ENTRIES["acme"] | {"viewers": ["nobody@acme.example"]}})
    assert "404: User not found" in tenants("acme", code=1).output


def test_an_administrator_who_is_no_member_joins_first(world: World) -> None:
    """Harm: Grafana answers 401, and nobody knows why."""
    tenants("acme")
    del world.named("acme").members["admin"]

    assert "created   acme: member admin" in tenants("acme").output
    assert world.named("acme").members["admin"] == "Admin"


def test_no_token_knows_organisations(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: the command asks for a setting that could never do."""
    monkeypatch.delenv("LLM_COSTS_GRAFANA_ADMIN_PASSWORD")

    said = tenants("acme", code=2).output
    assert "LLM_COSTS_GRAFANA_ADMIN_PASSWORD is not set" in said
    monkeypatch.setenv("LLM_COSTS_GRAFANA_ADMIN_PASSWORD", "wrong")
    assert "does not accept LLM_COSTS_GRAFANA_ADMIN_USER and" in (
        tenants("acme", code=2).output
    )


def key(folder: Path, name: str, account: str) -> Path:
    """Write a key of a service account."""
    path = folder / f"{name}.json"
    path.write_text(
        json.dumps({"client_email": account, "private_key": f"KEY $OF {account}\n"}),
        encoding="utf-8",
    )
    return path


def test_a_customer_of_phase_2_reads_each_warehouse_by_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Harm: one of three data sources is the company's."""
    monkeypatch.setenv("LLM_COSTS_PHASE_1", "bq")
    monkeypatch.setenv("LLM_COSTS_PHASE_2", "aws=redshift,azure=sqlserver,gcp=bq")
    world.marts.home = "phase_2"
    entry = {
        "redshift": {"secret_name": "acme", "secret_arn": "arn:acme"},
        "sqlserver": {"user": "acme_reader", "password": "pw"},
        "bq": {"key_file": str(key(tmp_path, "acme", "acme@p.example"))},
    }
    world.write({"acme": entry})

    tenants("acme")

    acme = world.named("acme")
    sources = acme.sources
    assert sources["llmcost-redshift"]["jsonData"]["managedSecret"] == {
        "name": "acme",
        "arn": "arn:acme",
    }
    assert sources["llmcost-sqlserver"]["user"] == "acme_reader"
    bigquery = sources["llmcost-bq"]["jsonData"]
    assert bigquery["authenticationType"] == "jwt"
    assert bigquery["clientEmail"] == "acme@p.example"
    assert acme.secrets["llmcost-bq"]["privateKey"] == "KEY $OF acme@p.example\n"
    text = everything(acme)
    # Where the customer's views are.
    assert "`multi_cloud_costs_tenant_a1.daily_costs`" in text
    assert "tenant_a1.daily_costs" in text.replace("multi_cloud_costs_tenant", "")
    assert "`multi_cloud_costs.daily_costs`" not in text
    assert "llm-costs-all-clouds" in acme.dashboards
    for foreign in ("shared", "llm_costs_reader"):
        assert foreign not in text

    monkeypatch.setenv(
        "LLM_COSTS_BIGQUERY_KEYFILE", str(key(tmp_path, "shared", "acme@p.example"))
    )
    assert "LLM_COSTS_BIGQUERY_KEYFILE is a key of the same" in (
        tenants("acme", code=1).output
    )


@pytest.mark.parametrize(
    ("target", "given", "words"),
    [
        ("sqlserver", {"user": "LLM_costs_reader", "password": "x"}, "_USER reads by"),
        ("sqlserver", {"user": "sa", "password": "x"}, "administers the server"),
        (
            "redshift",
            {"secret_name": "x", "secret_arn": "arn:shared"},
            "REDSHIFT_SECRET_ARN",
        ),
    ],
)
def test_the_company_s_credential_is_refused(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    given: dict[str, str],
    words: str,
) -> None:
    """Harm: one line in a file opens every customer's cost to one of them."""
    monkeypatch.setenv("LLM_COSTS_TARGET", target)
    world.write({"acme": {target: given}})

    assert words in tenants("acme", code=1).output
    assert world.grafana.writes == []


def test_files_of_duckdb_are_no_isolation_within_one_grafana(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: a viewer reads another customer's file beside its own."""
    monkeypatch.setenv("LLM_COSTS_TARGET", "duckdb")

    assert "no isolation within one Grafana" in tenants("acme", code=1).output


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"acme": {"postgres": {"pasword": "secret-1"}}}, "postgres.password"),
        ({"acme": {"viewer": ["x"]}}, "viewer"),
        ({"acme": {"postgres": {"password": "$NOT_SET"}}}, "NOT_SET is not set"),
        (["acme"], "does not begin with customers' ids"),
        (
            {
                "acme": {"sqlserver": {"user": "one", "password": "x"}},
                "globex": {"sqlserver": {"user": "ONE", "password": "y"}},
            },
            "acme and globex would read by the same credential",
        ),
    ],
)
def test_a_wrong_file_is_told_without_its_secrets(
    world: World, entries: Any, words: str
) -> None:
    """Harm: a misspelt key is ignored, or a password stands in a log."""
    world.write(entries)

    said = tenants("acme", code=2).output

    assert words in said
    assert "secret-1" not in said
    assert world.grafana.requests == []


def test_a_customer_that_is_not_in_the_marts_is_refused(world: World) -> None:
    """Harm: a misspelt name makes an organisation of nobody."""
    assert "no customer acmee" in tenants("acmee", code=2).output
    assert "Name customers, or give --all" in tenants(code=2).output
    world.file.unlink()
    assert "LLM_COSTS_GRAFANA_TENANTS names the file" in tenants("acme", code=2).output
