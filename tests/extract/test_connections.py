"""Loading connects as building does: by the same settings."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import commands
import jinja2
import pytest
import yaml

from extract.connections import make_destination
from extract.errors import ExtractError


@pytest.mark.parametrize(
    ("name", "prefix"), [("postgres", "POSTGRES"), ("redshift", "REDSHIFT")]
)
def test_dlt_connects_by_the_settings_of_dbt(
    name: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: bills are loaded into one database and marts built in another."""
    settings = {
        "HOST": "warehouse.example",
        "PORT": "6543",
        "USER": "loader",
        "PASSWORD": "a/b@c d",
        "DATABASE": "costs",
        "SSLMODE": "require",
    }
    for key, value in settings.items():
        monkeypatch.setenv(f"LLM_COSTS_{prefix}_{key}", value)
    credentials = _credentials(name)
    assert (credentials.host, credentials.port) == ("warehouse.example", 6543)
    assert (credentials.username, credentials.password) == ("loader", "a/b@c d")
    assert credentials.database == "costs"
    assert credentials.get_query()["sslmode"] == "require"


def test_dlt_own_credentials_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harm: what is set in dlt's way is overruled by a default, and loads go astray."""
    monkeypatch.setenv(
        "DESTINATION__POSTGRES__CREDENTIALS", "postgresql://me:it@own.example:5433/own"
    )
    monkeypatch.setenv("LLM_COSTS_POSTGRES_HOST", "other.example")
    credentials = _credentials("postgres")
    assert (credentials.host, credentials.database) == ("own.example", "own")


def test_a_key_file_is_used_for_bigquery(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Harm: dbt signs in with the key file, and loading as somebody else."""
    key = tmp_path / "key.json"
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_PROJECT", "p")
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_KEYFILE", str(key))
    with pytest.raises(ExtractError, match="LLM_COSTS_BIGQUERY_KEYFILE cannot be read"):
        make_destination("bigquery")
    key.write_text('{"project_id": "p", "private_key": "k", "client_email": "e@x"}')
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_LOCATION", "europe-west3")
    arguments = make_destination("bigquery").config_params
    assert arguments["credentials"]["client_email"] == "e@x"
    assert arguments["location"] == "europe-west3"
    assert _dbt_profile() == ("service-account", "p")
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_METHOD", "oauth")
    assert "credentials" not in make_destination("bigquery").config_params
    assert _dbt_profile() == ("oauth", "p")


def test_dbt_takes_a_setting_that_is_set_to_nothing_for_one_that_is_not_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Harm: `LLM_COSTS_TARGET=` in a .env loads into DuckDB, and stops dbt."""
    profile = Path("profiles.yml").read_text(encoding="utf-8")
    names = set(re.findall(r"env_var\('(\w+)'", profile))
    assert len(names) > 25
    for name in names:
        monkeypatch.delenv(name, raising=False)
    before = _rendered(profile)
    assert "'duckdb'" in str(before)
    for name in names:
        monkeypatch.setenv(name, "")
    assert _rendered(profile) == before


@pytest.mark.parametrize("value", ["yes", "1", "tru", "True", "strict"])
def test_dbt_encrypts_unless_it_is_told_not_to(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: `LLM_COSTS_SQLSERVER_ENCRYPT=yes` sends the password in the clear."""
    monkeypatch.setenv("LLM_COSTS_SQLSERVER_ENCRYPT", value)
    monkeypatch.setenv("LLM_COSTS_SQLSERVER_TRUST_CERT", "sure")
    output = _dbt_output("sqlserver")
    assert (output["encrypt"], output["trust_cert"]) == ("True", "False")
    monkeypatch.setenv("LLM_COSTS_SQLSERVER_ENCRYPT", "False")
    assert _dbt_output("sqlserver")["encrypt"] == "False"


def _dbt_profile() -> tuple[str, str]:
    output = _dbt_output("bq")
    return output["method"], output["project"]


def _dbt_output(target: str) -> dict[str, str]:
    profile = Path("profiles.yml").read_text(encoding="utf-8")
    output: dict[str, str] = _rendered(profile)["llm_costs"]["outputs"][target]
    return output


def _rendered(profile: str) -> Any:
    """Render a profile as dbt does, each text by itself."""
    environment = jinja2.Environment(autoescape=False)
    # dbt makes these of the text afterwards.
    environment.filters.update(as_number=str, as_bool=str)

    def render(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: render(part) for name, part in value.items()}
        return environment.from_string(str(value)).render(
            env_var=lambda name, default="": os.environ.get(name, default)
        )

    return render(yaml.safe_load(profile))


def test_bigquery_without_a_project_is_refused_by_loading_and_building(
    tmp_path: Path,
) -> None:
    """Harm: bills of a company go to whoever owns the project of the default's name."""
    with pytest.raises(ExtractError, match="LLM_COSTS_BIGQUERY_PROJECT is not set"):
        make_destination("bigquery")
    environment = {
        **os.environ,
        "DBT_LOG_PATH": str(tmp_path),
        "DBT_TARGET_PATH": str(tmp_path),
        "LLM_COSTS_DUCKDB_PATH": str(tmp_path / "llm_costs.duckdb"),
    }

    def dbt(target: str) -> subprocess.CompletedProcess[str]:
        # The question that dbt answers without reading the whole project.
        command = (Path(sys.executable).parent / "dbt", "debug", "--connection")
        return commands.run([*command, "--target", target], environment)

    refused = dbt("bq")
    assert refused.returncode != 0
    assert "LLM_COSTS_BIGQUERY_PROJECT" in refused.stdout + refused.stderr
    assert dbt("duckdb").returncode == 0


@pytest.mark.parametrize(
    ("name", "setting", "value", "message"),
    [
        ("bigquery", "BIGQUERY_METHOD", "key", "METHOD is 'key': write oauth or"),
        ("bigquery", "BIGQUERY_METHOD", "service-account", "no key file is named"),
        ("postgres", "POSTGRES_PORT", "pg", "POSTGRES_PORT is 'pg', which is no port"),
        ("mssql", "SQLSERVER_ENCRYPT", "maybe", "ENCRYPT is 'maybe': write true or"),
    ],
)
def test_a_wrong_setting_is_named(
    name: str, setting: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: a typing error becomes a driver's riddle."""
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_PROJECT", "p")
    monkeypatch.setenv(f"LLM_COSTS_{setting}", value)
    with pytest.raises(ExtractError, match=message):
        make_destination(name)


def _credentials(name: str):
    destination = make_destination(name)
    client = destination.client_class
    assert client
    return destination.configuration(
        destination.spec()._bind_dataset_name("d")
    ).credentials
